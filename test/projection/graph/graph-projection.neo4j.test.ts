import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formatPosition, START } from '../../../src/log/log.ts';
import type { GraphConnection } from '../../../src/projection/graph/graph.ts';
import { ADVANCE } from '../../../src/projection/graph/statements.ts';
import { describeWithNeo4j } from '../../support/neo4j.ts';
import { execution, FakeLogs, openTestGraph, step, T0, type TestGraph } from './graph-fixture.ts';

const SECONDS = Math.floor(T0 / 1000);

const column = (rows: readonly Record<string, unknown>[], name: string) => rows.map(row => row[name]);

/** Ours and others' rows in turn: failed, cancelled and retried runs, a skipped step, two steps with one number. */
function mixedLogs(): FakeLogs {
  return new FakeLogs()
    .foreignOutcome('legacy', 'Legacy import', SECONDS - 500, false)
    .record(execution(1))
    .record(
      execution(2, {
        status: 'failed',
        errorMessage: 'tests failed',
        steps: [step('coder'), step('coder', { status: 'failed', durationMs: 0 })],
      }),
    )
    .foreignUsage('jwt-auth-plugin', 1247, 1109, SECONDS + 3)
    .record(
      execution(3, {
        patternId: 'never-finished',
        patternName: 'Stopped early',
        status: 'cancelled',
        steps: [step('linter', { status: 'skipped' })],
      }),
    )
    .foreignOutcome('rest-api', 'REST API, renamed', SECONDS - 9_000, true)
    .record(execution(4, { patternId: 'legacy', patternName: 'Legacy', status: 'partial' }));
}

/** A connection whose first transaction of a stretch goes out after the second was answered. `answered`: whether each did something. */
function overtaken(connection: GraphConnection, answered: string[]): GraphConnection {
  let letGo = () => {};
  const second = new Promise<void>(resolve => {
    letGo = resolve;
  });
  let said = 0;
  return {
    ...connection,
    writeSession: () => {
      const session = connection.writeSession();
      const run = session.run.bind(session);
      const later = async (...[statement, ...rest]: Parameters<typeof run>) => {
        if (statement !== ADVANCE) return run(statement, ...rest);
        const number = ++said;
        if (number === 1) await second;
        const result = await run(statement, ...rest);
        answered.push(result.records.length > 0 ? 'done' : 'nothing');
        if (number === 2) letGo();
        return result;
      };
      return Object.assign(session, { run: later });
    },
  };
}

describeWithNeo4j('the graph projection', () => {
  let graph: TestGraph;
  beforeAll(() => {
    graph = openTestGraph();
  });
  beforeEach(() => graph.empty());
  afterAll(() => graph.close());

  describe('a stretch becomes nodes and relationships', () => {
    test('in the names and types of the graph', async () => {
      const logs = mixedLogs();
      const projection = graph.projection(logs);
      expect(await projection.load()).toEqual(START);
      await projection.advance(logs.stretch());

      const [failed] = await graph.run(`MATCH (e:Execution {execution_id: 'exec-2'})-[:IMPLEMENTS]->(p:Pattern)
      RETURN e.workflow_id AS workflow, e.task_description AS task, e.status AS status, valueType(e.duration_ms) AS duration, e.error_message AS error,
        toString(e.started_at) AS started, valueType(e.completed_at) AS completed, p.pattern_id AS pattern`);
      expect(failed).toEqual({
        workflow: 'wf-2',
        task: 'task 2',
        status: 'failed',
        duration: 'INTEGER NOT NULL',
        error: 'tests failed',
        started: '2026-03-01T10:02:00.25Z',
        completed: 'ZONED DATETIME NOT NULL',
        pattern: 'rest-api',
      });
      const patterns =
        await graph.run(`MATCH (p:Pattern) RETURN p.pattern_id AS id, p.name AS name, p.status AS status, p.success_rate AS rate,
      toString(p.executions) AS executions, toString(p.last_used) AS used, toString(p.created_at) AS created ORDER BY id`);
      expect(patterns).toEqual([
        {
          id: 'legacy',
          name: 'Legacy',
          status: 'validated',
          rate: 0,
          executions: '2',
          used: '2026-03-01T10:04:05Z',
          created: '2026-03-01T09:51:40Z',
        },
        {
          id: 'never-finished',
          name: 'Stopped early',
          status: 'discovered',
          rate: null,
          executions: '0',
          used: null,
          created: '2026-03-01T10:03:05Z',
        },
        {
          id: 'rest-api',
          name: 'REST API, renamed',
          status: 'validated',
          rate: 2 / 3,
          executions: '3',
          used: '2026-03-01T10:02:05Z',
          created: '2026-03-01T07:30:00Z',
        },
      ]);
      const plugins = await graph.run(`MATCH (p:Plugin) RETURN p.name AS name, p.success_rate AS rate, toString(p.total_uses) AS uses,
      toString(p.last_used) AS used ORDER BY name`);
      expect(plugins).toEqual([
        { name: 'coder', rate: 3 / 4, uses: '4', used: '2026-03-01T10:04:05Z' },
        { name: 'jwt-auth-plugin', rate: 1109 / 1247, uses: '1247', used: '2026-03-01T10:00:03Z' },
        { name: 'linter', rate: null, uses: '0', used: null },
        { name: 'planner', rate: 1, uses: '2', used: '2026-03-01T10:04:05Z' },
        { name: 'tester', rate: 1, uses: '2', used: '2026-03-01T10:04:05Z' },
      ]);
    });

    test('one relationship a step, also for steps that share number, phase and plugin, and for skipped ones', async () => {
      const logs = mixedLogs();
      await graph.projection(logs).advance(logs.stretch());
      const steps = await graph.run(`MATCH (p:Plugin)-[r:EXECUTED_IN]->(e:Execution) WHERE e.execution_id IN ['exec-2', 'exec-3']
      RETURN e.execution_id AS id, p.name AS plugin, r.status AS status, r.phase AS phase, toString(r.step) AS step, toString(r.duration_ms) AS ms ORDER BY id, r.ordinal`);
      expect(steps).toEqual([
        { id: 'exec-2', plugin: 'coder', status: 'success', phase: 'build', step: '1', ms: '1200' },
        { id: 'exec-2', plugin: 'coder', status: 'failed', phase: 'build', step: '1', ms: '0' },
        { id: 'exec-3', plugin: 'linter', status: 'skipped', phase: 'build', step: '1', ms: '1200' },
      ]);
    });

    test('the position is stored beside them and read back', async () => {
      const logs = mixedLogs();
      const projection = graph.projection(logs);
      await projection.load();
      await projection.advance(logs.stretch());
      expect(await projection.load()).toEqual(logs.end);
      expect(await graph.run('MATCH (p:ProjectionPosition) RETURN p.name AS name, p.position AS token')).toEqual([
        { name: 'graph', token: formatPosition(logs.end) },
      ]);
    });
  });

  describe('the same logs make the same graph', () => {
    const inOneGo = async () => {
      const logs = mixedLogs();
      await graph.projection(logs).advance(logs.stretch());
      return graph.dump();
    };

    test('when a stretch is applied again: as it is, and after the position was forgotten', async () => {
      const expected = await inOneGo();
      const logs = mixedLogs();
      const projection = graph.projection(logs);
      await projection.advance(logs.stretch());
      expect(await graph.dump()).toEqual(expected);
      await projection.reset();
      expect(await projection.load()).toEqual(START);
      await projection.advance(logs.stretch());
      expect(await graph.dump()).toEqual(expected);
    });

    test('however they are cut into stretches', async () => {
      const expected = await inOneGo();
      const { positions } = mixedLogs();
      for (const cuts of [[3], [1, 2, 3, 4, 5, 6], [2, 5]]) {
        await graph.empty();
        const logs = mixedLogs();
        const projection = graph.projection(logs);
        let from = START;
        for (const cut of [...cuts, positions.length - 1]) {
          const to = positions[cut] ?? START;
          await projection.advance(logs.stretch(from, to));
          from = to;
        }
        expect(await graph.dump(), `cut at ${cuts}`).toEqual(expected);
      }
    });

    test('when two writers apply one stretch at the same moment', async () => {
      const expected = await inOneGo();
      await graph.empty();
      const logs = mixedLogs();
      await Promise.all(Array.from({ length: 4 }, () => graph.projection(logs).advance(logs.stretch())));
      expect(await graph.dump()).toEqual(expected);
    });
  });

  test('a stretch of several transactions, by writers at the same moment, is there once with what it pushes out gone', async () => {
    const logs = new FakeLogs();
    for (let n = 0; n < 1_000; n++) logs.record(execution(n, { patternId: `p-${n % 3}` }));
    const alone = graph.projection(logs, { retention: 100 });
    // The constraint on the position is what they meet at.
    await alone.load();
    await alone.advance(logs.stretch());
    const expected = await graph.dump();
    await graph.empty();
    const writers = Array.from({ length: 3 }, () => graph.projection(logs, { retention: 100 }));
    await Promise.all(writers.map(writer => writer.advance(logs.stretch())));
    expect(await graph.dump()).toEqual(expected);
    expect(await graph.run('MATCH (e:Execution) RETURN toFloat(count(e)) AS executions')).toEqual([{ executions: 300 }]);
  });

  test('where Neo4j begins with the second transaction before it begins with the first, both go in', async () => {
    const logs = new FakeLogs();
    for (let n = 0; n < 1_000; n++) logs.record(execution(n, { patternId: `p-${n % 3}` }));
    const answered: string[] = [];
    const connection = overtaken(graph.connection, answered);
    const projection = graph.projection(logs, { retention: 100, connection: () => connection });
    await projection.load();
    await projection.advance(logs.stretch());
    const found = await graph.dump();
    expect(answered[0]).toBe('nothing');
    expect(answered.filter(each => each === 'done')).toHaveLength(3);
    await graph.empty();
    await graph.projection(logs, { retention: 100 }).advance(logs.stretch());
    expect(found).toEqual(await graph.dump());
  });

  describe('a transaction is all or nothing', () => {
    test('a stretch that fails half way leaves neither data nor position', async () => {
      const logs = mixedLogs();
      const projection = graph.projection(logs);
      await projection.load();
      const before = await graph.dump();
      const stretch = logs.stretch();
      const poisoned = execution(9, { steps: [step('coder', { phase: { not: 'storable' } as unknown as string })] });
      const bad = { ...stretch, journal: [...stretch.journal, { start: 0, end: 1, base: START, chain: '', execution: poisoned }] };
      await expect(projection.advance(bad)).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
      expect(await graph.dump()).toEqual(before);
      expect(await projection.load()).toEqual(START);
    });

    test('a stretch that begins elsewhere than the graph stands is refused, and loading again goes on', async () => {
      const logs = mixedLogs();
      const projection = graph.projection(logs);
      const [, , second = START] = logs.positions;
      await projection.advance(logs.stretch(START, second));
      const before = await graph.dump();
      const [, , , third = START] = logs.positions;
      await expect(projection.advance(logs.stretch(third))).rejects.toThrow(/must be loaded again/);
      await expect(projection.advance(logs.stretch(START, third))).rejects.toMatchObject({ code: 'GRAPH_UNAVAILABLE', retryable: true });
      expect(await graph.dump()).toEqual(before);
      await projection.advance(logs.stretch(await projection.load()));
      expect(await projection.load()).toEqual(logs.end);
    });

    test('aggregates that cannot be asked stop the stretch before it begins', async () => {
      const logs = mixedLogs();
      const broken = { ...logs.aggregates, plugins: () => Promise.reject(new Error('the table is away')) };
      await expect(graph.projection(logs, { aggregates: broken }).advance(logs.stretch())).rejects.toThrow('the table is away');
      expect(await graph.dump()).toEqual([]);
    });
  });

  test('what others wrote stays', async () => {
    await graph.projection(new FakeLogs()).load();
    await graph.run(`
    CREATE (p:Pattern:Favourite {pattern_id: 'rest-api', description: 'ours', category: 'web', owner: 'team a', name: 'old'})
    CREATE (c:Plugin:Reviewed {name: 'coder', description: 'writes code', tags: ['a', 'b'], version: '1.2'})
    CREATE (c)-[:MADE_BY {since: 2020}]->(:Author {name: 'Ann'})
    CREATE (c)-[:EXECUTED_IN {note: 'foreign'}]->(e:Execution {execution_id: 'exec-1', colour: 'blue'})-[:IMPLEMENTS {weight: 2}]->(p)
    CREATE (:Execution {execution_id: 'foreign-1', status: 'running'})`);
    const logs = mixedLogs();
    const projection = graph.projection(logs);
    await projection.advance(logs.stretch());
    await projection.reset();
    await projection.advance(logs.stretch());
    const [kept] = await graph.run(`
    MATCH (p:Pattern:Favourite {pattern_id: 'rest-api'}), (c:Plugin:Reviewed {name: 'coder'})-[m:MADE_BY]->(a:Author), (f:Execution {execution_id: 'foreign-1'})
    MATCH (e:Execution {execution_id: 'exec-1'})-[i:IMPLEMENTS]->(p)
    RETURN p.description AS description, p.category AS category, p.owner AS owner, p.name AS name, c.tags AS tags, c.version AS version,
      toString(m.since) AS since, a.name AS author, e.colour AS colour, e.status AS status, f.status AS foreign, toString(i.weight) AS weight,
      COUNT { (c)-[:EXECUTED_IN {note: 'foreign'}]->(e) } AS notes, COUNT { (e)-[:IMPLEMENTS]->() } AS implemented`);
    expect(kept).toMatchObject({
      description: 'ours',
      category: 'web',
      owner: 'team a',
      name: 'REST API, renamed',
      tags: ['a', 'b'],
      version: '1.2',
      since: '2020',
      author: 'Ann',
      colour: 'blue',
      status: 'success',
      foreign: 'running',
      weight: '2',
    });
    expect(Number(column([kept ?? {}], 'notes')[0])).toBe(1);
    expect(Number(column([kept ?? {}], 'implemented')[0])).toBe(1);
  });

  test('constraints and indexes are there after the first load, and can be applied again', async () => {
    const projection = graph.projection(new FakeLogs());
    await projection.load();
    await projection.load();
    const constraints = await graph.run(
      'SHOW CONSTRAINTS YIELD labelsOrTypes, properties, type RETURN labelsOrTypes[0] + "." + properties[0] AS key, type ORDER BY key',
    );
    expect(column(constraints, 'key')).toEqual(['Execution.execution_id', 'Pattern.pattern_id', 'Plugin.name', 'ProjectionPosition.name']);
    const indexes = await graph.run(
      "SHOW INDEXES YIELD name, type, owningConstraint WHERE type <> 'LOOKUP' AND owningConstraint IS NULL RETURN name ORDER BY name",
    );
    expect(column(indexes, 'name')).toEqual([
      'execution_journal_position',
      'execution_started_at',
      'execution_status',
      'execution_status_started_at',
      'pattern_last_used',
      'pattern_status',
      'pattern_text',
      'plugin_last_used',
      'plugin_text',
    ]);
  });

  test('an execution of 5,000 steps is projected, and again, within seconds', async () => {
    const steps = Array.from({ length: 5_000 }, (_, n) => step(`plugin-${n % 40}`, { step: n }));
    const logs = new FakeLogs().record(execution(1, { steps }));
    const projection = graph.projection(logs);
    await projection.load();
    const started = performance.now();
    await projection.advance(logs.stretch());
    await projection.reset();
    await projection.advance(logs.stretch());
    expect(await graph.run('MATCH ()-[r:EXECUTED_IN]->() RETURN toString(count(r)) AS steps')).toEqual([{ steps: '5000' }]);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
