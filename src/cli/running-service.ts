/** The service in the foreground: started, told of, and ended by a signal. */
import { type App, startApp } from '../app.ts';
import type { Config, Environment } from '../config.ts';
import { createLogger } from '../logger.ts';
import type { SupplyState } from '../projection/graph/graph.ts';
import { progressBar } from './progress.ts';

export type Telling = Readonly<{
  /** What is said once it runs, given its address and, in words, how the graph is. */
  welcome: (url: string, graph: string) => string;
  /** Goes on while it runs; answers how to end that. */
  meanwhile?: (url: string) => () => void;
}>;

/** Runs the service until SIGTERM or SIGINT, and ends the process. */
export async function runService(config: Config, environment: Environment, { welcome, meanwhile }: Telling): Promise<void> {
  const bar = progressBar('Fetching Neo4j', 'jars');
  let url: string | undefined;
  const tellGraph = (state: SupplyState) => {
    if (state.kind !== 'starting') bar.stop();
    if (url !== undefined && state.kind !== 'starting') say(`Graph       ${state.detail}`);
  };
  let graph: SupplyState = { kind: 'starting', detail: '' };
  const app = await startApp(config, {
    logger: createLogger(config.logLevel),
    clock: Date.now,
    environment,
    onGraphChange: state => {
      graph = state;
      tellGraph(state);
    },
    onGraphFetch: (done, total) => bar.update(done, total),
  });
  url = app.url;
  say(welcome(url, graph.kind === 'starting' ? 'Neo4j is on its way; everything but the graph works already' : graph.detail));
  const stop = meanwhile?.(url);
  await ended(app, () => stop?.());
}

/** Resolves never: ends the process when the service has stopped after a signal; a second signal does not wait. */
async function ended(app: App, stop: () => void): Promise<void> {
  const signal = await new Promise<NodeJS.Signals>(resolve => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, resolve);
  });
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(1));
  say(`${signal}: ending running requests and committing what waits`);
  stop();
  await app.close();
  process.exit(0);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
