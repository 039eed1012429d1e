/** RFC 3339: a date, a time and a zone. Without any of the three an instant would be a guess. */
const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** What four digits of a year can say in UTC: a zone may lead out of them, and the row written of it would be none. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Days of a month, so that the 31st of June is refused and not read as the 1st of July. */
function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/**
 * Milliseconds since 1970 UTC of an RFC 3339 timestamp with zone, or undefined where the text is none or names a day or time
 * that does not exist. Digits past the millisecond are cut.
 */
export function parseTimestamp(text: string): number | undefined {
  const parts = RFC3339.exec(text);
  if (!parts) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return undefined;
  const zone = parts[8] ?? 'Z';
  const offsetMinutes = zone.length === 1 ? 0 : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  if (offsetMinutes > 14 * 60 || Number(zone.slice(4, 6)) > 59) return undefined;
  const milliseconds = Number((parts[7] ?? '').slice(1, 4).padEnd(3, '0'));
  const local = new Date(0).setUTCFullYear(year, month - 1, day) + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
  const instant = zone.startsWith('-') ? local + offsetMinutes * 60_000 : local - offsetMinutes * 60_000;
  return instant >= FIRST_MS && instant <= LAST_MS ? instant : undefined;
}

/** `2025-11-07T00:00:00Z`: the form of the shared logs, whole seconds since 1970 in. */
export function formatSeconds(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** `2025-11-07T00:00:00.000Z`: the form of `journal.log` and of the API, milliseconds since 1970 in. */
export function formatMilliseconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
