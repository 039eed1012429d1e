/** When the owner archives: at the turn of a year where that is asked for, and when it is told to. Always in the writer's turn. */
import { MetricsError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Execution } from '../record/record.ts';
import { archiveYear } from './archive.ts';
import { decode } from './decode.ts';
import type { Files } from './files.ts';
import type { Ledger } from './ledger.ts';
import { LOG_NAMES, SHARED_LOGS, type SharedLog } from './position.ts';
import { archivedFile, type SealedYear, sealedYears, unsealedYear } from './sealed.ts';
import { chunks } from './whole-lines.ts';

/** What was archived, or why nothing was. */
export type ArchiveOutcome = SealedYear | Readonly<{ year: undefined; reason: string }>;

export type ArchiverOptions = Readonly<{
  directory: string;
  files: Files;
  ledger: Ledger;
  /** Whether the first row of a later year archives what is there. */
  yearly: boolean;
  logger: Logger;
  /** Milliseconds since 1970. */
  clock: () => number;
}>;

export class Archiver {
  readonly #options: ArchiverOptions;
  readonly #years: number[];
  /** A year whose archiving broke off in this process: it is ended before anything else is written. */
  #unfinished: number | undefined;
  #failure: MetricsError | undefined;

  constructor(options: ArchiverOptions) {
    this.#options = options;
    this.#years = sealedYears(options.directory).map(({ year }) => year);
  }

  /** Oldest first. */
  get years(): readonly number[] {
    return this.#years;
  }

  /** Why archiving broke off half way; nothing is recorded until it is ended. */
  get failure(): MetricsError | undefined {
    return this.#failure;
  }

  /** Goes on with what broke off. A disk that was full is tried again; whatever else failed, the next start ends. */
  async resume(): Promise<void> {
    if (this.#unfinished === undefined) return;
    if (this.#failure && !this.#failure.retryable) throw this.#failure;
    await this.#archive(this.#unfinished);
  }

  /** Before executions are written. Answers whether it has archived: the logs are then to be read on. */
  async turnYear(executions: readonly Execution[]): Promise<boolean> {
    if (!this.#options.yearly) return false;
    const next = executions.reduce((latest, { completedAt }) => Math.max(latest, yearOf(completedAt)), -1);
    const live = await this.#liveYear();
    if (live === undefined || live >= next) return false;
    try {
      await this.#archive(live);
      return true;
    } catch (error) {
      if (this.#unfinished !== undefined) throw error;
      this.#options.logger.error({ error, year: live }, 'archiving could not begin: recording goes on in the same files');
      return false;
    }
  }

  /** Archives the year of the live logs if it is over. */
  async archive(): Promise<ArchiveOutcome> {
    const year = await this.#liveYear();
    const last = this.#years.at(-1);
    if (year === undefined) {
      const reason =
        last === undefined ? 'the logs hold no rows yet' : `the live logs hold no rows of a year after ${last}, which is archived`;
      return { year, reason };
    }
    if (year >= yearOf(this.#options.clock())) {
      return {
        year: undefined,
        reason: `the live logs have reached ${year}, which is not over (ARCHIVE=yearly archives at the turn of the year)`,
      };
    }
    return this.#archive(year);
  }

  /** The year of the newest timestamp in the live journal, or without one in the shared logs, if it comes after the archived ones. */
  async #liveYear(): Promise<number | undefined> {
    const { files, ledger } = this.#options;
    const last = this.#years.at(-1) ?? -1;
    const journal = ledger.newest === undefined ? -1 : yearOf(ledger.newest);
    if (journal > last) return journal;
    if (files.journal.end() > files.journal.liveStart) return undefined;
    const shared = await Promise.all(SHARED_LOGS.map(log => this.#newestIn(log)));
    const newest = shared.reduce<number>(
      (latest, seconds) => (seconds === undefined ? latest : Math.max(latest, yearOf(seconds * 1000))),
      -1,
    );
    return newest > last ? newest : undefined;
  }

  /** The newest timestamp of a live file, in seconds since 1970; undefined where it has none. */
  async #newestIn(log: SharedLog): Promise<number | undefined> {
    const file = this.#options.files[log];
    let newest: number | undefined;
    for await (const { start, bytes } of chunks(file, file.liveStart, file.end())) {
      for (const { timestamp } of decode(log, bytes, start).rows) newest = Math.max(newest ?? timestamp, timestamp);
    }
    return newest;
  }

  async #archive(year: number): Promise<SealedYear> {
    const { directory, files, ledger, logger } = this.#options;
    try {
      const upTo = ledger.position.plugin_usage - files.plugin_usage.liveStart;
      const sealed = await archiveYear(directory, year, { usage: ledger.usage, upTo });
      this.#unfinished = year;
      for (const log of LOG_NAMES) await files[log].goOn({ file: archivedFile(year, log), extent: sealed.logs[log] });
      this.#unfinished = undefined;
      this.#failure = undefined;
      this.#years.push(year);
      logger.info({ year }, 'archived');
      return sealed;
    } catch (error) {
      if (unsealedYear(directory) === year) this.#unfinished = year;
      if (this.#unfinished !== undefined) this.#failure = failureOf(error);
      throw error;
    }
  }
}

function yearOf(milliseconds: number): number {
  return new Date(milliseconds).getUTCFullYear();
}

function failureOf(error: unknown): MetricsError {
  return error instanceof MetricsError ? error : new MetricsError('STORAGE_FAILED', messageOf(error), { cause: error });
}
