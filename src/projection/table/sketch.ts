/**
 * Durations in buckets so narrow that the middle of one is within 1 % of all it holds: counts by bucket are a sketch of a
 * distribution, whose percentiles are as good, and sketches are merged by adding counts. All in whole microseconds.
 * Source: C. Masson, J. E. Rim and H. K. Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees",
 * PVLDB 12 (2019); the edges here are whole numbers, so that no rounding moves a value into another bucket.
 */

/** Beyond the longest duration that a log can hold, 1e9 s. */
const LONGEST_US = 10n ** 15n;

/** Where each bucket begins: the first holds 0 alone, every other one all whole numbers from its edge to 101/99 of it. */
const EDGES = Float64Array.from(edges());

function* edges(): Generator<number> {
  yield 0;
  for (let edge = 1n; edge <= LONGEST_US; edge = (edge * 101n) / 99n + 1n) yield Number(edge);
}

/** The bucket of a duration. */
export function bucketOf(us: number): number {
  let [low, high] = [0, EDGES.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((EDGES[middle] ?? 0) <= us) low = middle;
    else high = middle;
  }
  return low;
}

/** The shortest and the longest duration that a bucket can hold. */
export function boundsOf(bucket: number): { shortest: number; longest: number } {
  return { shortest: EDGES[bucket] ?? 0, longest: (EDGES[bucket + 1] ?? Number(LONGEST_US) + 1) - 1 };
}
