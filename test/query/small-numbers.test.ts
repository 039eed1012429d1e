/**
 * What the questions say of 0, 1, 2, 5, 14 and 30 runs: every answer is there, intervals are as wide as they are, n stands beside
 * every percentile, and nothing is claimed that so few runs do not show.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Position } from '../../src/log/log.ts';
import { execution } from '../support/api.ts';
import { temporaryDirectory } from '../support/program.ts';
import { openStage, type Stage } from '../support/question-stage.ts';
import { wholeLists } from '../support/whole-lists.ts';

let stage: Stage;
let remove: () => Promise<void>;

beforeEach(async () => {
  const directory = await temporaryDirectory();
  remove = directory.remove;
  stage = await openStage({ directory: directory.path, clock: () => Date.parse('2026-03-02T00:00:00Z') });
});
afterEach(async () => {
  await stage.close();
  await remove();
});

const minute = (n: number) => `2026-03-01T10:${String(n).padStart(2, '0')}:00Z`;
const WINDOW = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' };

/**
 * `n` runs of the pattern `good`, all successes, and as many of `bad`, all failures; the i-th of each takes i seconds. Their steps
 * take 1 s: `good` with the plugin `fine`, `bad` with `broken`, and `shared`, which always succeeds, in both.
 */
async function record(n: number): Promise<Position> {
  const run = (pattern: string, plugin: string, status: string) => (_: unknown, index: number) =>
    execution(`${pattern}-${index}`, {
      patternId: pattern,
      status,
      startedAt: minute(index),
      completedAt: minute(index),
      durationMs: (index + 1) * 1000,
      steps: [
        { step: 1, phase: 'code', plugin, durationMs: 1000, status },
        { step: 2, phase: 'test', plugin: 'shared', durationMs: 1000, status: 'SUCCESS' },
      ],
    });
  const inputs = [
    ...Array.from({ length: n }, run('good', 'fine', 'SUCCESS')),
    ...Array.from({ length: n }, run('bad', 'broken', 'FAILED')),
  ];
  for (const outcome of await stage.log.record(inputs)) if (outcome instanceof Error) throw outcome;
  return stage.questions.now();
}

const NO_RATE = { value: null, successes: 0, total: 0, lower: null, upper: null };
const NO_DURATIONS = { n: 0, meanSeconds: null, medianSeconds: null, p95Seconds: null, minSeconds: null, maxSeconds: null };
const NO_TOTALS = {
  executions: 0,
  successRate: NO_RATE,
  durations: NO_DURATIONS,
  medianInterval: null,
  patterns: 0,
  plugins: 0,
  steps: 0,
  cancelled: 0,
};

test('of no run: nothing is counted, and no figure is made up', async () => {
  const { questions } = stage;
  const asOf = await questions.now();
  const page = { edges: [], totalCount: 0, hasNextPage: false, hasPreviousPage: false };
  expect(await questions.overview({}, asOf)).toEqual({ from: undefined, to: undefined, current: NO_TOTALS, previous: undefined });
  const seconds = (text: string) => Date.parse(text) / 1000;
  expect(await questions.overview({ filter: { window: WINDOW } }, asOf)).toEqual({
    from: seconds(WINDOW.from),
    to: seconds(WINDOW.to),
    current: NO_TOTALS,
    previous: NO_TOTALS,
  });
  expect(await questions.patternStats({}, asOf)).toEqual([]);
  expect(await questions.topPatterns({ limit: 10, minExecutions: 0, rankBy: 'LOWER_BOUND' }, asOf)).toEqual([]);
  expect(await questions.pluginStats({}, asOf)).toEqual([]);
  expect(await questions.mostUsedPlugins({ limit: 10 }, asOf)).toEqual([]);
  expect(await questions.problematicPlugins({ limit: 10, maxReliability: 1, minUses: 0 }, asOf)).toEqual([]);
  expect(await questions.slowPlugins({ limit: 10, minUses: 0 }, asOf)).toEqual([]);
  expect(await questions.phaseDurations({}, asOf)).toEqual([]);
  const days = { bucket: 'DAY', timeZone: 'Europe/Berlin', limit: 10 } as const;
  expect(await questions.successTrend(days, asOf)).toEqual([]);
  expect(await questions.reliabilityHeatmap(days, asOf)).toEqual({ columns: [], rows: [], pluginCount: 0 });
  // With a window the columns are those of the window, whether anything happened in it or not.
  expect(await questions.reliabilityHeatmap({ ...days, filter: { window: WINDOW } }, asOf)).toMatchObject({
    columns: [{ partial: true }, { partial: true }],
    rows: [],
  });
  expect(await questions.durationHistogram({ bins: 30, outliers: 10 }, asOf)).toEqual({ bins: [], durations: NO_DURATIONS, outliers: [] });
  expect(await questions.pluginPairs({ limit: 10, minExecutions: 0 }, asOf)).toEqual({ pairs: [], plugins: [] });
  expect(await questions.recordedExecution('none')).toBeUndefined();
  expect(await questions.recordedExecutions({ first: 10, after: undefined, statuses: undefined }, asOf)).toEqual(page);
  expect(await questions.rejectedRows({ first: 10, after: undefined }, asOf)).toEqual(page);
});

/**
 * Of n runs: the lower end of the interval of n of n, which is n / (n + 1.96²), and of 0 of n the upper end beside it; the rows at
 * ranks ceil(0.5·n) and ceil(0.95·n); what the default policy says; outliers, which it takes 8 runs to tell; the interval of the median
 * of all 2n runs, which it takes 6 to tell: those at ranks 2 and 9 of 10, 9 and 20 of 28, 22 and 39 of 60.
 */
const SIZES = [
  { n: 1, lower: 0.20654, median: 1, p95: 1, good: 'discovered', bad: 'discovered', bins: 1, outliers: [], interval: null },
  { n: 2, lower: 0.34238, median: 1, p95: 2, good: 'discovered', bad: 'discovered', bins: 30, outliers: [], interval: null },
  { n: 5, lower: 0.56552, median: 3, p95: 5, good: 'validated', bad: 'deprecated', bins: 30, outliers: [], interval: [1, 5] },
  { n: 14, lower: 0.78469, median: 7, p95: 14, good: 'validated', bad: 'deprecated', bins: 30, outliers: [], interval: [5, 10] },
  { n: 30, lower: 0.88649, median: 15, p95: 29, good: 'learned', bad: 'deprecated', bins: 30, outliers: [1, 1], interval: [11, 20] },
] as const;

describe.for(SIZES)('of $n runs of each of two patterns', ({ n, lower, median, p95, good, bad, bins, outliers, interval }) => {
  const close = (expected: number) => expect.closeTo(expected, 4);
  const allOf = { value: 1, successes: n, total: n, lower: close(lower), upper: 1 };
  const noneOf = { value: 0, successes: 0, total: n, lower: 0, upper: close(1 - lower) };
  /** A sketch's percentile lies within 1 %. */
  const within = (expected: number) => expect.toSatisfy((value: number) => Math.abs(value - expected) <= 0.01 * expected);
  const runs = { n, meanSeconds: close((n + 1) / 2), medianSeconds: within(median), p95Seconds: within(p95), minSeconds: 1, maxSeconds: n };
  const steps = (count: number) => ({ n: count, meanSeconds: 1, medianSeconds: 1, p95Seconds: 1, minSeconds: 1, maxSeconds: 1 });

  test('rates with their wide intervals, durations with their n, the statuses of the policy', async () => {
    const asOf = await record(n);
    const { questions } = stage;
    const { current, previous } = await questions.overview({ filter: { window: WINDOW } }, asOf);
    expect(previous).toEqual(NO_TOTALS);
    expect(current).toMatchObject({ executions: 2 * n, patterns: 2, plugins: 3, steps: 4 * n, cancelled: 0 });
    expect(current.successRate).toMatchObject({ value: 0.5, successes: n, total: 2 * n });
    // Around one half it is widest, and symmetric.
    expect((current.successRate.lower ?? 0) + (current.successRate.upper ?? 0)).toBeCloseTo(1, 10);
    expect(current.durations.n).toBe(2 * n);
    expect(current.medianInterval).toEqual(interval && { lowerSeconds: interval[0], upperSeconds: interval[1] });
    const patterns = await questions.patternStats({}, asOf);
    expect(patterns).toMatchObject([
      { patternId: 'bad', successRate: noneOf, durations: runs, status: bad },
      { patternId: 'good', successRate: allOf, durations: runs, status: good },
    ]);
    const [, exact] = await questions.patternStats({ percentiles: 'EXACT' }, asOf);
    expect(exact?.durations).toMatchObject({ medianSeconds: median, p95Seconds: p95, n });
    expect(await questions.pluginStats({}, asOf)).toMatchObject([
      { name: 'broken', uses: n, reliability: noneOf, durations: steps(n) },
      { name: 'fine', uses: n, reliability: allOf, durations: steps(n) },
      { name: 'shared', uses: 2 * n, reliability: { value: 1, total: 2 * n }, durations: steps(2 * n) },
    ]);
    expect(await questions.phaseDurations({}, asOf)).toMatchObject([
      { phase: 'code', success: { value: 0.5, total: 2 * n }, durations: steps(2 * n) },
      { phase: 'test', success: { value: 1, total: 2 * n }, durations: steps(2 * n) },
    ]);
  });

  test('lists that ask for 5 uses are empty below; the others hold what there is', async () => {
    const asOf = await record(n);
    const { questions } = stage;
    const names = (found: readonly { name: string }[]) => found.map(({ name }) => name);
    const enough = n >= 5;
    expect(names(await questions.problematicPlugins({ limit: 10, maxReliability: 0.8, minUses: 5 }, asOf))).toEqual(
      enough ? ['broken'] : [],
    );
    const slow = enough ? ['broken', 'fine', 'shared'] : 2 * n >= 5 ? ['shared'] : [];
    expect(names(await questions.slowPlugins({ limit: 10, minUses: 5 }, asOf))).toEqual(slow);
    expect(names(await questions.mostUsedPlugins({ limit: 10 }, asOf))).toEqual(['shared', 'broken', 'fine']);
    const top = await questions.topPatterns({ limit: 10, minExecutions: 1, rankBy: 'LOWER_BOUND' }, asOf);
    expect(top.map(({ patternId }) => patternId)).toEqual(['good', 'bad']);
    const page = await questions.recordedExecutions({ first: 1, after: undefined, statuses: undefined }, asOf);
    expect(page).toMatchObject({ totalCount: 2 * n, hasNextPage: true, edges: [{ node: { executionId: `bad-${n - 1}` } }] });
  });

  test('charts: no direction from successes or failures alone, one bin where all are equal, no outlier below 8 runs', async () => {
    const asOf = await record(n);
    const { questions } = stage;
    const days = { bucket: 'DAY', timeZone: 'UTC', limit: 10 } as const;
    expect(wholeLists(await questions.successTrend(days, asOf))).toMatchObject([
      { patternId: 'bad', direction: 'STEADY', points: [{ rate: noneOf, durations: runs, partial: false }] },
      { patternId: 'good', direction: 'STEADY', points: [{ rate: allOf, durations: runs, partial: false }] },
    ]);
    const heatmap = wholeLists(await questions.reliabilityHeatmap(days, asOf));
    expect(heatmap).toMatchObject({
      pluginCount: 3,
      rows: [
        { plugin: 'shared', uses: [2 * n], successes: [2 * n], upper: [1] },
        { plugin: 'broken', uses: [n], successes: [0], lower: [0], upper: [close(1 - lower)] },
        { plugin: 'fine', uses: [n], successes: [n], lower: [close(lower)], upper: [1] },
      ],
    });
    const histogram = await questions.durationHistogram({ bins: 30, outliers: 10 }, asOf);
    expect(histogram.bins).toHaveLength(bins);
    expect(histogram.bins.reduce((sum, { count }) => sum + count, 0)).toBe(2 * n);
    expect(histogram.durations).toMatchObject({ n: 2 * n, minSeconds: 1, maxSeconds: n });
    expect(histogram.outliers.map(({ durationSeconds }) => durationSeconds)).toEqual(outliers);
  });

  test('pairs: from 2 executions on unless asked otherwise; a share of nothing is null', async () => {
    const asOf = await record(n);
    const { questions } = stage;
    expect((await questions.pluginPairs({ limit: 10, minExecutions: 2 }, asOf)).pairs).toHaveLength(n >= 2 ? 2 : 0);
    const { pairs } = await questions.pluginPairs({ limit: 10, minExecutions: 1 }, asOf);
    const shared = { executions: n, support: 0.5, lift: 1 };
    // Apart from its partner `shared` ran n times, and always succeeded.
    expect(pairs).toMatchObject([
      { a: 'broken', b: 'shared', ...shared, successTogether: noneOf, successApart: allOf },
      { a: 'fine', b: 'shared', ...shared, successTogether: allOf, successApart: allOf },
    ]);
    const never = await questions.pluginPairs({ limit: 10, minExecutions: 1, filter: { patternIds: ['good'] } }, asOf);
    expect(never.pairs).toMatchObject([{ support: 1, lift: 1, successApart: NO_RATE }]);
  });
});

test('five of five leads by its rate, ninety-nine of a hundred by the lower end', async () => {
  const runs = (pattern: string, n: number, failures: number) =>
    Array.from({ length: n }, (_, index) =>
      execution(`${pattern}-${index}`, { patternId: pattern, status: index < failures ? 'FAILED' : 'SUCCESS', steps: [] }),
    );
  await stage.log.record([...runs('lucky', 5, 0), ...runs('proven', 100, 1)]);
  const asOf = await stage.questions.now();
  const first = async (rankBy: 'SUCCESS_RATE' | 'LOWER_BOUND') =>
    (await stage.questions.topPatterns({ limit: 1, minExecutions: 1, rankBy }, asOf)).map(({ patternId }) => patternId);
  expect(await first('SUCCESS_RATE')).toEqual(['lucky']);
  expect(await first('LOWER_BOUND')).toEqual(['proven']);
});
