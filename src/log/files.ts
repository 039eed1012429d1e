/** The four logs of a metrics directory, opened together. */
import { setTimeout as pause } from 'node:timers/promises';
import { MetricsError } from '../errors.ts';
import { type ArchivedFile, LogFile } from './log-file.ts';
import { LOG_NAMES, type LogName } from './position.ts';
import { archivedFile, progressOf, sealedYears, unsealedYear } from './sealed.ts';
import { wholeLines } from './segment.ts';

export type Files = Readonly<Record<LogName, LogFile>>;

/** While another process archives them, the files are looked for again. */
const TRIES = 10;
const PAUSE_MS = 200;

/** Opens the logs behind their archives, and creates what is missing. For the owner alone, with no archiving broken off. */
export async function openFiles(directory: string): Promise<Files> {
  const years = sealedYears(directory);
  return openEach(log =>
    LogFile.open(
      directory,
      log,
      years.map(({ year, logs }) => ({ file: archivedFile(year, log), extent: logs[log] })),
    ),
  );
}

/**
 * Opens the logs for reading alone: creates, writes and locks nothing, and may be done beside their owner. Throws STORAGE_FAILED
 * where one is missing. What a broken-off archiving has moved counts up to its last whole line.
 */
export async function openFilesForReading(directory: string): Promise<Files> {
  for (let tries = 1; ; tries++) {
    const archives = await archivesOf(directory);
    const files = await openEach(log => LogFile.openForReading(directory, log, archives[log]));
    if (JSON.stringify(await archivesOf(directory)) === JSON.stringify(archives)) return files;
    await closeFiles(files);
    if (tries === TRIES) throw new MetricsError('STORAGE_FAILED', `${directory} is being archived: try again in a moment`);
    await pause(PAUSE_MS);
  }
}

async function archivesOf(directory: string): Promise<Record<LogName, ArchivedFile[]>> {
  const archives: Record<LogName, ArchivedFile[]> = { journal: [], durations: [], success_rates: [], plugin_usage: [] };
  const begun = unsealedYear(directory);
  for (const log of LOG_NAMES) {
    for (const { year, logs } of sealedYears(directory)) archives[log].push({ file: archivedFile(year, log), extent: logs[log] });
    if (begun === undefined || progressOf(directory, begun, log) !== 'moved') continue;
    const file = archivedFile(begun, log);
    archives[log].push({ file, extent: await wholeLines({ log, directory, file, start: 0 }) });
  }
  return archives;
}

async function openEach(open: (log: LogName) => Promise<LogFile>): Promise<Files> {
  const opened: Partial<Record<LogName, LogFile>> = {};
  try {
    for (const log of LOG_NAMES) opened[log] = await open(log);
    return opened as Files;
  } catch (error) {
    await Promise.all(Object.values(opened).map(file => file.close()));
    throw error;
  }
}

export async function closeFiles(files: Files): Promise<void> {
  await Promise.all(LOG_NAMES.map(log => files[log].close()));
}
