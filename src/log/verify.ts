/** Reads everything that the logs hold, once and in order, and tells what is lost, changed or doubled. It writes nothing. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { closeFiles, type Files, openFilesForReading } from './files.ts';
import { owedBy } from './owed.ts';
import { ownerOf } from './owner.ts';
import { LOG_NAMES, type LogName, type SharedLog, START } from './position.ts';
import { checkArchives } from './verify-archives.ts';
import { checkDigests } from './verify-digests.ts';
import { Places, type Report } from './verify-finding.ts';
import { type Group, JournalCheck } from './verify-journal.ts';
import { type Missing, OwedLines, OwedTotals } from './verify-owed.ts';
import { type OwedGroup, SharedCheck } from './verify-shared.ts';

export type VerifyOptions = Readonly<{
  directory: string;
  /** Told of every finding, in no promised order. */
  report: Report;
  /** Bytes read of bytes to read. */
  progress?: (done: number, total: number) => void;
  /** As in `LogOptions`: the digests of blocks are there. */
  stateDirectory?: string;
}>;

/** What was read: rows and bytes of each log, digests compared, archived files compared. */
export type Verified = Readonly<{
  rows: Record<LogName, number>;
  bytes: number;
  digests: number;
  archivedFiles: number;
  /** Rows that a shared log misses. */
  missing: Readonly<Record<SharedLog, readonly Missing[]>>;
}>;

/** A running service completes its last group within this time, unless it is stopped or its disk is full. */
const PATIENCE_MS = 5000;
const PAUSE_MS = 100;
const NOTHING_OWED = owedBy([]);

/** Throws STORAGE_FAILED where the logs cannot be opened. */
export async function verifyLogs({ directory, report, progress, stateDirectory }: VerifyOptions): Promise<Verified> {
  const files = await openFilesForReading(directory);
  try {
    const walk = new Walk(files, report, directory);
    const total = LOG_NAMES.reduce((sum, log) => sum + files[log].end(), 0);
    const missing = await walk.run(done => progress?.(Math.min(done, total), total));
    const digests = await checkDigests(files, join(stateDirectory ?? join(directory, '.state'), 'log', 'checkpoints'), report);
    return { rows: walk.rows, bytes: total, digests, archivedFiles: await checkArchives(directory, report), missing };
  } finally {
    await closeFiles(files);
  }
}

/** One walk through the journal, with the three shared logs beside it. */
class Walk {
  readonly #files: Files;
  readonly #report: Report;
  readonly #directory: string;
  readonly #journal: JournalCheck;
  readonly #durations: OwedLines;
  readonly #success: OwedLines;
  readonly #totals: OwedTotals;
  readonly #checks: readonly [SharedCheck<'durations'>, SharedCheck<'success_rates'>, SharedCheck<'plugin_usage'>];
  /** Workflows of the lines behind the journal's last row, and those of which durations.log has rows. */
  #suspects = new Set<string>();
  readonly #left = new Set<string>();

  constructor(files: Files, report: Report, directory: string) {
    this.#files = files;
    this.#report = report;
    this.#directory = directory;
    this.#journal = new JournalCheck(files.journal, report);
    const placeOf = (log: SharedLog) => {
      const places = new Places(files[log]);
      return (position: number) => places.of(position);
    };
    this.#durations = new OwedLines('durations', { report, placeOf: placeOf('durations'), isOurs: row => this.#isOurs(row) });
    this.#success = new OwedLines('success_rates', { report, placeOf: placeOf('success_rates'), isOurs: async () => false });
    this.#totals = new OwedTotals({ report, placeOf: placeOf('plugin_usage') });
    this.#checks = [
      new SharedCheck(files.durations, { log: 'durations', report, begin: group => this.#durations.begin(group) }),
      new SharedCheck(files.success_rates, { log: 'success_rates', report, begin: group => this.#success.begin(group) }),
      new SharedCheck(files.plugin_usage, { log: 'plugin_usage', report, begin: group => this.#totals.begin(group) }),
    ];
  }

  get rows(): Record<LogName, number> {
    const [durations, success_rates, plugin_usage] = this.#checks;
    return { journal: this.#journal.rows, durations: durations.rows, success_rates: success_rates.rows, plugin_usage: plugin_usage.rows };
  }

  async #isOurs(row: { start: number; workflowId?: string }): Promise<boolean> {
    const workflowId = row.workflowId ?? '';
    if (this.#suspects.has(workflowId)) this.#left.add(workflowId);
    return this.#journal.isOurs(workflowId, row.start);
  }

  async run(progress: (done: number) => void): Promise<Record<SharedLog, Missing[]>> {
    await this.#journal.checkHeader();
    for (const check of this.#checks) await check.checkHeader();
    let begun = false;
    for await (const group of this.#journal.groups(this.#files.journal.end())) {
      if (!begun) await this.#takeFirst(group.base);
      begun = true;
      await this.#take(group, this.#journal.openGroup?.base);
      progress(this.#read());
    }
    const last = this.#journal.openGroup;
    if (!begun) await this.#takeFirst(last?.base);
    if (last) await this.#takeLast(last);
    progress(Number.POSITIVE_INFINITY);
    return this.#missing();
  }

  /** Behind bytes that were put in or taken out nothing can be appended: the file has to be put back first. */
  #missing(): Record<SharedLog, Missing[]> {
    const missing = { durations: this.#durations.finish(), success_rates: this.#success.finish(), plugin_usage: this.#totals.finish() };
    for (const { log, isInPlace } of this.#checks) {
      if (!isInPlace) missing[log] = missing[log].map(row => ({ ...row, append: undefined }));
    }
    return missing;
  }

  #read(): number {
    return this.#checks.reduce((sum, { position }) => sum + position, this.#journal.position);
  }

  /** What stood in the shared logs before anything was recorded. */
  async #takeFirst(next: Group['base'] | undefined): Promise<void> {
    for (const check of this.#checks) await check.take({ base: START, owed: NOTHING_OWED, certain: true }, next?.[check.log]);
  }

  async #take(group: Group, next: Group['base'] | undefined): Promise<void> {
    const owed = owedGroup(group);
    for (const check of this.#checks) await check.take(owed, next?.[check.log]);
  }

  // ---------- The last group, which a running service may be writing ----------

  async #takeLast(last: Group): Promise<void> {
    const owner = await ownerOf(this.#directory);
    const next = owner ? await this.#awaitComplete(last) : undefined;
    if (next === 'incomplete') {
      const place = await new Places(this.#files.journal).of(last.start);
      const message = `left out: the group of rows from this line on is still being written by process ${owner?.pid} on ${owner?.host}`;
      this.#report({ severity: 'note', ...place, message });
      return;
    }
    // Behind the next group's beginning, and in a line that is not over, a running service is writing.
    const ending = next === undefined ? (await this.#journal.ending()).filter(({ isOver }) => isOver || !owner) : [];
    this.#suspects = new Set(ending.map(({ workflowId }) => workflowId));
    await this.#take({ ...last, certain: last.certain && !ending.some(({ wasWhole }) => wasWhole) }, next);
    for (const line of ending) await this.#journal.judge(line, this.#left.has(line.workflowId));
  }

  /** Reads on until all is there that the group owes; answers the base of the group after it, once one has come. */
  async #awaitComplete(last: Group): Promise<Group['base'] | 'incomplete' | undefined> {
    for (const deadline = Date.now() + PATIENCE_MS; ; await pause(PAUSE_MS)) {
      for await (const over of this.#journal.groups(this.#files.journal.end())) {
        if (over === last) return this.#journal.openGroup?.base;
      }
      if (!(await this.#misses(last))) return undefined;
      if (Date.now() > deadline) return 'incomplete';
    }
  }

  async #misses(group: Group): Promise<boolean> {
    const owed = owedGroup(group);
    for (const check of this.#checks) if ((await check.missingOf(owed, undefined)) > 0) return true;
    return false;
  }
}

function owedGroup({ base, executions, certain }: Group): OwedGroup {
  return { base, owed: owedBy(executions), certain };
}
