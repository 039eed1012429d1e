import { MetricsError } from '../errors.ts';
import { parseTimestamp } from '../record/record.ts';

/** As the API takes it; times are RFC 3339. */
export type WindowInput = Readonly<{ from?: string | null | undefined; to?: string | null | undefined; last?: string | null | undefined }>;

/** `from` inclusive, `to` exclusive, in whole seconds since 1970; a missing edge is open. */
export type Window = Readonly<{ from: number | undefined; to: number | undefined }>;

const DURATION =
  /^P(?!$)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?!$)(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?$/;

/** Resolves a window. `now` (milliseconds since 1970) is read only for `last` without `to`. Errors: BAD_USER_INPUT with its path. */
export function resolveWindow(window: WindowInput, now: () => number): Window {
  const { from, to, last } = window;
  if (last == null) return checked(edge(from, 'from'), edge(to, 'to'));
  if (from != null) throw bad('last', 'goes with `to` or alone, not with `from`');
  const end = edge(to, 'to') ?? Math.ceil(now() / 1000);
  return checked(before(end, last), end);
}

/** The same for a window that is an argument of its own: errors name `window`, not `filter.window`. */
export function resolveWindowArgument(window: WindowInput, now: () => number): Window {
  try {
    return resolveWindow(window, now);
  } catch (error) {
    if (!(error instanceof MetricsError)) throw error;
    throw new MetricsError(error.code, error.message, { field: error.field.slice(1), cause: error });
  }
}

/** Rows stand at whole seconds: an edge between two is the next one for both ends. */
function edge(text: string | null | undefined, name: string): number | undefined {
  if (text == null) return undefined;
  const milliseconds = parseTimestamp(text);
  if (milliseconds === undefined) throw bad(name, 'must be RFC 3339 with a time and a zone, such as 2026-08-01T12:00:00Z');
  return Math.ceil(milliseconds / 1000);
}

function checked(from: number | undefined, to: number | undefined): Window {
  if (from !== undefined && to !== undefined && from > to) throw bad('from', 'must not lie after `to`');
  return { from, to };
}

/** `end` less an ISO 8601 duration: years and months by the calendar in UTC, the rest by their length. */
function before(end: number, duration: string): number {
  const parts = DURATION.exec(duration);
  if (!parts)
    throw bad(
      'last',
      `must be an ISO 8601 duration in whole numbers, such as P30D, P6M or PT12H; it is ${JSON.stringify(duration.slice(0, 40))}`,
    );
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, secs = 0] = parts.slice(1).map(part => Number(part ?? 0));
  const start = monthsBefore(new Date(end * 1000), years * 12 + months).getTime() / 1000;
  const from = start - ((weeks * 7 + days) * 86_400 + hours * 3600 + minutes * 60 + secs);
  if (Number.isNaN(from) || from < -62_135_596_800) throw bad('last', 'reaches back before the year 1');
  return from;
}

/** The same day and time so many months earlier, or the month's last day where it is shorter. */
function monthsBefore(date: Date, months: number): Date {
  const result = new Date(date);
  result.setUTCDate(1);
  result.setUTCMonth(result.getUTCMonth() - months);
  const lastDay = new Date(Date.UTC(result.getUTCFullYear(), result.getUTCMonth() + 1, 0)).getUTCDate();
  result.setUTCDate(Math.min(date.getUTCDate(), lastDay));
  return result;
}

function bad(name: string, message: string): MetricsError {
  return new MetricsError('BAD_USER_INPUT', `window.${name} ${message}`, { field: ['filter', 'window', name] });
}
