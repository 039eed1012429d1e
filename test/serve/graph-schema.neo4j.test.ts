import { GraphQLNonNull, printSchema } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { execution, FakeLogs, openTestGraph, step, T0, type TestGraph } from '../projection/graph/graph-fixture.ts';
import { describeWithNeo4j } from '../support/neo4j.ts';
import { type Api, createApi, plain } from './graph-api.ts';

/** Three patterns, 60 executions a minute apart; every tenth failed, in the step of `tester`. */
function logsOfAnHour(): FakeLogs {
  const logs = new FakeLogs();
  for (let n = 0; n < 60; n++) {
    const failed = n % 10 === 9;
    const patternId = ['rest-api', 'web-ui', 'without-rows'][n % 3] ?? '';
    const steps = [
      step('planner', { phase: 'plan' }),
      step('coder', { step: 2 }),
      step('coder', { step: 2, durationMs: 800, phase: 'retry' }),
    ];
    if (n % 2 === 1) steps.push(step('tester', { step: 3, phase: 'test', status: failed ? 'failed' : 'success' }));
    const more = failed ? { status: 'failed' as const, errorMessage: 'red' } : {};
    logs.record(execution(n, { patternId, patternName: `Pattern ${patternId}`, durationMs: 1_000 * (n + 1), steps, ...more }));
  }
  return logs.record(
    execution(60, { patternId: 'rest-api', patternName: 'Pattern rest-api', status: 'cancelled', durationMs: 3_000_000_000, steps: [] }),
  );
}

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of its question, which only the test knows
type Answered = any;

const iso = (minutes: number) => new Date(T0 + minutes * 60_000).toISOString();

describeWithNeo4j('the generated API', () => {
  let graph: TestGraph;
  let api: Api;
  beforeAll(async () => {
    graph = openTestGraph();
    await graph.empty();
    const logs = logsOfAnHour();
    const projection = graph.projection(logs);
    await projection.load();
    await projection.advance(logs.stretch());
    await graph.run(`MATCH (p:Pattern {pattern_id: 'web-ui'}) SET p.description = 'Screens (React) and C++ glue: AND more'`);
    await graph.run('CALL db.awaitIndexes(30)');
    api = await createApi(() => graph.connection);
  });
  afterAll(() => graph.close());

  const ask = async (query: string, variables?: Record<string, unknown>) => {
    const { data, errors } = await api.ask(query, variables);
    expect(errors).toBeUndefined();
    return plain(data);
  };

  test('filters by the stored value of an enum', async () => {
    const data = await ask(
      '{ executions(where: { status: { eq: FAILED } }, sort: [{ startedAt: ASC }]) { executionId status errorMessage } }',
    );
    expect(data?.['executions']).toHaveLength(6);
    expect(data).toMatchObject({
      executions: [{ executionId: 'exec-9', status: 'FAILED', errorMessage: 'red' }, { executionId: 'exec-19' }, {}, {}, {}, {}],
    });
    expect(
      await ask('query ($s: [ExecutionStatus!]) { executions(where: { status: { in: $s } }) { status } }', { s: ['CANCELLED'] }),
    ).toEqual({
      executions: [{ status: 'CANCELLED' }],
    });
    expect(await ask('{ patterns(where: { status: { eq: VALIDATED } }) { status } }')).toEqual({
      patterns: [{ status: 'VALIDATED' }, { status: 'VALIDATED' }, { status: 'VALIDATED' }],
    });
  });

  test('both parts of the schema hold the stored values of enums', async () => {
    expect(
      await ask('{ logTime(status: FAILED) { status stored at } executions(where: { status: { eq: FAILED } }, limit: 1) { status } }'),
    ).toEqual({
      logTime: { status: 'FAILED', stored: 'failed', at: '2026-03-01T10:00:00.000Z' },
      executions: [{ status: 'FAILED' }],
    });
  });

  test('filters and sorts by time, with any offset, and answers in UTC with milliseconds', async () => {
    const query = `query ($from: DateTime, $to: DateTime) {
      executions(where: { startedAt: { gte: $from, lt: $to } }, sort: [{ startedAt: DESC }]) { executionId startedAt completedAt durationMs }
    }`;
    const expected = {
      executions: [
        { executionId: 'exec-11', startedAt: iso(11), completedAt: new Date(T0 + 11 * 60_000 + 5_000).toISOString(), durationMs: 12_000 },
        { executionId: 'exec-10', startedAt: iso(10), completedAt: new Date(T0 + 10 * 60_000 + 5_000).toISOString(), durationMs: 11_000 },
      ],
    };
    expect(await ask(query, { from: iso(10), to: iso(12) })).toEqual(expected);
    expect(await ask(query, { from: iso(10).replace('T10', 'T12').replace('Z', '+02:00'), to: iso(12) })).toEqual(expected);
    const { errors } = await api.ask(query, { from: '2026-03-01' });
    expect(errors?.[0]?.message).toMatch(/DateTime must be RFC 3339/);
  });

  test('pages: 50 unless said otherwise, offsets, never more than 500', async () => {
    expect((await ask('{ executions { executionId } }'))?.['executions']).toHaveLength(50);
    expect((await ask('{ executions(limit: 100000) { executionId } }'))?.['executions']).toHaveLength(61);
    expect(await ask('{ executions(limit: 1, offset: 5, sort: [{ durationMs: ASC }]) { executionId } }')).toEqual({
      executions: [{ executionId: 'exec-5' }],
    });
    const page = await ask('{ executionsConnection { totalCount pageInfo { hasNextPage endCursor } edges { cursor } } }');
    expect(page).toMatchObject({ executionsConnection: { totalCount: 61, pageInfo: { hasNextPage: true } } });
    const next = await ask(
      'query ($after: String) { executionsConnection(first: 20, after: $after) { edges { cursor } pageInfo { hasNextPage } } }',
      { after: (page as { executionsConnection: { pageInfo: { endCursor: string } } }).executionsConnection.pageInfo.endCursor },
    );
    expect(next).toMatchObject({ executionsConnection: { pageInfo: { hasNextPage: false } } });
    expect((next as { executionsConnection: { edges: unknown[] } }).executionsConnection.edges).toHaveLength(11);
    expect((await api.ask('{ executions(limit: null) { executionId } }')).errors?.[0]?.message).toMatch(
      /Expected value of type "Int!", found null/,
    );
  });

  test.each([
    ['{ executions(limit: -1) { executionId } }'],
    ['{ executions(offset: -1) { executionId } }'],
    ['{ executionsConnection(first: -1) { totalCount } }'],
    ['{ executionsConnection(first: 1, after: "no cursor") { edges { cursor } } }'],
    ['{ plugins { executions(limit: -1) { executionId } } }'],
    ['{ plugins { executionsConnection(first: -1) { totalCount } } }'],
  ])('a page that cannot be is the mistake of the client: %s', async query => {
    const { data, errors } = await api.ask(query);
    expect(Object.values(data ?? {})).toEqual([null]);
    expect(errors?.[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('aggregates, with sums beyond 32 bits', async () => {
    const data = await ask(`{
      executionsConnection { aggregate { count { nodes } node { durationMs { min max average sum } startedAt { min max } } } }
      patternsConnection(where: { patternId: { eq: "rest-api" } }) { aggregate { node { executionCount { sum } } } }
    }`);
    const sum = 1_000 * ((60 * 61) / 2) + 3_000_000_000;
    expect(data).toEqual({
      executionsConnection: {
        aggregate: {
          count: { nodes: 61 },
          node: {
            durationMs: { min: 1_000, max: 3_000_000_000, average: expect.closeTo(sum / 61, 3), sum },
            startedAt: { min: iso(0), max: iso(60) },
          },
        },
      },
      patternsConnection: { aggregate: { node: { executionCount: { sum: 20 } } } },
    });
  });

  test('follows relationships both ways, with the properties of each step', async () => {
    const data = await ask(`{
      executions(where: { executionId: { eq: "exec-9" } }) {
        pattern { patternId name executionCount successRate createdAt }
        plugins(sort: [{ name: ASC }]) { name totalUses }
        pluginsConnection(sort: [{ edge: { ordinal: ASC } }]) { totalCount edges { properties { step ordinal phase durationMs status } node { name } } }
      }
      plugins(where: { executionsConnection: { some: { edge: { status: { eq: FAILED } } } } }) {
        name
        executionsConnection(where: { edge: { status: { eq: FAILED } } }, first: 1, sort: [{ node: { startedAt: ASC } }]) { edges { node { executionId } } }
      }
    }`);
    expect(data).toEqual({
      executions: [
        {
          pattern: {
            patternId: 'rest-api',
            name: 'Pattern rest-api',
            executionCount: 20,
            successRate: 0.9,
            createdAt: '2026-03-01T10:00:05.000Z',
          },
          plugins: [
            { name: 'coder', totalUses: 120 },
            { name: 'planner', totalUses: 60 },
            { name: 'tester', totalUses: 30 },
          ],
          pluginsConnection: {
            totalCount: 4,
            edges: [
              { properties: { step: 1, ordinal: 0, phase: 'plan', durationMs: 1200, status: 'SUCCESS' }, node: { name: 'planner' } },
              { properties: { step: 2, ordinal: 1, phase: 'build', durationMs: 1200, status: 'SUCCESS' }, node: { name: 'coder' } },
              { properties: { step: 2, ordinal: 2, phase: 'retry', durationMs: 800, status: 'SUCCESS' }, node: { name: 'coder' } },
              { properties: { step: 3, ordinal: 3, phase: 'test', durationMs: 1200, status: 'FAILED' }, node: { name: 'tester' } },
            ],
          },
        },
      ],
      plugins: [{ name: 'tester', executionsConnection: { edges: [{ node: { executionId: 'exec-9' } }] } }],
    });
  });

  test('statistics of a page come in one batch a filter, aliased ones too', async () => {
    const { data, errors, request } = await api.ask(
      `query ($from: DateTime!) {
        patterns(sort: [{ patternId: ASC }]) {
          id: patternId
          stats { successRate { value } status }
          all: stats { name }
          phase: stats(filter: { phases: ["test"], window: { from: $from } }) { durations { n } }
        }
      }`,
      { from: '2026-03-01T11:00:00+01:00' },
    );
    expect(errors).toBeUndefined();
    expect(plain(data)).toMatchObject({
      patterns: [
        {
          id: 'rest-api',
          stats: { successRate: { value: 0.5 }, status: 'LEARNED' },
          all: { name: 'name of rest-api' },
          phase: { durations: { n: 2 } },
        },
        { id: 'web-ui' },
        { id: 'without-rows', stats: null, all: null, phase: null },
      ],
    });
    const keys = ['rest-api', 'web-ui', 'without-rows'];
    expect(plain(request.calls)).toEqual([{ keys }, { keys, filter: { phases: ['test'], window: { from: '2026-03-01T10:00:00.000Z' } } }]);
  });

  test('statistics are answered by the resolvers of the logs, whatever the aliases', async () => {
    const fields = '{ name: patternId patternId: name successRate { value: total total: value } durations { medianSeconds } status }';
    const expected = { successRate: { value: 2, total: 0.5 }, durations: { medianSeconds: 7 }, status: 'LEARNED' };
    expect(await ask(`{ logStats ${fields} patterns(where: { patternId: { eq: "web-ui" } }) { stats ${fields} } }`)).toEqual({
      logStats: { ...expected, name: 'p', patternId: 'P' },
      patterns: [{ stats: { ...expected, name: 'web-ui', patternId: 'name of web-ui' } }],
    });
  });

  test('statistics of nested nodes come in one batch as well', async () => {
    const { errors, request } = await api.ask(
      '{ executions(limit: 60) { pattern { stats { name } } plugins { stats { uses } executions(limit: 2) { pattern { name stats { status } } } } } }',
    );
    expect(errors).toBeUndefined();
    const asked = request.calls.map(({ keys }) => [...keys].sort());
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(asked).toContainEqual(['rest-api', 'web-ui', 'without-rows']);
    expect(asked).toContainEqual(['coder', 'planner', 'tester']);
  });

  test.each([
    '[',
    '"',
    '\\',
    'a AND',
    'OR',
    '*',
    '~',
    'screens)',
    'c++',
    'react && glue',
    'name:x',
    '/.*/',
    'NOT more',
    '',
    '   ',
    '\u0000',
    '<=> {}^',
    '()'.repeat(200),
  ])('a hostile phrase is searched, not executed: %j', async phrase => {
    const { errors } = await api.ask(
      'query ($phrase: String!) { searchPatterns(phrase: $phrase) { totalCount edges { score node { patternId } } } }',
      { phrase },
    );
    expect(errors).toBeUndefined();
  });

  test('full text finds by name and description', async () => {
    const found = async (phrase: string) => {
      const data = await ask('query ($phrase: String!) { searchPatterns(phrase: $phrase) { edges { node { patternId } } } }', { phrase });
      return (data as { searchPatterns: { edges: { node: { patternId: string } }[] } }).searchPatterns.edges
        .map(edge => edge.node.patternId)
        .sort();
    };
    expect(await found('screens')).toEqual(['web-ui']);
    expect(await found('(React)')).toEqual(['web-ui']);
    expect(await found('Pattern rest')).toHaveLength(3);
    expect(await found('')).toEqual([]);
    expect(await ask('{ searchPlugins(phrase: "tester") { edges { node { name } } } }')).toEqual({
      searchPlugins: { edges: [{ node: { name: 'tester' } }] },
    });
    const { errors } = await api.ask(`{ searchPatterns(phrase: "${'x'.repeat(501)}") { totalCount } }`);
    expect(errors?.[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', field: ['phrase'] });
  });

  test('odd values of other programs do not take the page along', async () => {
    await graph.run(`CREATE (:Execution {execution_id: 'odd', status: 'running', started_at: localdatetime('2026-03-01T10:00:00'),
      completed_at: 'yesterday'}), (:Execution {execution_id: 'bare'})`);
    const { data, errors } = await api.ask(
      '{ executions(where: { executionId: { in: ["odd", "bare", "exec-1"] } }, sort: [{ executionId: ASC }]) { executionId status durationMs startedAt completedAt pattern { name } } }',
    );
    await graph.run(`MATCH (e:Execution) WHERE e.execution_id IN ['odd', 'bare'] DETACH DELETE e`);
    expect(plain(data)).toMatchObject({
      executions: [
        { executionId: 'bare', status: null, startedAt: null, pattern: null },
        { executionId: 'exec-1', status: 'SUCCESS', startedAt: iso(1), pattern: { name: 'Pattern web-ui' } },
        { executionId: 'odd', status: null, durationMs: null, startedAt: null, completedAt: null, pattern: null },
      ],
    });
    expect(errors?.every(({ path }) => path?.[1] === 2)).toBe(true);
  });

  test('nodes of other programs without a key of ours are in no page', async () => {
    const before = await ask('{ patterns(limit: 500) { patternId } plugins(limit: 500) { name } executions(limit: 500) { executionId } }');
    await graph.run(`
      CREATE (p:Pattern {name: 'keyless zebra'}), (q:Plugin {description: 'keyless zebra'}), (e:Execution {status: 'success', started_at: datetime()}),
        (:Pattern {pattern_id: 7}), (:Plugin {name: true}), (:Execution {execution_id: ['a'], started_at: datetime()})
      WITH p, q, e MATCH (x:Execution {execution_id: 'exec-1'}), (r:Pattern {pattern_id: 'rest-api'}), (c:Plugin {name: 'coder'})
      CREATE (x)-[:IMPLEMENTS]->(p), (q)-[:EXECUTED_IN]->(x), (e)-[:IMPLEMENTS]->(r), (c)-[:EXECUTED_IN]->(e)`);
    await graph.run('CALL db.awaitIndexes(30)');
    try {
      expect(
        await ask('{ patterns(limit: 500) { patternId } plugins(limit: 500) { name } executions(limit: 500) { executionId } }'),
      ).toEqual(before);
      const data = await ask(`{
        executions(where: { executionId: { eq: "exec-1" } }) { pattern { patternId } plugins { name } pluginsConnection { edges { node { name } } } }
        patterns(where: { patternId: { eq: "rest-api" } }) { executions(limit: 500) { executionId } executionsConnection(first: 500) { edges { node { executionId } } } }
        newest: executions(sort: [{ startedAt: DESC }], limit: 2) { executionId }
        succeeded: executions(where: { status: { eq: SUCCESS } }, sort: [{ startedAt: DESC }], limit: 2) { executionId }
        patternsConnection(first: 500) { edges { node { patternId } } }
        searchPatterns(phrase: "zebra") { edges { node { patternId } } }
        searchPlugins(phrase: "zebra") { edges { node { name } } } }`);
      expect((data as Answered).executions[0].plugins).toHaveLength(3);
      expect(data).toMatchObject({
        executions: [{ pattern: { patternId: expect.any(String) } }],
        newest: [{ executionId: 'exec-60' }, { executionId: 'exec-59' }],
        succeeded: [{ executionId: 'exec-58' }, { executionId: 'exec-57' }],
        searchPatterns: { edges: [] },
        searchPlugins: { edges: [] },
      });
    } finally {
      await graph.run(`MATCH (n) WHERE (n:Pattern AND NOT coalesce(n.pattern_id IS :: STRING NOT NULL, false)) OR (n:Plugin AND NOT n.name IS :: STRING NOT NULL)
        OR (n:Execution AND NOT n.execution_id IS :: STRING NOT NULL) DETACH DELETE n`);
    }
  });

  test('nodes within nodes are sorted by what is asked for, selected or not, before they are cut to the page', async () => {
    const newest = async (selected: string, sort: string) => {
      const data = await ask(
        `{ patterns(where: { patternId: { eq: "rest-api" } }) { executions(limit: 3, sort: ${sort}) { ${selected} } } }`,
      );
      return (data as Answered).patterns[0].executions;
    };
    const ids = [{ executionId: 'exec-60' }, { executionId: 'exec-57' }, { executionId: 'exec-54' }];
    expect(await newest('executionId', '[{ startedAt: DESC }]')).toEqual(ids);
    expect(await newest('executionId plugins { name }', '[{ startedAt: DESC }]')).toMatchObject(ids);
    expect(await newest('executionId startedAt', '[{ startedAt: DESC }]')).toMatchObject(ids);
    expect(await newest('id: executionId pattern { name }', '[{ status: ASC }, { durationMs: DESC }]')).toMatchObject([
      { id: 'exec-60' },
      { id: 'exec-39' },
      { id: 'exec-9' },
    ]);
    const plugins = await ask(
      '{ executions(where: { executionId: { eq: "exec-59" } }) { plugins(sort: [{ totalUses: DESC }, { name: ASC }]) { name executions(limit: 1, sort: [{ durationMs: ASC }]) { durationMs } } } }',
    );
    expect((plugins as Answered).executions[0].plugins).toEqual([
      { name: 'coder', executions: [{ durationMs: 1_000 }] },
      { name: 'planner', executions: [{ durationMs: 1_000 }] },
      { name: 'tester', executions: [{ durationMs: 2_000 }] },
    ]);
  });

  test.each([
    'status: { eq: FAILED }',
    'status: { eq: FAILED }, startedAt: { gte: "2026-03-01T10:05:00Z", lt: "2026-03-01T10:50:00Z" }',
    'startedAt: { gte: "2026-03-01T10:05:00Z" }, status: { eq: SUCCESS }',
    'OR: [{ status: { eq: FAILED } }, { status: { eq: CANCELLED } }]',
    'NOT: { status: { eq: SUCCESS } }',
    'status: { in: [FAILED, CANCELLED] }',
    'AND: [{ status: { eq: FAILED } }, { OR: [{ status: { eq: FAILED } }, { durationMs: { gt: 5 } }] }]',
    'pattern: { patternId: { eq: "rest-api" } }, status: { eq: SUCCESS }',
  ])('executions come by their start, whatever picks them: %s', async where => {
    for (const direction of ['ASC', 'DESC']) {
      const data = await ask(`{ executions(where: { ${where} }, sort: [{ startedAt: ${direction} }], limit: 500) { startedAt }
        all: executions(where: { ${where} }, limit: 500) { startedAt } }`);
      const times = (name: string): string[] => (data as Answered)[name].map(({ startedAt }: { startedAt: string }) => startedAt);
      const sorted = times('all').sort();
      expect(sorted.length).toBeGreaterThan(0);
      expect(times('executions')).toEqual(direction === 'ASC' ? sorted : sorted.reverse());
    }
  });

  test('is read only, with roots that may be null, and nothing left over', async () => {
    expect(api.schema.getMutationType()).toBeUndefined();
    expect(api.schema.getSubscriptionType()).toBeUndefined();
    const roots = Object.values(api.schema.getQueryType()?.getFields() ?? {});
    expect(roots.map(({ name }) => name).sort()).toEqual([
      'executions',
      'executionsConnection',
      'logStats',
      'logTime',
      'patterns',
      'patternsConnection',
      'plugins',
      'pluginsConnection',
      'position',
      'searchPatterns',
      'searchPlugins',
    ]);
    for (const { name, type, description } of roots) {
      expect(type, name).not.toBeInstanceOf(GraphQLNonNull);
      if (!['logStats', 'logTime', 'position'].includes(name)) expect(description, name).toMatch(/graph|phrase/);
    }
    const sdl = printSchema(api.schema);
    expect(sdl).not.toMatch(/(limit|first): Int[,)]/);
    expect(sdl).toMatch(/executions\(where: ExecutionWhere, limit: Int! = 50, offset: Int, sort: \[ExecutionSort!\]\): \[Execution!\]!/);
    expect(sdl).not.toMatch(/directive @|CreateInput|UpdateInput|_EQ/);
    expect(sdl.length).toBeLessThan(40_000);
    expect(
      printSchema(
        (
          await createApi(
            () => undefined,
            () => ({ available: false }),
          )
        ).schema,
      ),
    ).toBe(sdl);
  });
});
