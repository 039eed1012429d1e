import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestGraph, type TestGraph } from '../projection/graph/graph-fixture.ts';
import { describeWithNeo4j, testNeo4j } from '../support/neo4j.ts';
import { eventually, runProgram, startService, temporaryDirectory } from '../support/program.ts';

const SAMPLES = fileURLToPath(new URL('../golden/samples/', import.meta.url));
const IS_LIVE = '{ logStatus { projections { name state lagBytes error } } }';

describeWithNeo4j('orchestrator-metrics graph', () => {
  let graph: TestGraph;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let environment: Record<string, string>;
  beforeAll(async () => {
    graph = openTestGraph();
    directory = await temporaryDirectory(join(SAMPLES, 'metrics'));
    const { uri, username, password } = testNeo4j();
    const neo4j = { NEO4J_URI: uri, NEO4J_USERNAME: username, NEO4J_PASSWORD: password };
    environment = { METRICS_DIR: directory.path, GRAPH: 'external', ...neo4j, LOG_LEVEL: 'warn' };
    await runProgram(['import', join(SAMPLES, 'executions.ndjson')], { environment });
  });
  beforeEach(() => graph.empty());
  afterAll(async () => {
    await graph.close();
    await directory.remove();
  });

  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runProgram(['graph', ...args], { environment });
    const lines = stdout
      .trim()
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line));
    return { code, stderr, differences: lines.slice(0, -1), summary: lines.at(-1) };
  };

  test('alone: builds the graph from nothing, finds it right, tells and mends damage', { timeout: 120_000 }, async () => {
    const rebuilt = await run('rebuild');
    expect(rebuilt).toMatchObject({ code: 0, stderr: '', summary: { command: 'rebuild', executions: 27, removed: 0 } });
    const right = await graph.dump();
    expect(await run('verify')).toMatchObject({ code: 0, differences: [], summary: { differences: 0, executions: 27, patterns: 3 } });

    await graph.run("MATCH (e:Execution) WITH e ORDER BY e.execution_id LIMIT 2 SET e.status = 'odd'");
    const verified = await run('verify');
    expect(verified).toMatchObject({ code: 1, summary: { differences: 2 } });
    expect(verified.differences).toEqual([
      { node: 'Execution', key: expect.any(String), message: expect.stringMatching(/^status is "odd", the logs say "\w+"$/) },
      { node: 'Execution', key: expect.any(String), message: expect.stringMatching(/^status is "odd"/) },
    ]);
    expect(await run('rebuild')).toMatchObject({ code: 0, summary: { differences: 2 } });
    expect(await graph.dump()).toEqual(right);
  });

  test('through the running service, which follows on; prune with a smaller number', { timeout: 120_000 }, async () => {
    const service = await startService(environment);
    const statusOfGraph = async () =>
      (await service.ask(IS_LIVE)).data.logStatus.projections.find(({ name }: { name: string }) => name === 'graph');
    try {
      await eventually(statusOfGraph, ({ state, lagBytes }) => state === 'LIVE' && lagBytes === 0);
      expect(await run('verify')).toMatchObject({ code: 0, stderr: '', summary: { differences: 0, executions: 27 } });
      await graph.run('MATCH (e:Execution) WITH e LIMIT 5 DETACH DELETE e');
      expect(await run('verify', '--url', service.url)).toMatchObject({ code: 1, summary: { differences: 5 } });
      expect(await run('rebuild')).toMatchObject({ code: 0, summary: { differences: 5 } });
      expect(await run('prune')).toMatchObject({ code: 0, summary: { removed: 0, patterns: 3 } });
      expect(await statusOfGraph()).toMatchObject({ state: 'LIVE', error: null });
      const { data } = await service.ask('{ graphTask { task state done total differenceCount } }');
      expect(data.graphTask).toMatchObject({ task: 'PRUNE', state: 'DONE', differenceCount: 0 });
    } finally {
      await service.end();
    }
    environment = { ...environment, GRAPH_RETENTION: '4' };
    expect(await run('prune')).toMatchObject({ code: 0 });
    expect(await graph.run('MATCH (p:Pattern)<-[:IMPLEMENTS]-(e) WITH p, count(e) AS held RETURN toFloat(max(held)) AS most')).toEqual([
      { most: 4 },
    ]);
    const archived = (await readFile(join(directory.path, 'archive/graph/executions.csv'), 'utf8')).trim().split('\n').length - 1;
    const [left] = await graph.run('MATCH (e:Execution) RETURN toFloat(count(e)) AS held');
    expect(archived + Number(left?.['held'])).toBe(27);
    expect(await run('verify')).toMatchObject({ code: 0, summary: { differences: 0 } });
  });

  test('without a graph it says how to get one', async () => {
    environment = { ...environment, GRAPH: 'off' };
    expect(await run('verify')).toMatchObject({ code: 1, stderr: expect.stringContaining('GRAPH is off') });
  });
});
