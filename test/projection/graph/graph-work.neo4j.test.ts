import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { START } from '../../../src/log/log.ts';
import type { GraphDifference, GraphProjection } from '../../../src/projection/graph/graph.ts';
import { describeWithNeo4j } from '../../support/neo4j.ts';
import { execution, FakeLogs, openTestGraph, silent, step, T0, type TestGraph } from './graph-fixture.ts';

const SECONDS = Math.floor(T0 / 1000);

function someLogs(mark?: string): FakeLogs {
  return new FakeLogs(mark)
    .foreignOutcome('legacy', 'Legacy import', SECONDS - 500, false)
    .record(execution(1))
    .record(execution(2, { status: 'failed', steps: [step('coder'), step('coder', { status: 'failed' })] }))
    .foreignUsage('jwt-auth-plugin', 12, 11, SECONDS + 3)
    .record(execution(3, { patternId: 'cancelled-only', status: 'cancelled', steps: [step('linter', { status: 'skipped' })] }))
    .record(execution(4, { patternId: 'legacy', status: 'partial' }));
}

describeWithNeo4j('the graph beside the logs', () => {
  let graph: TestGraph;
  beforeAll(() => {
    graph = openTestGraph();
  });
  beforeEach(() => graph.empty());
  afterAll(() => graph.close());

  async function projected(logs = someLogs()): Promise<GraphProjection> {
    const projection = graph.projection(logs);
    const from = await projection.load();
    if (from.journal < logs.end.journal) await projection.advance(logs.stretch(from));
    return projection;
  }

  const verify = async (projection: GraphProjection) => {
    const told: string[] = [];
    const checked = await projection.verify(
      ({ node, key, message }: GraphDifference) => told.push(`${node} ${key}: ${message}`),
      () => undefined,
    );
    expect(checked.differences).toBe(told.length);
    return told;
  };
  const rebuild = (projection: GraphProjection) =>
    projection.rebuild(
      () => undefined,
      () => undefined,
    );

  test('a graph that followed them has no difference, and tells what was compared', async () => {
    const projection = await projected();
    const steps: [number, number][] = [];
    const checked = await projection.verify(
      () => undefined,
      (done, total) => steps.push([done, total]),
    );
    expect(checked).toMatchObject({ compared: { patterns: 3, plugins: 5, executions: 4, steps: 9 }, differences: 0 });
    expect(steps.at(-1)?.[0]).toBe(steps.at(-1)?.[1]);
    expect(await verify(await projected(new FakeLogs()).catch(() => projection))).toEqual([]);
  });

  test('a graph built from nothing is the one that followed', async () => {
    await projected();
    const followed = await graph.dump();
    await graph.empty();
    const built = graph.projection(someLogs());
    await built.load();
    await rebuild(built);
    expect(await graph.dump()).toEqual(followed);
    expect(await rebuild(built)).toMatchObject({ differences: 0, removed: 0 });
  });

  const DAMAGES: [string, string, RegExp][] = [
    ['a node is gone', "MATCH (e:Execution {execution_id: 'exec-2'}) DETACH DELETE e", /^Execution exec-2: it is missing$/],
    [
      'a property is changed',
      "MATCH (e:Execution {execution_id: 'exec-1'}) SET e.status = 'failed'",
      /^Execution exec-1: status is "failed", the logs say "success"$/,
    ],
    [
      'a time is changed',
      "MATCH (e:Execution {execution_id: 'exec-1'}) SET e.started_at = datetime('2020-01-01')",
      /started_at is "2020-01-01T00:00:00.000Z"/,
    ],
    ['a property is gone', "MATCH (e:Execution {execution_id: 'exec-1'}) SET e.task_description = null", /task_description is null/],
    [
      'the error of a success',
      "MATCH (e:Execution {execution_id: 'exec-1'}) SET e.error_message = 'x'",
      /error_message is "x", the logs say null/,
    ],
    [
      'the position of its row',
      "MATCH (e:Execution {execution_id: 'exec-1'}) SET e.journal_position = 77",
      /no row at 77 of journal.log|it is missing/,
    ],
    [
      'a pattern of nobody',
      "CREATE (:Pattern {pattern_id: 'zombie', name: 'Z', executions: 3})",
      /^Pattern zombie: no row of the logs speaks of it$/,
    ],
    ['a figure of a pattern', "MATCH (p:Pattern {pattern_id: 'legacy'}) SET p.executions = 17", /executions is 17, the logs say 2/],
    [
      'the first use of a pattern',
      "MATCH (p:Pattern {pattern_id: 'legacy'}) SET p.created_at = datetime('1999-01-01T00:00:00Z')",
      /created_at is "1999/,
    ],
    [
      'a pattern is gone',
      "MATCH (p:Pattern {pattern_id: 'legacy'}) DETACH DELETE p",
      /Pattern legacy: it is missing|exec-4: it does not implement legacy/,
    ],
    ['a figure of a plugin', "MATCH (p:Plugin {name: 'coder'}) SET p.total_uses = 1.5", /total_uses is 1.5/],
    ['a plugin of nobody', "CREATE (:Plugin {name: 'zombie', total_uses: 3})", /^Plugin zombie: no row/],
    ['a step is gone', "MATCH ({name: 'tester'})-[s:EXECUTED_IN]->({execution_id: 'exec-1'}) DELETE s", /step 2 of tester is missing/],
    [
      'a step is changed',
      "MATCH ({name: 'tester'})-[s:EXECUTED_IN]->({execution_id: 'exec-1'}) SET s.phase = 'x'",
      /step 2: phase is "x", the logs say "test"/,
    ],
    [
      'a step of another plugin',
      "MATCH (p:Plugin {name: 'linter'}), (e {execution_id: 'exec-1'}) CREATE (p)-[:EXECUTED_IN {ordinal: 1}]->(e)",
      /step 1 of linter is not in the log/,
    ],
    [
      'a step twice',
      "MATCH (p {name: 'tester'})-[s:EXECUTED_IN]->(e {execution_id: 'exec-1'}) CREATE (p)-[t:EXECUTED_IN]->(e) SET t = properties(s)",
      /step 2 of tester is not in the log/,
    ],
    [
      'another pattern',
      "MATCH (e {execution_id: 'exec-1'}), (p:Pattern {pattern_id: 'legacy'}) CREATE (e)-[:IMPLEMENTS]->(p)",
      /it implements legacy/,
    ],
    ['no pattern', "MATCH ({execution_id: 'exec-1'})-[i:IMPLEMENTS]->() DELETE i", /it does not implement rest-api/],
    [
      'an execution of nobody',
      "CREATE (:Execution {execution_id: 'zombie', journal_position: 5, status: 'success'})",
      /^Execution zombie: no row at 5 of journal.log/,
    ],
    [
      'two that claim one row',
      "MATCH (e {execution_id: 'exec-1'}) CREATE (:Execution {execution_id: 'zombie', journal_position: e.journal_position})",
      /^Execution zombie: no row/,
    ],
    [
      'an execution of nobody at the end',
      "CREATE (:Execution {execution_id: 'zombie', journal_position: 5000})",
      /^Execution zombie: no row/,
    ],
  ];

  test.each(DAMAGES)('%s: verify tells it, rebuild corrects it and nothing else', async (_name, damage, told) => {
    const projection = await projected();
    await graph.run("MATCH (p:Plugin {name: 'coder'}) SET p.description = 'writes code', p:Reviewed");
    const right = await graph.dump();
    await graph.run(damage);
    const damaged = await graph.dump();
    expect(damaged).not.toEqual(right);
    const differences = await verify(projection);
    expect(differences.length).toBeGreaterThan(0);
    for (const difference of differences) expect(difference).toMatch(told);
    expect(await graph.dump()).toEqual(damaged);
    expect((await rebuild(projection)).differences).toBe(differences.length);
    expect(await graph.dump()).toEqual(right);
  });

  test('what others wrote is no difference, and stays through a rebuild', async () => {
    const projection = await projected();
    await graph.run(`
      MATCH (e:Execution {execution_id: 'exec-1'}), (p:Plugin {name: 'coder'}), (r:Pattern {pattern_id: 'rest-api'})
      SET e:Incident, e.colour = 'blue', p.tags = ['a'], r.description = 'ours'
      CREATE (p)-[:EXECUTED_IN {note: 'by hand'}]->(e), (e)-[:IMPLEMENTS {weight: 2}]->(:Pattern {pattern_id: 'catalogue', name: 'Not run yet'}),
        (:Plugin {name: 'catalogue', version: '2'})-[:NEEDS]->(p), (:Execution {execution_id: 'theirs', status: 'running'}), (:Plugin), (:Pattern {name: 'no id'})`);
    const before = await graph.dump();
    expect(await verify(projection)).toEqual([]);
    await rebuild(projection);
    expect(await graph.dump()).toEqual(before);
  });

  test('what is ours on a node of nobody goes, what others added to it stays', async () => {
    const projection = await projected();
    await graph.run(`CREATE (:Execution:Incident {execution_id: 'zombie', journal_position: 5, status: 'success', colour: 'red'})
      -[:IMPLEMENTS]->(:Pattern {pattern_id: 'zombie', executions: 3, success_rate: 0.5, description: 'theirs'})`);
    await rebuild(projection);
    expect(
      await graph.run(
        'MATCH (n) WHERE "zombie" IN [n.execution_id, n.pattern_id] RETURN labels(n) AS labels, properties(n) AS properties, COUNT { (n)--() } = 0 AS alone ORDER BY labels',
      ),
    ).toEqual([
      { labels: ['Execution', 'Incident'], properties: { execution_id: 'zombie', colour: 'red' }, alone: true },
      { labels: ['Pattern'], properties: { pattern_id: 'zombie', description: 'theirs' }, alone: true },
    ]);
  });

  test('readers miss nothing while it is built anew', async () => {
    const logs = new FakeLogs();
    for (let n = 0; n < 1_500; n++) logs.record(execution(n, { patternId: `p-${n % 3}` }));
    const projection = await projected(logs);
    // Everything is wrong, so that everything is written again.
    await graph.run("MATCH (e:Execution) SET e.task_description = 'wrong'");
    let reading = true;
    const counts = new Set<string>();
    const reader = (async () => {
      while (reading) {
        const [row] = await graph.run(`MATCH (p:Plugin)-[s:EXECUTED_IN]->(e:Execution)-[:IMPLEMENTS]->(t:Pattern)
          RETURN toString(count(s)) + ' ' + toString(count(DISTINCT e)) + ' ' + toString(sum(DISTINCT t.executions)) AS seen`);
        counts.add(String(row?.['seen']));
      }
    })();
    expect(await rebuild(projection)).toMatchObject({ differences: 1_500, removed: 0 });
    reading = false;
    await reader;
    expect([...counts]).toEqual(['4500 1500 500']);
  });

  test('broken off in the middle, it can be followed and built again', async () => {
    const logs = new FakeLogs();
    for (let n = 0; n < 1_200; n++) logs.record(execution(n));
    const broken = graph.projection(logs);
    let told = 0;
    const outcome = await broken
      .rebuild(
        () => {
          if (++told === 700) void broken.close();
        },
        () => undefined,
      )
      .catch((error: unknown) => error);
    expect(outcome).toMatchObject({ code: 'GRAPH_UNAVAILABLE', message: expect.stringMatching(/stopped before this was done/) });
    const [count] = await graph.run('MATCH (e:Execution) RETURN toFloat(count(e)) AS count');
    expect(count?.['count']).toBeGreaterThan(0);
    expect(count?.['count']).toBeLessThan(1_000);
    const later = graph.projection(logs);
    expect(await later.load()).toEqual(START);
    await later.advance(logs.stretch());
    const followed = await graph.dump();
    expect(await verify(later)).toEqual([]);
    await rebuild(later);
    expect(await graph.dump()).toEqual(followed);
  });

  test('a stretch that comes late finds the graph built further, and changes nothing', async () => {
    const logs = someLogs();
    const projection = graph.projection(logs);
    const from = await projection.load();
    await rebuild(projection);
    const built = await graph.dump();
    await projection.advance(logs.stretch(from, logs.positions[2] ?? START));
    expect(await graph.dump()).toEqual(built);
    expect(await projection.load()).toEqual(logs.end);
  });

  test('a graph of an older version is brought forward by itself', async () => {
    await projected();
    const right = await graph.dump();
    await graph.run('MATCH (e:Execution) SET e.journal_position = null');
    await graph.run('MATCH (p:ProjectionPosition) REMOVE p.layout, p.logs, p.retention, p.schema_step');
    await graph.run('DROP INDEX execution_status_started_at');
    const told: string[] = [];
    const logger = { ...silent, info: (_: object, message: string) => told.push(message) };
    expect(await graph.projection(someLogs(), { logger }).load()).toEqual(someLogs().end);
    expect(await graph.dump()).toEqual(right);
    expect(told).toEqual(['constraints and indexes of the graph were brought forward', 'the graph is built from the logs']);
    expect(await graph.run("SHOW INDEXES YIELD name WHERE name = 'execution_status_started_at' RETURN name")).toHaveLength(1);
  });

  test.each([
    ['other logs', () => someLogs('12345678'), /belongs to other logs.*NEO4J_DATABASE.*graph rebuild/],
    ['no logs', () => new FakeLogs(), /belongs to other logs \(they begin with \w{16}, these with nothing\)/],
    [
      'an older copy',
      () => new FakeLogs().foreignOutcome('legacy', 'Legacy import', SECONDS - 500, false).record(execution(1)),
      /ahead of the logs.*older copy.*graph rebuild/,
    ],
    ['a newer version', () => someLogs(), /A newer version.*layout 99/],
    ['a newer schema', () => someLogs(), /A newer version.*step 99/],
  ])('%s: told apart and explained; nothing is written until it is built from these', async (name, make, message) => {
    await projected();
    if (name === 'a newer version') await graph.run('MATCH (p:ProjectionPosition) SET p.layout = 99');
    if (name === 'a newer schema') await graph.run('MATCH (p:ProjectionPosition) SET p.schema_step = 99');
    const before = await graph.dump();
    const logs = make();
    const projection = graph.projection(logs);
    await expect(projection.load()).rejects.toMatchObject({ code: 'GRAPH_UNAVAILABLE', message: expect.stringMatching(message) });
    expect(await graph.dump()).toEqual(before);
    await rebuild(projection);
    expect(await projection.load()).toEqual(logs.end);
    const rebuilt = await graph.dump();
    await graph.empty();
    await rebuild(graph.projection(make()));
    expect(rebuilt).toEqual(await graph.dump());
  });
});
