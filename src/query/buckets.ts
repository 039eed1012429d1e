/** Time cut into stretches of the calendar, in any time zone. All instants are whole seconds since 1970. */
import { MetricsError } from '../errors.ts';
import type { Calendar } from '../projection/table/table.ts';
import type { Window } from './window.ts';
import { type Clock, changeBetween, clockOf, firstInstant } from './zone.ts';

export type Bucket = 'HOUR' | 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

/** How a question cuts time: into which buckets, by the calendar of which IANA zone. */
export type Bucketing = Readonly<{ bucket: Bucket; timeZone: string }>;

/** From `start` inclusive to `end` exclusive; `partial` where an edge that the window gives lies between. */
export type Column = Readonly<{ start: number; end: number; partial: boolean }>;

/** Points or cells of an answer: buckets times the patterns or plugins shown. */
const MAX_CELLS = 200_000;
const DAY = 86_400;
const HOUR = 3600;

/** Lengths that no long stretch of such buckets goes beyond on average. */
const LONGEST: Record<Bucket, number> = { HOUR, DAY, WEEK: 7 * DAY, MONTH: 31 * DAY, QUARTER: 92 * DAY, YEAR: 366 * DAY };

/**
 * The buckets that hold a window, empty ones included. A missing edge is the first of the rows counted, or the second after the
 * last; without rows there is no bucket then. `rows`: how many patterns or plugins are shown for each bucket.
 * Errors: BAD_USER_INPUT for an unknown zone; QUERY_TOO_COMPLEX where buckets times rows exceed 200,000.
 */
export function columnsOf(
  { bucket, timeZone }: Bucketing,
  window: Window | undefined,
  counted: { first: number; last: number } | undefined,
  rows: number,
): Column[] {
  const clock = clockOf(timeZone);
  const from = window?.from ?? counted?.first;
  const to = window?.to ?? (counted && counted.last + 1);
  if (from === undefined || to === undefined || from >= to) return [];
  const most = Math.floor(MAX_CELLS / Math.max(1, rows));
  const edges = (to - from) / LONGEST[bucket] > most + 2 ? undefined : edgesOf(starts(bucket, clock, from), from, to, most);
  if (!edges) {
    throw new MetricsError(
      'QUERY_TOO_COMPLEX',
      `these are more than ${most} buckets for each of ${rows}, together more than ${MAX_CELLS}: ask about a shorter window, larger buckets or with a smaller limit`,
      { field: ['bucket'] },
    );
  }
  return edges.slice(0, -1).map((start, index) => {
    const end = edges[index + 1] ?? to;
    const partial = (window?.from !== undefined && start < window.from) || (window?.to !== undefined && end > window.to);
    return { start, end, partial };
  });
}

/** The buckets of a calendar by what lies in them. Undefined for hours: what is counted by many of them is not worth to be kept. */
export function calendarOf({ bucket, timeZone }: Bucketing): Calendar | undefined {
  if (bucket === 'HOUR') return undefined;
  const clock = clockOf(timeZone);
  return {
    name: `${bucket} ${timeZone}`,
    stretchAt: timestamp => {
      const [start = timestamp, end = timestamp + 1] = edgesOf(starts(bucket, clock, timestamp), timestamp, timestamp + 1, 1) ?? [];
      return { start, end };
    },
  };
}

/** The first and the last of all rows counted; undefined where there is none. */
export function extent(counted: readonly { first: number; last: number }[]): { first: number; last: number } | undefined {
  const [one, ...others] = counted;
  return (
    one && others.reduce((all, { first, last }) => ({ first: Math.min(all.first, first), last: Math.max(all.last, last) }), { ...one })
  );
}

/** How long a window is, in seconds; a missing edge is that of the rows counted. */
export function spanOf(window: Window | undefined, counted: { first: number; last: number } | undefined): number {
  return (window?.to ?? (counted?.last ?? -1) + 1) - (window?.from ?? counted?.first ?? 0);
}

/** From the last start at or before `from` to the first at or after `to`; undefined where more than `most` buckets lie between. */
function edgesOf(starts: Iterable<number>, from: number, to: number, most: number): number[] | undefined {
  const edges: number[] = [];
  for (const start of starts) {
    // A date that the zone leaves out begins with the next one.
    if (start <= from) edges[0] = start;
    else if (start !== edges.at(-1)) edges.push(start);
    if (start >= to) return edges.length - 1 > most ? undefined : edges;
    if (edges.length > most + 1) return undefined;
  }
  return edges;
}

/** The starts of buckets in order, without end, the first at or before `from`. */
function starts(bucket: Bucket, clock: Clock, from: number): Generator<number> {
  return bucket === 'HOUR' ? hours(clock, from) : dates(DATES[bucket], clock, from);
}

/** Buckets of whole dates, numbered: which one a local time is in, and the midnight with which one begins, as if they were UTC. */
type Dates = Readonly<{ numberOf: (local: number) => number; midnightOf: (number: number) => number }>;

const DATES: Record<Exclude<Bucket, 'HOUR'>, Dates> = {
  DAY: days(1, 0),
  // 1970 began on a Thursday, three days after a Monday.
  WEEK: days(7, 3),
  MONTH: months(1),
  QUARTER: months(3),
  YEAR: months(12),
};

function days(length: number, shift: number): Dates {
  return {
    numberOf: local => Math.floor((Math.floor(local / DAY) + shift) / length),
    midnightOf: number => (number * length - shift) * DAY,
  };
}

/** Counted from the year 0. */
function months(length: number): Dates {
  return {
    numberOf: local => {
      const date = new Date(local * 1000);
      return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / length);
    },
    midnightOf: number => new Date(0).setUTCFullYear(0, number * length, 1) / 1000,
  };
}

function* dates({ numberOf, midnightOf }: Dates, clock: Clock, from: number): Generator<number> {
  for (let number = numberOf(from + clock(from)); ; number++) yield firstInstant(clock, midnightOf(number));
}

/** Whole hours of the clock, and the instant at which it is moved into another hour. */
function* hours(clock: Clock, from: number): Generator<number> {
  for (let at = from - DAY; ; at += DAY) {
    const [before, after] = [clock(at), clock(at + DAY)];
    if (before === after) {
      yield* wholeHours(before, at, at + DAY);
      continue;
    }
    const change = changeBetween(clock, at, at + DAY);
    yield* wholeHours(before, at, change);
    const into = (change + after) % HOUR !== 0 && Math.floor((change + after) / HOUR) !== Math.floor((change - 1 + before) / HOUR);
    if (into) yield change;
    yield* wholeHours(after, change, at + DAY);
  }
}

function* wholeHours(offset: number, from: number, to: number): Generator<number> {
  for (let start = Math.ceil((from + offset) / HOUR) * HOUR - offset; start < to; start += HOUR) yield start;
}
