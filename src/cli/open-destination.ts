import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { MetricsError } from '../errors.ts';
import { formatPosition, Log, OwnedError } from '../log/log.ts';
import { createLogger } from '../logger.ts';
import type { Destination } from './destination.ts';
import { serviceDestination } from './service-client.ts';

/** A service that has just taken ownership tells its URL a moment later. */
const ANNOUNCED_AFTER_MS = 500;

/** The service at a URL; without one, the service that owns METRICS_DIR; without one, the logs in it. */
export async function openDestination(config: Config, url: string | undefined): Promise<Destination> {
  if (url !== undefined) return serviceDestination(url, config.apiKey);
  return localDestination(config).catch(async error => {
    if (!(error instanceof OwnedError)) throw error;
    await pause(ANNOUNCED_AFTER_MS);
    return localDestination(config);
  });
}

async function localDestination(config: Config): Promise<Destination> {
  return logDestination(config).catch(error => {
    if (error instanceof OwnedError && error.owner?.url) return serviceDestination(error.owner.url, config.apiKey);
    throw error;
  });
}

async function logDestination(config: Config): Promise<Destination> {
  const log = await Log.open({
    directory: config.metricsDir,
    stateDirectory: config.stateDir,
    logger: createLogger('warn'),
    clock: Date.now,
  });
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
