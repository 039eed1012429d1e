/** On histories with a known truth, nine of ten runs end within the p90 that was given before them. */
import { describe, expect, test } from 'vitest';
import { estimateByPattern, estimateBySteps } from '../../../src/query/judgement/judgement.ts';
import { studentT90 } from '../../../src/query/judgement/log-normal.ts';
import { ENOUGH, nextWithin, noneYet, push } from '../../../src/query/judgement/recent.ts';
import type { Execution } from '../../../src/record/record.ts';
import { execution, judged } from '../../support/occurrences.ts';
import { normal, random } from '../../support/random.ts';

type Draw = () => number;

/** Durations in milliseconds of one pattern; `place` and `spread` are the pattern's own. */
const TRUTHS: Record<string, (draw: Draw, place: number, spread: number) => number> = {
  'log-normal': (draw, place, spread) => Math.exp(place + spread * normal(draw)),
  exponential: (draw, place) => -Math.log(1 - draw()) * Math.exp(place),
  'of two kinds': (draw, place, spread) => Math.exp(place + 0.2 * normal(draw) + (draw() < 0.3 ? 2 + spread : 0)),
};

function* runsOf(truth: keyof typeof TRUTHS, { patterns, runs, seed }: { patterns: number; runs: number; seed: number }) {
  const draw = random(seed);
  for (let pattern = 0; pattern < patterns; pattern++) {
    const [place, spread] = [8 + 2 * normal(draw), 0.3 + 0.7 * draw()];
    for (let run = 0; run < runs; run++) {
      const durationMs = Math.max(1, Math.round(TRUTHS[truth]?.(draw, place, spread) ?? 0));
      yield execution({ patternId: `p-${pattern}`, durationMs });
    }
  }
}

function sharesOf(executions: Iterable<Execution>) {
  const { patterns, planHits } = judged(executions);
  const hits = [...patterns.values()].map(({ hits }) => hits);
  const [backtested, within] = [hits.reduce((sum, hit) => sum + hit.backtested, 0), hits.reduce((sum, hit) => sum + hit.within, 0)];
  return { byPattern: within / backtested, backtested, bySteps: planHits.within / planHits.backtested };
}

function expectNineOfTen(share: number): void {
  expect(share).toBeGreaterThan(0.87);
  expect(share).toBeLessThan(0.93);
}

describe('by pattern', () => {
  test.for(Object.keys(TRUTHS))('with many runs, %s', truth => {
    const { byPattern, backtested } = sharesOf(runsOf(truth, { patterns: 20, runs: 300, seed: 1 }));
    expect(backtested).toBe(20 * 299);
    expectNineOfTen(byPattern);
  });

  test.for([2, 4, 9])('with few runs, %i a pattern', runs => {
    expectNineOfTen(sharesOf(runsOf('log-normal', { patterns: 3000, runs, seed: 2 })).byPattern);
  });

  test('the first estimates are wider than later ones', () => {
    const draw = random(3);
    const run = () => execution({ patternId: 'q', durationMs: Math.round(Math.exp(8 + 0.4 * normal(draw))) });
    const known = judged(runsOf('log-normal', { patterns: 30, runs: 30, seed: 4 }));
    const width = (runs: number) => {
      let sum = 0;
      for (let pattern = 0; pattern < 40; pattern++) {
        known.patterns.delete('q');
        judged(Array.from({ length: runs }, run), known);
        const pattern = known.patterns.get('q');
        const estimate = pattern && estimateByPattern(known, pattern);
        sum += estimate ? Math.log(estimate.p90 / estimate.p50) : 0;
      }
      return sum / 40;
    };
    expect(width(1)).toBeGreaterThan(width(3));
    expect(width(3)).toBeGreaterThan(width(8));
  });
});

describe('by steps', () => {
  /** Plans of one to nine steps, whose phases run one after the other and whose steps of a phase run side by side, or do not. */
  function* plans(runs: number, sideBySide: (draw: Draw) => boolean, seed: number) {
    const draw = random(seed);
    const pace = Array.from({ length: 20 }, () => 7 + 1.5 * normal(draw));
    for (let run = 0; run < runs; run++) {
      const steps = Array.from({ length: 1 + Math.floor(9 * draw()) }, () => {
        const plugin = Math.floor(20 * draw());
        const durationMs = Math.max(1, Math.round(Math.exp((pace[plugin] ?? 7) + 0.5 * normal(draw))));
        return { plugin: `plugin-${plugin}`, phase: `phase-${plugin % 3}`, durationMs };
      });
      const phases = new Map<string, number>();
      const parallel = sideBySide(draw);
      for (const { phase, durationMs } of steps) {
        const before = phases.get(phase) ?? 0;
        phases.set(phase, parallel ? Math.max(before, durationMs) : before + durationMs);
      }
      const sum = [...phases.values()].reduce((total, ms) => total + ms, 0);
      yield execution({ patternId: `p-${run}`, durationMs: Math.round(sum * Math.exp(0.1 * normal(draw))), steps });
    }
  }

  test.for([
    ['one after the other', () => false],
    ['side by side', () => true],
    ['either way', (draw: Draw) => draw() < 0.5],
  ] as const)('whose phases run %s', ([, sideBySide]) => {
    expectNineOfTen(sharesOf(plans(3000, sideBySide, 5)).bySteps);
  });

  test('learns how much runs side by side: the same plan takes less where it does', () => {
    const steps = Array.from({ length: 6 }, (_, index) => ({ plugin: `plugin-${3 * index}`, phase: 'phase-0' }));
    const [serial, parallel] = [judged(plans(500, () => false, 6)), judged(plans(500, () => true, 6))].map(
      state => estimateBySteps(state, steps)?.p50 ?? 0,
    );
    expect(parallel).toBeLessThan(0.8 * (serial ?? 0));
  });

  test('the p90 of the whole is not the sum of the steps’ p90s', () => {
    const draw = random(7);
    const step = () => Math.max(1, Math.round(Math.exp(7 + 0.8 * normal(draw))));
    const runs = Array.from({ length: 400 }, () => {
      const steps = Array.from({ length: 12 }, () => ({ durationMs: step() }));
      return execution({ durationMs: steps.reduce((sum, { durationMs }) => sum + durationMs, 0), steps });
    });
    const state = judged(runs);
    const planned = { plugin: 'plugin', phase: 'implement' };
    const whole = estimateBySteps(state, Array(12).fill(planned));
    const durations = runs.flatMap(({ steps }) => steps.map(({ durationMs }) => durationMs)).sort((a, b) => a - b);
    const sumOfHighs = 12 * 1000 * (durations[Math.floor(0.9 * durations.length)] ?? 0);
    expect(whole?.p90).toBeLessThan(0.75 * sumOfHighs);
    const wholes = runs.map(({ durationMs }) => durationMs * 1000).sort((a, b) => a - b);
    const ratio = (whole?.p90 ?? 0) / (wholes[Math.floor(0.9 * wholes.length)] ?? 1);
    expect(Math.abs(Math.log(ratio))).toBeLessThan(0.1);
  });
});

describe('the parts', () => {
  // Tables of Student's distribution, one-sided 90 %.
  test.for([
    [3, 1.6377],
    [4, 1.5332],
    [5, 1.4759],
    [10, 1.3722],
    [30, 1.3104],
  ] as const)('Student’s t with %i degrees of freedom', ([freedom, expected]) => {
    expect(studentT90(freedom)).toBeCloseTo(expected, 3);
  });

  test('the last values are kept in order, and no others', () => {
    const draw = random(8);
    const recent = noneYet();
    const all: number[] = [];
    for (let n = 1; n <= 650; n++) {
      const value = Math.floor(100 * draw());
      push(recent, value);
      all.push(value);
      const last = all.slice(-200).sort((a, b) => a - b);
      expect([...recent.sorted.subarray(0, recent.size)]).toEqual(last);
    }
  });

  test('a fractional rank lies between two values', () => {
    const recent = noneYet();
    for (const value of [5, 1, 4, 2, 3, 9, 7, 8, 6, 10]) push(recent, value);
    expect(recent.size).toBeGreaterThanOrEqual(ENOUGH);
    expect(nextWithin(recent, 0.5)).toBeCloseTo(5.5, 12);
    expect(nextWithin(recent, 0.9)).toBeCloseTo(9.9, 12);
    expect(nextWithin(recent, 0.99)).toBe(10);
  });
});
