/** What the questions behind charts answer over HTTP: shapes, limits, errors and positions. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, execution, RECORD_ALL, startApi } from '../support/api.ts';

const NOW = Date.parse('2026-04-10T00:00:00Z');

let api: Api;
let position: string;
beforeAll(async () => {
  api = await startApi({}, { clock: () => NOW });
  const inputs = Array.from({ length: 12 }, (_, n) =>
    execution(`e-${n}`, {
      completedAt: `2026-03-${String(27 + Math.floor(n / 3)).padStart(2, '0')}T2${n % 3}:30:00Z`,
      startedAt: '2026-03-01T00:00:00Z',
      durationMs: n === 11 ? 4_000_000 : 1000 + 250 * (n % 4),
      status: n % 4 === 3 ? 'FAILED' : 'SUCCESS',
      steps: ['lint', 'test'].map((plugin, step) => ({
        step,
        phase: 'code',
        plugin,
        durationMs: 500 * (step + 1),
        status: n === 11 ? 'FAILED' : 'SUCCESS',
      })),
    }),
  );
  const { data } = await api.ask(RECORD_ALL, { inputs });
  position = data.recordExecutions.at(-1).payload.position;
});
afterAll(() => api.remove());

const RATE = 'value successes total lower upper';
const DURATIONS = 'n meanSeconds medianSeconds p95Seconds minSeconds maxSeconds';
const ALL = `query ($asOf: LogPosition, $filter: MetricFilter) {
  problematicPlugins(maxReliability: 1, asOf: $asOf, filter: $filter) { asOf plugins { name uses reliability { ${RATE} } } }
  slowPlugins(asOf: $asOf, filter: $filter) { asOf plugins { name durations { ${DURATIONS} } lastUsed } }
  successTrend(timeZone: "Europe/Berlin", asOf: $asOf, filter: $filter) {
    asOf series { patternId name direction points { start end partial rate { ${RATE} } durations { ${DURATIONS} } } } }
  reliabilityHeatmap(timeZone: "Europe/Berlin", asOf: $asOf, filter: $filter) {
    asOf columns { start end partial } rows { plugin uses successes lower upper } pluginCount }
  durationHistogram(bins: 5, asOf: $asOf, filter: $filter) {
    asOf bins { fromSeconds toSeconds count } durations { ${DURATIONS} } outliers { patternId timestamp durationSeconds score executionId } }
  pluginPairs(asOf: $asOf, filter: $filter) {
    asOf pairs { a b executions support lift successTogether { ${RATE} } successApart { ${RATE} } } plugins { name executions reliability { ${RATE} } } }
}`;

test('times are in UTC, lists have one entry a column, and all share the position', async () => {
  const { data, errors } = await api.ask(ALL);
  expect(errors).toEqual([]);
  for (const answer of Object.values(data)) expect(answer).toMatchObject({ asOf: position });
  const { series } = data.successTrend;
  expect(series).toMatchObject([{ patternId: 'p-api', name: 'p-api', direction: 'STEADY' }]);
  // In Berlin 22:30Z is before midnight in winter and behind it in summer, which begins on the 29th.
  const columns = [
    ['2026-03-26T23:00:00.000Z', 3],
    ['2026-03-27T23:00:00.000Z', 3],
    ['2026-03-28T23:00:00.000Z', 2],
    ['2026-03-29T22:00:00.000Z', 3],
    ['2026-03-30T22:00:00.000Z', 1],
  ];
  expect(series[0].points.map(({ start, rate }: { start: string; rate: { total: number } }) => [start, rate.total])).toEqual(columns);
  expect(series[0].points[2].end).toBe('2026-03-29T22:00:00.000Z');
  const heatmap = data.reliabilityHeatmap;
  expect(heatmap.columns.map(({ start }: { start: string }) => start)).toEqual(columns.map(([start]) => start));
  expect(heatmap.rows.map(({ plugin }: { plugin: string }) => plugin)).toEqual(['lint', 'test']);
  expect(heatmap.rows[0]).toMatchObject({ uses: [3, 3, 2, 3, 1], successes: [3, 3, 2, 3, 0], lower: { length: 5 }, upper: { length: 5 } });
  expect(heatmap.pluginCount).toBe(2);
  expect(data.durationHistogram).toMatchObject({
    bins: { length: 5 },
    durations: { n: 12 },
    outliers: [{ patternId: 'p-api', timestamp: '2026-03-30T22:30:00.000Z', durationSeconds: 4000, executionId: 'e-11' }],
  });
  expect(data.pluginPairs.pairs).toMatchObject([
    { a: 'lint', b: 'test', executions: 12, support: 1, lift: 1, successApart: { value: null } },
  ]);
  expect(data.slowPlugins.plugins).toMatchObject([{ name: 'test', durations: { meanSeconds: 1 } }, { name: 'lint' }]);
  expect(data.problematicPlugins.plugins).toMatchObject([{ name: 'lint', uses: 12, reliability: { successes: 11 } }, { name: 'test' }]);
});

test('as of an older position the answers are the same', async () => {
  const before = await api.ask(ALL, { asOf: position });
  await api.ask(RECORD_ALL, { inputs: [execution('later', { status: 'FAILED' })] });
  expect((await api.ask(ALL, { asOf: position })).data).toEqual(before.data);
  expect((await api.ask(ALL)).data.durationHistogram.durations.n).toBe(13);
});

test('nothing is an answer too', async () => {
  const { data, errors } = await api.ask(ALL, { asOf: position, filter: { window: { to: '2020-01-01T00:00:00Z' } } });
  expect(errors).toEqual([]);
  expect(data).toMatchObject({
    problematicPlugins: { plugins: [] },
    slowPlugins: { plugins: [] },
    successTrend: { series: [] },
    reliabilityHeatmap: { columns: [], rows: [], pluginCount: 0 },
    durationHistogram: { bins: [], durations: { n: 0 }, outliers: [] },
    pluginPairs: { pairs: [], plugins: [] },
  });
});

describe('what is refused names its field', () => {
  const window = '{ window: { from: "2026-01-01T00:00:00Z", to: "2026-12-31T00:00:00Z" } }';
  const ages = '{ window: { from: "0001-01-01T00:00:00Z", to: "9999-12-31T00:00:00Z" } }';
  test.for([
    ['successTrend(limit: 1001) { asOf }', 'BAD_USER_INPUT', 'limit'],
    ['successTrend(limit: -1) { asOf }', 'BAD_USER_INPUT', 'limit'],
    ['successTrend(timeZone: "Mars/Olympus") { asOf }', 'BAD_USER_INPUT', 'timeZone'],
    [`successTrend(bucket: HOUR, filter: ${ages}) { asOf }`, 'QUERY_TOO_COMPLEX', 'bucket'],
    ['reliabilityHeatmap(limit: 1001) { asOf }', 'BAD_USER_INPUT', 'limit'],
    ['reliabilityHeatmap(timeZone: "+01:00") { asOf }', 'BAD_USER_INPUT', 'timeZone'],
    [`reliabilityHeatmap(bucket: DAY, filter: ${ages}) { asOf }`, 'QUERY_TOO_COMPLEX', 'bucket'],
    ['durationHistogram(bins: 0) { asOf }', 'BAD_USER_INPUT', 'bins'],
    ['durationHistogram(bins: 1001) { asOf }', 'BAD_USER_INPUT', 'bins'],
    ['durationHistogram(outliers: 1001) { asOf }', 'BAD_USER_INPUT', 'outliers'],
    ['pluginPairs(limit: 1001) { asOf }', 'BAD_USER_INPUT', 'limit'],
    ['slowPlugins(limit: 1001) { asOf }', 'BAD_USER_INPUT', 'limit'],
    ['problematicPlugins(limit: 1001) { asOf }', 'BAD_USER_INPUT', 'limit'],
    ['problematicPlugins(maxReliability: 80) { asOf }', 'BAD_USER_INPUT', 'maxReliability'],
    ['problematicPlugins(maxReliability: -0.1) { asOf }', 'BAD_USER_INPUT', 'maxReliability'],
  ])('%s: %s', async ([question, code, field]) => {
    const { data, errors } = await api.ask(`{ ${question} logStatus { position } }`);
    expect(data.logStatus.position).toBeTruthy();
    expect(errors).toMatchObject([{ extensions: { code, retryable: false, field: [field] } }]);
  });

  test('a position of other logs is not known to any of them', async () => {
    const { errors } = await api.ask(ALL, { asOf: 'nonsense' });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(Array(6).fill('POSITION_UNKNOWN'));
  });

  test('hours of a year are answered', async () => {
    const { data, errors } = await api.ask(
      `{ reliabilityHeatmap(bucket: HOUR, timeZone: "Australia/Lord_Howe", filter: ${window}) { columns { start } rows { uses } } }`,
    );
    expect(errors).toEqual([]);
    expect(data.reliabilityHeatmap.rows[0].uses).toHaveLength(data.reliabilityHeatmap.columns.length);
    expect(data.reliabilityHeatmap.columns.length).toBeGreaterThan(8700);
  });
});

test('the first and the last year that a row may bear can be told, east and west', async () => {
  await api.append('success_rates.log', '9999-12-31T23:59:59Z,p-far,far,true,1,1,1,""\n0000-01-01T00:00:00Z,p-far,far,true,1,1,1,""\n');
  for (const timeZone of ['Pacific/Kiritimati', 'America/St_Johns']) {
    const { data, errors } = await api.ask(
      `{ successTrend(bucket: YEAR, timeZone: "${timeZone}", filter: { patternIds: ["p-far"] }) { series { points { start end rate { total } } } } }`,
    );
    expect(errors).toEqual([]);
    const points: { start: string; end: string; rate: { total: number } }[] = data.successTrend.series[0].points;
    expect(points.reduce((sum, { rate }) => sum + rate.total, 0)).toBe(2);
    for (const [index, { start }] of points.entries()) if (index > 0) expect(start).toBe(points[index - 1]?.end);
  }
});
