/**
 * The four files and what is known of them, brought forward together: written, completed, read on and synced. Every method that
 * changes anything is called by one caller at a time (`Writer` sees to that).
 */
import { MetricsError, messageOf } from '../errors.ts';
import {
  type Base,
  type Execution,
  formatJournalLine,
  type JournalRow,
  type PluginUsageValues,
  parseJournalLine,
} from '../record/record.ts';
import { decode } from './decode.ts';
import type { Recorded } from './judge.ts';
import { Known } from './known.ts';
import { type LogFile, storageError } from './log-file.ts';
import { missingBytes, type Owed, owedBy, type Usage } from './owed.ts';
import { LOG_NAMES, type LogName, type Position, SHARED_LOGS, type SharedLog, START } from './position.ts';

export type Files = Readonly<Record<LogName, LogFile>>;

/** `ready`; `owing`: rows of a broken-off group may be owed and come first; `failed`: a sync failed, which is final. */
type State = { kind: 'ready' } | { kind: 'owing'; error: MetricsError } | { kind: 'failed'; error: MetricsError };

/** How much of a log is read at once while following it. */
const CHUNK_BYTES = 8 << 20;
const LINE_FEED = 10;
const QUOTE = 34;

export class Ledger implements Recorded {
  readonly #files: Files;
  readonly #publish: (position: Position) => void;
  readonly #known = new Known();
  /** What callers and questions may rely on: synced, and complete in all four logs. `#known` may have read further. */
  #position: Position = START;
  /** Ends of the shared logs as last read, a line without line feed included: bytes past these are news. */
  readonly #seenEnds: Record<SharedLog, number> = { durations: 0, success_rates: 0, plugin_usage: 0 };
  #state: State = { kind: 'ready' };
  /** Journal rows of a group whose derived rows may be incomplete, and its plugins' totals as of the group's base. */
  #lastGroup: JournalRow[] = [];
  #usageAtBase: Usage | undefined;

  constructor(files: Files, publish: (position: Position) => void) {
    this.#files = files;
    this.#publish = publish;
  }

  get position(): Position {
    return this.#position;
  }

  /** Why nothing can be recorded now; undefined while recording works. */
  get trouble(): MetricsError | undefined {
    return this.#state.kind === 'ready' ? undefined : this.#state.error;
  }

  /** Whether recording may work again in this process. */
  get canResume(): boolean {
    return this.#state.kind === 'owing';
  }

  /** Whether the shared logs hold bytes that have not been read. */
  get hasNews(): boolean {
    return SHARED_LOGS.some(log => this.#files[log].end() !== this.#seenEnds[log]);
  }

  // ---------- What is recorded ----------

  findExecution(executionId: string): Promise<Execution | undefined> {
    return this.#find(this.#known.executions.candidates(executionId), execution => execution.executionId === executionId);
  }

  findByWorkflow(workflowId: string): Promise<Execution | undefined> {
    return this.#find(this.#known.workflows.candidates(workflowId), execution => execution.workflowId === workflowId);
  }

  patternName(patternId: string): string | undefined {
    return this.#known.patternNames.get(patternId);
  }

  /** Where a recorded execution's journal row starts; undefined where there is none. */
  async #find(candidates: number[], fits: (execution: Execution) => boolean): Promise<Execution | undefined> {
    for (const start of candidates) {
      const line = await this.#files.journal.line(start);
      const row = line === undefined ? 'gone' : parseJournalLine(line);
      if (typeof row !== 'string' && fits(row.execution)) return row.execution;
    }
    return undefined;
  }

  // ---------- Writing ----------

  /** Writes one group: when it resolves, every row is durable in every log and the position is published. Only after `makeReady`. */
  async write(executions: Execution[]): Promise<void> {
    const { durations, success_rates, plugin_usage } = this.#known.position;
    const base: Base = { durations, success_rates, plugin_usage };
    let chain = this.#known.chain;
    let end = this.#known.position.journal;
    const lines: Buffer[] = [];
    const rows: JournalRow[] = [];
    for (const execution of executions) {
      const line = formatJournalLine(execution, base, chain);
      const bytes = Buffer.from(`${line}\n`);
      chain = line.slice(-32);
      rows.push({ execution, base, chain, start: end, end: end + bytes.length });
      end += bytes.length;
      lines.push(bytes);
    }
    const owed = owedBy(executions);
    this.#usageAtBase = this.#usageOf(owed);
    await this.#files.journal.append(Buffer.concat(lines));
    await this.#sync('journal');
    await this.#complete(owed, { base, usage: this.#usageAtBase });
    this.#usageAtBase = undefined;
    this.#known.learnJournal(rows);
    this.#known.position = { ...this.#known.position, journal: end };
    this.#advance();
  }

  #usageOf(owed: Owed): Usage {
    const usage = new Map<string, PluginUsageValues>();
    for (const { plugin } of owed.plugin_usage) {
      const latest = this.#known.usage.get(plugin);
      if (latest) usage.set(plugin, latest);
    }
    return usage;
  }

  /**
   * Appends what the shared logs owe since a base, until each log, read back, misses nothing; then syncs them and learns what
   * they hold. `usage`: the totals at the base.
   */
  async #complete(owed: Owed, since: { base: Base; usage: Usage }): Promise<void> {
    const ends = await allOver(SHARED_LOGS.map(log => this.#completeLog(log, owed, since)));
    await allOver(SHARED_LOGS.filter((log, index) => ends[index] !== since.base[log]).map(log => this.#sync(log)));
    for (const [index, log] of SHARED_LOGS.entries()) await this.#learn(log, ends[index] ?? since.base[log]);
  }

  /**
   * Answers the position of the end of the last whole line that was read back. Read before the first write too: totals must go
   * on from a row that another program has appended since the base.
   */
  async #completeLog(log: SharedLog, owed: Owed, since: { base: Base; usage: Usage }): Promise<number> {
    const file = this.#files[log];
    const base = since.base[log];
    for (;;) {
      const tail = await file.read(base, file.end());
      const missing = missingBytes(log, owed, tail, since.usage);
      if (missing.length === 0) return base + tail.lastIndexOf(LINE_FEED) + 1;
      await file.append(missing);
    }
  }

  // ---------- Following what is in the files ----------

  /** Reads on to the end of the last whole line of every shared log, syncs it, and publishes. An end is read before the sync. */
  async #follow(): Promise<void> {
    for (const log of SHARED_LOGS) {
      const end = this.#files[log].end();
      if (end === this.#seenEnds[log]) continue;
      await this.#sync(log);
      await this.#learn(log, end);
      this.#seenEnds[log] = end;
    }
    this.#advance();
  }

  /** Learns the whole lines of a shared log from the known position to `end`. */
  async #learn(log: SharedLog, end: number): Promise<void> {
    if (log === 'durations') this.#move(log, await endOfLines(this.#files[log], this.#known.position[log], end));
    while (this.#known.position[log] < end) {
      const start = this.#known.position[log];
      const bytes = await readLines(this.#files[log], start, end);
      if (bytes.length === 0) return;
      if (log === 'success_rates') this.#known.learnPatterns(decode('success_rates', bytes, start).rows);
      if (log === 'plugin_usage') this.#known.learnUsage(decode('plugin_usage', bytes, start).rows);
      this.#move(log, start + bytes.length);
    }
  }

  #move(log: SharedLog, position: number): void {
    this.#known.position = { ...this.#known.position, [log]: position };
    this.#seenEnds[log] = Math.max(this.#seenEnds[log], position);
  }

  /** Publishes what is known: only called where it is complete and synced. */
  #advance(): void {
    this.#known.position = { ...this.#known.position, chain: this.#known.chainMark };
    this.#position = this.#known.position;
    this.#publish(this.#position);
  }

  // ---------- Opening, and the same work after a failure ----------

  /** Before every group: the files are in place, nothing is owed, and the shared logs are known to their end. */
  async makeReady(): Promise<void> {
    if (this.#state.kind === 'failed') throw this.#state.error;
    for (const log of LOG_NAMES) this.#files[log].checkInPlace(this.#known.position[log]);
    await this.catchUp();
    await this.#closeSharedTails();
  }

  /** Reads the logs on, after the work that a failure left. */
  async catchUp(): Promise<void> {
    if (this.#state.kind === 'failed') return;
    if (this.#state.kind === 'owing' || this.#files.journal.end() !== this.#known.position.journal) await this.settle();
    else await this.#follow();
  }

  /** A last line without line feed is another program's: closed, so that our rows stay whole. */
  async #closeSharedTails(): Promise<void> {
    const open = SHARED_LOGS.filter(log => this.#files[log].end() !== this.#known.position[log]);
    if (open.length === 0) return;
    for (const log of open) await this.#files[log].closeLine();
    await this.#follow();
  }

  /**
   * Brings the logs to where every journal row has all its derived rows, and knowledge with them. Only the last group can be
   * incomplete: none is begun before the one before it is durable. Done twice, or killed half way, it ends the same.
   */
  async settle(): Promise<void> {
    await allOver(LOG_NAMES.map(log => this.#sync(log)));
    await this.#closeJournal();
    await this.#readJournal();
    const base = this.#lastGroup[0]?.base;
    if (base) {
      this.#checkNotCut(base);
      for (const log of SHARED_LOGS) await this.#learn(log, base[log]);
      const owed = owedBy(this.#lastGroup.map(({ execution }) => execution));
      this.#usageAtBase ??= this.#usageOf(owed);
      await this.#complete(owed, { base, usage: this.#usageAtBase });
    }
    this.#lastGroup = [];
    this.#usageAtBase = undefined;
    this.#state = { kind: 'ready' };
    await this.#follow();
    await this.#closeSharedTails();
  }

  /** A torn last line was never acknowledged. It is closed, so that it reads as one line, and judged like any other. */
  async #closeJournal(): Promise<void> {
    const file = this.#files.journal;
    const end = file.end();
    const start = await endOfLines(file, this.#known.position.journal, end);
    if (start === end) return;
    const torn = await file.read(start, end);
    const quotes = torn.reduce((count, byte) => count + (byte === QUOTE ? 1 : 0), 0);
    await file.append(Buffer.from(quotes % 2 === 1 ? '"\n' : '\n'));
    await this.#sync('journal');
  }

  /** Learns the journal from the known position to its end. The last group: the rows at the end that share one base. */
  async #readJournal(): Promise<void> {
    const end = this.#files.journal.end();
    while (this.#known.position.journal < end) {
      const start = this.#known.position.journal;
      const bytes = await readLines(this.#files.journal, start, end);
      if (bytes.length === 0) return;
      const { rows } = decode('journal', bytes, start);
      for (const row of rows) {
        if (!sameBase(this.#lastGroup[0]?.base, row.base)) this.#lastGroup = [];
        this.#lastGroup.push(row);
      }
      this.#known.learnJournal(rows);
      this.#known.position = { ...this.#known.position, journal: start + bytes.length };
    }
  }

  #checkNotCut(base: Base): void {
    for (const log of SHARED_LOGS) {
      const short = base[log] - this.#files[log].end();
      if (short > 0) {
        throw new MetricsError(
          'STORAGE_FAILED',
          `${this.#files[log].path} is ${short} bytes shorter than journal.log says it was: it was cut or badly copied. ` +
            'Recording does not start. Put the whole file back (a backup, the copy’s source) and start again',
        );
      }
    }
  }

  /** A failed sync is final for recording in this process: the kernel may have dropped the pages, and a second one would say ok. */
  async #sync(log: LogName): Promise<void> {
    try {
      await this.#files[log].sync();
    } catch (error) {
      const failure = new MetricsError(
        'STORAGE_FAILED',
        `${this.#files[log].path} could not be synced: ${messageOf(error)}. Nothing more is recorded until the service is restarted`,
        { cause: error },
      );
      this.#state = { kind: 'failed', error: failure };
      throw failure;
    }
  }

  /** What callers are told of an error while writing; whatever it left behind is settled before anything else is written. */
  fail(error: unknown): MetricsError {
    const trouble = storageError(this.#files.journal.path, error);
    if (this.#state.kind !== 'failed') this.#state = { kind: 'owing', error: trouble };
    return this.trouble ?? trouble;
  }
}

/** As Promise.all, but over only when every one is: what is settled after a failure must not meet a write that is still under way. */
async function allOver<Value>(works: readonly Promise<Value>[]): Promise<Value[]> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

/** The whole lines from a position on: about a chunk, or one line where that is longer; empty where none is whole. */
export async function readLines(file: LogFile, from: number, to: number, chunkBytes = CHUNK_BYTES): Promise<Buffer> {
  for (let length = chunkBytes; ; length *= 4) {
    const bytes = await file.read(from, Math.min(to, from + length));
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    if (end > 0 || from + length >= to) return bytes.subarray(0, end);
  }
}

/** The end of the last whole line before `end`, found from behind; `from` where there is none. */
async function endOfLines(file: LogFile, from: number, end: number): Promise<number> {
  for (let to = end; to > from; ) {
    const start = Math.max(from, to - 65_536);
    const feed = (await file.read(start, to)).lastIndexOf(LINE_FEED);
    if (feed !== -1) return start + feed + 1;
    to = start;
  }
  return from;
}

function sameBase(a: Base | undefined, b: Base): boolean {
  return a !== undefined && SHARED_LOGS.every(log => a[log] === b[log]);
}
