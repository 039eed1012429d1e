/** The longest duration a row may hold: 1e9 seconds, almost 32 years. */
export const MAX_DURATION_SECONDS = 1e9;

/**
 * Whole microseconds of a decimal text of seconds such as `61.042`, rounded half up. Exact: it never passes through a
 * binary fraction. A bigint, since totals of long histories pass 2^53 µs (285 years).
 */
export function toMicroseconds(seconds: string): bigint {
  const point = pointOf(seconds);
  return BigInt(seconds.slice(0, point)) * 1_000_000n + BigInt(fractionOf(seconds, point));
}

/** `toMicroseconds` of at most `MAX_DURATION_SECONDS`, which a number holds exactly. */
export function durationMicroseconds(seconds: string): number {
  const point = pointOf(seconds);
  return Number(seconds.slice(0, point)) * 1_000_000 + fractionOf(seconds, point);
}

function pointOf(seconds: string): number {
  const point = seconds.indexOf('.');
  return point === -1 ? seconds.length : point;
}

/** Microseconds past the decimal point, rounded half up. */
function fractionOf(seconds: string, point: number): number {
  if (point === seconds.length) return 0;
  const fraction = Number(seconds.slice(point + 1, point + 7).padEnd(6, '0'));
  return (seconds[point + 7] ?? '0') >= '5' ? fraction + 1 : fraction;
}

/** Seconds as the logs write them, from milliseconds: `0.25`, `120`, `61.042`. */
export function formatDuration(milliseconds: number): string {
  const rest = milliseconds % 1000;
  const whole = (milliseconds - rest) / 1000;
  return rest === 0 ? `${whole}` : `${whole}.${withoutZeros(`${rest}`.padStart(3, '0'))}`;
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
  const fraction = withoutZeros(text.slice(-digits));
  return fraction === '' ? text.slice(0, -digits) : `${text.slice(0, -digits)}.${fraction}`;
}

function withoutZeros(fraction: string): string {
  return fraction.replace(/0+$/, '');
}
