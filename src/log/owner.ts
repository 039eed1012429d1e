/** One owner of a metrics directory at a time, by a lock of the kernel's on its file `lock`. */
import { constants, fstatSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { tryLock, unlock } from 'fs-native-extensions';
import { MetricsError } from '../errors.ts';

/** Who holds a directory. `url` is there once the owner serves. */
export type Owner = Readonly<{ pid: number; host: string; since: string; url?: string }>;

/** The directory has an owner; `owner` is undefined in the moment before it has written its name. */
export class OwnedError extends MetricsError {
  readonly owner: Owner | undefined;

  constructor(directory: string, owner: Owner | undefined) {
    const who = owner
      ? `process ${owner.pid} on ${owner.host}, since ${owner.since}${owner.url ? `, at ${owner.url}` : ''}`
      : 'another process';
    super('STORAGE_FAILED', `${directory} is in use by ${who}. Only one process writes it: stop that one, or send your records to it`);
    this.owner = owner;
  }
}

/**
 * The lock belongs to the open file: it ends with the process however that ends, kill -9 included, and holds while the
 * process is merely stopped. The file's content only tells others who holds it.
 */
export class Ownership {
  readonly #handle: FileHandle;
  #owner: Owner;

  private constructor(handle: FileHandle, owner: Owner) {
    this.#handle = handle;
    this.#owner = owner;
  }

  /** Throws OwnedError where another process holds the directory. */
  static async take(directory: string, now: number): Promise<Ownership> {
    const handle = await open(join(directory, 'lock'), constants.O_RDWR | constants.O_CREAT, 0o644);
    if (!tryLock(handle.fd)) {
      const owner = await readOwner(handle);
      await handle.close();
      throw new OwnedError(directory, owner);
    }
    const ownership = new Ownership(handle, { pid: process.pid, host: hostname(), since: new Date(now).toISOString() });
    await ownership.#write();
    return ownership;
  }

  /** Tells other programs where this owner serves. */
  async announce(url: string): Promise<void> {
    this.#owner = { ...this.#owner, url };
    await this.#write();
  }

  /** For others to read: the lock holds without it, also on a disk that has no room for a line. */
  async #write(): Promise<void> {
    const text = `${JSON.stringify(this.#owner)}\n`;
    await this.#handle.truncate(0);
    await this.#handle.write(text, 0).catch(() => undefined);
  }

  async release(): Promise<void> {
    // A name that stays on a dead disk misleads nobody for long: the lock is gone.
    await this.#handle.truncate(0).catch(() => undefined);
    // Closing alone would leave it with a child that is between fork and exec.
    unlock(this.#handle.fd);
    await this.#handle.close();
  }
}

/** Which other process holds a directory, as far as can be told without its lock: one that was killed may have left its name. */
export async function ownerOf(directory: string): Promise<Owner | undefined> {
  const handle = await open(join(directory, 'lock'), constants.O_RDONLY).catch(error => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const owner = handle && (await readOwner(handle));
  await handle?.close();
  return owner && (owner.host !== hostname() || (owner.pid !== process.pid && isAlive(owner.pid))) ? owner : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function readOwner(handle: FileHandle): Promise<Owner | undefined> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(4096, fstatSync(handle.fd).size + 1)), 0, undefined, 0);
  try {
    const owner: unknown = JSON.parse(buffer.toString('utf8', 0, bytesRead));
    return typeof owner === 'object' && owner !== null && 'pid' in owner ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
}
