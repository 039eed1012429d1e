/** One log as files: opened or created, appended to, synced and read by position. */
import { randomUUID } from 'node:crypto';
import { constants, statSync } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { constants as systemConstants } from 'node:os';
import { dirname, join } from 'node:path';
import { MetricsError, messageOf } from '../errors.ts';
import { HEADERS } from '../record/record.ts';
import type { LogName } from './position.ts';
import { type Extent, type Place, Segment } from './segment.ts';

const { errno } = systemConstants;
const LINE_FEED = 10;
const WRITING = constants.O_RDWR | constants.O_APPEND;
/** By number: libuv has no name for a quota that is used up. Negative, as Node gives them. */
const NO_SPACE = new Set([-errno.ENOSPC, -errno.EDQUOT]);

/** A write that took only part of its bytes: what a full disk does before it says so. */
class ShortWrite extends Error {
  readonly errno = -errno.ENOSPC;
}

/** An error of the operating system on a log, as callers see it. */
export function storageError(path: string, error: unknown): MetricsError {
  if (error instanceof MetricsError) return error;
  if (error instanceof Error && 'errno' in error && NO_SPACE.has(Number(error.errno))) {
    return new MetricsError(
      'STORAGE_FULL',
      `${path}: no space left. Nothing recorded is lost; free some space and call again with the same executionId`,
      { cause: error },
    );
  }
  return new MetricsError('STORAGE_FAILED', `${path}: ${messageOf(error)}`, { cause: error });
}

/** `file` is within the metrics directory, such as `archive/2025/durations.log`. */
export type ArchivedFile = Readonly<{ file: string; extent: Extent }>;

/** One log: its archived files and the live one, read as one by position; written at the end of the live one. */
export class LogFile {
  readonly name: LogName;
  readonly #directory: string;
  /** In the order of positions; the last one is live. */
  #segments: readonly Segment[];

  private constructor(name: LogName, directory: string, segments: readonly Segment[]) {
    this.name = name;
    this.#directory = directory;
    this.#segments = segments;
  }

  /** Opens `<directory>/<name>.log` behind its archives; creates it with its header when it is missing or empty. */
  static async open(directory: string, name: LogName, archives: readonly ArchivedFile[] = []): Promise<LogFile> {
    const path = join(directory, `${name}.log`);
    return LogFile.#open({ directory, name, archives }, async place => {
      const live = await Segment.live(place, WRITING).catch(async error => {
        if (error.code !== 'ENOENT') throw error;
        await create(path, `${HEADERS[name]}\n`);
        return Segment.live(place, WRITING);
      });
      return begun(live).catch(error => closed([live], error));
    });
  }

  /** The same for reading alone: creates and writes nothing, takes no lock. Throws STORAGE_FAILED where the file is missing. */
  static async openForReading(directory: string, name: LogName, archives: readonly ArchivedFile[] = []): Promise<LogFile> {
    const missing = `${join(directory, `${name}.log`)} is missing: name a directory that holds the four logs`;
    return LogFile.#open({ directory, name, archives }, place =>
      Segment.live(place, constants.O_RDONLY).catch(error => {
        throw error.code === 'ENOENT' ? new MetricsError('STORAGE_FAILED', missing, { cause: error }) : error;
      }),
    );
  }

  static async #open(
    { directory, name, archives }: { directory: string; name: LogName; archives: readonly ArchivedFile[] },
    openLive: (place: Place) => Promise<Segment>,
  ): Promise<LogFile> {
    const segments: Segment[] = [];
    const place = (file: string): Place => ({ log: name, directory, file, start: segments.at(-1)?.end() ?? 0 });
    try {
      for (const { file, extent } of archives) segments.push(await Segment.archived(place(file), extent));
      segments.push(await openLive(place(`${name}.log`)));
      return new LogFile(name, directory, segments);
    } catch (error) {
      return closed(segments, storageError(join(directory, `${name}.log`), error));
    }
  }

  get #live(): Segment {
    return this.#segments.at(-1) as Segment;
  }

  /** Of the live file. */
  get path(): string {
    return this.#live.path;
  }

  /** The position where the live file begins: the bytes of data in the archives. */
  get liveStart(): number {
    return this.#live.start;
  }

  /** Position of the end of the log, a last line without line feed included. */
  end(): number {
    return this.#live.end();
  }

  /** Bytes on disk, headers included. */
  bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes(), 0);
  }

  /** Goes on in the live file that archiving has put in place; the one before it stays open as an archive. */
  async goOn({ file, extent }: ArchivedFile): Promise<void> {
    const archived = this.#live.archivedAs(file, extent);
    const place = { log: this.name, directory: this.#directory, file: `${this.name}.log`, start: archived.end() };
    this.#segments = [...this.#segments.slice(0, -1), archived, await begun(await Segment.live(place, WRITING))];
  }

  /** Throws STORAGE_FAILED where the path no longer leads to the file that is held, or the file is shorter than `position`. */
  checkInPlace(position: number): void {
    const live = this.#live;
    const held = live.identity;
    const there = statSync(live.path, { throwIfNoEntry: false });
    if (there && there.ino === held.ino && there.dev === held.dev && live.start + there.size - live.dataStart >= position) return;
    const what = !there ? 'is gone' : there.ino === held.ino ? 'was cut' : 'was replaced by another file';
    throw new MetricsError(
      'STORAGE_FAILED',
      `${live.path} ${what} while this service had it open (sed -i, logrotate, git checkout and a restored copy do that). ` +
        'Nothing more is recorded; put the file back that was there, or restart the service to go on with the one that is there now',
    );
  }

  /** The bytes between two positions. A `to` before `from` is the end of a file that was cut. */
  async read(from: number, to: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let at = from;
    for (const segment of this.#segments) {
      if (at >= to || segment.end() <= at) continue;
      const part = await segment.read(at, to);
      parts.push(part);
      at += part.length;
    }
    const missing = Math.abs(to - at);
    if (missing > 0)
      throw new MetricsError('STORAGE_FAILED', `${this.path} ends ${missing} bytes before a position that it had reached: it was cut`);
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  /** The line that starts at a position, without its line feed; undefined where no whole line follows. No line spans two files. */
  async line(start: number): Promise<string | undefined> {
    const segment = this.#holding(start);
    for (let length = 4096; ; length *= 8) {
      const bytes = await segment.read(start, start + length);
      const end = bytes.indexOf(LINE_FEED);
      if (end !== -1) return bytes.toString('utf8', 0, end);
      if (bytes.length < length) return undefined;
    }
  }

  #holding(position: number): Segment {
    return this.#segments.find(segment => position < segment.end()) ?? this.#live;
  }

  /** The file that holds a position, within the metrics directory: `durations.log`, `archive/2025/durations.log`. */
  fileAt(position: number): string {
    return this.#holding(position).file;
  }

  /** The number within its file of the line that starts at a position, as an editor counts. */
  lineNumber(start: number): Promise<number> {
    return this.#holding(start).lineNumber(start);
  }

  /** Appends in one write call, so that rows of other programs never come between ours; it throws if not all got in. */
  async append(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return;
    try {
      await write(this.#live, bytes);
    } catch (error) {
      throw storageError(this.path, error);
    }
  }

  /** Ends a last line that lacks its line feed. */
  async closeLine(): Promise<void> {
    const end = this.end();
    if (end > this.liveStart && (await this.read(end - 1, end))[0] !== LINE_FEED) await this.append(Buffer.from('\n'));
  }

  async sync(): Promise<void> {
    await this.#live.handle.datasync();
  }

  async close(): Promise<void> {
    await Promise.all(this.#segments.map(({ handle }) => handle.close()));
  }
}

async function write({ handle }: Segment, bytes: Buffer): Promise<void> {
  const { bytesWritten } = await handle.write(bytes, 0, bytes.length, null);
  if (bytesWritten < bytes.length) throw new ShortWrite(`only ${bytesWritten} of ${bytes.length} bytes were written`);
}

/** Completes the header before anything counts: a line of data without its line feed would shift all positions at the next start. */
async function begun(live: Segment): Promise<Segment> {
  if (live.bytes() === 0) await write(live, Buffer.from(`${HEADERS[live.log]}\n`));
  if (await live.findData()) {
    await write(live, Buffer.from('\n'));
    await live.findData();
  }
  return live;
}

async function closed(segments: readonly Segment[], error: unknown): Promise<never> {
  for (const { handle } of segments) await handle.close();
  throw error;
}

/** Written aside and linked: whoever opens the path sees the whole header or no file, and of two creators one wins. */
async function create(path: string, content: string): Promise<void> {
  const aside = `${path}.${randomUUID()}.new`;
  const handle = await open(aside, 'wx', 0o644);
  try {
    await handle.writeFile(content);
    await handle.sync();
    await link(aside, path).catch(error => {
      if (error.code !== 'EEXIST') throw error;
    });
  } catch (error) {
    throw storageError(path, error);
  } finally {
    await handle.close();
    await rm(aside, { force: true });
  }
  await syncDirectory(dirname(path));
}

/** Makes the entries of a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
