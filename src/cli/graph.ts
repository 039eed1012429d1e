import { setTimeout as pause } from 'node:timers/promises';
import { startApp } from '../app.ts';
import type { Config, Environment } from '../config.ts';
import { MetricsError } from '../errors.ts';
import { OwnedError } from '../log/log.ts';
import { createLogger } from '../logger.ts';
import { type Progress, progressBar } from './progress.ts';
import { requestService } from './service-request.ts';

export type GraphCommand = 'verify' | 'rebuild' | 'prune';

/** Of the API's type of that name, what is shown. */
type TaskStatus = Readonly<{
  state: 'RUNNING' | 'DONE' | 'FAILED';
  since: string;
  seconds: number;
  done: number;
  total: number;
  asOf: string | null;
  patterns: number;
  plugins: number;
  executions: number;
  steps: number;
  differenceCount: number;
  removed: number;
  error: string | null;
}>;
type Difference = Readonly<{ node: string; key: string; message: string }>;

const STATUS = 'state since seconds done total asOf patterns plugins executions steps differenceCount removed error';
const START = `mutation ($task: GraphTask!) { startGraphTask(task: $task) { ${STATUS} } }`;
const POLL = `{ graphTask { ${STATUS} } }`;
const DIFFERENCES = '{ graphTask { differences { node key message } } }';

const POLL_MS = 250;
/** Differences shown on a terminal; the rest are counted. */
const MAX_SHOWN = 100;

/**
 * Has the service work on its graph: the one at a URL, else the one that owns METRICS_DIR, else one in this process that lives as long
 * as the work. Exit code 1 where `verify` finds a difference, or anything fails.
 */
export async function graph(command: GraphCommand, options: { url?: string }, config: Config, environment: Environment): Promise<void> {
  const { service, close } = await openService(options.url, config, environment);
  try {
    const status = await run(command, service);
    const { graphTask } = await ask<{ graphTask: { differences: Difference[] } }>(service, DIFFERENCES);
    tell(command, status, graphTask.differences);
  } finally {
    await close();
  }
}

type Service = Readonly<{ url: string; apiKey: string | undefined }>;

async function ask<Data>({ url, apiKey }: Service, query: string, variables: object = {}): Promise<Data> {
  return (await requestService(url, apiKey, { query, variables })) as Data;
}

async function openService(
  url: string | undefined,
  config: Config,
  environment: Environment,
): Promise<{ service: Service; close: () => Promise<void> }> {
  const { apiKey } = config;
  const running = (at: string) => ({ service: { url: at, apiKey }, close: async () => undefined });
  if (url !== undefined) return running(url);
  const bar = progressBar('Fetching Neo4j', 'jars');
  const effects = { logger: createLogger('warn'), clock: Date.now, environment, onGraphFetch: bar.update };
  try {
    const app = await startApp({ ...config, host: '127.0.0.1', port: 0 }, effects);
    const close = async () => {
      bar.stop();
      await app.close();
    };
    return { service: { url: app.url, apiKey }, close };
  } catch (error) {
    if (error instanceof OwnedError && error.owner?.url) return running(error.owner.url);
    throw error;
  }
}

/** Starts the task and follows it to its end. */
async function run(command: GraphCommand, service: Service): Promise<TaskStatus> {
  let { startGraphTask: status } = await ask<{ startGraphTask: TaskStatus }>(service, START, { task: command.toUpperCase() });
  const { since } = status;
  const bar = progressBar(TITLES[command], command === 'prune' ? 'patterns' : 'bytes');
  try {
    while (status.state === 'RUNNING') {
      await pause(POLL_MS);
      ({ graphTask: status } = await ask<{ graphTask: TaskStatus }>(service, POLL));
      if (status.since !== since) throw new MetricsError('OVERLOADED', `${service.url}: another graph task was started meanwhile`);
      show(bar, status);
    }
  } finally {
    bar.stop();
  }
  if (status.error !== null) throw new MetricsError('GRAPH_UNAVAILABLE', status.error);
  return status;
}

const TITLES: Readonly<Record<GraphCommand, string>> = { verify: 'Verifying', rebuild: 'Rebuilding', prune: 'Pruning' };

function show(bar: Progress, { done, total }: TaskStatus): void {
  if (total > 0) bar.update(done, total);
}

function tell(command: GraphCommand, status: TaskStatus, differences: readonly Difference[]): void {
  const { asOf, seconds, patterns, plugins, executions, steps, differenceCount, removed } = status;
  const executionsPerSecond = Math.round(executions / seconds);
  if (command === 'verify' && differenceCount > 0) process.exitCode = 1;
  if (!process.stdout.isTTY) {
    for (const difference of differences) console.log(JSON.stringify(difference));
    const compared = { patterns, plugins, executions, steps };
    const timing = { seconds: Number(seconds.toFixed(3)), executionsPerSecond };
    console.log(JSON.stringify({ command, asOf, ...compared, differences: differenceCount, removed, ...timing }));
    return;
  }
  for (const { node, key, message } of differences.slice(0, MAX_SHOWN)) console.log(`${node} ${key}: ${message}`);
  if (differenceCount > MAX_SHOWN) console.log(`and ${differenceCount - MAX_SHOWN} more (a pipe gets the first 1,000)`);
  console.log(
    `${OUTCOMES[command](status)}; ${patterns} patterns, ${plugins} plugins and ${executions} executions with ${steps} steps in ` +
      `${seconds.toFixed(1)} s (${executionsPerSecond} executions a second), as of ${asOf}`,
  );
}

const OUTCOMES: Readonly<Record<GraphCommand, (status: TaskStatus) => string>> = {
  verify: ({ differenceCount }) => (differenceCount === 0 ? 'The graph is as the logs say' : `${differenceCount} differences`),
  rebuild: ({ differenceCount, removed }) => `${differenceCount} differences corrected, ${removed} of them by removal`,
  prune: ({ removed }) => `${removed} executions archived and removed`,
};
