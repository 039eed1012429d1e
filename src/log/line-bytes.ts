/** What stands in a line of a shared log as this program writes it, read straight from the bytes. */
import { parseTimestamp } from '../record/record.ts';

export const TIMESTAMP_LENGTH = '2025-11-07T00:00:00Z'.length;
/** Digits before the point that stay below the longest duration; six behind it are whole microseconds. */
const MAX_WHOLE = 9;
const [TAB, SPACE, QUOTE, COMMA, POINT, ZERO, NINE, T, Z] = [9, 32, 34, 44, 46, 48, 57, 84, 90];

/** Seconds since 1970 of the timestamp at a place and before a comma, if it is of UTC and whole seconds. */
export function secondsAt(bytes: Buffer, start: number): number | undefined {
  const end = start + TIMESTAMP_LENGTH;
  if (bytes[start + 10] !== T || bytes[end - 1] !== Z || bytes[end] !== COMMA) return undefined;
  const milliseconds = parseTimestamp(bytes.toString('latin1', start, end));
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

/** Where the name that begins at a place ends: at the comma behind it. Undefined where it is empty or needs quotes. */
export function endOfName(bytes: Buffer, start: number): number | undefined {
  for (let at = start; ; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === COMMA) return at === start ? undefined : at;
    if (byte === QUOTE || (byte < SPACE && byte !== TAB)) return undefined;
  }
}

/** Reads the duration at a place, in seconds, as whole microseconds into a column; answers where the comma behind it is. */
export function readDuration(bytes: Buffer, start: number, column: Float64Array, row: number): number | undefined {
  let at = start;
  let us = 0;
  for (; isDigit(bytes[at]); at++) us = us * 10 + (bytes[at] ?? 0) - ZERO;
  if (at === start || at - start > MAX_WHOLE) return undefined;
  let scale = 1_000_000;
  if (bytes[at] === POINT) {
    const fraction = ++at;
    for (; isDigit(bytes[at]) && scale > 1; at++, scale /= 10) us = us * 10 + (bytes[at] ?? 0) - ZERO;
    if (at === fraction) return undefined;
  }
  if (bytes[at] !== COMMA) return undefined;
  column[row] = us * scale;
  return at;
}

/** Where the count that begins at a place ends: at the comma behind it. */
export function endOfCount(bytes: Buffer, start: number): number | undefined {
  let at = start;
  while (isDigit(bytes[at])) at++;
  return at > start && at - start <= MAX_DIGITS && bytes[at] === COMMA ? at : undefined;
}

/** Of a count: more are no row. */
const MAX_DIGITS = 15;

/** Where the text in quotes ends that begins at a place: behind the quote that ends it. */
export function endOfQuoted(bytes: Buffer, start: number): number | undefined {
  if (bytes[start] !== QUOTE) return undefined;
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE && bytes[++at] !== QUOTE) return at;
    if (byte < SPACE && byte !== TAB) return undefined;
  }
  return undefined;
}

export function startsWith(bytes: Buffer, at: number, text: Buffer): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
  return true;
}

export function sameBytes(bytes: Buffer, a: number, b: number, length: number): boolean {
  // From behind: the ids of two runs often begin alike.
  for (let index = length - 1; index >= 0; index--) if (bytes[a + index] !== bytes[b + index]) return false;
  return true;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}
