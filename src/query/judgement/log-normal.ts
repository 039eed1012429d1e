/** Durations by their logarithm: a mean and a spread, learned one by one, and bounds for the next one that say how little is known. */

/** n durations: the mean of their logarithms, and the sum of squared deviations from it. */
export type Logs = Readonly<{ n: number; mean: number; squares: number }>;
export const NO_LOGS: Logs = { n: 0, mean: 0, squares: 0 };

/** How much durations of one kind spread, over all kinds: what is assumed of a kind of which little is known. */
export type Spread = Readonly<{ freedom: number; squares: number }>;
export const NO_SPREAD: Spread = { freedom: 0, squares: 0 };

/** Durations under a millisecond count as one, since 0 has no logarithm; microseconds. */
export function logOf(durationUs: number): number {
  return Math.log(Math.max(durationUs, 1000));
}

/** With one more. Source: B. P. Welford, "Note on a method for calculating corrected sums of squares and products" (1962). */
export function withOne(logs: Logs, value: number): Logs {
  const n = logs.n + 1;
  const mean = logs.mean + (value - logs.mean) / n;
  return { n, mean, squares: logs.squares + (value - logs.mean) * (value - mean) };
}

/** The spread after `withOne(logs, value)`: the first of a kind says nothing of it. */
export function spreadWith(spread: Spread, logs: Logs, value: number): Spread {
  if (logs.n === 0) return spread;
  return { freedom: spread.freedom + 1, squares: spread.squares + ((value - logs.mean) ** 2 * logs.n) / (logs.n + 1) };
}

/** Before anything is known a duration differs from others of its kind by a factor of 2: one observation's worth. */
const ASSUMED = Math.LN2 ** 2;
/** The spread over all kinds is worth so many durations of a kind. */
const WORTH = 12;

/** The variance of logarithms of a kind, and how many durations it is worth. */
export function varianceOf(logs: Logs, spread: Spread): { variance: number; freedom: number } {
  const common = (spread.squares + ASSUMED) / (spread.freedom + 1);
  const freedom = WORTH + Math.max(0, logs.n - 1);
  return { variance: (WORTH * common + logs.squares) / freedom, freedom };
}

/**
 * Where the logarithm of the next duration lies, n > 0: below `middle` half of the time, below `high` 90 % of it. It is the prediction
 * interval of a normal variable with an unknown mean and variance, with the spread over all kinds as a conjugate prior of the
 * variance: Student's t with the factor sqrt(1 + 1/n), wide for small n. Source: A. Gelman et al., "Bayesian Data Analysis", 3.3.
 */
export function nextLog(logs: Logs, spread: Spread): { middle: number; high: number } {
  const { variance, freedom } = varianceOf(logs, spread);
  return { middle: logs.mean, high: logs.mean + studentT90(freedom) * Math.sqrt(variance * (1 + 1 / logs.n)) };
}

/** The 0.9 quantile of the standard normal distribution. */
const Z90 = 1.2815515655446004;

/** The 0.9 quantile of Student's t with at least 3 degrees of freedom, to 3 decimals. Source: M. Abramowitz and I. A. Stegun, 26.7.5. */
export function studentT90(freedom: number): number {
  const z = Z90;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduceRight((sum, term) => (sum + term) / freedom, 0) + z;
}
