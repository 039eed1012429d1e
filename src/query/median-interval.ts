import { boundsOf, type Tally } from '../projection/table/table.ts';
import { type Bucket, bucketAt, type LookedUp } from './durations.ts';
import { Z95 } from './rate.ts';

/** Ends of a confidence interval, in seconds. */
export type DurationInterval = Readonly<{ lowerSeconds: number; upperSeconds: number }>;

/** How probable it may be that the median lies below the interval; above it as much. */
const TAIL = 0.025;

/** Up to so many values the binomial distribution is added up; not far beyond, 2^-n is 0 to the machine. */
const ADDED_UP = 1000;

/**
 * Between which ranks of n values, from 1 on, the median of all there could be lies with 95 % or more, whatever the distribution:
 * those below it are Bin(n, ½), so that `lower` is the largest l with P(Bin(n, ½) < l) <= 2.5 %, and `upper` its mirror image.
 * Undefined below n = 6, where even the shortest and the longest do not reach 95 %. Sources: W. R. Thompson, "On confidence ranges
 * for the median", Annals of Mathematical Statistics 7 (1936); W. J. Conover, "Practical Nonparametric Statistics" (1999), 3.2;
 * H. A. David and H. N. Nagaraja, "Order Statistics" (2003), 7.1.
 */
export function medianRanks(n: number): { lower: number; upper: number } | undefined {
  // The normal approximation is rounded outward: never narrower than the binomial, and one rank wider at most.
  const lower = n <= ADDED_UP ? lowerRank(n) : Math.floor((n - Z95 * Math.sqrt(n)) / 2);
  return lower < 1 ? undefined : { lower, upper: n + 1 - lower };
}

function lowerRank(n: number): number {
  let rank = 0;
  let probability = 2 ** -n;
  for (let atMost = probability; atMost <= TAIL; atMost += probability) {
    rank++;
    probability *= (n - rank + 1) / rank;
  }
  return rank;
}

/** The interval at 95 % of the median duration; null where there are too few. Of buckets it takes the outer ends: it is never narrower than the exact one. */
export function medianInterval(tally: Tally, success: boolean | undefined, lookedUp?: LookedUp): DurationInterval | null {
  const few = tally.few(success)?.sort();
  if (few) return between(few.length, rank => exactly(few[rank - 1]));
  const n = tally.size(success);
  if (lookedUp) return between(n, rank => exactly(lookedUp.get(rank)));
  const { shortestUs, longestUs } = tally.extremes(success);
  return between(n, rank => {
    const { shortest, longest } = boundsOf(bucketAt(tally, success, rank));
    // The shortest of all is the shortest above 0, and 0 has a bucket of its own.
    return { shortest: longest === 0 ? 0 : Math.max(shortest, shortestUs), longest: Math.min(longest, longestUs) };
  });
}

/** Where the duration at a rank lies, in microseconds. */
type Span = Pick<Bucket, 'shortest' | 'longest'>;

function exactly(us = 0): Span {
  return { shortest: us, longest: us };
}

function between(n: number, at: (rank: number) => Span): DurationInterval | null {
  const ranks = medianRanks(n);
  return ranks ? { lowerSeconds: at(ranks.lower).shortest / 1e6, upperSeconds: at(ranks.upper).longest / 1e6 } : null;
}
