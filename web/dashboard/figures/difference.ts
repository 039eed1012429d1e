/** A figure with its interval at 95 %; null where there is none. */
export type Estimate = Readonly<{ value: number | null; lower: number | null; upper: number | null }>;

export type Difference = Readonly<{ value: number; lower: number; upper: number; real: boolean }>;

/**
 * Whether two figures of different rows really differ: the interval at 95 % of `now - before`, made of theirs by the method of variance
 * estimates recovery (G. Y. Zou and A. Donner, "Construction of confidence limits about effect measures", Statistics in Medicine 27,
 * 2008); of the Wilson intervals of two rates it is that of Newcombe 1998, method 10. Undefined where one of them has no interval.
 */
export function differenceOf(now: Estimate, before: Estimate): Difference | undefined {
  const [p, l, u] = [now.value, now.lower, now.upper];
  const [q, m, v] = [before.value, before.lower, before.upper];
  if (p === null || l === null || u === null || q === null || m === null || v === null) return undefined;
  const value = p - q;
  const lower = value - Math.hypot(p - l, v - q);
  const upper = value + Math.hypot(u - p, q - m);
  return { value, lower, upper, real: lower > 0 || upper < 0 };
}

/** How large a difference is at least and at most, by the ends of its interval, without a sign; for one that is real. */
export function sizesOf({ lower, upper }: Difference): [least: number, most: number] {
  const [a, b] = [Math.abs(lower), Math.abs(upper)];
  return [Math.min(a, b), Math.max(a, b)];
}

/** Whether two numbers of events in equally long stretches differ by more than chance: their difference against its standard error under Poisson. */
export function countsDiffer(now: number, before: number): boolean {
  return Math.abs(now - before) > 1.96 * Math.sqrt(now + before);
}
