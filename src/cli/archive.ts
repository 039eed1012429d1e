import type { Config } from '../config.ts';
import { MetricsError } from '../errors.ts';
import { type ArchiveOutcome, LOG_NAMES, Log, OwnedError } from '../log/log.ts';
import { createLogger } from '../logger.ts';

/** Archives the year of the logs in METRICS_DIR if it is over, and prints what was moved, or why nothing was. */
export async function archive(config: Config): Promise<void> {
  const { metricsDir: directory, stateDir: stateDirectory } = config;
  const log = await Log.open({ directory, stateDirectory, logger: createLogger('warn'), clock: Date.now }).catch(error => {
    throw error instanceof OwnedError ? owned(error) : error;
  });
  try {
    const outcome = await log.archive();
    console.log(
      process.stdout.isTTY ? table(outcome) : JSON.stringify(outcome.year === undefined ? { year: null, reason: outcome.reason } : outcome),
    );
  } finally {
    await log.close();
  }
}

function owned(error: OwnedError): MetricsError {
  const how = 'To archive, stop it and call this again; or set ARCHIVE=yearly for it, and it archives by itself at the turn of the year';
  return new MetricsError(error.code, `${error.message}. ${how}`, { cause: error });
}

function table(outcome: ArchiveOutcome): string {
  if (outcome.year === undefined) return `Nothing to archive: ${outcome.reason}.`;
  const { year, logs } = outcome;
  const rows = LOG_NAMES.map(log => [`${log}.log`, logs[log].length.toLocaleString('en'), logs[log].sha256]);
  const lines = [['file', 'bytes of data', 'SHA-256'], ...rows].map(
    ([file = '', bytes = '', sha256 = '']) => `${file.padEnd(18)}${bytes.padStart(16)}  ${sha256}`,
  );
  return [`Archived ${year}: METRICS_DIR/archive/${year}`, ...lines].join('\n');
}
