/** The last values of a series, and the same in order. */
export type Recent = { readonly values: Float64Array; readonly sorted: Float64Array; size: number; next: number };

/** How many are kept: a quantile of 0.9 then leaves out 0.9 ± 0.02 of what comes, and a series that has changed is known after as many. */
export const KEPT = 200;

/** From so many on, the largest of them is no bound below the quantile of 0.9. */
export const ENOUGH = 9;

export function noneYet(): Recent {
  return { values: new Float64Array(KEPT), sorted: new Float64Array(KEPT), size: 0, next: 0 };
}

export function copyOf({ values, sorted, size, next }: Recent): Recent {
  return { values: values.slice(), sorted: sorted.slice(), size, next };
}

/** Adds a value, in place of the oldest once there are `KEPT`. */
export function push(recent: Recent, value: number): void {
  const { values, sorted } = recent;
  const full = recent.size === KEPT;
  settle(sorted, full ? place(sorted, KEPT, values[recent.next] as number) : recent.size++, { size: recent.size, value });
  values[recent.next] = value;
  recent.next = (recent.next + 1) % KEPT;
}

/** Puts a value among the others, whose gap is at a place: those between the two move by one. */
function settle(sorted: Float64Array, gap: number, { size, value }: { size: number; value: number }): void {
  let at = gap;
  for (; at > 0 && (sorted[at - 1] as number) > value; at--) sorted[at] = sorted[at - 1] as number;
  for (; at + 1 < size && (sorted[at + 1] as number) < value; at++) sorted[at] = sorted[at + 1] as number;
  sorted[at] = value;
}

/** How many of the sorted values are below one. */
function place(sorted: Float64Array, size: number, value: number): number {
  let [low, high] = [0, size];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * What the next value stays within with a probability of `share`: the order statistic of rank share × (n + 1), fractional ranks between
 * two of them. The next of n + 1 exchangeable values lies within the k-th smallest of the others with a probability of k / (n + 1),
 * whatever their distribution. Beyond the largest there is none: ask for it from `ENOUGH` values on.
 * Sources: V. Vovk, A. Gammerman and G. Shafer, "Algorithmic Learning in a Random World" (2005); R. J. Hyndman and Y. Fan, "Sample
 * quantiles in statistical packages", Am. Stat. 50 (1996), definition 6; A. D. Hutson, "Calculating nonparametric confidence
 * intervals for quantiles using fractional order statistics", J. Appl. Stat. 26 (1999).
 */
export function nextWithin({ sorted, size }: Recent, share: number): number {
  const rank = Math.min(Math.max(share * (size + 1), 1), size);
  const below = Math.floor(rank);
  const value = sorted[below - 1] as number;
  return below === size ? value : value + (rank - below) * ((sorted[below] as number) - value);
}
