import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithNeo4j } from '../support/neo4j.ts';
import { isRunning } from '../support/processes.ts';
import { eventually, type RunningService, runProgram, startService, temporaryDirectory } from '../support/program.ts';

const SAMPLES = fileURLToPath(new URL('../golden/samples/', import.meta.url));

const GRAPH = `{
  patterns(sort: [{ patternId: ASC }]) { patternId name status executionCount successRate lastUsed stats { name status lastUsed successRate { value total } } }
  plugins(sort: [{ name: ASC }]) { name totalUses successRate lastUsed stats { uses lastUsed reliability { value } } }
  executionsConnection { aggregate { count { nodes } } }
  chain: executions(where: { executionId: { eq: "exec_helloworld-chain-5-chameleon" } }) {
    status durationMs pattern { name } pluginsConnection { edges { properties { step phase durationMs status } node { name } } }
  }
  logStatus { projections { name state lagBytes error } }
}`;

// biome-ignore lint/suspicious/noExplicitAny: the answer has the shape of the question above
type GraphData = any;

/** Settings of a service with a Neo4j of its own, and how to find that one's process. */
function embedded(directory: string): { environment: Record<string, string>; neo4jPid: () => Promise<number> } {
  return {
    environment: { METRICS_DIR: directory, GRAPH: 'embedded', NEO4J_HEAP_MB: '256' },
    neo4jPid: async () => Number.parseInt(await readFile(join(directory, '.state/neo4j/pid'), 'utf8'), 10),
  };
}

const isLive = (data: GraphData, executions: number) =>
  data?.logStatus?.projections?.find((one: { name: string }) => one.name === 'graph')?.state === 'LIVE' &&
  data.executionsConnection?.aggregate?.count?.nodes === executions;

const RECORD = `mutation ($id: ID!) { recordExecution(input: { executionId: $id, patternId: "pat_helloworld", taskDescription: "again", status: FAILED,
  startedAt: "2023-05-11T00:00:00Z", completedAt: "2023-05-11T00:00:01Z", steps: [{ step: 1, phase: "level-0", plugin: "cpuhog", durationMs: 900, status: FAILED }] })
  { pattern { successRate { total } } } }`;

describeWithNeo4j('the service with a Neo4j of its own', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let settings: ReturnType<typeof embedded>;
  let service: RunningService;

  const graphOf = (executions: number): Promise<GraphData> =>
    eventually(
      async () => (await service.ask(GRAPH)).data,
      data => isLive(data, executions),
      120_000,
    );

  beforeAll(async () => {
    directory = await temporaryDirectory(join(SAMPLES, 'metrics'));
    settings = embedded(directory.path);
    service = await startService(settings.environment);
  });
  afterAll(async () => {
    await service.end();
    await directory.remove();
  });

  test('records and answers before Neo4j is up; the graph then joins by itself', async () => {
    const before = await service.ask('{ overview { current { executions } } patterns { name } }');
    expect(before.data).toMatchObject({ overview: { current: { executions: 1 } }, patterns: null });
    expect(before.errors).toMatchObject([{ path: ['patterns'], extensions: { code: 'GRAPH_UNAVAILABLE', retryable: true } }]);
    const imported = await runProgram(['import', join(SAMPLES, 'executions.ndjson')], { environment: { METRICS_DIR: directory.path } });
    expect(JSON.parse(imported.stdout)).toMatchObject({ recorded: 27 });

    const graph = await graphOf(27);
    expect(graph.patterns).toHaveLength(3);
    for (const { stats, ...node } of graph.patterns) {
      expect(node).toMatchObject({
        name: stats.name,
        status: stats.status,
        lastUsed: stats.lastUsed,
        executionCount: stats.successRate.total,
        successRate: stats.successRate.value,
      });
    }
    expect(graph.plugins.map((plugin: { name: string }) => plugin.name)).toContain('jwt-auth-plugin');
    for (const { stats, ...node } of graph.plugins) {
      expect(node).toMatchObject({ totalUses: stats.uses, lastUsed: stats.lastUsed, successRate: stats.reliability.value });
    }
    expect(graph.chain[0]).toMatchObject({ status: 'SUCCESS', durationMs: 661_000, pattern: { name: 'helloworld' } });
    expect(graph.chain[0].pluginsConnection.edges).toHaveLength(5);
    expect(service.said()).toMatch(/Graph {7}Neo4j of our own at bolt:\/\/127\.0\.0\.1:\d+/);
  });

  test('a Neo4j that is killed is started again, and what was recorded meanwhile is in the graph', async () => {
    const pid = await settings.neo4jPid();
    process.kill(pid, 'SIGKILL');
    await eventually(
      async () => isRunning(pid),
      alive => !alive,
    );
    const { data, errors } = await service.ask(RECORD, { id: 'while-away' });
    expect(errors).toBeUndefined();
    expect(data.recordExecution.pattern.successRate.total).toBe(3);

    const graph = await graphOf(28);
    expect(graph.patterns.find((pattern: { patternId: string }) => pattern.patternId === 'pat_helloworld').executionCount).toBe(3);
    expect(await settings.neo4jPid()).not.toBe(pid);
  });

  test('kill -9 of the service ends its Neo4j too; the next start takes over', async () => {
    const pid = await settings.neo4jPid();
    await service.end('SIGKILL');
    service = await startService(settings.environment);
    const graph = await graphOf(28);
    expect(graph.patterns).toHaveLength(3);
    expect(isRunning(pid)).toBe(false);
    expect(await settings.neo4jPid()).not.toBe(pid);
  });

  test('SIGTERM ends both, with exit code 0', async () => {
    const pid = await settings.neo4jPid();
    expect(await service.end()).toBe(0);
    expect(isRunning(pid)).toBe(false);
    expect((await readFile(join(directory.path, 'lock'), 'utf8')).trim()).toBe('');
  });
});
