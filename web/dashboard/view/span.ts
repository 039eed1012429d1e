import type { Bucket, Window } from '../generated/graphql.ts';

/** An ISO 8601 duration back from now (or from `to`), the edges of a stretch, or everything. */
export type WindowChoice = Readonly<{ last: string; to?: string }> | Readonly<{ from?: string; to?: string }> | 'all';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS_MS = [365 * DAY_MS, 30 * DAY_MS, 7 * DAY_MS, DAY_MS, HOUR_MS, 60_000, 1000];

/** About how long an ISO 8601 duration is, in milliseconds: good enough to choose a bucket. Undefined for what is none. */
export function durationMs(text: string): number | undefined {
  const parts = DURATION.exec(text)?.slice(1);
  return parts?.reduce((sum, part, unit) => sum + Number(part ?? 0) * (UNITS_MS[unit] ?? 0), 0);
}

/** The window as the API takes it; undefined for everything. */
export function windowInput(choice: WindowChoice): Window | undefined {
  return choice === 'all' ? undefined : { ...choice };
}

/** How long a window is, in milliseconds; a missing edge is that of the history. */
export function spanMs(choice: WindowChoice, history: { from: string | null; to: string | null }): number {
  if (choice !== 'all' && 'last' in choice) return durationMs(choice.last) ?? 30 * DAY_MS;
  const { from, to } = choice === 'all' ? {} : choice;
  const [start, end] = [from ?? history.from, to ?? history.to].map(at => Date.parse(at ?? ''));
  return Math.max(Number(end) - Number(start) || DAY_MS, HOUR_MS);
}

/** Steps between buckets: the longest span that each still suits. Lines want some runs a point, cells can be many. */
const LINES: readonly [Bucket, days: number][] = [
  ['HOUR', 2],
  ['DAY', 21],
  ['WEEK', 200],
  ['MONTH', 4 * 365],
  ['QUARTER', 12 * 365],
];
const CELLS: readonly [Bucket, days: number][] = [
  ['HOUR', 1.1],
  ['DAY', 32],
  ['WEEK', 250],
  ['MONTH', 4 * 365],
  ['QUARTER', 12 * 365],
];

export function bucketFor(picture: 'lines' | 'cells', span: number): Bucket {
  return (picture === 'lines' ? LINES : CELLS).find(([, days]) => span <= days * DAY_MS)?.[0] ?? 'YEAR';
}

const BEFORE: Readonly<Record<string, string>> = {
  PT24H: 'in the 24 hours before',
  P7D: 'in the 7 days before',
  P30D: 'in the 30 days before',
  P90D: 'in the 90 days before',
  P1Y: 'in the year before',
};

/** What a window is compared with: the one of equal length before it. */
export function windowBefore(choice: WindowChoice): string {
  return (choice !== 'all' && 'last' in choice && BEFORE[choice.last]) || 'in the window before';
}
