/** The service in the foreground: started, told of, and ended. */
import { once } from 'node:events';
import { type App, startApp } from '../app.ts';
import type { Config, Environment } from '../config.ts';
import { createLogger } from '../logger.ts';
import type { SupplyState } from '../projection/graph/graph.ts';
import { progressBar } from './progress.ts';

export type ServiceOptions = Readonly<{
  /** What is said once it runs, given its address and, in words, how the graph is. */
  welcome: (url: string, graph: string) => string;
  /** Begins what goes on beside it. */
  beside?: (url: string) => void;
  /** Ends it; the first signal to come unless given. */
  stop?: AbortSignal;
}>;

/** Aborted by the first of some signals, with its name as the reason; a second one does not wait for anything. */
export function signalled(names: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT']): AbortSignal {
  const stop = new AbortController();
  for (const name of names) process.on(name, () => (stop.signal.aborted ? process.exit(1) : stop.abort(name)));
  return stop.signal;
}

/** Runs the service until it is told to stop, and ends the process. */
export async function runService(config: Config, environment: Environment, options: ServiceOptions): Promise<void> {
  // It outlives whoever read what it says.
  process.stdout.on('error', () => {});
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
  // Before anybody is told that it runs, and may end it.
  const stop = options.stop ?? signalled();
  say(options.welcome(url, graph.kind === 'starting' ? 'Neo4j is on its way; everything but the graph works already' : graph.detail));
  options.beside?.(url);
  await ended(app, stop);
}

async function ended(app: App, stop: AbortSignal): Promise<void> {
  if (!stop.aborted) await once(stop, 'abort');
  say(`${stop.reason}: ending running requests and committing what waits`);
  await app.close();
  process.exit(0);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
