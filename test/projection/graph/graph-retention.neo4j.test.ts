import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { START } from '../../../src/log/log.ts';
import { describeWithNeo4j } from '../../support/neo4j.ts';
import { execution, FakeLogs, openTestGraph, step, type TestGraph } from './graph-fixture.ts';

const RETENTION = 3;
const README = readFile(new URL('../../../README.md', import.meta.url), 'utf8');

/** Twelve executions of three patterns, the second of which has fewer than stay. */
function logsOfThreePatterns(): FakeLogs {
  const logs = new FakeLogs();
  for (let n = 0; n < 12; n++) {
    const patternId = n === 4 || n === 9 ? 'rare' : n % 3 === 0 ? 'often' : 'most';
    logs.record(execution(n, { patternId, patternName: patternId, status: n % 5 === 0 ? 'cancelled' : 'success' }));
  }
  return logs;
}

/** The executions of each pattern in log order: those that left, and those that stay. */
function expected(logs: FakeLogs, retention = RETENTION) {
  const byPattern = new Map<string, string[]>();
  for (const { execution: one } of logs.journal) byPattern.set(one.patternId, [...(byPattern.get(one.patternId) ?? []), one.executionId]);
  const ids = (from: number, to?: number) => [...byPattern.values()].flatMap(all => all.slice(from, to));
  return { left: ids(0, -retention).sort(), stay: ids(-retention).sort() };
}

describeWithNeo4j('retention', () => {
  let graph: TestGraph;
  beforeAll(() => {
    graph = openTestGraph();
  });
  beforeEach(() => graph.empty());
  afterAll(() => graph.close());

  const inGraph = async () => (await graph.run('MATCH (e:Execution) RETURN e.execution_id AS id ORDER BY id')).map(({ id }) => id).sort();
  const archived = async () => {
    const text = await readFile(join(graph.metricsDirectory, 'archive/graph/executions.csv'), 'utf8').catch(() => 'header\n');
    return text
      .split('\n')
      .slice(1, -1)
      .map(line => line.split(',')[2]);
  };
  const projectionOf = (logs: FakeLogs, retention = RETENTION) => graph.projection(logs, { retention });

  test('the last of each pattern stay in log order; what leaves is archived once; the figures speak of all', async () => {
    const { left, stay } = expected(logsOfThreePatterns());
    let whole: string[] | undefined;
    for (const cuts of [[], [6], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [2, 7, 8]]) {
      await graph.empty();
      const logs = logsOfThreePatterns();
      const projection = projectionOf(logs);
      let from = await projection.load();
      for (const cut of [...cuts, logs.positions.length - 1]) {
        const to = logs.positions[cut] ?? START;
        await projection.advance(logs.stretch(from, to));
        from = to;
      }
      await projection.close();
      expect(await inGraph(), `cut at ${cuts}`).toEqual(stay);
      expect((await archived()).sort(), `cut at ${cuts}`).toEqual(left);
      whole ??= await graph.dump();
      expect(await graph.dump(), `cut at ${cuts}`).toEqual(whole);
    }
    const figures = await graph.run('MATCH (p:Pattern) RETURN p.pattern_id AS id, toFloat(p.executions) AS executions ORDER BY id');
    expect(figures).toEqual([
      { id: 'most', executions: 5 },
      { id: 'often', executions: 2 },
      { id: 'rare', executions: 2 },
    ]);
    expect(await graph.run('MATCH (p:Plugin) WITH DISTINCT toFloat(p.total_uses) AS uses RETURN uses')).toEqual([{ uses: 12 }]);
  });

  test('a program that is started anew at each step goes on where the last one stood', async () => {
    const logs = logsOfThreePatterns();
    const { left, stay } = expected(logs);
    for (const to of logs.positions.slice(1)) {
      const projection = projectionOf(logs);
      await projection.advance(logs.stretch(await projection.load(), to));
      await projection.close();
    }
    expect(await inGraph()).toEqual(stay);
    expect((await archived()).sort()).toEqual(left);
  });

  test('a try that fails after it has archived doubles nothing when it is repeated', async () => {
    const logs = logsOfThreePatterns();
    const projection = projectionOf(logs);
    const stretch = logs.stretch(await projection.load());
    const poisoned = execution(99, { patternId: 'poison', steps: [step('coder', { phase: { not: 'storable' } as unknown as string })] });
    const journal = [...stretch.journal, { start: 1e9, end: 1e9, base: START, chain: '', execution: poisoned }];
    await expect(projection.advance({ ...stretch, journal })).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    const { left } = expected(logs);
    expect((await archived()).sort()).toEqual(left);
    expect(await inGraph()).toEqual([]);
    await projection.advance(stretch);
    await projection.close();
    expect((await archived()).sort()).toEqual(left);
  });

  test('where nothing can be archived, nothing leaves and the position stays', async () => {
    const logs = logsOfThreePatterns();
    const projection = graph.projection(logs, { retention: RETENTION, metricsDirectory: '/dev/null' });
    await projection.load();
    await expect(projection.advance(logs.stretch())).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    expect(await projection.load()).toEqual(START);
  });

  test('an execution that others have marked stays, and is archived all the same', async () => {
    const logs = logsOfThreePatterns();
    const projection = projectionOf(logs);
    const middle = logs.positions[6] ?? START;
    await projection.load();
    await projection.advance(logs.stretch(START, middle));
    await graph.run("MATCH (e:Execution {execution_id: 'exec-1'}) SET e:Incident");
    await graph.run("MATCH (e:Execution {execution_id: 'exec-5'}) SET e.reviewed_by = 'Ann'");
    await graph.run("MATCH (e:Execution {execution_id: 'exec-2'}) CREATE (:Note {text: 'odd'})-[:ABOUT]->(e)");
    await projection.advance(logs.stretch(middle));
    const { left, stay } = expected(logs);
    expect(await inGraph()).toEqual([...stay, 'exec-1', 'exec-2', 'exec-5'].sort());
    expect((await archived()).sort()).toEqual(left);
    const tell: string[] = [];
    await projection.verify(
      ({ message }) => tell.push(message),
      () => undefined,
    );
    expect(tell).toEqual([]);
    await projection.rebuild(
      () => undefined,
      () => undefined,
    );
    expect(await inGraph()).toEqual([...stay, 'exec-1', 'exec-2', 'exec-5'].sort());
    // Once they are marked no more, they go.
    await graph.run('MATCH (e:Execution) REMOVE e:Incident, e.reviewed_by WITH e MATCH (n:Note) DETACH DELETE n');
    expect(
      await projection.prune(
        () => undefined,
        () => undefined,
      ),
    ).toMatchObject({ removed: 3 });
    expect(await inGraph()).toEqual(stay);
    expect((await archived()).sort()).toEqual(left);
    await projection.close();
  });

  test('a smaller number takes effect at the next start, a larger one by a rebuild', async () => {
    const logs = logsOfThreePatterns();
    const before = projectionOf(logs);
    await before.advance(logs.stretch(await before.load()));
    await before.close();
    const smaller = projectionOf(logs, 1);
    expect(await smaller.load()).toEqual(logs.end);
    expect(await inGraph()).toEqual(expected(logs, 1).stay);
    expect((await archived()).sort()).toEqual(expected(logs, 1).left);
    await smaller.close();
    const larger = projectionOf(logs, 5);
    await larger.load();
    expect(await inGraph()).toEqual(expected(logs, 1).stay);
    await larger.rebuild(
      () => undefined,
      () => undefined,
    );
    expect(await inGraph()).toEqual(expected(logs, 5).stay);
    expect((await archived()).sort()).toEqual(expected(logs, 1).left);
    await larger.close();
  });

  test('LOAD CSV reads the archive back as the README says', async () => {
    const statement = /```cypher\n(.*?)```/s.exec(await README)?.[1] ?? '';
    const logs = new FakeLogs()
      .record(execution(0, { taskDescription: 'say "hi"\nin C:\\tmp\\', errorMessage: 'a, "b" \\', status: 'failed' }))
      .record(execution(1, { patternId: 'back\\slash', steps: [] }))
      .record(execution(2, { steps: [step('back\\slash', { status: 'skipped', step: 7 }), step('coder'), step('coder')] }))
      .record(execution(3, { patternId: 'back\\slash' }))
      .record(execution(4));
    const all = graph.projection(logs);
    await all.advance(logs.stretch(await all.load()));
    const dump = () =>
      graph.run(`MATCH (e:Execution)-[:IMPLEMENTS]->(p) WHERE e.execution_id IN ['exec-0', 'exec-1', 'exec-2']
        RETURN e.execution_id AS id, e.workflow_id AS workflow, replace(e.task_description, '\n', ' ') AS task, e.status AS status, e.error_message AS error,
          toString(e.duration_ms) AS ms, toString(e.started_at) AS started, toString(e.completed_at) AS completed, p.pattern_id AS pattern,
          COLLECT { MATCH (plugin)-[s:EXECUTED_IN]->(e) RETURN plugin.name + toString(s.ordinal) + toString(s.step) + s.phase + toString(s.duration_ms) + s.status ORDER BY s.ordinal } AS steps
        ORDER BY id`);
    const before = await dump();
    expect(before).toHaveLength(3);
    await all.close();
    const one = projectionOf(logs, 1);
    await one.load();
    await one.close();
    expect(await dump()).toEqual([]);
    const file = await readFile(join(graph.metricsDirectory, 'archive/graph/executions.csv'));
    const server = createServer((_, response) => response.end(file)).listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    await graph.run(statement, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/executions.csv` });
    server.close();
    expect(await dump()).toEqual(before);
  });
});
