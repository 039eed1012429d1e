/** The definitions by hand: small logs, one rule each, and what the rule makes of them. */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FilterInput } from '../../src/query/query.ts';
import { execution } from '../support/api.ts';
import { temporaryDirectory } from '../support/program.ts';
import { openStage, type Stage } from '../support/question-stage.ts';
import { wholeLists } from '../support/whole-lists.ts';

let stage: Stage;
let directory: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ path: directory, remove } = await temporaryDirectory());
  stage = await openStage({ directory });
});
afterEach(async () => {
  await stage.close();
  await remove();
});

const T = (minute: number) => `2026-03-01T10:${String(minute).padStart(2, '0')}:00Z`;
const seconds = (minute: number) => Date.parse(T(minute)) / 1000;
const append = (log: string, ...rows: string[]) => appendFile(join(directory, `${log}.log`), rows.map(row => `${row}\n`).join(''));
/** A row of another program. */
const run = (minute: number, pattern: string, success: boolean, duration = 1, name = pattern) =>
  `${T(minute)},${pattern},${name},${success},${duration},1,0,""`;
const step = (minute: number, workflow: string, phase: string, plugin: string, duration = 1, success = true) =>
  `${T(minute)},${workflow},${phase},1,${plugin},${duration},${success}`;
const total = (minute: number, plugin: string, uses: number, successes: number, failures: number, lastUsed: number) =>
  `${T(minute)},${plugin},${uses},${uses * 10},${successes},${failures},10,${T(lastUsed)}`;

const ran = (phase: string, plugin: string, status = 'SUCCESS', durationMs = 1000) => ({ step: 1, phase, plugin, durationMs, status });
async function record(id: string, minute: number, fields: object): Promise<void> {
  const [outcome] = await stage.log.record([execution(id, { startedAt: T(0), completedAt: T(minute), durationMs: 1000, ...fields })]);
  if (outcome instanceof Error) throw outcome;
}

const now = () => stage.questions.now();
const overview = async (filter: FilterInput = {}) => stage.questions.overview({ filter }, await now());
const patterns = async (filter: FilterInput = {}) => stage.questions.patternStats({ filter }, await now());
const plugins = async (filter: FilterInput = {}) => stage.questions.pluginStats({ filter }, await now());

describe('rows of other programs', () => {
  test('under a run’s workflow_id belong to it from the run’s base on, not before', async () => {
    await append('durations', step(1, 'w-1', 'plan', 'before'));
    await record('e-1', 2, { workflowId: 'w-1', patternId: 'p', steps: [ran('plan', 'own')] });
    await append('durations', step(3, 'w-1', 'plan', 'after'), step(3, 'w-2', 'plan', 'other'));
    const names = (await plugins({ patternIds: ['p'] })).map(({ name }) => name);
    expect(names).toEqual(['after', 'own']);
    expect((await overview({ plugins: ['before'] })).current.executions).toBe(0);
    expect((await overview({ plugins: ['after'] })).current.executions).toBe(1);
  });

  test('count for patterns only where no plugin and no phase is asked for', async () => {
    await append('success_rates', run(1, 'p', true));
    await record('e-1', 2, { patternId: 'p', steps: [ran('plan', 'lint')] });
    expect((await patterns())[0]?.successRate.total).toBe(2);
    expect((await patterns({ plugins: ['lint'] }))[0]?.successRate.total).toBe(1);
  });

  test('name a pattern by the last row in the file, however old its time', async () => {
    await append('success_rates', run(5, 'p', true, 1, 'early in the file'), run(1, 'p', true, 1, 'last in the file'));
    expect(await patterns()).toMatchObject([{ name: 'last in the file', lastUsed: seconds(5) }]);
    expect(await patterns({ window: { from: T(4) } })).toMatchObject([{ name: 'last in the file', successRate: { total: 1 } }]);
  });
});

describe('plugins, all time', () => {
  test('the last row of plugin_usage.log in the file counts, also where it says less than the one before', async () => {
    await append('plugin_usage', total(5, 'lint', 10, 9, 1, 5), total(1, 'lint', 8, 4, 1, 1));
    expect(await plugins()).toMatchObject([
      {
        uses: 8,
        reliability: { value: 0.8, successes: 4, total: 5 },
        totalDurationSeconds: 80,
        lastUsed: seconds(1),
        durations: { n: 0, meanSeconds: null },
      },
    ]);
  });

  test('durations.log counts where it knows more uses, the totals where it knows as many', async () => {
    await append('durations', step(7, 'w', 'plan', 'lint', 2), step(2, 'w', 'plan', 'lint', 3, false));
    await append('plugin_usage', total(1, 'lint', 1, 1, 0, 9));
    expect(await plugins()).toMatchObject([
      { uses: 2, reliability: { successes: 1, total: 2 }, totalDurationSeconds: 5, lastUsed: seconds(9) },
    ]);
    await append('plugin_usage', total(1, 'lint', 2, 2, 0, 3));
    expect(await plugins()).toMatchObject([
      {
        uses: 2,
        reliability: { successes: 2, total: 2 },
        totalDurationSeconds: 20,
        lastUsed: seconds(7),
        durations: { n: 2, meanSeconds: 2.5 },
      },
    ]);
  });

  test('without any outcome the reliability is 0 by definition, its bounds unknown', async () => {
    await append('plugin_usage', total(1, 'lint', 3, 0, 0, 1));
    expect((await plugins())[0]?.reliability).toEqual({ value: 0, successes: 0, total: 0, lower: null, upper: null });
  });

  test('a window, patternIds or phases leave the totals aside; plugins and success do not', async () => {
    await append('plugin_usage', total(1, 'lint', 100, 99, 1, 1));
    await append('durations', step(1, 'w', 'plan', 'lint'));
    const uses = async (filter: FilterInput) => (await plugins(filter)).map(plugin => plugin.uses);
    expect(await uses({ plugins: ['lint'] })).toEqual([100]);
    expect(await uses({ success: false })).toEqual([100]);
    expect(await uses({ window: {} })).toEqual([1]);
    expect(await uses({ phases: ['plan'] })).toEqual([1]);
    expect(await uses({ patternIds: ['p'] })).toEqual([]);
  });
});

describe('executions', () => {
  test('a cancelled one counts for plugins and phases, and nowhere for its pattern', async () => {
    await record('e-1', 1, { patternId: 'p', status: 'CANCELLED', steps: [ran('plan', 'lint')] });
    expect(await patterns()).toEqual([]);
    expect(await patterns({ plugins: ['lint'] })).toEqual([]);
    expect((await overview()).current).toMatchObject({ executions: 0, cancelled: 1, steps: 1, plugins: 1, patterns: 0 });
    expect(await plugins({ patternIds: ['p'] })).toMatchObject([{ name: 'lint', uses: 1 }]);
  });

  test('a skipped step counts nowhere', async () => {
    await record('e-1', 1, { patternId: 'p', steps: [ran('plan', 'skipped-one', 'SKIPPED'), ran('plan', 'lint')] });
    expect((await plugins()).map(({ name }) => name)).toEqual(['lint']);
    expect(await patterns({ plugins: ['skipped-one'] })).toEqual([]);
  });

  test('partial and failed are both no success', async () => {
    for (const [n, status] of ['SUCCESS', 'PARTIAL', 'FAILED'].entries()) await record(`e-${n}`, n, { patternId: 'p', status });
    expect(await patterns()).toMatchObject([{ successRate: { successes: 1, total: 3 } }]);
    expect(await patterns({ phases: ['code'] })).toMatchObject([{ successRate: { successes: 1, total: 3 } }]);
  });

  test('with plugins and phases one finished step must match both', async () => {
    await record('e-1', 1, { patternId: 'p', steps: [ran('plan', 'lint'), ran('code', 'zip')] });
    const count = async (filter: FilterInput) => (await overview(filter)).current.executions;
    expect(await count({ plugins: ['lint'], phases: ['plan'] })).toBe(1);
    expect(await count({ plugins: ['lint'], phases: ['code'] })).toBe(0);
    expect(await count({ plugins: ['lint', 'zip'], phases: ['code'] })).toBe(1);
  });

  test('an empty list picks nothing', async () => {
    await record('e-1', 1, { patternId: 'p', steps: [ran('plan', 'lint')] });
    for (const filter of [{ patternIds: [] }, { plugins: [] }, { phases: [] }]) {
      expect(await overview(filter)).toMatchObject({ from: undefined, to: undefined, current: { executions: 0, cancelled: 0, steps: 0 } });
    }
  });
});

describe('figures', () => {
  test('a percentile is a value that occurred: at rank ceil(q·n)', async () => {
    await append('durations', step(1, 'w', 'plan', 'lint', 1000), step(1, 'w', 'plan', 'lint', 10));
    expect(await stage.questions.phaseDurations({}, await now())).toMatchObject([
      { durations: { n: 2, meanSeconds: 505, medianSeconds: 10, p95Seconds: 1000, minSeconds: 10, maxSeconds: 1000 } },
    ]);
    await append('durations', ...Array.from({ length: 20 }, (_, n) => step(1, 'w', 'twenty', 'lint', n + 1)));
    expect(await stage.questions.phaseDurations({ filter: { phases: ['twenty'] } }, await now())).toMatchObject([
      { durations: { n: 20, medianSeconds: 10, p95Seconds: 19 } },
    ]);
  });

  test('success narrows durations and no rate', async () => {
    await append('success_rates', run(1, 'p', true, 4), run(1, 'p', false, 8), run(1, 'p', false, 6));
    expect(await patterns({ success: false })).toMatchObject([
      { successRate: { successes: 1, total: 3 }, durations: { n: 2, meanSeconds: 7 } },
    ]);
    expect(await patterns({ success: true })).toMatchObject([
      { successRate: { successes: 1, total: 3 }, durations: { n: 1, meanSeconds: 4 } },
    ]);
  });

  test('a status speaks of all rows of a pattern, whatever the filter', async () => {
    await append('success_rates', ...Array.from({ length: 5 }, (_, n) => run(n, 'p', n === 0)));
    expect(await patterns({ window: { to: T(1) } })).toMatchObject([{ successRate: { successes: 1, total: 1 }, status: 'deprecated' }]);
  });

  test('top patterns: success rate, then the shorter mean, then the id', async () => {
    await append(
      'success_rates',
      ...[run(1, 'slow', true, 9), run(1, 'b', true, 5), run(1, 'B', true, 5), run(1, 'fast', true, 1), run(1, 'fast', false, 1)],
      ...[run(1, 'pair', true, 8), run(1, 'pair', true, 8)],
      ...Array.from({ length: 99 }, () => run(1, 'often', true, 7)),
      run(1, 'often', false, 7),
    );
    const top = async (rankBy: 'SUCCESS_RATE' | 'LOWER_BOUND' | 'EXECUTIONS', minExecutions = 1) =>
      (await stage.questions.topPatterns({ limit: 10, minExecutions, rankBy }, await now())).map(({ patternId }) => patternId);
    expect(await top('SUCCESS_RATE')).toEqual(['B', 'b', 'pair', 'slow', 'often', 'fast']);
    expect(await top('LOWER_BOUND')).toEqual(['often', 'pair', 'B', 'b', 'slow', 'fast']);
    expect(await top('EXECUTIONS')).toEqual(['often', 'pair', 'fast', 'B', 'b', 'slow']);
    expect(await top('SUCCESS_RATE', 2)).toEqual(['pair', 'often', 'fast']);
  });
});

describe('overview', () => {
  beforeEach(() => append('success_rates', run(10, 'p', true), run(20, 'p', true), run(30, 'q', false), run(39, 'p', true)));

  test('without a window: from the first to the second after the last, and no window before', async () => {
    expect(await overview()).toMatchObject({
      from: seconds(10),
      to: seconds(39) + 1,
      current: { executions: 4, patterns: 2 },
      previous: undefined,
    });
  });

  test('from inclusive, to exclusive, and the window of equal length before it', async () => {
    expect(await overview({ window: { from: T(30), to: T(39) } })).toMatchObject({
      from: seconds(30),
      to: seconds(39),
      current: { executions: 1, successRate: { value: 0 } },
      previous: { executions: 0 },
    });
    expect((await overview({ window: { from: T(30), to: T(40) } })).previous?.executions).toBe(1);
    // 10:20:00 is the last second of the window before.
    const second = (minute: number) => T(minute).replace(':00Z', ':01Z');
    expect((await overview({ window: { from: second(20), to: second(30) } })).previous?.executions).toBe(1);
  });

  test('a missing edge is found among the rows under the filter', async () => {
    expect(await overview({ window: { from: T(20) } })).toMatchObject({
      to: seconds(39) + 1,
      current: { executions: 3 },
      previous: { executions: 1 },
    });
    expect(await overview({ window: { to: T(30) }, patternIds: ['p'] })).toMatchObject({
      from: seconds(10),
      current: { executions: 2 },
      previous: { executions: 0 },
    });
    expect(await overview({ window: { from: T(50) } })).toMatchObject({
      from: seconds(50),
      to: undefined,
      current: { executions: 0 },
      previous: undefined,
    });
  });

  test('steps have a part in the edges', async () => {
    await append('durations', step(5, 'w', 'plan', 'lint'));
    expect(await overview()).toMatchObject({ from: seconds(5) });
  });
});

describe('plugins to look at', () => {
  const names = (found: readonly { name: string }[]) => found.map(({ name }) => name);
  const problematic = async (question: { maxReliability?: number; minUses?: number; limit?: number; filter?: FilterInput } = {}) =>
    names(await stage.questions.problematicPlugins({ limit: 20, maxReliability: 0.8, minUses: 5, ...question }, await now()));
  const slow = async (question: { minUses?: number; limit?: number; filter?: FilterInput } = {}) =>
    names(await stage.questions.slowPlugins({ limit: 20, minUses: 1, ...question }, await now()));

  test('problematic: the bar is inclusive; lowest first, then more uses, then the name', async () => {
    await append(
      'plugin_usage',
      ...[total(1, 'at-bar', 5, 4, 1, 1), total(1, 'above', 100, 81, 19, 1), total(1, 'few', 4, 0, 4, 1), total(1, 'b', 6, 3, 3, 1)],
      ...[total(1, 'B', 6, 3, 3, 1), total(1, 'more', 8, 4, 4, 1), total(1, 'unknown', 5, 0, 0, 1), total(1, 'never', 6, 0, 6, 1)],
    );
    expect(await problematic()).toEqual(['never', 'unknown', 'more', 'B', 'b', 'at-bar']);
    expect(await problematic({ limit: 2 })).toEqual(['never', 'unknown']);
    expect(await problematic({ maxReliability: 0 })).toEqual(['never', 'unknown']);
    expect(await problematic({ maxReliability: 1, minUses: 100 })).toEqual(['above']);
    expect(await problematic({ filter: { plugins: ['b', 'at-bar'] } })).toEqual(['b', 'at-bar']);
    expect(await problematic({ filter: { window: {} } })).toEqual([]);
  });

  test('slow: the longest mean first, at enough steps behind it; totals do not count', async () => {
    await append('plugin_usage', total(1, 'only-totals', 100, 100, 0, 1), total(1, 'once', 100, 100, 0, 1));
    await append(
      'durations',
      ...[
        step(1, 'w', 'plan', 'once', 900),
        step(1, 'w', 'plan', 'b', 4),
        step(1, 'w', 'plan', 'b', 6, false),
        step(1, 'w', 'plan', 'B', 5),
      ],
      step(1, 'w', 'plan', 'B', 5),
    );
    expect(await slow()).toEqual(['once', 'B', 'b']);
    expect(await slow({ minUses: 0 })).toEqual(['once', 'B', 'b']);
    expect(await slow({ minUses: 2 })).toEqual(['B', 'b']);
    expect(await slow({ minUses: 2, filter: { success: true } })).toEqual(['B']);
    expect(await slow({ filter: { success: false } })).toEqual(['b']);
    expect(await slow({ limit: 1 })).toEqual(['once']);
  });
});

describe('time in buckets', () => {
  const IN_BERLIN = { bucket: 'DAY', timeZone: 'Europe/Berlin', limit: 10 } as const;
  const at = (time: string, pattern: string, success = true, duration = 1) => run(0, pattern, success, duration).replace(T(0), time);
  const used = (time: string, plugin: string, success = true) => step(0, 'w', 'plan', plugin, 1, success).replace(T(0), time);

  test('a row at an edge is in the one bucket that begins there; empty buckets are there', async () => {
    // The 29th has 23 hours in Berlin.
    await append(
      'success_rates',
      at('2026-03-28T22:59:59Z', 'p'),
      at('2026-03-28T23:00:00Z', 'p', false, 3),
      at('2026-03-29T21:59:59Z', 'p'),
    );
    await append('success_rates', at('2026-03-30T22:00:00Z', 'p', true, 8), at('2026-03-30T22:00:00Z', 'q'));
    const trend = wholeLists(await stage.questions.successTrend(IN_BERLIN, await now()));
    expect(trend.map(({ patternId, direction }) => [patternId, direction])).toEqual([
      ['p', 'STEADY'],
      ['q', 'STEADY'],
    ]);
    const [p, q] = trend.map(({ points }) => points.map(({ rate }) => `${rate.successes}/${rate.total}`));
    expect(p).toEqual(['1/1', '1/2', '0/0', '1/1']);
    expect(q).toEqual(['0/0', '0/0', '0/0', '1/1']);
    const points = trend[0]?.points ?? [];
    expect(points.map(({ start, end, partial }) => [(end - start) / 3600, partial])).toEqual([24, 23, 24, 24].map(hours => [hours, false]));
    expect(points[1]?.durations).toMatchObject({ n: 2, meanSeconds: 2, medianSeconds: 1, maxSeconds: 3 });
    expect(points[2]).toMatchObject({ rate: { value: null, lower: null, upper: null }, durations: { n: 0, meanSeconds: null } });
  });

  test('a single row makes one bucket; none makes none', async () => {
    expect(wholeLists(await stage.questions.successTrend(IN_BERLIN, await now()))).toEqual([]);
    expect(await stage.questions.reliabilityHeatmap(IN_BERLIN, await now())).toEqual({ columns: [], rows: [], pluginCount: 0 });
    await append('success_rates', run(1, 'p', true));
    await append('durations', step(1, 'w', 'plan', 'lint'));
    expect(wholeLists(await stage.questions.successTrend(IN_BERLIN, await now()))[0]?.points).toHaveLength(1);
    expect(wholeLists(await stage.questions.reliabilityHeatmap(IN_BERLIN, await now()))).toMatchObject({
      columns: [{ partial: false }],
      rows: [{ uses: [1] }],
    });
  });

  test('the columns of a window do not depend on rows', async () => {
    await append('durations', used('2026-03-02T12:00:00Z', 'lint'));
    const filter = { window: { from: '2026-03-01T12:00:00Z', to: '2026-03-02T23:00:00Z' } };
    const heatmap = await stage.questions.reliabilityHeatmap({ ...IN_BERLIN, filter }, await now());
    expect(heatmap.columns.map(({ partial }) => partial)).toEqual([true, false]);
    const empty = await stage.questions.reliabilityHeatmap({ ...IN_BERLIN, filter: { ...filter, plugins: ['zip'] } }, await now());
    expect(empty).toEqual({ columns: heatmap.columns, rows: [], pluginCount: 0 });
  });

  test('a pattern’s direction goes by its own executions, whatever the bucket', async () => {
    const outcomes = (text: string, pattern: string) => [...text].map((digit, minute) => run(minute, pattern, digit === '1'));
    await append(
      'success_rates',
      ...outcomes('0000100001011101111111', 'up'),
      ...outcomes('11111110111010000100', 'down'),
      ...outcomes('01', 'few'),
    );
    for (const bucket of ['HOUR', 'YEAR'] as const) {
      const trend = await stage.questions.successTrend({ ...IN_BERLIN, bucket }, await now());
      expect(trend.map(({ patternId, direction }) => [patternId, direction])).toEqual([
        ['up', 'IMPROVING'],
        ['down', 'DEGRADING'],
        ['few', 'STEADY'],
      ]);
    }
  });

  test('beyond four weeks a direction goes by days: on one of them what comes first is not told', async () => {
    const day = (n: number, clock: string) => `${new Date(Date.parse('2026-03-01') + n * 86_400_000).toISOString().slice(0, 10)}T${clock}Z`;
    const outcomes = (days: number, pattern: string) => [
      ...Array.from({ length: 12 }, (_, n) => at(day(n, '12:00:00'), pattern, false)),
      at(day(12, '09:00:00'), pattern, true),
      at(day(12, '15:00:00'), pattern, false),
      ...Array.from({ length: days - 13 }, (_, n) => at(day(13 + n, '12:00:00'), pattern, true)),
    ];
    const directionOver = async (days: number, pattern: string) => {
      await append('success_rates', ...outcomes(days, pattern));
      const [series] = await stage.questions.successTrend({ ...IN_BERLIN, filter: { patternIds: [pattern] } }, await now());
      return series?.direction;
    };
    expect(await directionOver(28, 'four weeks')).toBe('IMPROVING');
    expect(await directionOver(30, 'longer')).toBe('STEADY');
    const directionUntil = async (to: string) => {
      const filter = { patternIds: ['four weeks'], window: { from: day(0, '00:00:00'), to } };
      return (await stage.questions.successTrend({ ...IN_BERLIN, filter }, await now())).map(({ direction }) => direction);
    };
    expect([await directionUntil(day(28, '00:00:00')), await directionUntil(day(28, '00:00:01'))]).toEqual([['IMPROVING'], ['STEADY']]);
  });

  test('the heatmap shows the most used plugins, one entry a column, and counts all', async () => {
    await append('durations', used('2026-03-01T12:00:00Z', 'zip'), used('2026-03-03T12:00:00Z', 'b'), used('2026-03-03T12:00:00Z', 'B'));
    await append('durations', used('2026-03-03T12:00:00Z', 'zip', false), used('2026-03-03T13:00:00Z', 'zip'));
    const { columns, rows, pluginCount } = wholeLists(await stage.questions.reliabilityHeatmap({ ...IN_BERLIN, limit: 2 }, await now()));
    expect(columns).toHaveLength(3);
    expect(pluginCount).toBe(3);
    expect(rows).toMatchObject([
      { plugin: 'zip', uses: [1, 0, 2], successes: [1, 0, 1] },
      { plugin: 'B', uses: [0, 0, 1], successes: [0, 0, 1], lower: [null, null, expect.any(Number)], upper: [null, null, 1] },
    ]);
    expect(rows[0]?.lower).toEqual([expect.closeTo(0.2065, 4), null, expect.closeTo(0.0945, 4)]);
  });
});

describe('the histogram', () => {
  const histogram = async (options: { bins?: number; outliers?: number; filter?: FilterInput } = {}) =>
    stage.questions.durationHistogram({ bins: 3, outliers: 50, ...options }, await now());
  const bins = async (options?: Parameters<typeof histogram>[0]) =>
    (await histogram(options)).bins.map(({ fromSeconds, toSeconds, count }) => [fromSeconds, toSeconds, count]);
  const durations = (...seconds: number[]) =>
    append('success_rates', ...seconds.map((duration, minute) => run(minute % 60, 'p', true, duration)));

  test('bins are equally wide in log seconds; an edge belongs to the bin above, the last one to its bin', async () => {
    await durations(1, 9.999999, 10, 99, 100, 1000);
    expect(await bins()).toEqual([
      [1, 10, 2],
      [10, 100, 2],
      [100, 1000, 2],
    ]);
    expect(await bins({ bins: 1 })).toEqual([[1, 1000, 6]]);
  });

  test('0 s is in the first bin', async () => {
    await durations(0, 0, 1, 10, 100);
    expect(await bins({ bins: 2 })).toEqual([
      [0, 10, 3],
      [10, 100, 2],
    ]);
  });

  test.for([
    [[], []],
    [[0, 0], [[0, 0, 2]]],
    [[5], [[5, 5, 1]]],
    [[5, 5, 5], [[5, 5, 3]]],
    [[0, 5], [[0, 5, 2]]],
    // Nothing is narrower than a microsecond.
    [[0.000001, 0.000002], [[0.000001, 0.000002, 2]]],
  ] as const)('of %j', async ([seconds, expected]) => {
    await durations(...seconds);
    expect(await bins({ bins: 30 })).toEqual(expected);
    expect((await histogram()).durations.n).toBe(seconds.length);
  });

  test('success picks bins and outliers too', async () => {
    await append('success_rates', run(1, 'p', true, 4), run(1, 'p', false, 8));
    expect(await bins({ filter: { success: false } })).toEqual([[8, 8, 1]]);
  });

  test('an outlier lies more than 3.5 scaled MADs from its pattern’s median, from 8 executions on', async () => {
    // Medians at rank ceil(n/2): ln 4, and of the distances ln 2: the bar is at 4·2^(3.5·1.4826) = 145.8 s.
    await durations(1, 2, 2, 4, 8, 8, 145);
    expect((await histogram()).outliers).toEqual([]);
    await append('success_rates', run(30, 'p', true, 160));
    expect((await histogram()).outliers).toEqual([
      {
        patternId: 'p',
        timestamp: seconds(30),
        durationSeconds: 160,
        score: expect.closeTo(Math.log2(40) / 1.4826, 9),
        executionId: undefined,
      },
    ]);
    expect((await histogram({ outliers: 0 })).outliers).toEqual([]);
  });

  test('too short is one too; 0 s is none and does not count', async () => {
    await durations(400, 200, 200, 100, 50, 50, 0.1);
    await append('success_rates', run(40, 'p', true, 0));
    expect((await histogram()).outliers).toEqual([]);
    await append('success_rates', run(41, 'p', true, 100));
    expect((await histogram()).outliers).toMatchObject([{ durationSeconds: 0.1 }]);
  });

  test('there is none where most take equally long', async () => {
    await durations(5, 5, 5, 5, 5, 1, 2, 1_000_000);
    expect((await histogram()).outliers).toEqual([]);
  });

  test('highest score first, then the earliest, and each pattern by itself', async () => {
    await durations(1, 2, 2, 4, 4, 8, 8, 1000, 1000, 2000);
    await append('success_rates', ...[1, 2, 2, 4, 4, 8, 8, 1000].map(duration => run(59, 'q', true, duration * 1000)));
    const { outliers } = await histogram();
    expect(outliers.filter(({ patternId }) => patternId === 'p').map(({ timestamp }) => timestamp)).toEqual([9, 7, 8].map(seconds));
    expect(outliers.filter(({ patternId }) => patternId === 'q').map(({ durationSeconds }) => durationSeconds)).toEqual([1_000_000]);
    expect((await histogram({ outliers: 2 })).outliers).toEqual(outliers.slice(0, 2));
  });

  test('an outlier that was recorded here bears its execution’s id; one of another program none', async () => {
    const usual = [1, 2, 2, 4, 4, 8, 8, 2, 4].map(duration => run(1, 'p', true, duration));
    await append('success_rates', ...usual, run(2, 'p', true, 9000));
    await record('cancelled', 3, { patternId: 'p', status: 'CANCELLED', durationMs: 1_000_000, steps: [] });
    for (const id of ['slow-1', 'slow-2'])
      await record(id, 3, { patternId: 'p', status: 'FAILED', durationMs: 1_000_000, steps: [ran('plan', 'lint')] });
    const ids = async (filter: FilterInput = {}) => (await histogram({ filter })).outliers.map(({ executionId }) => executionId);
    expect(await ids()).toEqual([undefined, 'slow-1', 'slow-2']);
    // Where another program says the very same, nobody can tell whose row is whose.
    const before = await now();
    await append('success_rates', run(3, 'p', false, 1000));
    expect(await ids()).toEqual([undefined, undefined, undefined, undefined]);
    expect((await stage.questions.durationHistogram({ bins: 3, outliers: 2 }, before)).outliers[1]?.executionId).toBe('slow-1');
  });

  test('through the journal every outlier has its id', async () => {
    for (const [n, ms] of [1, 2, 2, 4, 4, 8, 8, 5000].entries())
      await record(`e-${n}`, n, { patternId: 'p', durationMs: ms * 1000, steps: [ran('plan', 'lint')] });
    expect((await histogram({ filter: { plugins: ['lint'] } })).outliers).toMatchObject([{ executionId: 'e-7', durationSeconds: 5000 }]);
  });
});

describe('pairs', () => {
  const pairs = async (options: { limit?: number; minExecutions?: number; filter?: FilterInput } = {}) =>
    stage.questions.pluginPairs({ limit: 50, minExecutions: 1, ...options }, await now());
  const used = (workflow: string, plugin: string, success = true, minute = 1, phase = 'plan') =>
    step(minute, workflow, phase, plugin, 1, success);

  test('support, lift, together and apart', async () => {
    await append(
      'durations',
      // Together in two of five executions; in the second b fails once, and again succeeds.
      ...[used('w1', 'a'), used('w1', 'b'), used('w2', 'a'), used('w2', 'b', false), used('w2', 'b')],
      // Apart: one success of a, one failure of a. And one execution of neither.
      ...[used('w3', 'a'), used('w4', 'a', false), used('w4', 'a'), used('w5', 'c')],
    );
    expect(await pairs()).toEqual({
      pairs: [
        {
          a: 'a',
          b: 'b',
          executions: 2,
          support: 2 / 5,
          lift: (2 * 5) / (4 * 2),
          successTogether: expect.objectContaining({ successes: 1, total: 2 }),
          successApart: expect.objectContaining({ successes: 1, total: 2 }),
        },
      ],
      plugins: [
        { name: 'a', executions: 4, reliability: expect.objectContaining({ successes: 4, total: 5 }) },
        { name: 'b', executions: 2, reliability: expect.objectContaining({ successes: 2, total: 3 }) },
      ],
    });
  });

  test('never apart: that rate is unknown', async () => {
    await append('durations', used('w1', 'a'), used('w1', 'b'));
    expect((await pairs()).pairs).toMatchObject([{ lift: 1, successApart: { value: null, total: 0, lower: null, upper: null } }]);
    expect(await pairs({ minExecutions: 2 })).toEqual({ pairs: [], plugins: [] });
    expect(await pairs({ limit: 0 })).toEqual({ pairs: [], plugins: [] });
  });

  test('most executions first, then a, then b, by code units', async () => {
    // In UTF-8 the last two names are the other way round.
    const [astral, late] = ['\u{1F600}', '\uFF5E'];
    await append('durations', ...['z', 'b', 'B'].flatMap(plugin => [used('w1', plugin)]), ...['z', 'b'].map(plugin => used('w2', plugin)));
    await append('durations', used('w3', late), used('w3', astral));
    const names = (found: Awaited<ReturnType<typeof pairs>>) => found.pairs.map(({ a, b }) => a + b);
    expect(names(await pairs())).toEqual(['bz', 'Bb', 'Bz', astral + late]);
    expect(names(await pairs({ limit: 2 }))).toEqual(['bz', 'Bb']);
    await append('durations', ...[...'mlkjihgfedc'].map(plugin => used('w4', plugin)));
    expect(names(await pairs({ limit: 5 }))).toEqual(['bz', 'Bb', 'Bz', 'cd', 'ce']);
    expect(names(await pairs({ limit: 1000 })).at(-1)).toBe(astral + late);
    expect((await pairs({ filter: { plugins: ['z', 'b', 'B', late, astral] } })).plugins.map(({ name }) => name)).toEqual([
      'B',
      'b',
      'z',
      astral,
      late,
    ]);
  });

  test('the filter picks steps; what it leaves of an execution counts', async () => {
    await append('durations', used('w1', 'a'), used('w1', 'b', true, 9), used('w1', 'c', true, 1, 'code'), used('w2', 'a'));
    expect((await pairs({ filter: { window: { to: T(5) } } })).pairs).toMatchObject([{ a: 'a', b: 'c', support: 1 / 2 }]);
    expect((await pairs({ filter: { phases: ['plan'] } })).pairs).toMatchObject([{ a: 'a', b: 'b' }]);
    expect((await pairs({ filter: { plugins: ['b', 'c'] } })).pairs).toMatchObject([{ a: 'b', b: 'c', support: 1, lift: 1 }]);
    expect((await pairs({ filter: { patternIds: ['p'] } })).pairs).toEqual([]);
  });
});
