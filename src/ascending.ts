/** Ascending values. */

/** The index of the last of ascending values that is not above one; -1 where all are. */
export function lastAtOrBelow(count: number, valueAt: (index: number) => number, value: number): number {
  let [low, high] = [-1, count];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (valueAt(middle) <= value) low = middle;
    else high = middle;
  }
  return low;
}
