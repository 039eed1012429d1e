import type { RowOf } from '../record/record.ts';
import { decode } from './decode.ts';
import { closeFiles, type Files, openFilesForReading } from './files.ts';
import { LOG_NAMES, type LogName } from './position.ts';
import { chunks } from './whole-lines.ts';

/** A row, and its line as it stands in the log, without its line break. */
export type ReadLine<Name extends LogName> = Readonly<{ row: RowOf[Name]; text: string }>;

/** The rows of a stretch of one log; `end` is its position, `rejected` how many lines are none. */
type Chunk<Name extends LogName> = Readonly<{ lines: readonly ReadLine<Name>[]; rejected: number; end: number }>;

/** The logs, archives included, read from their beginning to where they stood when they were opened; also beside their owner. */
export class LogReader {
  readonly #files: Files;
  readonly #ends: Readonly<Record<LogName, number>>;

  private constructor(files: Files) {
    this.#files = files;
    this.#ends = Object.fromEntries(LOG_NAMES.map(log => [log, files[log].end()])) as Record<LogName, number>;
  }

  /** Creates, writes and locks nothing. Throws STORAGE_FAILED where a log is missing. */
  static async open(directory: string): Promise<LogReader> {
    return new LogReader(await openFilesForReading(directory));
  }

  /** Bytes of a log that are read. */
  bytes(log: LogName): number {
    return this.#ends[log];
  }

  async *read<Name extends LogName>(log: Name): AsyncGenerator<Chunk<Name>> {
    for await (const { start, bytes } of chunks(this.#files[log], 0, this.#ends[log])) {
      const { rows, rejected } = decode(log, bytes, start);
      const lines = rows.map(row => ({ row, text: textOf(bytes.subarray(row.start - start, row.end - start - 1)) }));
      yield { lines, rejected: rejected.length, end: start + bytes.length };
    }
  }

  close(): Promise<void> {
    return closeFiles(this.#files);
  }
}

/** As the grammar reads it: without a byte order mark before it or a carriage return behind it. */
function textOf(bytes: Buffer): string {
  return bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replace(/\r$/, '');
}
