/** One file of a log: an archived one, or the live one at the end. */
import { constants, fstatSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { MetricsError } from '../errors.ts';
import { HEADERS } from '../record/record.ts';
import { LineNumbers } from './line-numbers.ts';
import type { LogName } from './position.ts';
import { endOfLines } from './whole-lines.ts';

const LINE_FEED = 10;

/** Where the data of an archived file begins, and how many bytes of it count; both in bytes. */
export type Extent = Readonly<{ dataStart: number; length: number }>;

/** `file` is within the metrics directory, such as `archive/2025/durations.log`; `start` the position of its first byte of data. */
export type Place = Readonly<{ log: LogName; directory: string; file: string; start: number }>;

export class Segment {
  readonly #place: Place;
  readonly handle: FileHandle;
  readonly identity: Stats;
  #dataStart: number;
  /** Of data; undefined in the live file, which grows. */
  readonly #length: number | undefined;
  readonly #lineNumbers = new LineNumbers((from, to) => this.read(this.start + from, this.start + to));

  private constructor(place: Place, handle: FileHandle, extent: { dataStart: number; length: number | undefined }) {
    this.#place = place;
    this.handle = handle;
    this.identity = fstatSync(handle.fd);
    this.#dataStart = extent.dataStart;
    this.#length = extent.length;
  }

  /** Opens the live file with the flags of `open(2)`. `errno` errors are thrown as they are. */
  static async live(place: Place, flags: number): Promise<Segment> {
    const path = join(place.directory, place.file);
    const handle = await open(path, flags);
    try {
      if (!fstatSync(handle.fd).isFile()) throw new MetricsError('STORAGE_FAILED', `${path} is no regular file`);
      const segment = new Segment(place, handle, { dataStart: 0, length: undefined });
      await segment.findData();
      return segment;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Opens an archived file. Throws STORAGE_FAILED where it is missing or shorter than its extent. */
  static async archived(place: Place, extent: Extent): Promise<Segment> {
    const path = join(place.directory, place.file);
    const handle = await open(path, constants.O_RDONLY).catch(error => {
      throw new MetricsError('STORAGE_FAILED', `${path} cannot be read: ${error.message}. Put it back from a backup`, { cause: error });
    });
    const missing = extent.dataStart + extent.length - fstatSync(handle.fd).size;
    if (missing <= 0) return new Segment(place, handle, extent);
    await handle.close();
    throw new MetricsError(
      'STORAGE_FAILED',
      `${path} is ${missing} bytes shorter than when it was archived: it was cut or badly copied. Put the whole file back`,
    );
  }

  /** The same open file, once it has become an archived one. */
  archivedAs(file: string, extent: Extent): Segment {
    return new Segment({ ...this.#place, file }, this.handle, extent);
  }

  get log(): LogName {
    return this.#place.log;
  }

  get file(): string {
    return this.#place.file;
  }

  get path(): string {
    return join(this.#place.directory, this.#place.file);
  }

  get start(): number {
    return this.#place.start;
  }

  /**
   * The first line is the header only if it is exactly that (behind a byte order mark or before a CR, as other programs write).
   * Answers whether it is the header and still lacks its line feed.
   */
  async findData(): Promise<boolean> {
    const header = HEADERS[this.log];
    const head = await readAt(this.handle, 0, header.length + 6);
    const feed = head.indexOf(LINE_FEED);
    const line = head.toString('utf8', 0, feed === -1 ? head.length : feed).replace(/^\ufeff/, '');
    const isHeader = line.replace(/\r$/, '') === header;
    this.#dataStart = isHeader ? (feed === -1 ? head.length : feed + 1) : 0;
    return isHeader && feed === -1;
  }

  /** The position of its end, a last line without line feed included. */
  end(): number {
    return this.start + (this.#length ?? this.bytes() - this.#dataStart);
  }

  /** Bytes on disk. */
  bytes(): number {
    return fstatSync(this.handle.fd).size;
  }

  /** Of the header with its line feed; 0 where the first line is a row already. */
  get dataStart(): number {
    return this.#dataStart;
  }

  /** The bytes between two positions of this file; fewer where it ends before. */
  async read(from: number, to: number): Promise<Buffer> {
    return readAt(this.handle, from - this.start + this.#dataStart, Math.max(0, Math.min(to, this.end()) - from));
  }

  /** The number of the line that starts at a position, as an editor counts. */
  async lineNumber(position: number): Promise<number> {
    return (this.#dataStart > 0 ? 1 : 0) + (await this.#lineNumbers.before(position - this.start)) + 1;
  }
}

/** The extent of a file up to the end of its last whole line. */
export async function wholeLines(place: Place): Promise<Extent> {
  const segment = await Segment.live(place, constants.O_RDONLY);
  try {
    return { dataStart: segment.dataStart, length: (await endOfLines(segment, segment.start, segment.end())) - segment.start };
  } finally {
    await segment.handle.close();
  }
}

/** Bytes of a file from an offset on; fewer where it ends before. */
export async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
