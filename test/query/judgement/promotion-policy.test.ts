import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logGamma, provenAtLeast, provenBelow } from '../../../src/query/judgement/confidence-sequence.ts';
import { confidenceSequence, executionsToNext, PROMOTION_POLICIES, statusBy } from '../../../src/query/judgement/judgement.ts';
import { oracleBounds } from '../../support/judgement-oracle.ts';
import { random } from '../../support/random.ts';

const counts = fc.integer({ min: 0, max: 5000 }).chain(total => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)));

describe('the confidence sequence', () => {
  test.for([
    [0.5, Math.log(Math.PI) / 2],
    [1, 0],
    [5, Math.log(24)],
    [10.5, 13.940625219403763],
    [101, 363.73937555556347],
  ] as const)('the logarithm of gamma at %d', ([x, expected]) => {
    expect(logGamma(x)).toBeCloseTo(expected, 12);
  });

  test('is the one of plain integration', () => {
    fc.assert(
      fc.property(counts, ([successes, executions]) => {
        const [found, expected] = [confidenceSequence(successes, executions), oracleBounds(successes, executions)];
        expect(found.lower).toBeCloseTo(expected.lower, 6);
        expect(found.upper).toBeCloseTo(expected.upper, 6);
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  test('holds the observed rate, and moves up with each success', () => {
    fc.assert(
      fc.property(counts, ([successes, executions]) => {
        const { lower, upper } = confidenceSequence(successes, executions);
        const next = confidenceSequence(successes + 1, executions + 1);
        expect(lower).toBeLessThanOrEqual(executions === 0 ? 0 : successes / executions);
        expect(upper).toBeGreaterThanOrEqual(executions === 0 ? 1 : successes / executions);
        expect(next.lower).toBeGreaterThanOrEqual(lower);
        expect(next.upper).toBeGreaterThanOrEqual(upper);
      }),
      { seed: 1 },
    );
  });

  test('leaves out the true rate for about 1 % at most of those who look after every run', () => {
    const draw = random(7);
    const patterns = 4000;
    for (const rate of [0.5, 0.9]) {
      let wrong = 0;
      for (let pattern = 0; pattern < patterns; pattern++) {
        for (let executions = 1, successes = 0; executions <= 300; executions++) {
          if (draw() < rate) successes++;
          if (!provenAtLeast(successes, executions, rate) && !provenBelow(successes, executions, rate)) continue;
          wrong++;
          break;
        }
      }
      // Three standard errors above 1 %.
      expect(wrong / patterns).toBeLessThan(0.01 + 3 * Math.sqrt((0.01 * 0.99) / patterns));
      expect(wrong).toBeGreaterThan(0);
    }
  });
});

describe('the strict policy', () => {
  test('asks for the bars of the bounds', () => {
    fc.assert(
      fc.property(counts, ([successes, executions]) => {
        const { lower, upper } = confidenceSequence(successes, executions);
        const status = statusBy('strict', successes, executions);
        if (status === 'learned') expect(lower).toBeGreaterThanOrEqual(0.9);
        else if (executions >= 20) expect(lower).toBeLessThan(0.9);
        expect(status === 'learned' || status === 'validated').toBe(executions >= 5 && lower >= 0.8);
        expect(status === 'deprecated').toBe(executions >= 5 && upper < 0.6);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  test('promotes fewer than 1 % of patterns 5 points under the bar, where the default rule promotes most', () => {
    const promoted = { default: 0, strict: 0 };
    const patterns = 600;
    const draw = random(3);
    for (let pattern = 0; pattern < patterns; pattern++) {
      const ever = { default: false, strict: false };
      for (let executions = 1, successes = 0; executions <= 1000; executions++) {
        if (draw() < 0.75) successes++;
        for (const policy of PROMOTION_POLICIES) ever[policy] ||= statusBy(policy, successes, executions) === 'validated';
      }
      for (const policy of PROMOTION_POLICIES) if (ever[policy]) promoted[policy]++;
    }
    expect(promoted.strict / patterns).toBeLessThan(0.01);
    expect(promoted.default / patterns).toBeGreaterThan(0.5);
  });
});

test('executionsToNext is the first number of further successes with a better status', () => {
  const order = ['deprecated', 'discovered', 'validated', 'learned'];
  const few = fc.integer({ min: 0, max: 200 }).chain(total => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)));
  fc.assert(
    fc.property(few, fc.constantFrom(...PROMOTION_POLICIES), ([successes, executions], policy) => {
      const rank = (more: number) => order.indexOf(statusBy(policy, successes + more, executions + more));
      const found = executionsToNext(policy, successes, executions);
      expect(found === undefined).toBe(rank(0) === 3);
      if (found !== undefined) expect([rank(found) > rank(0), rank(found - 1)]).toEqual([true, rank(0)]);
    }),
    { seed: 3, numRuns: 300 },
  );
});
