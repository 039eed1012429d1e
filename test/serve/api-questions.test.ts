import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, execution, RECORD, RECORD_ALL, startApi } from '../support/api.ts';

const NOW = Date.parse('2026-03-10T00:00:00Z');

let api: Api;
beforeAll(async () => {
  api = await startApi({}, { clock: () => NOW });
});
afterAll(() => api.remove());

const record = async (...inputs: object[]) => {
  const { data, errors } = await api.ask(RECORD_ALL, { inputs });
  expect(errors).toEqual([]);
  const results: { payload: { position: string } | null; error: unknown }[] = data.recordExecutions;
  for (const { error } of results) expect(error).toBeNull();
  return results.at(-1)?.payload?.position;
};

describe('positions', () => {
  test('a question asked right after an acknowledgement counts it', async () => {
    for (let n = 0; n < 20; n++) {
      const { data } = await api.ask(RECORD, { input: execution(`ack-${n}`, { patternId: 'p-ack' }) });
      const asked = await api.ask(`{ patternStats(filter: { patternIds: ["p-ack"] }) { asOf patterns { successRate { total } } } }`);
      expect(asked.data.patternStats).toEqual({ asOf: data.recordExecution.position, patterns: [{ successRate: { total: n + 1 } }] });
    }
  });

  test('all fields of one request share asOf, while recording goes on', async () => {
    let recording = true;
    const recorder = (async () => {
      for (let n = 0; recording; n++) await record(execution(`meanwhile-${n}`, { patternId: 'p-meanwhile' }));
    })();
    const seen = new Set<string>();
    // A disk that is slow to sync may let many questions pass before the next record.
    for (let n = 0; n < 15 || seen.size < 2; n++) {
      const { data, errors } = await api.ask(`{
        overview { asOf current { executions } } patternStats { asOf } topPatterns { asOf } pluginStats { asOf } mostUsedPlugins { asOf }
        phaseDurations { asOf } recordedExecutions(first: 0) { asOf totalCount } logStatus { position logs { name rows } }
      }`);
      expect(errors).toEqual([]);
      const { logStatus, ...questions } = data;
      const positions = Object.values(questions).map(answer => (answer as { asOf: string }).asOf);
      expect(new Set([...positions, logStatus.position]).size).toBe(1);
      expect(data.overview.current.executions).toBe(data.recordedExecutions.totalCount);
      expect(logStatus.logs[0]).toEqual({ name: 'journal.log', rows: data.recordedExecutions.totalCount });
      seen.add(logStatus.position);
    }
    recording = false;
    await recorder;
  });

  test('asked again as of an older position the answer is the same, beside the one of now', async () => {
    const then = await record(execution('then', { patternId: 'p-then' }));
    await record(execution('later', { patternId: 'p-then', status: 'FAILED' }));
    const fields =
      'asOf patterns { name successRate { value successes total lower upper } durations { n meanSeconds p95Seconds } lastUsed status }';
    const question = `query ($then: LogPosition) {
      then: patternStats(filter: { patternIds: ["p-then"] }, asOf: $then) { ${fields} }
      now: patternStats(filter: { patternIds: ["p-then"] }) { ${fields} }
    }`;
    const { data } = await api.ask(question, { then });
    expect(data.then).toMatchObject({ asOf: then, patterns: [{ successRate: { successes: 1, total: 1 } }] });
    expect(data.now).toMatchObject({ patterns: [{ successRate: { successes: 1, total: 2 } }] });
    await record(execution('even-later', { patternId: 'p-then' }));
    expect((await api.ask(question, { then })).data.then).toEqual(data.then);
  });

  test('a position of other logs is POSITION_UNKNOWN, and the other fields answer', async () => {
    const known = await record(execution('known'));
    const [journal = '', ...rest] = (known ?? '').split('-');
    const unknown = [
      'nonsense',
      '',
      '0-0-0-0-00000000; DROP TABLE journal',
      `zzzzzz-${rest.join('-')}`,
      `${(Number.parseInt(journal, 36) - 3).toString(36)}-${rest.join('-')}`,
      [journal, ...rest.slice(0, 3), '0badc0de'].join('-'),
      '0-0-0-0-12345678',
    ];
    for (const asOf of unknown) {
      const { data, errors } = await api.ask(
        'query ($asOf: LogPosition) { overview(asOf: $asOf) { asOf } recordedExecutions(asOf: $asOf) { totalCount } logStatus { position } }',
        { asOf },
      );
      expect(data).toEqual({ overview: null, recordedExecutions: null, logStatus: { position: known } });
      expect(errors.map(({ extensions }) => extensions)).toEqual(
        Array(2).fill({ code: 'POSITION_UNKNOWN', retryable: false, field: ['asOf'] }),
      );
    }
    const start = await api.ask('{ overview(asOf: "0-0-0-0-00000000") { from current { executions } previous { executions } } }');
    expect(start.data.overview).toEqual({ from: null, current: { executions: 0 }, previous: null });
  });
});

describe('limits', () => {
  const LIMITED = ['topPatterns(limit: $n)', 'mostUsedPlugins(limit: $n)', 'recordedExecutions(first: $n)', 'rejectedRows(first: $n)'];

  test.for(LIMITED)('%s goes from 0 to 1,000', async field => {
    const question = `query ($n: Int!) { ${field} { __typename } }`;
    for (const n of [0, 1, 1000]) expect((await api.ask(question, { n })).errors).toEqual([]);
    for (const n of [-1, 1001, 2_147_483_647]) {
      const { data, errors } = await api.ask(question, { n });
      expect(Object.values(data)).toEqual([null]);
      expect(errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', retryable: false, field: [field.includes('first') ? 'first' : 'limit'] } },
      ]);
    }
    expect((await api.ask(question, { n: 1.5 })).errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  test('0 asks for none and still counts', async () => {
    const { data } = await api.ask('{ recordedExecutions(first: 0) { edges { cursor } totalCount pageInfo { hasNextPage endCursor } } }');
    expect(data.recordedExecutions).toMatchObject({ edges: [], pageInfo: { hasNextPage: true, endCursor: null } });
    expect(data.recordedExecutions.totalCount).toBeGreaterThan(0);
  });

  test('what a filter must not be is named', async () => {
    const question = 'query ($filter: MetricFilter) { overview(filter: $filter) { asOf } }';
    const bad: [object, string[]][] = [
      [{ window: { from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' } }, ['filter', 'window', 'from']],
      [{ window: { from: '2026-03-02T00:00:00Z', last: 'P1D' } }, ['filter', 'window', 'last']],
      [{ window: { last: 'yesterday' } }, ['filter', 'window', 'last']],
      [{ window: { last: 'P9999Y' } }, ['filter', 'window', 'last']],
      [{ plugins: Array(1001).fill('lint') }, ['filter', 'plugins']],
    ];
    for (const [filter, field] of bad) {
      const { data, errors } = await api.ask(question, { filter });
      expect(data).toEqual({ overview: null });
      expect(errors).toMatchObject([{ path: ['overview'], extensions: { code: 'BAD_USER_INPUT', retryable: false, field } }]);
    }
  });

  test('names are values, whatever they look like', async () => {
    const names = ["'; DROP TABLE durations; --", '$1', '"', '%', '\\', '\u0000', 'x'.repeat(100_000)];
    const { data, errors } = await api.ask('query ($names: [String!]) { pluginStats(filter: { plugins: $names }) { plugins { name } } }', {
      names,
    });
    expect({ data, errors }).toEqual({ data: { pluginStats: { plugins: [] } }, errors: [] });
  });
});

describe('recordedExecutions', () => {
  const PAGE = `query ($first: Int!, $after: String, $statuses: [ExecutionStatus!]) {
    recordedExecutions(first: $first, after: $after, statuses: $statuses, filter: { patternIds: ["p-page"] }) {
      totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { executionId status completedAt } }
    }
  }`;
  const page = async (variables: object) => (await api.ask(PAGE, variables)).data.recordedExecutions;
  const ids = (answer: { edges: { node: { executionId: string } }[] }) => answer.edges.map(({ node }) => node.executionId);

  beforeAll(async () => {
    const statuses = ['SUCCESS', 'FAILED', 'PARTIAL', 'CANCELLED'];
    // Three to a time: ties.
    await record(
      ...Array.from({ length: 12 }, (_, n) =>
        execution(`page-${n}`, { patternId: 'p-page', status: statuses[n % 4], completedAt: `2026-03-01T1${Math.floor(n / 3)}:00:00.5Z` }),
      ),
    );
  });

  test('newest first, the last recorded first among equals; pages neither repeat nor skip while recording goes on', async () => {
    const expected = Array.from({ length: 12 }, (_, n) => `page-${11 - n}`);
    const seen: string[] = [];
    for (let after: string | null = null, n = 0; ; n++) {
      const answer = await page({ first: 5, after });
      expect(answer.pageInfo).toMatchObject({
        hasPreviousPage: after !== null,
        startCursor: answer.edges[0].cursor,
        endCursor: answer.edges.at(-1).cursor,
      });
      expect(answer.totalCount).toBe(12 + n);
      seen.push(...ids(answer));
      if (!answer.pageInfo.hasNextPage) break;
      after = answer.pageInfo.endCursor;
      // Newer than all: it belongs before the first page.
      await record(execution(`page-new-${n}`, { patternId: 'p-page', completedAt: '2026-03-09T00:00:00Z' }));
    }
    expect(seen).toEqual(expected);
  });

  test('statuses really pick', async () => {
    const failed = await page({ first: 50, statuses: ['FAILED', 'CANCELLED'] });
    expect(failed.totalCount).toBe(6);
    expect(new Set(failed.edges.map(({ node }: { node: { status: string } }) => node.status))).toEqual(new Set(['FAILED', 'CANCELLED']));
    expect(await page({ first: 50, statuses: [] })).toMatchObject({ totalCount: 0, edges: [] });
    const wrong = await api.ask(PAGE, { first: 1, statuses: ['failed'] });
    expect(wrong).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('a cursor that this service did not make is BAD_USER_INPUT', async () => {
    const encode = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url');
    const forged = [
      '',
      'x',
      encode([1]),
      encode(['a', 'b']),
      encode([1, 2, 3]),
      encode({ 0: 1 }),
      encode([1.5, 2]),
      encode(['durations.log', 1]),
      encode([1e300, 2]),
    ];
    for (const after of forged) {
      const { data, errors } = await api.ask(
        'query ($after: String) { recordedExecutions(after: $after) { totalCount } rejectedRows(after: $after) { totalCount } }',
        { after },
      );
      expect(data.recordedExecutions).toBeNull();
      for (const error of errors) expect(error.extensions).toEqual({ code: 'BAD_USER_INPUT', retryable: false, field: ['after'] });
    }
  });

  test('the total is the rate’s total and the cancelled ones', async () => {
    const { data } = await api.ask(`{
      overview(filter: { patternIds: ["p-page"], phases: ["code"] }) { current { executions cancelled } }
      recordedExecutions(filter: { patternIds: ["p-page"], phases: ["code"] }) { totalCount }
    }`);
    expect(data.recordedExecutions.totalCount).toBe(data.overview.current.executions + data.overview.current.cancelled);
  });
});

describe('other programs', () => {
  test('rows that a shell appends count at once', async () => {
    const sh = (command: string) => promisify(execFile)('sh', ['-c', command], { cwd: api.directory });
    const question =
      '{ pluginStats(filter: { plugins: ["theirs"] }) { plugins { uses reliability { value lower } lastUsed totalDurationSeconds } } }';
    expect((await api.ask(question)).data.pluginStats.plugins).toEqual([]);
    await sh('echo "2026-03-01T00:00:00Z,wf-1,plan,1,theirs,2.5,true" >> durations.log');
    expect((await api.ask(question)).data.pluginStats.plugins).toMatchObject([
      { uses: 1, reliability: { value: 1 }, totalDurationSeconds: 2.5 },
    ]);
    await sh('echo "2026-03-01T00:00:00Z,theirs,1247,334800,1109,138,268.5,2026-03-01T18:00:00Z" >> plugin_usage.log');
    expect((await api.ask(question)).data.pluginStats.plugins).toMatchObject([
      { uses: 1247, reliability: { value: 1109 / 1247 }, totalDurationSeconds: 334800, lastUsed: '2026-03-01T18:00:00.000Z' },
    ]);
    await sh('printf "2026-03-02T00:00:00Z,wf-1,plan,1,unfinished,2.5" >> durations.log');
    const names = async () =>
      (await api.ask('{ pluginStats { plugins { name } } }')).data.pluginStats.plugins.map(({ name }: { name: string }) => name);
    expect(await names()).not.toContain('unfinished');
    await sh('printf ",true\\n" >> durations.log');
    expect(await names()).toContain('unfinished');
  });

  test('the last second that a row may bear is told, and the one after it', async () => {
    await api.append('success_rates.log', '9999-12-31T23:59:59Z,p-far,far,true,1,1,1,""\n');
    const { data, errors } = await api.ask('{ patternStats(filter: { patternIds: ["p-far"] }) { patterns { lastUsed } } overview { to } }');
    expect(errors).toEqual([]);
    expect(data).toEqual({
      patternStats: { patterns: [{ lastUsed: '9999-12-31T23:59:59.000Z' }] },
      overview: { to: '+010000-01-01T00:00:00.000Z' },
    });
  });

  test('lines that are no rows are listed in pages, by file and line, with a reason', async () => {
    const before = (await api.ask('{ logStatus { rejectedRows } }')).data.logStatus.rejectedRows;
    expect(before).toBe(0);
    await api.append('success_rates.log', '2026-03-01T00:00:00Z,p-old,true\nnonsense\n');
    await api.append('durations.log', 'half a row\n\n');
    await api.append('plugin_usage.log', '2026-13-01T00:00:00Z,x,1,1,1,0,1,2026-03-01T00:00:00Z\n');
    const question = `query ($after: String) { rejectedRows(first: 3, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } edges { node { file line text reason } } } }`;
    const first = (await api.ask(question)).data.rejectedRows;
    const second = (await api.ask(question, { after: first.pageInfo.endCursor })).data.rejectedRows;
    expect([first.totalCount, first.pageInfo.hasNextPage, second.totalCount, second.pageInfo.hasNextPage]).toEqual([4, true, 4, false]);
    const rows = [...first.edges, ...second.edges].map(({ node }) => node);
    expect(rows.map(({ file, text }) => `${file}: ${text.slice(0, 12)}`)).toEqual([
      'durations.log: half a row',
      'plugin_usage.log: 2026-13-01T0',
      'success_rates.log: 2026-03-01T0',
      'success_rates.log: nonsense',
    ]);
    expect(rows[2].reason).toContain('older shape');
    for (const { file, line, text } of rows) expect((await api.read(file)).split('\n')[line - 1]).toBe(text);
    expect((await api.ask('{ logStatus { rejectedRows } }')).data.logStatus.rejectedRows).toBe(4);
  });
});

describe('logStatus', () => {
  test('counts rows, bytes and recordings since the start', async () => {
    const own = await startApi({}, { clock: () => NOW });
    try {
      const input = execution('one', { steps: [] });
      await own.ask(RECORD, { input });
      await own.ask(RECORD, { input });
      await own.ask(RECORD, { input: { ...input, notes: 'other' } });
      await own.ask(RECORD, { input: execution('dry'), dryRun: true });
      await own.append('durations.log', '2026-03-02T00:00:00Z,wf-1,plan,1,theirs,2.5,true\n');
      const { data, errors } = await own.ask(`{ logStatus {
        logs { name rows bytes archivedYears lastTimestamp } projections { name state lagBytes error } accepted duplicates refused since rejectedRows recordingError } }`);
      expect(errors).toEqual([]);
      const bytes = async (file: string) => (await own.read(file)).length;
      const log = async (name: string, rows: number, lastTimestamp: string | null) => ({
        name,
        rows,
        bytes: await bytes(name),
        archivedYears: [],
        lastTimestamp,
      });
      expect(data.logStatus).toEqual({
        logs: [
          await log('journal.log', 1, '2026-03-01T10:02:00.000Z'),
          await log('durations.log', 1, '2026-03-02T00:00:00.000Z'),
          await log('success_rates.log', 1, '2026-03-01T10:02:00.000Z'),
          await log('plugin_usage.log', 0, null),
        ],
        projections: [
          { name: 'table', state: 'LIVE', lagBytes: 0, error: null },
          { name: 'judgement', state: 'LIVE', lagBytes: expect.any(Number), error: null },
          { name: 'graph', state: 'OFF', lagBytes: 0, error: expect.stringContaining('GRAPH') },
        ],
        accepted: 1,
        duplicates: 1,
        refused: 1,
        since: '2026-03-10T00:00:00.000Z',
        rejectedRows: 0,
        recordingError: null,
      });
    } finally {
      await own.remove();
    }
  });
});

describe('the graph, off', () => {
  test('its fields say how to get one, and the others of the request answer', async () => {
    const { status, data, errors } = await api.ask(
      '{ patterns { patternId } executions { executionId } pluginsConnection { totalCount } overview { current { executions } } }',
    );
    expect(status).toBe(200);
    expect(data).toMatchObject({
      patterns: null,
      executions: null,
      pluginsConnection: null,
      overview: { current: { executions: expect.any(Number) } },
    });
    expect(errors.map(({ path }) => path)).toEqual([['patterns'], ['executions'], ['pluginsConnection']]);
    for (const { extensions, message } of errors) {
      expect(extensions).toEqual({ code: 'GRAPH_UNAVAILABLE', retryable: true });
      expect(message).toMatch(/GRAPH|NEO4J_URI/);
    }
  });
});
