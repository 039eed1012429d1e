/**
 * The four append-only CSV logs: the only truth. In flow validated inputs; out flow acknowledgements, and the logs' rows by
 * position for everything that follows them.
 *
 * What always holds:
 * - An acknowledged execution is durable in all its logs, exactly once, whatever is killed and whenever.
 * - The logs are only ever appended to; archiving moves them whole, and positions go on. What is no row stays where it is and is listed.
 * - A position never covers a byte that is not synced, nor part of a line; what it covers never changes.
 * - Other programs may append to the three shared logs at any time; their whole rows count like ours.
 * - One process owns a directory; a second one gets an error that names the first.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { MetricsError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { checkExecutionInput, type Execution, type ExecutionInput } from '../record/record.ts';
import { finishArchiving } from './archive.ts';
import { type ArchiveOutcome, Archiver } from './archiver.ts';
import { CheckpointFile } from './checkpoints.ts';
import { closeFiles, type Files, openFiles } from './files.ts';
import { Ledger } from './ledger.ts';
import { storageError, syncDirectory } from './log-file.ts';
import { Ownership } from './owner.ts';
import type { LogName, Position } from './position.ts';
import { ReadAhead } from './read-ahead.ts';
import { StoredRows } from './stored-rows.ts';
import type { ColumnStretch, RunStretch, Stretch } from './stretch.ts';
import { type Outcome, Writer } from './writer.ts';

export type { ArchiveOutcome } from './archiver.ts';
export { carriable } from './carry.ts';
export type { DurationsColumns } from './durations-columns.ts';
export { aligned, FrameFile } from './frame-file.ts';
export type { JournalColumns } from './journal-columns.ts';
export { LogReader, type ReadLine } from './log-reader.ts';
export { OwnedError, ownerOf } from './owner.ts';
export {
  bytesBetween,
  formatPosition,
  LOG_NAMES,
  type LogName,
  type Position,
  parsePosition,
  reaches,
  SHARED_LOGS,
  type SharedLog,
  START,
} from './position.ts';
export { ReadOnlyLog } from './read-only-log.ts';
export { appendable, repairLogs } from './repair.ts';
export type { ColumnStretch, RowRange, RunStretch, Stretch } from './stretch.ts';
export type { SuccessRatesColumns } from './success-rates-columns.ts';
export type { TextList } from './text-list.ts';
export { Turns } from './turns.ts';
export { type Verified, verifyLogs } from './verify.ts';
export type { Finding } from './verify-finding.ts';
export type { Acknowledgement, Outcome } from './writer.ts';

export type LogOptions = Readonly<{
  /** Created when missing. */
  directory: string;
  /** Where knowledge of the logs is saved, so that the next opening is quick; may be deleted. `.state` in `directory` unless set. */
  stateDirectory?: string;
  /** `yearly`: what is there is archived before our first row of a later year. Only by `archive()` unless set. */
  archive?: 'never' | 'yearly';
  /** The program of `learning-thread.ts`: gigabytes that no saved knowledge covers are read by a thread of their own. Here unless set. */
  learningThread?: URL;
  logger: Logger;
  /** Milliseconds since 1970. */
  clock: () => number;
}>;

/** Calls of `record` since the log was opened, rehearsals aside. */
export type Counts = { accepted: number; duplicates: number; refused: number; since: number };

/** How much of each log a stretch holds unless asked otherwise, in bytes. */
const STRETCH_BYTES = 4 << 20;

export class Log {
  readonly directory: string;
  #ready = Promise.resolve();
  #ownsState = false;
  readonly #files: Files;
  readonly #rows: StoredRows;
  readonly #ownership: Ownership;
  readonly #checkpoints: CheckpointFile | undefined;
  readonly #ledger: Ledger;
  readonly #archiver: Archiver;
  readonly #writer: Writer;
  readonly #clock: () => number;
  readonly #listeners = new Set<(position: Position) => void>();
  readonly #counts: Counts;

  private constructor({ files, checkpoints, ownership }: Parts, { directory, archive, learningThread, logger, clock }: LogOptions) {
    this.directory = directory;
    this.#files = files;
    const ahead = new ReadAhead();
    this.#rows = new StoredRows(files, ahead);
    this.#ownership = ownership;
    this.#clock = clock;
    this.#counts = { accepted: 0, duplicates: 0, refused: 0, since: clock() };
    this.#checkpoints = checkpoints;
    const thread = learningThread && { program: learningThread, directory };
    const publish = (position: Position) => this.#announce(position);
    this.#ledger = new Ledger({ files, checkpoints, learningThread: thread, ahead, logger, publish });
    this.#archiver = new Archiver({ directory, files, ledger: this.#ledger, yearly: archive === 'yearly', logger, clock });
    this.#writer = new Writer(this.#ledger, this.#archiver, logger);
  }

  /**
   * Takes ownership, creates what is missing, completes what a killed process left incomplete, and answers the log ready to
   * record; without room for that, ready to be read, and recording begins once there is some (`trouble` says so). Throws
   * OwnedError, or STORAGE_FAILED and STORAGE_FULL with what to do.
   */
  static async open(options: LogOptions): Promise<Log> {
    const log = await Log.take(options);
    try {
      await log.ready;
      return log;
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  /**
   * As `open`, but answers the log before it is `ready`: its position moves on, and what lies before it can be read, while the logs are still
   * being learned.
   */
  static async take(options: LogOptions): Promise<Log> {
    const directory = resolve(options.directory);
    const ownership = await makeDirectory(directory)
      .then(() => Ownership.take(directory, options.clock()))
      .catch(error => Promise.reject(storageError(directory, error)));
    let files: Files | undefined;
    try {
      await finishArchiving(directory);
      files = await openFiles(directory);
      await syncDirectory(directory);
      const checkpoints = await openCheckpoints(options.stateDirectory ?? join(directory, '.state'), options.logger);
      const log = new Log({ files, checkpoints, ownership }, { ...options, directory });
      log.#ownsState = await log.#ledger.restore();
      log.#ready = log.#writer.begin().catch(error => Promise.reject(storageError(directory, error)));
      // Whoever waits for it is told.
      log.#ready.catch(() => undefined);
      return log;
    } catch (error) {
      if (files) await closeFiles(files);
      await ownership.release();
      throw storageError(directory, error);
    }
  }

  /** Resolves once the logs are ready to record, or to be read alone (`trouble` says so); rejects as `open` throws. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /**
   * Whether what the state directory held at opening was of these logs: digests of their bytes say so. What else is derived and
   * stands there is to be trusted only then.
   */
  get ownsState(): boolean {
    return this.#ownsState;
  }

  // ---------- Recording ----------

  /**
   * Validates and records inputs, in order; one outcome an input. An error of one concerns only that one. Answers when every
   * accepted one is durable in all its logs.
   */
  async record(inputs: readonly unknown[]): Promise<Outcome[]> {
    const outcomes = await Promise.all(inputs.map(input => settled(this.#check(input), valid => this.#writer.record(valid))));
    for (const outcome of outcomes) {
      if (outcome instanceof MetricsError) this.#counts.refused++;
      else if (outcome.duplicate) this.#counts.duplicates++;
      else this.#counts.accepted++;
    }
    return outcomes;
  }

  /** Validates and judges inputs as `record` would, and writes nothing. */
  async rehearse(inputs: readonly unknown[]): Promise<Outcome[]> {
    const parsed = inputs.map(input => this.#check(input));
    const valid = parsed.filter((input): input is ExecutionInput => !(input instanceof MetricsError));
    const outcomes = (await this.#writer.rehearse(valid)).values();
    return parsed.map(input => (input instanceof MetricsError ? input : (outcomes.next().value as Outcome)));
  }

  #check(input: unknown): ExecutionInput | MetricsError {
    return checkExecutionInput(input, this.#clock());
  }

  get counts(): Readonly<Counts> {
    return this.#counts;
  }

  /** Why nothing can be recorded now; undefined while recording works. */
  get trouble(): MetricsError | undefined {
    return this.#archiver.failure ?? this.#ledger.trouble;
  }

  /** Archives the year of the live logs if it is over. Positions and answers stay as they are. */
  archive(): Promise<ArchiveOutcome> {
    return this.#writer.archive();
  }

  /** The archived years, oldest first. */
  get archivedYears(): readonly number[] {
    return this.#archiver.years;
  }

  /** Tells other programs that read the lock file where this owner serves. */
  announceUrl(url: string): Promise<void> {
    return this.#ownership.announce(url);
  }

  // ---------- Reading ----------

  /** What callers and questions may rely on: synced and complete in all four logs. */
  get position(): Position {
    return this.#ledger.position;
  }

  /** The position once it covers every whole line that other programs had appended when this was called. */
  upToDate(): Promise<Position> {
    return this.#writer.upToDate();
  }

  /** Calls back after every move of the position; answers how to stop. */
  onAdvance(listener: (position: Position) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #announce(position: Position): void {
    for (const listener of this.#listeners) listener(position);
  }

  find(executionId: string): Promise<Execution | undefined> {
    return this.#ledger.findExecution(executionId);
  }

  /** The executions whose journal rows start at positions, in the same order. Rows that stand near each other are read at once. */
  async executionsAt(starts: readonly number[]): Promise<Execution[]> {
    const known = starts.map(start => this.#ledger.recent.executionAt(start));
    if (!known.includes(undefined)) return known as Execution[];
    const read = (await this.#rows.executionsAt(starts.filter((_, place) => !known[place]))).values();
    return known.map(execution => execution ?? (read.next().value as Execution));
  }

  /** The rows from a position on, up to `to` and at most about `maxBytes` of each log, always at whole lines. */
  async read(from: Position, to: Position, maxBytes = STRETCH_BYTES): Promise<Stretch> {
    return this.#ledger.recent.read(from, to, maxBytes) ?? this.#rows.read(from, to, maxBytes);
  }

  /** As `read`, for who counts: rows as columns, executions in short, unless the rows are at hand. */
  async readColumns(from: Position, to: Position, maxBytes: number): Promise<Stretch | ColumnStretch> {
    return this.#ledger.recent.read(from, to, maxBytes) ?? this.#rows.readColumns(from, to, maxBytes);
  }

  /** As `read`, for who judges runs, unless the rows are at hand. */
  async readRuns(from: Position, to: Position, maxBytes: number): Promise<Stretch | RunStretch> {
    return this.#ledger.recent.read(from, to, maxBytes) ?? this.#rows.readRuns(from, to, maxBytes);
  }

  /** The file that holds a position of a log now, within the directory: `durations.log`, or `archive/2025/durations.log`. */
  fileAt(log: LogName, position: number): string {
    return this.#rows.fileAt(log, position);
  }

  /** Throws POSITION_UNKNOWN unless these logs reach the position, at the end of a line in each, with its chain. */
  checkPosition(position: Position): Promise<void> {
    return this.#rows.checkPosition(position, this.position);
  }

  /** What the files hold: bytes on disk, header included. */
  fileSizes(): Record<LogName, number> {
    return eachLog(log => this.#files[log].bytes());
  }

  // ---------- Ending ----------

  /** Commits what waits, then closes the files and gives up ownership. */
  async close(): Promise<void> {
    await this.#writer.close();
    this.#ledger.close();
    await this.#checkpoints?.close();
    await closeFiles(this.#files);
    await this.#ownership.release();
  }
}

/** Makes the directory where it is missing, with the folders above it, and their names durable. */
async function makeDirectory(directory: string): Promise<void> {
  // Asked again alone after a failure: the recursive one tells a read-only disk as a folder that is missing.
  const first = await mkdir(directory, { recursive: true }).catch(() => mkdir(directory).then(() => directory));
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made));
}

type Parts = Readonly<{ files: Files; checkpoints: CheckpointFile | undefined; ownership: Ownership }>;

/** Nothing depends on checkpoints but time: without them (a full disk, a folder that cannot be written) the logs open all the same. */
function openCheckpoints(stateDirectory: string, logger: Logger): Promise<CheckpointFile | undefined> {
  return CheckpointFile.open(join(stateDirectory, 'log', 'checkpoints')).catch(error => {
    logger.warn({ error }, 'checkpoints cannot be kept: every start reads the logs from the beginning');
    return undefined;
  });
}

function eachLog<Value>(make: (log: LogName) => Value): Record<LogName, Value> {
  return {
    journal: make('journal'),
    durations: make('durations'),
    success_rates: make('success_rates'),
    plugin_usage: make('plugin_usage'),
  };
}

function settled(parsed: ExecutionInput | MetricsError, record: (input: ExecutionInput) => Promise<Outcome>): Outcome | Promise<Outcome> {
  return parsed instanceof MetricsError ? parsed : record(parsed);
}
