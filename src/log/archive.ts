/**
 * Moves the live logs to the folder of a year, each whole. Before every step the one before it is durable, so that a process killed
 * anywhere, twice too, is gone on with by the next opening, and a copy of the directory from any moment opens as well. In order, for
 * each log: the new file is written aside, the live file is linked into the folder, the new one takes its place; then the folder is
 * sealed. Called by the owner, with every group complete.
 */
import { statSync } from 'node:fs';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MetricsError } from '../errors.ts';
import { formatPluginUsageLine, HEADERS, type PluginUsageValues } from '../record/record.ts';
import { decode } from './decode.ts';
import { LogFile, storageError, syncDirectory } from './log-file.ts';
import { LOG_NAMES, type LogName } from './position.ts';
import {
  archivedFile,
  digestOf,
  nextFile,
  progressOf,
  type SealedLog,
  type SealedYear,
  seal,
  sealedYears,
  unsealedYear,
  writeSynced,
  yearFolder,
} from './sealed.ts';
import { type Extent, wholeLines } from './segment.ts';
import { chunks } from './whole-lines.ts';

/** The last row of every plugin in the first `upTo` bytes of data of the live plugin_usage.log. */
export type LatestUsage = Readonly<{ usage: ReadonlyMap<string, PluginUsageValues>; upTo: number }>;

const NOTHING_KNOWN: LatestUsage = { usage: new Map(), upTo: 0 };

/** Archives the live logs as a year. `known` spares reading the whole of plugin_usage.log. Done already, it answers the same. */
export async function archiveYear(directory: string, year: number, known: LatestUsage = NOTHING_KNOWN): Promise<SealedYear> {
  const done = sealedYears(directory).find(sealed => sealed.year === year);
  if (done) return done;
  try {
    await mkdir(join(directory, yearFolder(year)), { recursive: true });
    await syncDirectory(join(directory, yearFolder(year), '..'));
    await syncDirectory(directory);
    let latest = known;
    for (const log of LOG_NAMES) {
      if (progressOf(directory, year, log) === 'moved') continue;
      if (log === 'plugin_usage') latest = await readUsage(directory, latest);
      await move(directory, year, log, [...(log === 'plugin_usage' ? latest.usage.values() : [])].map(formatPluginUsageLine));
    }
    return await sealYear(directory, year, latest);
  } catch (error) {
    throw storageError(join(directory, yearFolder(year)), error);
  }
}

/** Ends what a killed process had begun. Before the logs are opened. */
export async function finishArchiving(directory: string): Promise<void> {
  const year = unsealedYear(directory);
  if (year !== undefined) await archiveYear(directory, year);
  // Written before its log was linked anywhere: nothing was begun.
  else for (const log of LOG_NAMES) await rm(nextFile(directory, log), { force: true });
}

// ---------- Moving one log ----------

async function move(directory: string, year: number, log: LogName, carried: readonly string[]): Promise<void> {
  const live = join(directory, `${log}.log`);
  const archived = join(directory, archivedFile(year, log));
  await writeSynced(nextFile(directory, log), [HEADERS[log], ...carried, ''].join('\n'), statSync(live));
  await syncDirectory(directory);
  await dropCopy(archived, live);
  await link(live, archived).catch(error => {
    if (error.code !== 'EEXIST') throw error;
  });
  await syncDirectory(join(directory, yearFolder(year)));
  await rename(nextFile(directory, log), live);
  await syncDirectory(directory);
}

/**
 * In a copy of the directory the two names of one file have become two files, of which one may have been copied later. The longer
 * one stays, since it holds all of the other.
 */
async function dropCopy(archived: string, live: string): Promise<void> {
  const [a, b] = [statSync(archived, { throwIfNoEntry: false }), statSync(live)];
  if (!a || (a.ino === b.ino && a.dev === b.dev)) return;
  const common = Math.min(a.size, b.size);
  if ((await digestOf(archived, common)) !== (await digestOf(live, common))) {
    throw new MetricsError(
      'STORAGE_FAILED',
      `${archived} and ${live} should be copies of one file, and differ: this directory was copied while it was being archived. Copy it once more`,
    );
  }
  if (a.size <= b.size) await rm(archived);
}

// ---------- Sealing ----------

async function sealYear(directory: string, year: number, latest: LatestUsage): Promise<SealedYear> {
  const extents: [LogName, Extent][] = [];
  for (const log of LOG_NAMES) extents.push([log, await syncedExtent(directory, archivedFile(year, log), log)]);
  await carryLate(directory, year, latest);
  const logs: [LogName, SealedLog][] = [];
  for (const [log, extent] of extents) {
    const sha256 = await digestOf(join(directory, archivedFile(year, log)), extent.dataStart + extent.length);
    logs.push([log, { ...extent, sha256 }]);
  }
  const sealed: SealedYear = { year, logs: Object.fromEntries(logs) as Record<LogName, SealedLog> };
  await seal(directory, sealed);
  return sealed;
}

/** The end is read before the sync: what a program with the file still open writes later does not count. */
async function syncedExtent(directory: string, file: string, log: LogName): Promise<Extent> {
  const extent = await wholeLines({ log, directory, file, start: 0 });
  const handle = await open(join(directory, file), 'r');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
  return extent;
}

// ---------- Running totals ----------

/** Reads on to the end of a folder's plugin_usage.log. */
async function readUsage(folder: string, { usage, upTo }: LatestUsage): Promise<LatestUsage> {
  const latest = new Map(usage);
  const file = await LogFile.openForReading(folder, 'plugin_usage');
  try {
    const end = await eachUsage(file, upTo, row => latest.set(row.plugin, row));
    return { usage: latest, upTo: end };
  } finally {
    await file.close();
  }
}

/** Calls back with every row from a position on; answers where the last whole line ends. */
async function eachUsage(file: LogFile, from: number, see: (row: PluginUsageValues) => void): Promise<number> {
  let end = from;
  for await (const { start, bytes } of chunks(file, from, file.end())) {
    for (const row of decode('plugin_usage', bytes, start).rows) see(row);
    end = start + bytes.length;
  }
  return end;
}

/**
 * Rows that other programs appended after the totals were carried over are carried over too, unless the live file is past them:
 * totals must not go back. Read back, since another program's long write may split ours.
 */
async function carryLate(directory: string, year: number, latest: LatestUsage): Promise<void> {
  const { usage } = await readUsage(join(directory, yearFolder(year)), latest);
  const file = await LogFile.open(directory, 'plugin_usage');
  try {
    for (;;) {
      const late = await notCarried(file, usage);
      if (late.length === 0) break;
      await file.closeLine();
      await file.append(Buffer.from(late.map(line => `${line}\n`).join('')));
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function notCarried(live: LogFile, usage: LatestUsage['usage']): Promise<string[]> {
  const lines = new Set<string>();
  const uses = new Map<string, number>();
  await eachUsage(live, 0, row => {
    lines.add(formatPluginUsageLine(row));
    uses.set(row.plugin, row.uses);
  });
  return [...usage.values()]
    .map(row => ({ line: formatPluginUsageLine(row), ahead: row.uses > (uses.get(row.plugin) ?? -1) }))
    .flatMap(({ line, ahead }) => (ahead && !lines.has(line) ? [line] : []));
}
