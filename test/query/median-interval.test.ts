import { describe, expect, test } from 'vitest';
import { Blocks, placesOf } from '../../src/projection/table/blocks.ts';
import { pick } from '../../src/projection/table/picked.ts';
import { cellOf, type Tally, Totals } from '../../src/projection/table/totals.ts';
import { durationsOf } from '../../src/query/durations.ts';
import { medianInterval, medianRanks } from '../../src/query/median-interval.ts';
import { fc } from '../support/properties.ts';
import { normal, random } from '../support/random.ts';

/** Durations in microseconds, all of runs that succeeded, as the table counts them. */
function tallyOf(durations: readonly number[]): Tally {
  const blocks = new Blocks({ cell: 16, durationUs: 32 }, 60_000);
  const order = durations.map((_, index) => index);
  const cell = durations.map(us => cellOf(us, true));
  blocks.append({ ...placesOf(order), timestamp: order, cell, durationUs: durations }, durations.length);
  const totals = new Totals();
  for (const picked of pick(blocks, { from: 0, to: durations.length })) totals.count(picked, new Uint8Array(picked.block.length));
  return totals.tallyOf(0);
}

/** The largest l with P(Bin(n, ½) < l) <= 2.5 %, in whole numbers. */
function binomialRank(n: number): number {
  let [rank, ways] = [0, 1n];
  for (let fewer = ways; 40n * fewer <= 2n ** BigInt(n); fewer += ways) ways = (ways * BigInt(n - rank)) / BigInt(++rank);
  return rank;
}

describe('the ranks of the interval of a median', () => {
  test.for([
    // Published: Campbell and Gardner, "Calculating confidence intervals for some non-parametric analyses", BMJ 296 (1988).
    [6, 1, 6],
    [10, 2, 9],
    [20, 6, 15],
    [50, 18, 33],
    [100, 40, 61],
  ] as const)('of %i values: %i and %i', ([n, lower, upper]) => expect(medianRanks(n)).toEqual({ lower, upper }));

  test('are none below 6 values', () => {
    for (const n of [0, 1, 2, 3, 4, 5]) expect(medianRanks(n)).toBeUndefined();
  });

  test('are the binomial’s up to 1,000 values, and beyond as far out or one rank further', () => {
    for (let n = 6; n <= 1000; n++) expect(medianRanks(n)?.lower).toBe(binomialRank(n));
    for (const n of [1001, 1002, 1500, 2001, 3000, 5000, 9999]) {
      const exact = binomialRank(n);
      expect([exact - 1, exact]).toContain(medianRanks(n)?.lower);
    }
  });
});

describe('the interval of a median', () => {
  test.for([6, 14, 30, 200, 2000])('of %i skewed durations holds the true median in 95 % of samples or more', n => {
    const draw = random(20260301 + n);
    const [samples, trueSeconds] = [1000, 60];
    let covered = 0;
    for (let sample = 0; sample < samples; sample++) {
      const durations = Array.from({ length: n }, () => Math.round(trueSeconds * 1e6 * Math.exp(1.2 * normal(draw))));
      const found = medianInterval(tallyOf(durations), undefined);
      if (found && found.lowerSeconds <= trueSeconds && trueSeconds <= found.upperSeconds) covered++;
    }
    // Of 1,000 samples at 95 % fewer than 930 are covered in 2 of 1,000 runs.
    expect(covered / samples).toBeGreaterThanOrEqual(0.93);
  });

  test('is none below 6 durations', () => expect(medianInterval(tallyOf([1, 2, 3, 4, 5]), undefined)).toBeNull());

  test('of buckets holds that of the durations and the median that is shown, at most a bucket wider at either end', () => {
    const many = (duration: fc.Arbitrary<number>) => fc.array(duration, { minLength: 33, maxLength: 150, size: 'max' });
    const anything = fc.oneof(fc.nat(3), fc.integer({ min: 900, max: 1100 }), fc.integer({ min: 0, max: 1e15 }));
    // All of one or two buckets, or mostly nothing.
    const alike = fc.integer({ min: 1e6, max: 1e6 + 200 });
    const durations = fc.oneof(many(anything), many(alike), many(fc.constantFrom(0, 0, 0, 7)));
    fc.assert(
      fc.property(durations, given => {
        const tally = tallyOf(given);
        const sorted = given.toSorted((a, b) => a - b);
        const rank = binomialRank(given.length);
        const [lower, upper] = [(sorted[rank - 1] ?? 0) / 1e6, (sorted[given.length - rank] ?? 0) / 1e6];
        const { lowerSeconds = Number.NaN, upperSeconds = Number.NaN } = medianInterval(tally, undefined) ?? {};
        const median = durationsOf(tally, undefined).durations.medianSeconds ?? Number.NaN;
        expect([lowerSeconds, lower, upper, upperSeconds]).toEqual([lowerSeconds, lower, upper, upperSeconds].toSorted((a, b) => a - b));
        expect(lowerSeconds).toBeGreaterThanOrEqual(lower * (99 / 101) - 1e-6);
        expect(upperSeconds).toBeLessThanOrEqual(upper * (101 / 99) + 1e-6);
        expect([lowerSeconds, median, upperSeconds]).toEqual([lowerSeconds, median, upperSeconds].toSorted((a, b) => a - b));
        expect(lowerSeconds).toBeGreaterThanOrEqual((sorted[0] ?? 0) / 1e6);
        expect(upperSeconds).toBeLessThanOrEqual((sorted.at(-1) ?? 0) / 1e6);
      }),
    );
  });
});
