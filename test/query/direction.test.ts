import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { direction, type Trial } from '../../src/query/direction.ts';

/** `1` a success, `0` a failure, one after the other. */
const outcomes = (text: string): Trial[] => [...text].map((digit, time) => ({ time, successes: Number(digit), total: 1 }));

/** Of a chi-squared distribution with one degree of freedom, 95 % lie below. */
const BAR = 1.959963984540054 ** 2;

/** The slope of the most likely line, by fifty steps of Newton's method, and what it gains on none: twice the logarithm of the ratio. */
function mostLikely(trials: readonly Trial[]): { b: number; gain: number } {
  const last = Math.max(...trials.map(({ time }) => time));
  const at = (a: number, b: number) => {
    const sums = { height: 0, a: 0, b: 0, aa: 0, ab: 0, bb: 0 };
    for (const { time, successes, total } of trials) {
      const x = time / last;
      const p = 1 / (1 + Math.exp(-a - b * x));
      sums.height += successes * Math.log(p) + (total - successes) * Math.log(1 - p);
      sums.a += successes - total * p;
      sums.b += (successes - total * p) * x;
      sums.aa += total * p * (1 - p);
      sums.ab += total * p * (1 - p) * x;
      sums.bb += total * p * (1 - p) * x * x;
    }
    return sums;
  };
  const [successes, total] = [trials.reduce((sum, each) => sum + each.successes, 0), trials.reduce((sum, each) => sum + each.total, 0)];
  let [a, b] = [Math.log(successes / (total - successes)), 0];
  const none = at(a, 0).height;
  for (let step = 0; step < 50; step++) {
    const { a: da, b: db, aa, ab, bb } = at(a, b);
    a += (bb * da - ab * db) / (aa * bb - ab * ab);
    b += (aa * db - ab * da) / (aa * bb - ab * ab);
  }
  return { b, gain: 2 * (at(a, b).height - none) };
}

describe('direction', () => {
  test.for([
    ['', 'STEADY'],
    ['1', 'STEADY'],
    ['1111111111', 'STEADY'],
    ['0000000000', 'STEADY'],
    // No finite slope: one kind before the other.
    ['0000000000011111111111', 'STEADY'],
    ['1111111111100000000000', 'STEADY'],
    // Few say nothing.
    ['0101', 'STEADY'],
    ['0011011', 'STEADY'],
    ['0101010101010101010101010101', 'STEADY'],
    ['0000000000101111111111', 'IMPROVING'],
    ['1111111111010000000000', 'DEGRADING'],
    ['00010010011011011111', 'IMPROVING'],
  ] as const)('of %s is %s', ([text, expected]) => {
    expect(direction(outcomes(text))).toBe(expected);
  });

  test('of all at one time is steady', () => {
    expect(direction([{ time: 5, successes: 50, total: 100 }])).toBe('STEADY');
  });

  test('two times compare as two shares do: the G test', () => {
    // G = 2·Σ O·ln(O/E), against 3.84. 60 of 100, then 74: 4.46; then 73: 3.81; then 46: 3.95; then 47: 3.41.
    const two = (later: number): Trial[] => [
      { time: 0, successes: 60, total: 100 },
      { time: 1, successes: later, total: 100 },
    ];
    expect(direction(two(74))).toBe('IMPROVING');
    expect(direction(two(73))).toBe('STEADY');
    expect(direction(two(46))).toBe('DEGRADING');
    expect(direction(two(47))).toBe('STEADY');
  });

  test('turns with time and with the outcome, and does not depend on the scale of time', () => {
    const trials = fc.array(fc.tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
      maxLength: 40,
    });
    const opposite = { IMPROVING: 'DEGRADING', STEADY: 'STEADY', DEGRADING: 'IMPROVING' };
    const seen = new Set<string>();
    fc.assert(
      fc.property(trials, drawn => {
        const given = drawn.map(([time, successes, failures]) => ({ time, successes, total: successes + failures }));
        const found = direction(given);
        seen.add(found);
        expect(direction(given.map(trial => ({ ...trial, time: -trial.time })))).toBe(opposite[found]);
        expect(direction(given.map(trial => ({ ...trial, successes: trial.total - trial.successes })))).toBe(opposite[found]);
        expect(direction(given.map(trial => ({ ...trial, time: 1e9 + 3600 * trial.time })))).toBe(found);
      }),
      { seed: 1, numRuns: 300 },
    );
    expect(seen).toEqual(new Set(['IMPROVING', 'STEADY', 'DEGRADING']));
  });

  test('is that of the most likely line, wherever looking for it ends', () => {
    // A slope up or down, or none, among up to some thousand runs: many come close to the bar.
    const drawn = fc.tuple(
      fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 60 }),
      fc.integer({ min: -60, max: 60 }),
      fc.nat(),
    );
    const near = { above: 0, below: 0 };
    fc.assert(
      fc.property(drawn, ([totals, slope, seed]) => {
        let state = seed;
        const random = () => {
          state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
          return state / 2 ** 31;
        };
        const given = totals.map((total, time) => {
          const chance = 0.6 + (slope / 150) * (time / totals.length - 0.5);
          return { time, total, successes: Array.from({ length: total }, random).filter(each => each < chance).length };
        });
        const { gain, b } = mostLikely(given);
        fc.pre(Number.isFinite(gain) && Math.abs(b) < 50);
        if (Math.abs(gain - BAR) < 0.5) near[gain > BAR ? 'above' : 'below']++;
        expect(direction(given)).toBe(gain > BAR ? (b > 0 ? 'IMPROVING' : 'DEGRADING') : 'STEADY');
      }),
      { seed: 1, numRuns: 3000 },
    );
    expect(near.above).toBeGreaterThan(20);
    expect(near.below).toBeGreaterThan(20);
  });

  test('steep and many', () => {
    const many = Array.from({ length: 1000 }, (_, time) => ({ time, successes: time < 500 ? 1 : 999_999, total: 1_000_000 }));
    expect(direction(many)).toBe('IMPROVING');
    const nearly = Array.from({ length: 1000 }, (_, time) => ({ time, successes: Number(time >= 500 || time === 498), total: 1 }));
    expect(direction(nearly)).toBe('IMPROVING');
  });
});
