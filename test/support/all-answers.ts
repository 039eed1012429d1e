/** All questions asked at once, and what the oracle answers to them. */
import { expect } from 'vitest';
import type { Position } from '../../src/log/log.ts';
import type { Bucket, FilterInput, Outlier, PatternRank, Questions } from '../../src/query/query.ts';
import type { Oracle, OracleFilter } from './oracle.ts';
import { wholeLists } from './whole-lists.ts';

const TOPS: readonly { rankBy: PatternRank; limit: number; minExecutions: number }[] = [
  { rankBy: 'SUCCESS_RATE', limit: 3, minExecutions: 1 },
  { rankBy: 'LOWER_BOUND', limit: 10, minExecutions: 2 },
  { rankBy: 'EXECUTIONS', limit: 2, minExecutions: 0 },
];
const PROBLEMATIC = { limit: 2, maxReliability: 0.75, minUses: 1 };
const SLOW = { limit: 2, minUses: 2 };
const HEATMAP = { limit: 2 };
const BINS = 7;
export const ALL_OUTLIERS = 1000;
const PAIRS = { limit: 2, minExecutions: 1 };
const ZONES = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns'];
const BUCKETS: readonly Bucket[] = ['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'];

/** Each question has another zone and calendar; hours where its window is short. */
function bucketing(filter: FilterInput, asOf: Position): { bucket: Bucket; timeZone: string } {
  const { from, to, last } = filter.window ?? {};
  const short = last != null || (from != null && to != null && Date.parse(to) - Date.parse(from) < 86_400_000);
  const turn = asOf.durations + asOf.success_rates;
  return { bucket: short ? 'HOUR' : (BUCKETS[turn % BUCKETS.length] ?? 'DAY'), timeZone: ZONES[turn % ZONES.length] ?? 'UTC' };
}

/** Scores that are equal may differ in their last digit, and their order with them: it has a test of its own. */
export function inOrder<Histogram extends Readonly<{ outliers: readonly Outlier[] }>>(histogram: Histogram): Histogram {
  const key = ({ score: _, ...outlier }: Outlier) => JSON.stringify(outlier);
  return { ...histogram, outliers: histogram.outliers.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) };
}

const STATUSES = ['success', 'cancelled'] as const;

/** In small pages, so that following the cursors is part of the answer. */
async function executionIds(questions: Questions, filter: FilterInput, asOf: Position, statuses?: typeof STATUSES) {
  const ids: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await questions.recordedExecutions({ filter, statuses, first: 7, after }, asOf);
    ids.push(...page.edges.map(({ node }) => node.executionId));
    after = page.edges.at(-1)?.cursor;
    if (!page.hasNextPage) return { ids, totalCount: page.totalCount };
  }
}

export type Answers = Awaited<ReturnType<typeof answers>>;

/** What every question answers under a filter, as of a position. */
export async function answers(questions: Questions, filter: FilterInput, asOf: Position) {
  const question = { filter };
  const time = bucketing(filter, asOf);
  const [problematic, slow, trend, heatmap, histogram, pairs] = await Promise.all([
    questions.problematicPlugins({ ...question, ...PROBLEMATIC }, asOf),
    questions.slowPlugins({ ...question, ...SLOW }, asOf),
    questions.successTrend({ ...question, ...time, limit: 2 }, asOf),
    questions.reliabilityHeatmap({ ...question, ...time, ...HEATMAP }, asOf),
    questions.durationHistogram({ ...question, bins: BINS, outliers: ALL_OUTLIERS }, asOf),
    questions.pluginPairs({ ...question, ...PAIRS }, asOf),
  ]);
  const shown = { problematic, slow, trend: wholeLists(trend), heatmap: wholeLists(heatmap), histogram: inOrder(histogram), pairs };
  const [overview, patternStats, pluginStats, mostUsed, phases, executions, withStatuses, counts, rejected, ...top] = await Promise.all([
    questions.overview(question, asOf),
    questions.patternStats(question, asOf),
    questions.pluginStats(question, asOf),
    questions.mostUsedPlugins({ ...question, limit: 3 }, asOf),
    questions.phaseDurations(question, asOf),
    executionIds(questions, filter, asOf),
    executionIds(questions, filter, asOf, STATUSES),
    questions.logCounts(asOf),
    questions.rejectedRows({ first: 1000, after: undefined }, asOf),
    ...TOPS.map(top => questions.topPatterns({ ...question, ...top }, asOf)),
  ]);
  const rejectedTexts = rejected.edges.map(({ node }) => `${node.file}: ${node.text}`);
  return { overview, patternStats, pluginStats, mostUsed, phases, executions, withStatuses, counts, rejectedTexts, top, ...shown };
}

/** The same by the oracle, which has read the logs up to the position. */
export function expectedAnswers(oracle: Oracle, filter: FilterInput, asOf: Position): Answers {
  const asked = filter as OracleFilter;
  const ids = oracle.recordedExecutions(asked, undefined);
  const withStatuses = oracle.recordedExecutions(asked, STATUSES);
  return {
    overview: oracle.overview(asked),
    patternStats: oracle.patternStats(asked),
    pluginStats: oracle.pluginStats(asked),
    mostUsed: oracle.mostUsedPlugins(asked, 3),
    phases: oracle.phaseDurations(asked),
    executions: { ids, totalCount: ids.length },
    withStatuses: { ids: withStatuses, totalCount: withStatuses.length },
    counts: oracle.logCounts(),
    rejectedTexts: oracle.rejectedTexts(),
    problematic: oracle.problematicPlugins(asked, PROBLEMATIC),
    slow: oracle.slowPlugins(asked, SLOW),
    trend: oracle.successTrend(asked, { ...bucketing(filter, asOf), limit: 2 }),
    heatmap: oracle.reliabilityHeatmap(asked, { ...bucketing(filter, asOf), ...HEATMAP }),
    histogram: inOrder(oracle.durationHistogram(asked, BINS)),
    pairs: oracle.pluginPairs(asked, PAIRS),
    top: TOPS.map(top => oracle.topPatterns(asked, top)),
  } as Answers;
}

/** Means may differ by 1e-9 of themselves, intervals of rates by 1e-12, percentiles by 1 % and intervals of these by 2 %; everything else is the same. */
export function expectSame(actual: unknown, expected: unknown): void {
  expect(blurred(actual, expected, TOLERANCES)).toEqual(expected);
}

/** A sketch is within 1 %. */
const sketched = (expected: number) => 0.01 * expected;
/** From one end of a bucket to the other. */
const bucketWide = (expected: number) => 0.0203 * expected;

type Tolerances = Readonly<Record<string, (expected: number) => number>>;

const EXACT: Tolerances = {
  meanSeconds: expected => 1e-9 * Math.max(1, expected),
  lower: () => 1e-12,
  upper: () => 1e-12,
  lift: expected => 1e-9 * expected,
  score: expected => 1e-9 * expected,
  fromSeconds: expected => 1e-12 * expected,
  toSeconds: expected => 1e-12 * expected,
};

const TOLERANCES: Tolerances = {
  ...EXACT,
  medianSeconds: sketched,
  p95Seconds: sketched,
  lowerSeconds: bucketWide,
  upperSeconds: bucketWide,
};

/** The actual value, with each number that lies within its tolerance replaced by the expected one. */
function blurred(actual: unknown, expected: unknown, tolerances: Tolerances, key = ''): unknown {
  if (Array.isArray(actual))
    return actual.map((value, index) => blurred(value, Array.isArray(expected) ? expected[index] : undefined, tolerances, key));
  if (typeof actual === 'object' && actual !== null) {
    const other = (typeof expected === 'object' ? expected : null) as Record<string, unknown> | null;
    return Object.fromEntries(Object.entries(actual).map(([name, value]) => [name, blurred(value, other?.[name], tolerances, name)]));
  }
  const tolerance = tolerances[key];
  if (tolerance === undefined || typeof actual !== 'number' || typeof expected !== 'number') return actual;
  return Math.abs(actual - expected) <= tolerance(expected) ? expected : actual;
}

/** Those that are asked with exact percentiles. */
export async function exactAnswers(questions: Questions, filter: FilterInput, asOf: Position) {
  const question = { filter, percentiles: 'EXACT' } as const;
  return {
    patternStats: await questions.patternStats(question, asOf),
    pluginStats: await questions.pluginStats(question, asOf),
    phases: await questions.phaseDurations(question, asOf),
  };
}

/** The same answers, percentiles included, but for the last digits of means and intervals. */
export function expectExact(actual: Awaited<ReturnType<typeof exactAnswers>>, { patternStats, pluginStats, phases }: Answers): void {
  const expected = { patternStats, pluginStats, phases };
  expect(blurred(actual, expected, EXACT)).toEqual(expected);
}
