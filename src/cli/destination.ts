/** Where the command line records to: a running service, or the logs themselves where none runs. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { MetricsError } from '../errors.ts';
import { formatPosition, Log, OwnedError } from '../log/log.ts';
import { createLogger } from '../logger.ts';
import { serviceDestination } from './service-client.ts';

/** The answer to one input: what became of it. `position` is a token. */
export type Recorded = Readonly<{ executionId: string; duplicate: boolean; position: string }>;

export interface Destination {
  /** In words: a URL or a directory. */
  readonly name: string;
  /** One outcome an input, in order. Rejects where the destination itself fails. */
  record(inputs: readonly unknown[], dryRun: boolean): Promise<(Recorded | MetricsError)[]>;
  close(): Promise<void>;
}

/** A service that has just taken ownership tells its URL a moment later. */
const ANNOUNCED_AFTER_MS = 500;

export async function openDestination(config: Config, url: string | undefined): Promise<Destination> {
  if (url !== undefined) return serviceDestination(url, config.apiKey);
  try {
    return await logDestination(config);
  } catch (error) {
    if (!(error instanceof OwnedError)) throw error;
    if (error.owner?.url) return serviceDestination(error.owner.url, config.apiKey);
  }
  await pause(ANNOUNCED_AFTER_MS);
  try {
    return await logDestination(config);
  } catch (error) {
    if (error instanceof OwnedError && error.owner?.url) return serviceDestination(error.owner.url, config.apiKey);
    throw error;
  }
}

async function logDestination(config: Config): Promise<Destination> {
  const log = await Log.open({ directory: config.metricsDir, logger: createLogger('warn'), clock: Date.now });
  return {
    name: config.metricsDir,
    record: async (inputs, dryRun) => {
      const outcomes = await (dryRun ? log.rehearse(inputs) : log.record(inputs));
      return outcomes.map(outcome =>
        outcome instanceof MetricsError ? outcome : { ...outcome, position: formatPosition(outcome.position) },
      );
    },
    close: () => log.close(),
  };
}
