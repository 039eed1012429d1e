/** A share of successes with its uncertainty. `value`, `lower` and `upper` are null where total is 0. */
export type Rate = Readonly<{ value: number | null; successes: number; total: number; lower: number | null; upper: number | null }>;

/** The 97.5 % quantile of the standard normal distribution: 95 % between its two signs. */
export const Z95 = 1.959963984540054;

/**
 * The rate with its Wilson score interval at 95 %: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). It stays within 0 and
 * 1 and is honest for small n, where the usual normal interval is not. Source: E. B. Wilson, "Probable inference, the law of
 * succession, and statistical inference", JASA 22 (1927).
 */
export function rate(successes: number, total: number): Rate {
  if (total === 0) return { value: null, successes, total, lower: null, upper: null };
  const p = successes / total;
  const spread = Z95 * Math.sqrt((p * (1 - p)) / total + (Z95 * Z95) / (4 * total * total));
  const middle = p + (Z95 * Z95) / (2 * total);
  const scale = 1 + (Z95 * Z95) / total;
  // At 0 and at all successes the bound is exactly 0 or 1; rounding must not move it past.
  const lower = successes === 0 ? 0 : (middle - spread) / scale;
  const upper = successes === total ? 1 : (middle + spread) / scale;
  return { value: p, successes, total, lower, upper };
}

/** Orders rates as whole numbers, so that 2/3 and 4/6 are equal: negative where a is lower than b. A rate of nothing is lowest. */
export function compareRates(a: Rate, b: Rate): number {
  if (a.total === 0 || b.total === 0) return Math.sign(a.total) - Math.sign(b.total);
  return compareFractions([BigInt(a.successes), BigInt(a.total)], [BigInt(b.successes), BigInt(b.total)]);
}

/** Orders two fractions with positive denominators exactly. */
export function compareFractions(a: readonly [bigint, bigint], b: readonly [bigint, bigint]): number {
  const difference = a[0] * b[1] - b[0] * a[1];
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Orders texts by their code units: the same on every machine and in every language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
