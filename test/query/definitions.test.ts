/** The definitions by hand: small logs, one rule each, and what the rule makes of them. */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FilterInput } from '../../src/query/query.ts';
import { execution } from '../support/api.ts';
import { temporaryDirectory } from '../support/program.ts';
import { openStage, type Stage } from '../support/question-stage.ts';

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
