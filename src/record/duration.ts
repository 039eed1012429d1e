/** The longest duration a row may hold: 1e9 seconds, almost 32 years. */
export const MAX_DURATION_SECONDS = 1e9;

/**
 * Whole microseconds of a decimal text of seconds such as `61.042`, rounded half up. Exact: it never passes through a
 * binary fraction. A bigint, since totals of long histories pass 2^53 µs (285 years).
 */
export function toMicroseconds(seconds: string): bigint {
  const point = seconds.indexOf('.');
  if (point === -1) return BigInt(seconds) * 1_000_000n;
  const fraction = seconds.slice(point + 1);
  const whole = BigInt(seconds.slice(0, point)) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
  return (fraction[6] ?? '0') >= '5' ? whole + 1n : whole;
}

/** Seconds as the logs write them, from milliseconds: `0.25`, `120`, `61.042`. */
export function formatDuration(milliseconds: number): string {
  return decimal(BigInt(milliseconds), 3);
}

/** Seconds as the logs write them, from microseconds. */
export function formatMicroseconds(microseconds: bigint): string {
  return decimal(microseconds, 6);
}

/** Mean seconds, rounded half up to 3 decimals. */
export function formatMean(totalUs: bigint, count: number): string {
  if (count === 0) return '0';
  const divisor = BigInt(count) * 1000n;
  return decimal((totalUs * 2n + divisor) / (divisor * 2n), 3);
}

/** `scaled / 10^digits`, without trailing zeros. */
function decimal(scaled: bigint, digits: number): string {
  const text = scaled.toString().padStart(digits + 1, '0');
  const fraction = text.slice(-digits).replace(/0+$/, '');
  return fraction === '' ? text.slice(0, -digits) : `${text.slice(0, -digits)}.${fraction}`;
}
