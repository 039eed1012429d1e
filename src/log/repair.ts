/** What can be mended of the logs by appending alone. */
import { carryLeftovers } from './carry.ts';
import { closeFiles, openFiles } from './files.ts';
import { Ownership } from './owner.ts';
import { SHARED_LOGS, type SharedLog } from './position.ts';
import { type Verified, type VerifyOptions, verifyLogs } from './verify.ts';

export type RepairOptions = Pick<VerifyOptions, 'directory' | 'stateDirectory'> & Readonly<{ clock: () => number }>;

/** The rows that can be appended to each shared log. */
export function appendable({ missing }: Verified): Record<SharedLog, string[]> {
  const rowsOf = (log: SharedLog) => missing[log].flatMap(({ append }) => (append === undefined ? [] : [append]));
  return { durations: rowsOf('durations'), success_rates: rowsOf('success_rates'), plugin_usage: rowsOf('plugin_usage') };
}

/**
 * Carries leftovers of archived files over, appends the rows that the shared logs miss, and answers how many of these; nothing is edited or removed. Done again it changes nothing,
 * and killed half way it goes on: what is missing is read anew. Throws OwnedError beside a running service.
 */
export async function repairLogs({ directory, stateDirectory, clock }: RepairOptions): Promise<number> {
  const ownership = await Ownership.take(directory, clock());
  try {
    const verified = await verifyLogs({ directory, report: () => undefined, ...(stateDirectory === undefined ? {} : { stateDirectory }) });
    await carryLeftovers(directory);
    return await appendRows(directory, appendable(verified));
  } finally {
    await ownership.release();
  }
}

async function appendRows(directory: string, rows: Record<SharedLog, string[]>): Promise<number> {
  const files = await openFiles(directory);
  try {
    for (const log of SHARED_LOGS) {
      if (rows[log].length === 0) continue;
      await files[log].closeLine();
      await files[log].append(Buffer.from(`${rows[log].join('\n')}\n`));
      await files[log].sync();
    }
    return SHARED_LOGS.reduce((sum, log) => sum + rows[log].length, 0);
  } finally {
    await closeFiles(files);
  }
}
