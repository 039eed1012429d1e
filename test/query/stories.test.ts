/** The stories planted in the demo's history come to light in the answers, and the oracle agrees with all of them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoHistory, demoHistory } from '../../src/cli/demo-history.ts';
import type { Position } from '../../src/log/log.ts';
import type { FilterInput } from '../../src/query/query.ts';
import { answers, expectedAnswers, expectSame } from '../support/all-answers.ts';
import { Oracle } from '../support/oracle.ts';
import { temporaryDirectory } from '../support/program.ts';
import { openStage, type Stage } from '../support/question-stage.ts';
import { recordHistory } from '../support/recorded-history.ts';
import { wholeLists } from '../support/whole-lists.ts';

const END = Date.parse('2026-11-22T12:00:00Z');
const HOUR_SECONDS = 3600;
const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

/** A history in logs of its own, and the questions about them; opened before the tests around it and closed behind them. */
function recorded(options: { end: number; seed?: number }) {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  const parts = {} as { path: string; history: DemoHistory; stage: Stage; asOf: Position };
  beforeAll(async () => {
    directory = await temporaryDirectory();
    parts.path = directory.path;
    parts.history = await recordHistory(directory.path, options);
    parts.stage = await openStage({ directory: directory.path, clock: () => options.end });
    parts.asOf = await parts.stage.questions.now();
  });
  afterAll(async () => {
    await parts.stage.close();
    await directory.remove();
  });
  return parts;
}

describe('the history', () => {
  const history = demoHistory({ end: END });
  const runs = () => history.events.flatMap(event => (event.kind === 'record' ? [event.execution] : []));

  test('is the same for the same seed, and another for another', () => {
    expect(demoHistory({ end: END })).toEqual(history);
    expect(demoHistory({ end: END, seed: 2 })).not.toEqual(history);
  });

  test('moves with its end, whatever the season, and never lies ahead of it', () => {
    for (const end of ['2026-01-05T00:00:00Z', '2026-04-01T10:00:00Z', '2026-09-30T23:59:59Z', '2028-02-29T12:00:00Z'].map(Date.parse)) {
      const { events, stories } = demoHistory({ end });
      const times = events.flatMap(event => (event.kind === 'record' ? [Date.parse(event.execution.completedAt)] : []));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBeLessThanOrEqual(end);
      const hours = (stories.clockChange.to - stories.clockChange.from) / 3_600_000;
      expect([23, 25]).toContain(hours);
    }
  });

  test('is a young orchestrator’s: some 1,500 runs of 40 patterns and 60 plugins in 120 days', () => {
    expect(runs().length).toBeGreaterThanOrEqual(1500);
    expect(runs().length).toBeLessThan(1600);
    expect(new Set(runs().map(({ patternId }) => patternId)).size).toBe(40);
    expect(new Set(runs().flatMap(({ steps }) => steps.map(({ plugin }) => plugin))).size).toBe(60);
    expect(new Set(runs().map(({ status }) => status))).toEqual(new Set(['SUCCESS', 'FAILED', 'PARTIAL', 'CANCELLED']));
    expect(new Set(runs().map(({ executionId }) => executionId)).size).toBe(runs().length);
  });
});

describe('the oracle agrees with every answer', () => {
  const told = recorded({ end: END });
  const month = { from: iso(END - 30 * 86_400_000), to: iso(END) };
  const filters: [string, FilterInput][] = [
    ['about everything', {}],
    ['about a month', { window: month }],
    ['about the successes of a pattern', { patternIds: ['pat_rest_api', 'pat_docs_page'], success: true }],
    ['about a phase and a plugin', { phases: ['test'], plugins: ['schema-validator', 'e2e-browser'], window: month }],
  ];
  test.for(filters)('%s', { timeout: 120_000 }, async ([, filter]) => {
    const { path, stage, asOf } = told;
    expectSame(await answers(stage.questions, filter, asOf), expectedAnswers(new Oracle(path, asOf, END), filter, asOf));
  });
});

/** In autumn a day has 25 hours, in spring 23. */
const HISTORIES = [
  { end: END, seed: 1, hours: 25 },
  { end: Date.parse('2027-05-03T21:17:42.123Z'), seed: 7, hours: 23 },
];

describe.for(HISTORIES)('the stories are seen, with a day of $hours hours', ({ hours, ...options }) => {
  const told = recorded(options);

  test('a plugin whose version 2.0 breaks: in the heatmap, in the trend of its patterns, among the problematic ones', async () => {
    const { history, stage, asOf } = told;
    const { plugin, since } = history.stories.broken;
    const question = { filter: { plugins: [plugin] }, bucket: 'DAY', timeZone: 'UTC', limit: 1 } as const;
    const { rows, columns } = wholeLists(await stage.questions.reliabilityHeatmap(question, asOf));
    const sum = (numbers: readonly number[], when: (start: number) => boolean) =>
      numbers.reduce((total, n, index) => total + (when(columns[index]?.start ?? 0) ? n : 0), 0);
    const rate = (when: (start: number) => boolean) => sum(rows[0]?.successes ?? [], when) / sum(rows[0]?.uses ?? [], when);
    // The day on which it broke has both versions.
    expect(rate(start => start + 86_400 <= since / 1000)).toBeGreaterThan(0.9);
    expect(rate(start => start >= since / 1000)).toBeLessThan(0.5);

    const trend = await stage.questions.successTrend({ ...question, bucket: 'WEEK', limit: 10 }, asOf);
    expect(trend.map(({ direction }) => direction)).toContain('DEGRADING');
    expect(trend.map(({ direction }) => direction)).not.toContain('IMPROVING');

    const window = { from: iso(since), to: iso(options.end) };
    const asked = { limit: 3, maxReliability: 0.8, minUses: 5 };
    const [worst] = await stage.questions.problematicPlugins({ filter: { window }, ...asked }, asOf);
    expect(worst).toMatchObject({ name: plugin, reliability: { upper: expect.toSatisfy((upper: number) => upper < 0.6) } });
    const before = { from: iso(since - 60 * 86_400_000), to: iso(since) };
    const earlier = await stage.questions.problematicPlugins({ filter: { window: before }, ...asked }, asOf);
    expect(earlier.map(({ name }) => name)).not.toContain(plugin);
  });

  test('a pair that works together and one that does not: their intervals do not even touch', async () => {
    const { history, stage, asOf } = told;
    const { together, apart } = history.stories;
    const { pairs } = await stage.questions.pluginPairs({ limit: 1000, minExecutions: 5 }, asOf);
    const of = ([a, b]: readonly [string, string]) => pairs.find(pair => pair.a === a && pair.b === b);
    const [good, bad] = [of(together), of(apart)];
    expect(good?.executions).toBeGreaterThan(50);
    expect(good?.successTogether.lower).toBeGreaterThan(good?.successApart.upper ?? 1);
    expect(good?.lift).toBeGreaterThan(3);
    expect(bad?.executions).toBeGreaterThan(50);
    expect(bad?.successTogether.upper).toBeLessThan(bad?.successApart.lower ?? 0);
  });

  test('five of five: first by rate, not by the lower end of its interval', async () => {
    const { history, stage, asOf } = told;
    const { patternId } = history.stories.lucky;
    const rank = async (rankBy: 'SUCCESS_RATE' | 'LOWER_BOUND') => {
      const patterns = await stage.questions.topPatterns({ limit: 40, minExecutions: 1, rankBy }, asOf);
      return { place: patterns.findIndex(pattern => pattern.patternId === patternId), patterns };
    };
    const [byRate, byBound] = [await rank('SUCCESS_RATE'), await rank('LOWER_BOUND')];
    expect(byRate.patterns[byRate.place]?.successRate).toMatchObject({ value: 1, successes: 5, total: 5 });
    expect(byRate.patterns.slice(0, byRate.place).every(({ successRate }) => successRate.value === 1)).toBe(true);
    expect(byBound.place).toBeGreaterThan(20);
    for (const { successRate } of byBound.patterns.slice(0, 10)) expect(successRate.total).toBeGreaterThan(10);
  });

  test('a flake cured by a retry: its steps fail one time in three, the runs that it is in do not', async () => {
    const { history, stage, asOf } = told;
    const { plugin } = history.stories.flaky;
    const [stats] = await stage.questions.pluginStats({ filter: { plugins: [plugin] } }, asOf);
    expect(stats?.reliability.total).toBeGreaterThan(80);
    // Each failure is followed by a success: n failures in n + n + m steps.
    expect(stats?.reliability.upper).toBeLessThan(0.85);
    const cured = history.events.flatMap(event =>
      event.kind === 'record' && event.execution.steps.some(step => step.plugin === plugin && step.attempt === 2)
        ? [event.execution.executionId]
        : [],
    );
    expect(cured.length).toBeGreaterThan(20);
    const runs = await Promise.all(cured.map(id => stage.questions.recordedExecution(id)));
    for (const run of runs) {
      const own = run?.steps.filter(step => step.plugin === plugin);
      expect(own).toMatchObject([
        { status: 'failed', attempt: 1 },
        { status: 'success', attempt: 2, step: own?.[0]?.step },
      ]);
    }
    expect(runs.filter(run => run?.status === 'success').length / runs.length).toBeGreaterThan(0.7);
  });

  test('a run that took 40 times as long stands out', async () => {
    const { history, stage, asOf } = told;
    const { executionId, patternId } = history.stories.outlier;
    const { outliers } = await stage.questions.durationHistogram({ bins: 30, outliers: 50 }, asOf);
    const place = outliers.findIndex(outlier => outlier.executionId === executionId);
    expect(outliers[place]).toMatchObject({ patternId, score: expect.toSatisfy((score: number) => score > 8) });
    expect(place).toBeLessThan(10);
    const [pattern] = await stage.questions.patternStats({ filter: { patternIds: [patternId] } }, asOf);
    const { maxSeconds, medianSeconds } = pattern?.durations ?? {};
    expect((maxSeconds ?? 0) / (medianSeconds ?? 1)).toBeGreaterThan(20);
  });

  test('the day on which the clocks were moved has its hours, and a run in each', async () => {
    const { history, stage, asOf } = told;
    const { patternId, timeZone, from, to } = history.stories.clockChange;
    const filter = { patternIds: [patternId], window: { from: iso(from - 86_400_000), to: iso(to + 86_400_000) } };
    const [days] = wholeLists(await stage.questions.successTrend({ filter, bucket: 'DAY', timeZone, limit: 1 }, asOf));
    expect(days?.points.map(({ start, end, rate }) => [(end - start) / HOUR_SECONDS, rate.total])).toEqual([
      [24, 0],
      [hours, hours],
      [24, 0],
    ]);
    const [byHour] = wholeLists(await stage.questions.successTrend({ filter, bucket: 'HOUR', timeZone, limit: 1 }, asOf));
    const ofDay = byHour?.points.filter(({ start }) => start >= from / 1000 && start < to / 1000);
    expect(ofDay?.map(({ rate }) => rate.total)).toEqual(Array(hours).fill(1));
  });

  test('rows that a script tore are listed, with the reason, and nothing else is', async () => {
    const { history, stage, asOf } = told;
    const page = await stage.questions.rejectedRows({ first: 10, after: undefined }, asOf);
    const listed = page.edges.map(({ node }) => ({ log: node.file.replace('.log', ''), text: node.text }));
    expect(listed).toEqual(history.stories.torn);
    for (const { node } of page.edges) expect(node.reason).not.toBe('');
    expect((await stage.questions.logCounts(asOf)).rejected).toBe(2);
    // The rows beside them count.
    const [reviewer] = await stage.questions.pluginStats({ filter: { plugins: ['human-review'] } }, asOf);
    expect(reviewer?.uses).toBeGreaterThanOrEqual(16);
  });
});
