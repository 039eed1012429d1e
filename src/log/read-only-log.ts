import { resolve } from 'node:path';
import type { Execution } from '../record/record.ts';
import { decode } from './decode.ts';
import { closeFiles, type Files, openFilesForReading } from './files.ts';
import type { LogName, Position } from './position.ts';
import { StoredRows } from './stored-rows.ts';
import type { ColumnStretch, RunStretch, Stretch } from './stretch.ts';
import { chunks, endOfLines } from './whole-lines.ts';

/**
 * The logs as they stood when they were opened, archives included, for whoever only asks: creates, writes and locks nothing, and
 * may be open beside their owner. What an owner has just written may be missing in part, and need not be synced: only the owner
 * knows what is.
 */
export class ReadOnlyLog {
  readonly directory: string;
  /** The end of the last whole line of each log. */
  readonly position: Position;
  /** As that of `Log`: there is nothing to be made ready. */
  readonly ready = Promise.resolve();
  readonly #files: Files;
  readonly #rows: StoredRows;

  private constructor(directory: string, files: Files, position: Position) {
    this.directory = directory;
    this.position = position;
    this.#files = files;
    this.#rows = new StoredRows(files);
  }

  /** Throws STORAGE_FAILED where a log is missing. */
  static async open(directory: string): Promise<ReadOnlyLog> {
    const files = await openFilesForReading(directory);
    try {
      const rows = new StoredRows(files);
      const end = (log: LogName) => endOfLines(files[log], 0, files[log].end());
      const journal = await end('journal');
      const position = {
        journal,
        durations: await end('durations'),
        success_rates: await end('success_rates'),
        plugin_usage: await end('plugin_usage'),
        chain: await rows.chainBefore(journal),
      };
      return new ReadOnlyLog(resolve(directory), files, position);
    } catch (error) {
      await closeFiles(files);
      throw error;
    }
  }

  /** The position, which does not move. */
  async upToDate(): Promise<Position> {
    return this.position;
  }

  /** Nothing ever advances. */
  onAdvance(): () => void {
    return () => undefined;
  }

  read(from: Position, to: Position, maxBytes: number): Promise<Stretch> {
    return this.#rows.read(from, to, maxBytes);
  }

  /** As `read`, for who counts: rows as columns, executions in short. */
  readColumns(from: Position, to: Position, maxBytes: number): Promise<ColumnStretch> {
    return this.#rows.readColumns(from, to, maxBytes);
  }

  /** As `read`, for who judges runs. */
  readRuns(from: Position, to: Position, maxBytes: number): Promise<RunStretch> {
    return this.#rows.readRuns(from, to, maxBytes);
  }

  executionsAt(starts: readonly number[]): Promise<Execution[]> {
    return this.#rows.executionsAt(starts);
  }

  fileAt(log: LogName, position: number): string {
    return this.#rows.fileAt(log, position);
  }

  checkPosition(position: Position): Promise<void> {
    return this.#rows.checkPosition(position, this.position);
  }

  /** Reads the journal from its beginning. */
  async find(executionId: string): Promise<Execution | undefined> {
    for await (const { start, bytes } of chunks(this.#files.journal, 0, this.position.journal)) {
      const found = decode('journal', bytes, start).rows.find(({ execution }) => execution.executionId === executionId);
      if (found) return found.execution;
    }
    return undefined;
  }

  close(): Promise<void> {
    return closeFiles(this.#files);
  }
}
