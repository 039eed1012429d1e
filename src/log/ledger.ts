/**
 * The four files and what is known of them, brought forward together: written, completed, read on and synced. Every method that
 * changes anything is called by one caller at a time (`Writer` sees to that).
 */
import { hash } from 'node:crypto';
import { MetricsError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { type Base, type Execution, formatPluginUsageLine, parseJournalLine } from '../record/record.ts';
import { allOver } from './all-over.ts';
import { type Checkpoint, type CheckpointFile, goesOn } from './checkpoints.ts';
import type { Files } from './files.ts';
import { journalRows } from './group.ts';
import { learnedFrom } from './journal-scan.ts';
import type { Recorded } from './judge.ts';
import { Known } from './known.ts';
import { type LastGroup, Learner } from './learner.ts';
import { learnedAside } from './learning.ts';
import { storageError } from './log-file.ts';
import { linesToBytes, missingBytes, type Owed, owedBy, owedUsage } from './owed.ts';
import { formatPosition, LOG_NAMES, type LogName, type Position, SHARED_LOGS, type SharedLog, START } from './position.ts';
import type { ReadAhead } from './read-ahead.ts';
import { Recent, type Written } from './recent.ts';
import { endOfLines } from './whole-lines.ts';

/** `ready`; `owing`: rows of a broken-off group may be owed and come first; `failed`: a sync failed, which is final. */
type State = { kind: 'ready' } | { kind: 'owing'; error: MetricsError } | { kind: 'failed'; error: MetricsError };

/** Of the journal: reading as much takes seconds, and whoever waits is told. */
const MUCH_MEGABYTES = 100;
/** How often a row is written again that other programs' writes have split. */
const MAX_TRIES = 100;
const LINE_FEED = 10;
const QUOTE = 34;

export type LedgerOptions = Readonly<{
  files: Files;
  /** Where knowledge is saved; without it every opening reads the logs from the beginning. */
  checkpoints: CheckpointFile | undefined;
  /** Learns what is much, from the logs in a directory; without it this thread does. */
  learningThread: Readonly<{ program: URL; directory: string }> | undefined;
  logger: Logger;
  /** Takes what the thread has read. */
  ahead: ReadAhead;
  /** Told every new position. */
  publish: (position: Position) => void;
}>;

export class Ledger implements Recorded {
  readonly #files: Files;
  readonly #logger: Logger;
  readonly #publish: (position: Position) => void;
  readonly recent = new Recent();
  readonly #learningThread: LedgerOptions['learningThread'];
  readonly #ahead: ReadAhead;
  #checkpoints: CheckpointFile | undefined;
  readonly #known = new Known();
  readonly #learner: Learner;
  /** What callers and questions may rely on: synced, and complete in all four logs. `#known` may have read further. */
  #position: Position = START;
  /** Ends of the shared logs as last read, a line without line feed included, or as we wrote them. */
  readonly #seenEnds: Record<SharedLog, number> = { durations: 0, success_rates: 0, plugin_usage: 0 };
  #state: State = { kind: 'ready' };

  constructor({ files, checkpoints, learningThread, ahead, logger, publish }: LedgerOptions) {
    this.#files = files;
    this.#learningThread = learningThread;
    this.#ahead = ahead;
    this.#learner = new Learner(files, this.#known);
    this.#checkpoints = checkpoints;
    this.#logger = logger;
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

  /** Whether the shared logs hold bytes of other programs that have not been read. */
  get hasNews(): boolean {
    return SHARED_LOGS.some(log => this.#files[log].end() !== this.#seenEnd(log));
  }

  /** Bytes past this are news. */
  #seenEnd(log: SharedLog): number {
    return Math.max(this.#seenEnds[log], this.#known.position[log]);
  }

  // ---------- What is recorded ----------

  findExecution(executionId: string): Promise<Execution | undefined> {
    return this.#find(executionId, execution => execution.executionId === executionId);
  }

  findByWorkflow(workflowId: string): Promise<Execution | undefined> {
    return this.#find(workflowId, execution => execution.workflowId === workflowId);
  }

  /** The latest `completedAt` of all executions, milliseconds since 1970; undefined without any. */
  get newest(): number | undefined {
    return this.#known.newest;
  }

  /** The latest totals of every plugin. */
  get usage(): Known['usage'] {
    return this.#known.usage;
  }

  patternName(patternId: string): string | undefined {
    return this.#known.patternNames.get(patternId);
  }

  async #find(id: string, fits: (execution: Execution) => boolean): Promise<Execution | undefined> {
    for (const start of this.#known.candidates(id)) {
      const line = await this.#files.journal.line(start);
      const row = line === undefined ? 'gone' : parseJournalLine(line);
      if (typeof row !== 'string' && fits(row.execution)) return row.execution;
    }
    return undefined;
  }

  // ---------- Writing ----------

  /** Writes one group: when it resolves, every row is durable in every log and the position is published. Only after `makeReady`. */
  async write(executions: Execution[]): Promise<void> {
    const from = this.#position;
    const { durations, success_rates, plugin_usage, journal: start } = this.#known.position;
    const base: Base = { durations, success_rates, plugin_usage };
    const { rows, bytes } = journalRows(executions, { base, chain: this.#known.chain, start });
    await this.#files.journal.append(bytes);
    await this.#sync('journal');
    const alone = await this.#complete(owedBy(executions), base);
    this.#known.learnJournal(learnedFrom(rows), bytes);
    this.#advance();
    if (alone) this.recent.add({ from, to: this.#position, journal: rows, ...alone });
  }

  /**
   * Appends what the shared logs owe since a base, where knowledge of them ends, until each log, read back, misses nothing; then
   * syncs them and learns what they hold. Where that is what was owed and nothing else: the totals written, and the lengths of
   * all lines.
   */
  async #complete(owed: Owed, base: Base): Promise<Pick<Written, 'usage' | 'lengths'> | undefined> {
    const usage = owedUsage(owed, this.#known.usage);
    const lines = { ...owed, plugin_usage: usage.map(formatPluginUsageLine) };
    const completed = await allOver(SHARED_LOGS.map(log => this.#completeLog(log, { owed, lines: lines[log], base: base[log] })));
    await allOver(SHARED_LOGS.filter((_, index) => completed[index]?.bytes.length !== 0).map(log => this.#sync(log)));
    for (const [index, log] of SHARED_LOGS.entries()) this.#known.learn(log, completed[index]?.bytes ?? Buffer.alloc(0));
    if (!completed.every(({ alone }) => alone)) return undefined;
    return {
      usage,
      lengths: {
        durations: lengthsOf(lines.durations),
        success_rates: lengthsOf(lines.success_rates),
        plugin_usage: lengthsOf(lines.plugin_usage),
      },
    };
  }

  /**
   * Answers the whole lines from the base on, and whether they are the owed ones alone. Looks before the first write too: totals
   * must go on from a row that another program has appended since the base.
   */
  async #completeLog(
    log: SharedLog,
    { owed, lines, base }: { owed: Owed; lines: readonly string[]; base: number },
  ): Promise<{ bytes: Buffer; alone: boolean }> {
    const file = this.#files[log];
    if (file.end() === base) {
      const bytes = linesToBytes(lines);
      await file.append(bytes);
      // As long as what was written: nobody else's bytes can be between. No question waits for these to be synced.
      if (file.end() === base + bytes.length) {
        this.#seenEnds[log] = base + bytes.length;
        return { bytes, alone: true };
      }
    }
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const tail = await file.read(base, file.end());
      const missing = missingBytes(log, owed, tail, this.#known.usage);
      if (missing.length === 0) return { bytes: tail.subarray(0, tail.lastIndexOf(LINE_FEED) + 1), alone: false };
      await file.append(missing);
    }
    throw new MetricsError(
      'STORAGE_FAILED',
      `${file.path}: rows were written ${MAX_TRIES} times and split each time by another program's writes`,
    );
  }

  // ---------- Following what is in the files ----------

  /** Reads on to the end of the last whole line of every shared log, syncs it, and publishes. An end is read before the sync. */
  async #follow(): Promise<void> {
    for (const log of SHARED_LOGS) {
      const end = this.#files[log].end();
      if (end === this.#seenEnd(log)) continue;
      await this.#sync(log);
      await this.#learner.to(log, end);
      this.#seenEnds[log] = end;
    }
    this.#advance();
  }

  /** Publishes what is known: only called where it is complete and synced. */
  #advance(): void {
    this.#position = this.#known.position;
    this.#saveWhenDue();
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
    const { rows, bytes } = await this.#learnToLastGroup();
    const base = rows[0]?.base;
    if (base) {
      await this.#learner.toBase(base);
      await this.#complete(owedBy(rows.map(({ execution }) => execution)), base);
    }
    this.#known.learnJournal(learnedFrom(rows), bytes);
    this.#state = { kind: 'ready' };
    await this.#follow();
    await this.#closeSharedTails();
  }

  /** Publishes what is complete already, for readers, where `settle` failed on the rest. */
  async showComplete(): Promise<void> {
    await this.#learnToLastGroup();
    this.#advance();
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

  /** Learns all four logs up to the journal's last group, and answers that. Only once they are synced. */
  async #learnToLastGroup(): Promise<LastGroup> {
    const megabytes = Math.round(this.#learner.unread / (1 << 20));
    if (megabytes >= MUCH_MEGABYTES) {
      this.#logger.info({ megabytes }, 'reading what no checkpoint covers: a second for each 100 MB');
      await this.#learnAside();
    }
    return this.#learner.toLastGroup(() => this.#saveWhenDue());
  }

  /** Publishes on the way, so that whoever follows the logs need not wait for the end. What the thread leaves is for this one. */
  async #learnAside(): Promise<void> {
    if (!this.#learningThread || this.#known.unsavedBytes > 0) return;
    const { program, directory } = this.#learningThread;
    const learned: Checkpoint[] = [];
    try {
      for await (const { checkpoint, parts } of learnedAside(program, { directory, from: this.#known.resumePoint })) {
        learned.push(checkpoint);
        this.#ahead.add(parts);
        this.#keep(checkpoint);
        this.#position = checkpoint.to;
        this.#publish(this.#position);
      }
    } catch (error) {
      this.#logger.warn({ error }, 'the thread that reads the logs has failed: its work is gone on with here');
    }
    // All at once: each part of the id table grows once.
    this.#known.apply(learned);
  }

  // ---------- Knowledge saved ----------

  /** Knows what the checkpoints say, and answers whether they are of these logs. Before the first `settle`. */
  async restore(): Promise<boolean> {
    const checkpoints = this.#checkpoints;
    if (!checkpoints) return false;
    const read: Checkpoint[] = [];
    for await (const checkpoint of checkpoints.read()) {
      if (!goesOn(checkpoint.from, read.at(-1)?.to ?? this.#known.position)) break;
      read.push(checkpoint);
    }
    const last = read.at(-1);
    if (!last) return false;
    if (await this.#holds(last)) {
      this.#known.apply(read);
      return true;
    }
    this.#logger.warn({ position: formatPosition(last.to) }, 'the checkpoints are of other logs, or the logs were changed: read anew');
    await checkpoints.clear();
    return false;
  }

  /** Whether the logs hold what a checkpoint read. */
  async #holds({ from, to, digests }: Checkpoint): Promise<boolean> {
    for (const log of LOG_NAMES) {
      if (this.#files[log].end() < to[log]) return false;
      if (hash('sha256', await this.#files[log].read(from[log], to[log])) !== digests[log]) return false;
    }
    return true;
  }

  #saveWhenDue(): void {
    if (this.#known.isCheckpointDue) this.#keep(this.#known.takeCheckpoint());
  }

  /** In the background: a checkpoint that is not written costs the next opening time, and nothing else. */
  #keep(checkpoint: Checkpoint): void {
    this.#checkpoints?.append(checkpoint).catch(error => {
      this.#logger.warn({ error }, 'a checkpoint could not be written: the next start reads more of the logs');
      this.#checkpoints = undefined;
    });
  }

  /** Saves what is known. */
  close(): void {
    if (this.#state.kind === 'ready' && this.#known.unsavedBytes > 0) this.#keep(this.#known.takeCheckpoint());
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

/** In bytes, line feeds included. */
function lengthsOf(lines: readonly string[]): Uint32Array {
  return Uint32Array.from(lines, line => Buffer.byteLength(line) + 1);
}
