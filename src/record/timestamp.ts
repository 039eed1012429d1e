/** RFC 3339: a date, a time and a zone. Without any of the three an instant would be a guess. */
const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** What four digits of a year can say in UTC: a zone may lead out of them, and the row written of it would be none. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days of a month, so that the 31st of June is refused and not read as the 1st of July. */
function daysInMonth(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return (DAYS[month - 1] ?? 0) + (leap ? 1 : 0);
}

/** Two digits at a place. By character codes: every row of every log is read by this, and slices are garbage. */
function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}

/**
 * Milliseconds since 1970 UTC of an RFC 3339 timestamp with zone, or undefined where the text is none or names a day or time
 * that does not exist. Digits past the millisecond are cut.
 */
export function parseTimestamp(text: string): number | undefined {
  if (!RFC3339.test(text)) return undefined;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return undefined;
  const local = startOfDay(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1000;
  if (text.length === 20) return local;
  const offset = offsetMinutes(text);
  if (offset === undefined) return undefined;
  const instant = local + fraction(text) - offset * 60_000;
  return instant >= FIRST_MS && instant <= LAST_MS ? instant : undefined;
}

/** The last day that was asked for: rows stand about in the order of their times. */
let latestDay = { day: 0, month: 0, year: 0, start: Number.NaN };

/** Date.UTC reads the years 0 to 99 as 1900 to 1999. */
function startOfDay(year: number, month: number, day: number): number {
  if (latestDay.day !== day || latestDay.month !== month || latestDay.year !== year) {
    const start = year > 99 ? Date.UTC(year, month - 1, day) : new Date(0).setUTCFullYear(year, month - 1, day);
    latestDay = { day, month, year, start };
  }
  return latestDay.start;
}

/** Milliseconds of `.123456` behind the seconds. */
function fraction(text: string): number {
  if (text[19] !== '.') return 0;
  let milliseconds = 0;
  for (let [at, value] = [20, 100]; value >= 1; at++, value /= 10) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    milliseconds += digit * value;
  }
  return milliseconds;
}

/** Minutes east of UTC; undefined where no place on Earth has such a zone. */
function offsetMinutes(text: string): number | undefined {
  if (text.endsWith('Z') || text.endsWith('z')) return 0;
  const minutes = twoDigits(text, text.length - 2);
  const offset = twoDigits(text, text.length - 5) * 60 + minutes;
  if (minutes > 59 || offset > 14 * 60) return undefined;
  return text.at(-6) === '-' ? -offset : offset;
}

/** The last one made: the steps of an execution share their second. */
let latest = { seconds: Number.NaN, text: '' };

/** `2025-11-07T00:00:00Z`: the form of the shared logs, whole seconds since 1970 in. */
export function formatSeconds(seconds: number): string {
  if (seconds !== latest.seconds) latest = { seconds, text: `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z` };
  return latest.text;
}

/** `2025-11-07T00:00:00.000Z`: the form of `journal.log` and of the API, milliseconds since 1970 in. */
export function formatMilliseconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
