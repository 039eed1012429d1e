import { type App, startApp } from '../app.ts';
import type { Config, Environment } from '../config.ts';
import { createLogger } from '../logger.ts';
import type { SupplyState } from '../projection/graph/graph.ts';
import { progressBar } from './progress.ts';

/** Runs the service until SIGTERM or SIGINT. */
export async function start(config: Config, environment: Environment): Promise<void> {
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
  say(welcome(config, url, graph));
  await ended(app);
}

/** Resolves when the service has stopped after a signal; a second signal does not wait. */
async function ended(app: App): Promise<void> {
  const signal = await new Promise<NodeJS.Signals>(resolve => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, resolve);
  });
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(1));
  say(`${signal}: ending running requests and committing what waits`);
  await app.close();
  process.exit(0);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function welcome(config: Config, url: string, graph: SupplyState): string {
  const key = config.apiKey === undefined ? '' : ` -H 'authorization: Bearer '"$API_KEY"`;
  return `
orchestrator-metrics is ready to record and to answer.

Dashboard   ${url}/
GraphQL     ${url}/graphql   (GraphiQL in a browser, at the same address)
Health      ${url}/healthz   ${url}/readyz
Logs        ${config.metricsDir}
State       ${config.stateDir}
Access      ${config.apiKey === undefined ? 'this machine only, no key' : 'with Authorization: Bearer <API_KEY>'}
Graph       ${graph.kind === 'starting' ? 'Neo4j is on its way; everything but the graph works already' : graph.detail}

Ask a question:
  curl -s ${url}/graphql${key} -H 'content-type: application/json' \\
    -d '{"query":"{ topPatterns { patterns { name successRate { value lower total } durations { medianSeconds } } } }"}'

Try a recording, which writes nothing with dryRun:
  curl -s ${url}/graphql${key} -H 'content-type: application/json' \\
    -d '{"query":"mutation { recordExecution(dryRun: true, input: { executionId: \\"exec_1\\", patternId: \\"pat_hello\\", taskDescription: \\"Say hello\\", status: SUCCESS, startedAt: \\"2025-11-07T00:00:00Z\\", completedAt: \\"2025-11-07T00:00:12Z\\", steps: [{ step: 1, phase: \\"implement\\", plugin: \\"greeter\\", durationMs: 12000, status: SUCCESS }] }) { executionId duplicate dryRun } }"}'
`;
}
