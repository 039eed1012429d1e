import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { statusBy } from '../../src/query/judgement/judgement.ts';
import { compareRates, compareText, rate } from '../../src/query/rate.ts';

describe('rate', () => {
  test.for([
    // Published examples: Agresti and Coull 1998; Newcombe 1998, table I (method 3).
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
    [29, 29, 0.883, 1],
  ] as const)('%i of %i has the published Wilson bounds', ([successes, total, lower, upper]) => {
    const found = rate(successes, total);
    expect(found).toMatchObject({ value: successes / total, successes, total });
    expect(found.lower).toBeCloseTo(lower, 4);
    expect(found.upper).toBeCloseTo(upper, 4);
  });

  test('of nothing is unknown', () => {
    expect(rate(0, 0)).toEqual({ value: null, successes: 0, total: 0, lower: null, upper: null });
  });

  test('its bounds lie around it, within 0 and 1, and closer with more', () => {
    const counts = fc.integer({ min: 1, max: 1e9 }).chain(total => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)));
    fc.assert(
      fc.property(counts, ([successes, total]) => {
        const { value, lower, upper } = rate(successes, total);
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(upper).toBeLessThanOrEqual(1);
        expect(lower ?? 1).toBeLessThanOrEqual(value ?? 0);
        expect(upper ?? 0).toBeGreaterThanOrEqual(value ?? 1);
        const more = rate(successes * 4, total * 4);
        expect((more.upper ?? 0) - (more.lower ?? 0)).toBeLessThan((upper ?? 0) - (lower ?? 0));
      }),
      { seed: 1 },
    );
  });

  test('rates compare as whole numbers, and a rate of nothing is lowest', () => {
    expect(compareRates(rate(2, 3), rate(4, 6))).toBe(0);
    // Equal as binary fractions, not as numbers.
    expect(compareRates(rate(2 ** 52, 2 ** 53 - 1), rate(2 ** 52 - 1, 2 ** 53 - 3))).toBe(-1);
    expect(compareRates(rate(0, 0), rate(0, 5))).toBe(-1);
    expect(compareRates(rate(0, 5), rate(0, 0))).toBe(1);
    expect(compareRates(rate(0, 0), rate(0, 0))).toBe(0);
  });

  test('texts compare by code units, in every language alike', () => {
    expect(['ä', 'b', 'Z', 'a', ''].sort(compareText)).toEqual(['', 'Z', 'a', 'b', 'ä']);
  });
});

test.for([
  [0, 0, 'discovered'],
  [4, 4, 'discovered'],
  [4, 5, 'validated'],
  [3, 5, 'discovered'],
  [2, 5, 'deprecated'],
  [0, 4, 'discovered'],
  [19, 19, 'validated'],
  [18, 20, 'learned'],
  [17, 20, 'validated'],
  [16, 20, 'validated'],
  [15, 20, 'discovered'],
  [12, 20, 'discovered'],
  [11, 20, 'deprecated'],
  [900, 1000, 'learned'],
  [899, 1000, 'validated'],
  [599, 1000, 'deprecated'],
] as const)('%i successes of %i executions make a pattern %s', ([successes, executions, status]) => {
  expect(statusBy('default', successes, executions)).toBe(status);
});
