import type { Config, Environment } from '../config.ts';
import { runService } from './running-service.ts';

/** Runs the service until SIGTERM or SIGINT. */
export function start(config: Config, environment: Environment): Promise<void> {
  return runService(config, environment, { welcome: (url, graph) => welcome(config, url, graph) });
}

function welcome(config: Config, url: string, graph: string): string {
  const key = config.apiKey === undefined ? '' : ` -H 'authorization: Bearer '"$API_KEY"`;
  return `
orchestrator-metrics is ready to record and to answer.

Dashboard   ${url}/
GraphQL     ${url}/graphql   (GraphiQL in a browser, at the same address)
Health      ${url}/healthz   ${url}/readyz
Logs        ${config.metricsDir}
State       ${config.stateDir}
Access      ${config.apiKey === undefined ? 'this machine only, no key' : 'with Authorization: Bearer <API_KEY>'}
Graph       ${graph}

Ask a question:
  curl -s ${url}/graphql${key} -H 'content-type: application/json' \\
    -d '{"query":"{ topPatterns { patterns { name successRate { value lower total } durations { medianSeconds } } } }"}'

Try a recording, which writes nothing with dryRun:
  curl -s ${url}/graphql${key} -H 'content-type: application/json' \\
    -d '{"query":"mutation { recordExecution(dryRun: true, input: { executionId: \\"exec_1\\", patternId: \\"pat_hello\\", taskDescription: \\"Say hello\\", status: SUCCESS, startedAt: \\"2025-11-07T00:00:00Z\\", completedAt: \\"2025-11-07T00:00:12Z\\", steps: [{ step: 1, phase: \\"implement\\", plugin: \\"greeter\\", durationMs: 12000, status: SUCCESS }] }) { executionId duplicate dryRun } }"}'
`;
}
