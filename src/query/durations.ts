import { boundsOf, type Tally } from '../projection/table/table.ts';

/** Durations of n rows, in seconds; all but n are null where n is 0. A percentile is the value at rank ceil(q·n), or within 1 % of it. */
export type Durations = Readonly<{
  n: number;
  meanSeconds: number | null;
  medianSeconds: number | null;
  p95Seconds: number | null;
  minSeconds: number | null;
  maxSeconds: number | null;
}>;

export const NO_DURATIONS: Durations = {
  n: 0,
  meanSeconds: null,
  medianSeconds: null,
  p95Seconds: null,
  minSeconds: null,
  maxSeconds: null,
};

/** `SKETCH`: within 1 %, by way of counts in buckets. `EXACT`: the very values, by way of all rows. */
export type Percentiles = 'SKETCH' | 'EXACT';

/** A bucket of the sketch: how many durations it holds, and between which it can hold some, in microseconds. */
export type Bucket = { bucket: number; n: number; readonly shortest: number; readonly longest: number };

/** Where a value stands: at a rank from 1 on within a bucket. */
export type Place = Readonly<{ bucket: Bucket; rank: number }>;

/** The buckets that are not empty, ascending; of rows that succeeded or failed, or of all. */
export function bucketsOf({ low, counts }: Tally, success: boolean | undefined): Bucket[] {
  const buckets: Bucket[] = [];
  for (let index = 0; index < counts.length; index++) {
    const n = counts[index] ?? 0;
    const cell = low + index;
    if (n === 0 || (success !== undefined && (cell & 1) !== Number(success))) continue;
    const last = buckets.at(-1);
    const bucket = cell >> 1;
    if (last?.bucket === bucket) {
      last.n += n;
      continue;
    }
    // Named one by one: there are thousands of buckets, and spreading an object takes longer.
    const { shortest, longest } = boundsOf(bucket);
    buckets.push({ bucket, n, shortest, longest });
  }
  return buckets;
}

/** Ranks of percentiles of n values, as whole numbers: ceil(q·n). */
export const RANKS = {
  median: (n: number) => Math.ceil(n / 2),
  p95: (n: number) => Math.floor((n * 95 + 99) / 100),
};

/** The bucket that holds a rank of all, from 1 on. */
export function placeOf(buckets: readonly Bucket[], rank: number): Place | undefined {
  let before = 0;
  for (const bucket of buckets) {
    if (before + bucket.n >= rank) return { bucket, rank: rank - before };
    before += bucket.n;
  }
  return undefined;
}

/** The bucket that holds a rank of these, from 1 on. */
export function bucketAt({ low, counts }: Tally, success: boolean | undefined, rank: number): number {
  let before = 0;
  for (let index = firstOf(low, success); index < counts.length; index += stepOf(success)) {
    before += counts[index] ?? 0;
    if (before >= rank) return (low + index) >> 1;
  }
  return 0;
}

/** Cells of failures and of successes take turns, failures at even numbers. */
function firstOf(low: number, success: boolean | undefined): number {
  return success === undefined || (low & 1) === Number(success) ? 0 : 1;
}

function stepOf(success: boolean | undefined): number {
  return success === undefined ? 1 : 2;
}

/** Microseconds in a bucket: as far from the shortest as from the longest that it can hold, in per cent. */
function valueIn({ shortest, longest }: Pick<Bucket, 'shortest' | 'longest'>): number {
  return shortest === longest ? shortest : (2 * shortest * longest) / (shortest + longest);
}

/** By rank the value where it is looked up, in microseconds. */
export type LookedUp = ReadonlyMap<number, number>;

/** `sumUs`: of the durations, microseconds. */
export function durationsOf(tally: Tally, success: boolean | undefined, lookedUp?: LookedUp): { durations: Durations; sumUs: bigint } {
  const sumUs = (success === true ? 0n : tally.sumUs(false)) + (success === false ? 0n : tally.sumUs(true));
  const few = tally.few(success);
  if (few) return { durations: durationsOfAll(few), sumUs };
  const n = tally.size(success);
  if (n === 0) return { durations: NO_DURATIONS, sumUs };
  const { shortestUs, longestUs } = tally.extremes(success);
  const leastUs = bucketAt(tally, success, 1) === 0 ? 0 : shortestUs;
  const percentile = (name: 'median' | 'p95') => {
    const rank = RANKS[name](n);
    const us = lookedUp?.get(rank) ?? valueIn(boundsOf(bucketAt(tally, success, rank)));
    return Math.min(Math.max(us, leastUs), longestUs) / 1e6;
  };
  return {
    durations: {
      n,
      meanSeconds: Number(sumUs) / n / 1e6,
      medianSeconds: percentile('median'),
      p95Seconds: percentile('p95'),
      minSeconds: leastUs / 1e6,
      maxSeconds: longestUs / 1e6,
    },
    sumUs,
  };
}

/** Durations of some values, in microseconds: exactly. Puts them into another order. */
export function durationsOfAll(values: Float64Array): Durations {
  const n = values.length;
  if (n === 0) return NO_DURATIONS;
  const [median, p95] = [RANKS.median(n), RANKS.p95(n)];
  return {
    n,
    meanSeconds: Number(exactSum(values)) / n / 1e6,
    p95Seconds: nth(values, p95) / 1e6,
    // Those up to the higher rank stand before it now.
    medianSeconds: nth(values.subarray(0, p95), median) / 1e6,
    minSeconds: nth(values.subarray(0, median), 1) / 1e6,
    maxSeconds: nth(values.subarray(p95 - 1), n - p95 + 1) / 1e6,
  };
}

/**
 * The value at a rank from 1 on. Puts it into its place, smaller ones before it and larger ones behind, without sorting them.
 * Source: C. A. R. Hoare, "Algorithm 65: Find", CACM 4 (1961).
 */
export function nth(values: Float64Array, rank: number): number {
  let [left, right] = [0, values.length - 1];
  const place = rank - 1;
  while (left < right) {
    const pivot = values[(left + right) >> 1] ?? 0;
    let [low, high] = [left, right];
    while (low <= high) {
      while ((values[low] ?? 0) < pivot) low++;
      while ((values[high] ?? 0) > pivot) high--;
      if (low > high) break;
      const swapped = values[low] ?? 0;
      values[low++] = values[high] ?? 0;
      values[high--] = swapped;
    }
    if (place <= high) right = high;
    else if (place >= low) left = low;
    else break;
  }
  return values[place] ?? 0;
}

/** Below this, adding one more duration (at most 1e15 µs) is exact. */
const EXACT = 2 ** 53 - 1e15;

function exactSum(values: Float64Array): bigint {
  let [carried, sum] = [0n, 0];
  for (const value of values) {
    sum += value;
    if (sum < EXACT) continue;
    carried += BigInt(sum);
    sum = 0;
  }
  return carried + BigInt(sum);
}
