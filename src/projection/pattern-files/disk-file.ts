/** One file on disk: read whole, replaced whole, moved; never followed out of its folder. */
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Refusal, refuse } from './yaml-part.ts';

const MAX_BYTES = 4 << 20;
/** What is written before it takes a file's place; one in a folder, since files are written one after the other. */
export const TEMPORARY = '.orchestrator-metrics.tmp';

/** Tells whether a file is still the one that was read: another one, or changed, it has another stamp. */
export type Stamp = string;

export type Content = Readonly<{ text: string; stamp: Stamp; stats: BigIntStats }>;

export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): Stamp {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/** The stamp of what stands at a path now; undefined where nothing does. */
export async function stampAt(path: string): Promise<Stamp | undefined> {
  const stats = await statsAt(path);
  return stats && stampOf(stats);
}

export async function statsAt(path: string): Promise<BigIntStats | undefined> {
  return lstat(path, { bigint: true }).catch(error => (codeOf(error) === 'ENOENT' ? undefined : Promise.reject(error)));
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** Reads a file whole. Undefined where it is gone, or changed while it was read: it is read again later. */
export async function readText(path: string): Promise<Content | Refusal | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? undefined : refuse(reasonNotToOpen(error));
  }
  try {
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) return refuse('it is no regular file');
    if (stats.size > MAX_BYTES) return refuse(`it is larger than ${MAX_BYTES >> 20} MB`);
    const bytes = await handle.readFile();
    const stamp = stampOf(stats);
    if (BigInt(bytes.length) !== stats.size || stampOf(await handle.stat({ bigint: true })) !== stamp) return undefined;
    const text = decodeUtf8(bytes);
    return text === undefined ? refuse('it is not UTF-8') : { text, stamp, stats };
  } catch (error) {
    return refuse(`it cannot be read: ${error instanceof Error ? error.message : error}`);
  } finally {
    await handle.close();
  }
}

function reasonNotToOpen(error: unknown): string {
  if (codeOf(error) === 'ELOOP') return 'it is a symbolic link: put the file itself in its place';
  return `it cannot be opened: ${error instanceof Error ? error.message : error}`;
}

/** A byte order mark stays in the text: what is decoded here is encoded to the same bytes. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Puts a new text in a file's place: written beside it, synced, then renamed over it, with its mode and owner. Nothing happens
 * if the file is no longer the one that was read. Answers the new stamp. Throws `errno` errors, and leaves the file as it was.
 */
export async function replaceText(path: string, text: string, read: Pick<Content, 'stamp' | 'stats'>): Promise<Stamp | undefined> {
  const temporary = join(dirname(path), TEMPORARY);
  const handle = await createAnew(temporary);
  let renamed = false;
  try {
    await likeBefore(handle, read.stats);
    await handle.writeFile(text);
    await handle.sync();
    if ((await stampAt(path)) !== read.stamp) return undefined;
    await rename(temporary, path);
    renamed = true;
    return stampOf(await handle.stat({ bigint: true }));
  } finally {
    await handle.close();
    if (!renamed) await unlink(temporary).catch(() => undefined);
  }
}

/** What a killed process left there was never in use. */
async function createAnew(path: string): Promise<FileHandle> {
  await unlink(path).catch(() => undefined);
  return open(path, 'wx', 0o600);
}

/** The owner first: a change of it takes bits of the mode away. */
async function likeBefore(handle: FileHandle, { uid, gid, mode }: BigIntStats): Promise<void> {
  const now = await handle.stat({ bigint: true });
  if (now.uid !== uid || now.gid !== gid) await handle.chown(Number(uid), Number(gid));
  await handle.chmod(Number(mode) & 0o7777);
}

/**
 * Moves a file into another folder under its name; the folder is made if need be. Whatever stands at the path at that moment
 * moves, so that no change of it is lost. Answers whether it moved: not if the place is taken.
 */
export async function moveFile(path: string, target: string): Promise<boolean> {
  const folder = dirname(target);
  if (!(await statsAt(folder))) {
    await mkdir(folder);
    await syncFolder(dirname(folder));
  }
  if (await statsAt(target)) return false;
  await rename(path, target);
  // The new name first: between the two a power cut may leave both, never none.
  await syncFolder(folder);
  await syncFolder(dirname(path));
  return true;
}

export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
