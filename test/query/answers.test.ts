/**
 * Every question against the naive oracle: over generated histories, filters and positions, while the history grows, and the
 * same answers bit for bit when they are asked for again.
 */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Position } from '../../src/log/log.ts';
import type { Bucket, FilterInput, Outlier, PatternRank, Questions } from '../../src/query/query.ts';
import { FIRST_SECOND, type HistoryEvent, happen, history, NOW, type RecordInput, filter as someFilter } from '../support/histories.ts';
import { Oracle, type OracleFilter } from '../support/oracle.ts';
import { temporaryDirectory } from '../support/program.ts';
import { openStage, type StageOptions } from '../support/question-stage.ts';

const TOPS: readonly { rankBy: PatternRank; limit: number; minExecutions: number }[] = [
  { rankBy: 'SUCCESS_RATE', limit: 3, minExecutions: 1 },
  { rankBy: 'LOWER_BOUND', limit: 10, minExecutions: 2 },
  { rankBy: 'EXECUTIONS', limit: 2, minExecutions: 0 },
];
const PROBLEMATIC = { limit: 2, maxReliability: 0.75, minUses: 1 };
const SLOW = { limit: 2, minUses: 2 };
const HEATMAP = { limit: 2 };
const BINS = 7;
const ALL_OUTLIERS = 1000;
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
function inOrder<Histogram extends Readonly<{ outliers: readonly Outlier[] }>>(histogram: Histogram): Histogram {
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

async function answers(questions: Questions, filter: FilterInput, asOf: Position) {
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
  const shown = { problematic, slow, trend, heatmap, histogram: inOrder(histogram), pairs };
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

/** Those that are asked with exact percentiles. */
async function exactAnswers(questions: Questions, filter: FilterInput, asOf: Position) {
  const question = { filter, percentiles: 'EXACT' } as const;
  return {
    patternStats: await questions.patternStats(question, asOf),
    pluginStats: await questions.pluginStats(question, asOf),
    phases: await questions.phaseDurations(question, asOf),
  };
}

function expectedExact(directory: string, filter: FilterInput, asOf: Position) {
  const { patternStats, pluginStats, phases } = expectedAnswers(directory, filter, asOf);
  return { patternStats, pluginStats, phases };
}

function expectedAnswers(directory: string, filter: FilterInput, asOf: Position): Awaited<ReturnType<typeof answers>> {
  const oracle = new Oracle(directory, asOf, NOW);
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
  } as Awaited<ReturnType<typeof answers>>;
}

/** Means may differ by 1e-9 of themselves, intervals by 1e-12, percentiles by 1 %; everything else is the same. */
function expectSame(actual: unknown, expected: unknown): void {
  expect(blurred(actual, expected, TOLERANCES)).toEqual(expected);
}

/** A sketch is within 1 %. */
const sketched = (expected: number) => 0.01 * expected;

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

const TOLERANCES: Tolerances = { ...EXACT, medianSeconds: sketched, p95Seconds: sketched };

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

type Asked = { filter: FilterInput; asOf: Position; answer: Awaited<ReturnType<typeof answers>> };

/** Lets a history happen, asking after every other event, and at the end with every filter; checks each answer against the oracle. */
async function live(options: StageOptions, events: readonly HistoryEvent[], filters: readonly FilterInput[]): Promise<Asked[]> {
  const stage = await openStage(options);
  const asked: Asked[] = [];
  const ask = async (filter: FilterInput, asOf: Position) => {
    const answer = await answers(stage.questions, filter, asOf);
    expectSame(answer, expectedAnswers(options.directory, filter, asOf));
    const exact = await exactAnswers(stage.questions, filter, asOf);
    expect(blurred(exact, expectedExact(options.directory, filter, asOf), EXACT)).toEqual(expectedExact(options.directory, filter, asOf));
    asked.push({ filter, asOf, answer });
  };
  try {
    const recorded: RecordInput[] = [];
    for (const [index, event] of events.entries()) {
      await happen(stage.log, event, recorded);
      const asOf = await stage.questions.now();
      if (index % 2 === 0) await ask(filters[(index / 2) % filters.length] ?? {}, asOf);
    }
    for (const filter of filters) await ask(filter, stage.log.position);
    for (const { filter, asOf, answer } of asked) expect(await answers(stage.questions, filter, asOf)).toEqual(answer);
    return asked;
  } finally {
    await stage.close();
  }
}

async function expectAgain(options: StageOptions, asked: readonly Asked[]): Promise<void> {
  const stage = await openStage(options);
  try {
    await stage.questions.now();
    for (const { filter, asOf, answer } of asked) expect(await answers(stage.questions, filter, asOf)).toEqual(answer);
  } finally {
    await stage.close();
  }
}

const filters = fc.array(someFilter, { minLength: 1, maxLength: 3 });
const clock = () => NOW;

const SEED = 20260301;

test('every answer equals the oracle’s, along a history and again as of each of its positions', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(history, filters, fc.constantFrom(2, 3, 7, undefined), async (events, asked, blockRows) => {
      const directory = await temporaryDirectory();
      try {
        await live({ directory: directory.path, clock, ...(blockRows ? { blockRows } : {}) }, events, asked);
      } finally {
        await directory.remove();
      }
    }),
    { seed: SEED, numRuns: 20 },
  );
});

test('the answers stay bit for bit: after a restart, without the state, in other blocks, from a copy', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(history, filters, async (events, asked) => {
      const directory = await temporaryDirectory();
      const copy = await temporaryDirectory();
      const path = directory.path;
      try {
        const answered = await live({ directory: path, clock, blockRows: 3 }, events, asked);
        await expectAgain({ directory: path, clock, blockRows: 3 }, answered);
        await expectAgain({ directory: path, clock, blockRows: 2 }, answered);
        await rm(join(path, '.state'), { recursive: true });
        await expectAgain({ directory: path, clock }, answered);
        await cp(path, copy.path, { recursive: true, filter: source => !source.includes('.state') });
        await expectAgain({ directory: copy.path, clock, blockRows: 5 }, answered);
      } finally {
        await directory.remove();
        await copy.remove();
      }
    }),
    { seed: SEED, numRuns: 4 },
  );
});

/** Enough runs of two patterns for directions and outliers: recorded here (with a whole duration in ms), or appended by another program. */
const crowd = fc.array(
  fc.record({
    pattern: fc.constantFrom('p', 'q'),
    // Later runs of p succeed more often, those of q less, or neither.
    second: fc.nat(599),
    luck: fc.nat(599),
    drawn: fc.boolean(),
    ms: fc.oneof(
      { arbitrary: fc.integer({ min: 900, max: 1800 }), weight: 9 },
      { arbitrary: fc.constantFrom(0, 1, 60_000, 90_000), weight: 1 },
    ),
    ours: fc.boolean(),
  }),
  { minLength: 30, maxLength: 80 },
);

test('directions and outliers of many runs equal the oracle’s', { timeout: 120_000 }, async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(crowd, fc.boolean(), async (runs, trending) => {
      const directory = await temporaryDirectory();
      const stage = await openStage({ directory: directory.path, clock });
      try {
        for (const [n, { pattern, second, luck, drawn, ms, ours }] of runs.entries()) {
          const success = trending ? luck < (pattern === 'p' ? second : 600 - second) : drawn;
          const time = new Date((FIRST_SECOND + second) * 1000).toISOString();
          const input = {
            executionId: `e-${n}`,
            patternId: pattern,
            taskDescription: '',
            startedAt: time,
            completedAt: time,
            durationMs: ms,
          };
          const text = `${time.slice(0, 19)}Z,${pattern},their name,${success},${ms / 1000},1,1,""\n`;
          const event: HistoryEvent = ours
            ? { kind: 'record', inputs: [{ ...input, status: success ? 'SUCCESS' : 'FAILED', steps: [] }] }
            : { kind: 'append', log: 'success_rates', text };
          await happen(stage.log, event, []);
        }
        const asOf = await stage.questions.now();
        const oracle = new Oracle(directory.path, asOf, NOW);
        for (const filter of [{}, { success: true }]) {
          const time = { bucket: 'HOUR', timeZone: 'Asia/Kathmandu', limit: 2 } as const;
          const trend = await stage.questions.successTrend({ filter, ...time }, asOf);
          const histogram = await stage.questions.durationHistogram({ filter, bins: 30, outliers: ALL_OUTLIERS }, asOf);
          expectSame(trend, oracle.successTrend(filter, time));
          expectSame(inOrder(histogram), inOrder(oracle.durationHistogram(filter, 30)));
          for (const { direction } of trend) seen.add(direction);
          for (const { executionId } of histogram.outliers) seen.add(executionId === undefined ? 'theirs' : 'ours');
        }
      } finally {
        await stage.close();
        await directory.remove();
      }
    }),
    { seed: SEED, numRuns: 12 },
  );
  expect([...seen].sort()).toEqual(['DEGRADING', 'IMPROVING', 'STEADY', 'ours', 'theirs']);
});
