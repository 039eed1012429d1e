/** One log as a file: opened or created, appended to, synced and read by position. All of `fs` that touches a log is here. */
import { randomUUID } from 'node:crypto';
import { constants, fstatSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, link, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MetricsError, messageOf } from '../errors.ts';
import { HEADERS } from '../record/record.ts';
import type { LogName } from './position.ts';

const LINE_FEED = 10;
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT']);

/** A write that took only part of its bytes: what a full disk does before it says so. */
class ShortWrite extends Error {
  readonly code = 'ENOSPC';
}

/** An error of the operating system on a log, as callers see it. */
export function storageError(path: string, error: unknown): MetricsError {
  if (error instanceof MetricsError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (NO_SPACE.has(code)) {
    return new MetricsError(
      'STORAGE_FULL',
      `${path}: no space left. Nothing recorded is lost; free some space and call again with the same executionId`,
      { cause: error },
    );
  }
  return new MetricsError('STORAGE_FAILED', `${path}: ${messageOf(error)}`, { cause: error });
}

export class LogFile {
  readonly name: LogName;
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #identity: Stats;
  #dataStart = 0;

  private constructor(name: LogName, path: string, handle: FileHandle, identity: Stats) {
    this.name = name;
    this.path = path;
    this.#handle = handle;
    this.#identity = identity;
  }

  /** Opens `<directory>/<name>.log`; creates it with its header when it is missing or empty. */
  static async open(directory: string, name: LogName): Promise<LogFile> {
    const path = join(directory, `${name}.log`);
    const flags = constants.O_RDWR | constants.O_APPEND;
    const handle = await open(path, flags).catch(async error => {
      if (error.code !== 'ENOENT') throw storageError(path, error);
      await create(path, `${HEADERS[name]}\n`);
      return open(path, flags);
    });
    const file = new LogFile(name, path, handle, fstatSync(handle.fd));
    try {
      await file.#begin();
      return file;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async #begin(): Promise<void> {
    if (!this.#identity.isFile()) throw new MetricsError('STORAGE_FAILED', `${this.path} is no regular file`);
    if (this.end() === 0) await this.append(Buffer.from(`${HEADERS[this.name]}\n`));
    await this.#findDataStart();
  }

  /**
   * The first line is the header only if it is exactly that (behind a byte order mark or before a CR, as other programs write).
   * One that lacks its line feed gets it before anything counts: as a line of data it would shift all positions at the next start.
   */
  async #findDataStart(): Promise<void> {
    const head = await this.#readAt(0, HEADERS[this.name].length + 6);
    const feed = head.indexOf(LINE_FEED);
    const line = head
      .toString('utf8', 0, feed === -1 ? head.length : feed)
      .replace(/^\ufeff/, '')
      .replace(/\r$/, '');
    if (line !== HEADERS[this.name]) return;
    if (feed !== -1) {
      this.#dataStart = feed + 1;
      return;
    }
    await this.append(Buffer.from('\n'));
    await this.#findDataStart();
  }

  /** Position of the end of the file, a last line without line feed included. */
  end(): number {
    return fstatSync(this.#handle.fd).size - this.#dataStart;
  }

  /** Bytes of the file on disk. */
  bytes(): number {
    return this.end() + this.#dataStart;
  }

  /** Lines before position 0: the header's. */
  get headerLines(): number {
    return this.#dataStart > 0 ? 1 : 0;
  }

  /** Throws STORAGE_FAILED where the path no longer leads to the file that is held, or the file is shorter than `position`. */
  checkInPlace(position: number): void {
    const held = this.#identity;
    const there = statSync(this.path, { throwIfNoEntry: false });
    if (there && there.ino === held.ino && there.dev === held.dev && there.size - this.#dataStart >= position) return;
    const what = !there ? 'is gone' : there.ino === held.ino ? 'was cut' : 'was replaced by another file';
    throw new MetricsError(
      'STORAGE_FAILED',
      `${this.path} ${what} while this service had it open (sed -i, logrotate, git checkout and a restored copy do that). ` +
        'Nothing more is recorded; put the file back that was there, or restart the service to go on with the one that is there now',
    );
  }

  /** The bytes between two positions. A `to` before `from` is the end of a file that was cut. */
  async read(from: number, to: number): Promise<Buffer> {
    const bytes = await this.#readAt(from + this.#dataStart, Math.max(0, to - from));
    const missing = Math.abs(to - from) - bytes.length;
    if (missing > 0)
      throw new MetricsError('STORAGE_FAILED', `${this.path} ends ${missing} bytes before a position that it had reached: it was cut`);
    return bytes;
  }

  async #readAt(offset: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#handle.read(buffer, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  }

  /** The line that starts at a position, without its line feed; undefined where no whole line follows. */
  async line(start: number): Promise<string | undefined> {
    for (let length = 4096; ; length *= 8) {
      const bytes = await this.#readAt(start + this.#dataStart, length);
      const end = bytes.indexOf(LINE_FEED);
      if (end !== -1) return bytes.toString('utf8', 0, end);
      if (bytes.length < length) return undefined;
    }
  }

  /** Appends in one write call, so that rows of other programs never come between ours; it throws if not all got in. */
  async append(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return;
    try {
      const { bytesWritten } = await this.#handle.write(bytes, 0, bytes.length, null);
      if (bytesWritten < bytes.length) throw new ShortWrite(`only ${bytesWritten} of ${bytes.length} bytes were written`);
    } catch (error) {
      throw storageError(this.path, error);
    }
  }

  /** Ends a last line that lacks its line feed. */
  async closeLine(): Promise<void> {
    const end = this.end();
    if (end > 0 && (await this.read(end - 1, end))[0] !== LINE_FEED) await this.append(Buffer.from('\n'));
  }

  async sync(): Promise<void> {
    await this.#handle.datasync();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
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
