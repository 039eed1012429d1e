import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { direction, type Trial } from '../../src/query/direction.ts';

/** `1` a success, `0` a failure, one after the other. */
const outcomes = (text: string): Trial[] => [...text].map((digit, time) => ({ time, successes: Number(digit), total: 1 }));

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

  test('steep and many', () => {
    const many = Array.from({ length: 1000 }, (_, time) => ({ time, successes: time < 500 ? 1 : 999_999, total: 1_000_000 }));
    expect(direction(many)).toBe('IMPROVING');
    const nearly = Array.from({ length: 1000 }, (_, time) => ({ time, successes: Number(time >= 500 || time === 498), total: 1 }));
    expect(direction(nearly)).toBe('IMPROVING');
  });
});
