import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Change, changes } from '../../../src/query/changes.ts';
import { confidenceOf, mostLikely, newWalk, step } from '../../../src/query/judgement/change-point.ts';
import { learnRow, newSubject } from '../../../src/query/judgement/series.ts';
import type { Execution } from '../../../src/record/record.ts';
import { oracleChanges } from '../../support/change-oracle.ts';
import { execution, judged } from '../../support/occurrences.ts';
import { normal, random } from '../../support/random.ts';

const ALL = { patternIds: undefined, plugins: undefined, window: undefined, minConfidence: 0.99 };

describe('the most likely place', () => {
  test('is the one that trying every place finds', () => {
    const values = fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(values, fc.constantFrom('outcome' as const, 'place' as const), (drawn, measure) => {
        const rows = drawn.map(value => (measure === 'outcome' ? (value > 2 ? 1 : 0) : value / 10));
        const walk = newWalk<number>();
        for (const [index, value] of rows.entries()) step(walk, value, index);
        const ratios = rows.map((_, split) => {
          const alone = { n: split, sum: rows.slice(0, split).reduce((total, value) => total + value, 0), mark: split };
          return mostLikely({ ...walk, upper: [alone], lower: [] }, measure)?.ratio ?? 0;
        });
        expect(mostLikely(walk, measure)?.ratio ?? 0).toBeCloseTo(Math.max(...ratios), 9);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('one look at a series that never moved is 99 % sure of a change about once in a hundred times', () => {
    const draw = random(2);
    const series = 3000;
    for (const rate of [0.5, 0.9]) {
      let sure = 0;
      for (let one = 0; one < series; one++) {
        const walk = newWalk<undefined>();
        for (let n = 0; n < 300; n++) step(walk, draw() < rate ? 1 : 0, undefined);
        const found = mostLikely(walk, 'outcome');
        if (found && found.corner.n >= 10 && found.corner.n <= 290 && confidenceOf(found.ratio, 300, 10) >= 0.99) sure++;
      }
      expect(sure / series).toBeGreaterThan(0.002);
      expect(sure / series).toBeLessThan(0.014);
    }
  });
});

test('fewer than 1 % of series that never move have a confirmed change in 1,000 rows', () => {
  const draw = random(3);
  const subjects = 400;
  let wrong = 0;
  for (let one = 0; one < subjects; one++) {
    const subject = newSubject();
    for (let at = 0; at < 1000; at++) learnRow(subject, { at, success: draw() < 0.9, us: 1e6 * Math.exp(normal(draw)), parts: [] });
    wrong += subject.outcome.found.length + subject.duration.found.length;
  }
  // Two series each.
  expect(wrong / (2 * subjects)).toBeLessThan(0.01);
});

/** Levels one after the other: how many runs, how they succeed, and how long they take. */
type Level = { rows: number; rate: number; seconds: number };

function* runsOf(
  levels: readonly Level[],
  seed: number,
  fields: (level: number, success: boolean) => Parameters<typeof execution>[0] = () => ({}),
) {
  const draw = random(seed);
  for (const [index, { rows, rate, seconds }] of levels.entries()) {
    for (let row = 0; row < rows; row++) {
      const success = draw() < rate;
      const durationMs = Math.round(1000 * seconds * Math.exp(0.3 * normal(draw)));
      yield execution({ status: success ? 'success' : 'failed', durationMs, ...fields(index, success) });
    }
  }
}

const level = fc.record({
  rows: fc.integer({ min: 25, max: 90 }),
  rate: fc.constantFrom(0, 0.3, 0.7, 0.95, 1),
  seconds: fc.constantFrom(1, 1.3, 4),
});

test('the changes of any levels equal the oracle’s', { timeout: 120_000 }, () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(level, { minLength: 1, maxLength: 4 }), fc.nat(), (levels, seed) => {
      const runs = [...runsOf(levels, seed)];
      const rows = runs.map(({ completedAt, status, durationMs }) => ({
        at: completedAt / 1000,
        success: status === 'success',
        us: durationMs * 1000,
      }));
      const found = changes(judged(runs), { ...ALL, minConfidence: 0.9 });
      for (const [kind, name] of [
        ['success', 'PATTERN_SUCCESS'],
        ['duration', 'PATTERN_DURATION'],
      ] as const) {
        const expected = oracleChanges(kind, rows, 0.9).filter(({ confidence }) => confidence >= 0.9);
        const own = found.filter(change => change.kind === name).toReversed();
        expect(own.map(({ tier, at }) => ({ tier, at }))).toEqual(expected.map(({ tier, at }) => ({ tier, at })));
        for (const [index, { before, after, confidence }] of expected.entries()) {
          expect(own[index]?.before).toBeCloseTo(before, 8);
          expect(own[index]?.after).toBeCloseTo(after, 8);
          expect(own[index]?.confidence).toBeCloseTo(confidence, 8);
          seen.add(`${name} ${own[index]?.tier}`);
        }
      }
    }),
    { seed: 4, numRuns: 12 },
  );
  expect(seen.size).toBe(4);
});

const steady = (rows: number, rate = 0.95, seconds = 1): Level => ({ rows, rate, seconds });

function only(found: readonly Change[], kind: Change['kind']): Change[] {
  return found.filter(change => change.kind === kind);
}

describe('a change', () => {
  test('of a success rate is suspected, then confirmed, with its time and levels', () => {
    const runs = [...runsOf([steady(300), steady(100, 0.6)], 5)];
    const firstBad = (runs[300] as Execution).completedAt / 1000;
    const tierAfter = (rows: number) => only(changes(judged(runs.slice(0, rows)), ALL), 'PATTERN_SUCCESS')[0]?.tier;
    const first = (tier: string) => runs.findIndex((_, rows) => rows > 300 && tierAfter(rows) === tier);
    expect(first('SUSPECTED')).toBeGreaterThan(300);
    expect(first('CONFIRMED')).toBeGreaterThan(first('SUSPECTED'));
    expect(first('CONFIRMED')).toBeLessThan(380);
    const [change] = changes(judged(runs), ALL);
    expect(change).toMatchObject({ subject: 'p', kind: 'PATTERN_SUCCESS', tier: 'CONFIRMED', causes: [] });
    expect(Math.abs((change?.at ?? 0) - firstBad)).toBeLessThan(20 * 60);
    expect(change?.before).toBeCloseTo(0.95, 1);
    expect(change?.after).toBeCloseTo(0.6, 1);
    expect(change?.confidence).toBeGreaterThan(0.999);
  });

  test('that passes within 50 runs is taken back', () => {
    const spell = [steady(300), steady(30, 0), steady(40)];
    const runs = [...runsOf(spell, 6)];
    expect(only(changes(judged(runs.slice(0, 330)), ALL), 'PATTERN_SUCCESS')).toMatchObject([{ tier: 'CONFIRMED' }]);
    expect(only(changes(judged(runs), ALL), 'PATTERN_SUCCESS')).toEqual([]);
    const lasting = [...runsOf([steady(300), steady(80, 0), steady(60)], 6)];
    expect(only(changes(judged(lasting), ALL), 'PATTERN_SUCCESS').map(({ tier, after }) => [tier, after < 0.5])).toEqual([
      ['CONFIRMED', false],
      ['CONFIRMED', true],
    ]);
  });

  test('of durations is told in seconds, for the pattern and for the plugin', () => {
    const steps = (ms: number) => [
      { plugin: 'same', durationMs: 200 },
      { plugin: 'slower', durationMs: ms },
    ];
    const runs = [
      ...runsOf([steady(200, 1), steady(80, 1)], 7, index => ({ durationMs: 1000 + 1000 * index, steps: steps(800 + 1000 * index) })),
    ];
    const found = changes(judged(runs), ALL);
    expect(found.map(({ kind, subject, tier }) => `${kind} ${subject} ${tier}`)).toEqual([
      'PATTERN_DURATION p CONFIRMED',
      'PLUGIN_DURATION slower CONFIRMED',
    ]);
    const [pattern, plugin] = found;
    expect(pattern?.before).toBeCloseTo(1, 9);
    expect(pattern?.after).toBeCloseTo(2, 9);
    expect(pattern?.causes).toMatchObject([{ plugin: 'slower', version: null }]);
    expect(pattern?.causes[0]?.share).toBeCloseTo(1, 9);
    expect([plugin?.before, plugin?.after]).toEqual([expect.closeTo(0.8, 9), expect.closeTo(1.8, 9)]);
  });
});

describe('causes', () => {
  /** From the second level on `deploy` is of version 2, which fails a third of the time, and the run with it. */
  function* releases(seed: number) {
    const draw = random(seed);
    for (let run = 0; run < 400; run++) {
      const version = run < 250 ? '1.0' : '2.0';
      const deployed = draw() < (version === '1.0' ? 0.97 : 0.67);
      const linted = draw() < 0.97;
      yield execution({
        patternId: `p${run % 2}`,
        status: deployed && linted ? 'success' : 'failed',
        steps: [
          { plugin: 'lint', status: linted ? 'success' : 'failed' },
          { plugin: 'deploy', pluginVersion: version, status: deployed ? 'success' : 'failed' },
        ],
      });
    }
  }

  test('name the plugin and its version, and how much of the change is theirs', () => {
    const found = changes(judged(releases(8)), ALL);
    const [plugin] = only(found, 'PLUGIN_RELIABILITY');
    expect(plugin).toMatchObject({ subject: 'deploy', tier: 'CONFIRMED', causes: [{ plugin: 'deploy', version: '2.0' }] });
    expect(plugin?.causes[0]?.share).toBeGreaterThan(0.9);
    expect(plugin?.causes[0]?.before.value).toBeGreaterThan(0.9);
    expect(plugin?.causes[0]?.after.value).toBeLessThan(0.75);
    const patterns = only(found, 'PATTERN_SUCCESS');
    expect(patterns.map(({ subject }) => subject).sort()).toEqual(['p0', 'p1']);
    for (const { causes } of patterns) {
      expect(causes[0]).toMatchObject({ plugin: 'deploy', version: '2.0' });
      expect(causes[0]?.share).toBeGreaterThan(0.75);
      expect(causes.reduce((sum, { share }) => sum + share, 0)).toBeLessThan(1.3);
    }
  });

  test('a plugin is found earlier than its patterns: it has the runs of all', () => {
    const runs = [...releases(8)];
    const firstWith = (kind: Change['kind']) =>
      runs.findIndex((_, rows) => only(changes(judged(runs.slice(0, rows)), ALL), kind).some(({ tier }) => tier === 'CONFIRMED'));
    expect(firstWith('PLUGIN_RELIABILITY')).toBeLessThan(firstWith('PATTERN_SUCCESS'));
  });

  test('questions pick subjects, a window and a confidence', () => {
    const state = judged(releases(8));
    const subjects = (question: Partial<Parameters<typeof changes>[1]>) => [
      ...new Set(changes(state, { ...ALL, ...question }).map(({ subject }) => subject)),
    ];
    expect(subjects({}).sort()).toEqual(['deploy', 'p0', 'p1']);
    expect(subjects({ patternIds: ['p0', 'nobody'] })).toEqual(['p0']);
    expect(subjects({ plugins: ['deploy'] })).toEqual(['deploy']);
    expect(subjects({ patternIds: ['p1'], plugins: ['deploy'] }).sort()).toEqual(['deploy', 'p1']);
    expect(subjects({ patternIds: [] })).toEqual([]);
    const [{ at } = { at: 0 }] = changes(state, ALL);
    expect(changes(state, { ...ALL, window: { from: at, to: at + 1 } }).length).toBeGreaterThan(0);
    expect(subjects({ window: { from: at + 1, to: undefined } })).toEqual([]);
    expect(subjects({ minConfidence: 1 })).toEqual([]);
  });
});
