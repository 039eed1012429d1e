import type { RateFigures } from './format.ts';

export type Difference = Readonly<{ value: number; lower: number; upper: number; real: boolean }>;

/**
 * Whether two shares of different rows really differ: the interval at 95 % of `now - before`, made of their Wilson intervals (Newcombe
 * 1998, method 10). Undefined where one of them has no rows.
 */
export function differenceOf(now: RateFigures, before: RateFigures): Difference | undefined {
  const [p, l, u] = [now.value, now.lower, now.upper];
  const [q, m, v] = [before.value, before.lower, before.upper];
  if (p === null || l === null || u === null || q === null || m === null || v === null) return undefined;
  const value = p - q;
  const lower = value - Math.hypot(p - l, v - q);
  const upper = value + Math.hypot(u - p, q - m);
  return { value, lower, upper, real: lower > 0 || upper < 0 };
}

/** Whether two numbers of events in equally long stretches differ by more than chance: their difference against its standard error under Poisson. */
export function countsDiffer(now: number, before: number): boolean {
  return Math.abs(now - before) > 1.96 * Math.sqrt(now + before);
}
