/** The folders of archived years, and what `sealed` in each says of its four files. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { MetricsError, messageOf } from '../errors.ts';
import { syncDirectory } from './log-file.ts';
import { LOG_NAMES, type LogName } from './position.ts';
import type { Extent } from './segment.ts';

/** `sha256`: of the file's first `dataStart + length` bytes, so that `head -c … | sha256sum` can check it. */
export type SealedLog = Extent & Readonly<{ sha256: string }>;

export type SealedLogs = Readonly<Record<LogName, SealedLog>>;

/** One archived year. */
export type SealedYear = Readonly<{ year: number; logs: SealedLogs }>;

const FOLDER = 'archive';
const SEAL = 'sealed';

/** Within the metrics directory. */
export function yearFolder(year: number): string {
  return join(FOLDER, String(year).padStart(4, '0'));
}

/** Within the metrics directory. */
export function archivedFile(year: number, log: LogName): string {
  return join(yearFolder(year), `${log}.log`);
}

/** The years that have a folder, oldest first. */
function years(directory: string): number[] {
  const folder = join(directory, FOLDER);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter(name => /^\d{4}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** The archived years of a metrics directory, oldest first. Throws STORAGE_FAILED where a seal cannot be read. */
export function sealedYears(directory: string): SealedYear[] {
  return years(directory)
    .filter(year => existsSync(sealOf(directory, year)))
    .map(year => ({ year, logs: readSeal(sealOf(directory, year)) }));
}

/**
 * The year whose archiving was begun and not ended; undefined where there is none. Throws STORAGE_FAILED where an older year has lost
 * its seal: where its data end is known from nothing else.
 */
export function unsealedYear(directory: string): number | undefined {
  const begun = years(directory).filter(year => LOG_NAMES.some(log => existsSync(join(directory, archivedFile(year, log)))));
  const unsealed = begun.filter(year => !existsSync(sealOf(directory, year)));
  const older = unsealed.find(year => year !== begun.at(-1));
  if (older === undefined) return unsealed[0];
  throw new MetricsError('STORAGE_FAILED', `${sealOf(directory, older)} is missing: put it back from a backup`);
}

/** The header and, for plugin_usage.log, the last row of every plugin, before they become the live file. */
export function nextFile(directory: string, log: LogName): string {
  return join(directory, `${log}.log.next`);
}

/**
 * How far the archiving of a log has come. `linked`: the live file stands in the year's folder too, as the same file, or in a
 * copy of the directory as one like it; the file to come is still there. `moved`: the live file is the new one.
 */
export function progressOf(directory: string, year: number, log: LogName): 'not begun' | 'linked' | 'moved' {
  const archived = statSync(join(directory, archivedFile(year, log)), { throwIfNoEntry: false });
  if (!archived) return 'not begun';
  const live = statSync(join(directory, `${log}.log`), { throwIfNoEntry: false });
  const same = live?.ino === archived.ino && live.dev === archived.dev;
  return same || existsSync(nextFile(directory, log)) ? 'linked' : 'moved';
}

function sealOf(directory: string, year: number): string {
  return join(directory, yearFolder(year), SEAL);
}

function readSeal(path: string): SealedLogs {
  try {
    const logs: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!isSealedLogs(logs)) throw new Error('it does not name data start, length and SHA-256 of the four logs');
    return logs;
  } catch (error) {
    throw new MetricsError('STORAGE_FAILED', `${path} cannot be read: ${messageOf(error)}. Put it back from a backup`, { cause: error });
  }
}

function isSealedLogs(value: unknown): value is SealedLogs {
  const logs = value as Partial<Record<LogName, Partial<SealedLog>>> | null;
  return LOG_NAMES.every(log => {
    const { dataStart, length, sha256 } = logs?.[log] ?? {};
    return isCount(dataStart) && isCount(length) && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
  });
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** SHA-256 of the first bytes of a file, or of all where it is shorter, in hexadecimal digits. */
export async function digestOf(path: string, bytes: number): Promise<string> {
  const sha256 = createHash('sha256');
  if (bytes > 0) for await (const chunk of createReadStream(path, { end: bytes - 1, highWaterMark: 1 << 20 })) sha256.update(chunk);
  return sha256.digest('hex');
}

/** Ends the archiving of a year: written aside, so that the seal is there whole or not at all. */
export async function seal(directory: string, { year, logs }: SealedYear): Promise<void> {
  const path = sealOf(directory, year);
  await writeSynced(`${path}.next`, `${JSON.stringify(logs, undefined, 2)}\n`);
  await rename(`${path}.next`, path);
  await syncDirectory(join(directory, yearFolder(year)));
}

/** Writes a file of ours that nobody reads yet, whatever an earlier try left there; as open to others as `like` is. */
export async function writeSynced(path: string, content: string, like?: Pick<Stats, 'mode' | 'uid' | 'gid'>): Promise<void> {
  const handle = await open(path, 'w', 0o644);
  try {
    await handle.writeFile(content);
    if (like) {
      const own = await handle.stat();
      // Only root may give a file away: where we are not, the new one is ours and as open to others as the old one was.
      if (own.uid !== like.uid || own.gid !== like.gid) {
        await handle.chown(like.uid, like.gid).catch(error => {
          if (error.code !== 'EPERM') throw error;
        });
      }
      await handle.chmod(like.mode & 0o7777);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}
