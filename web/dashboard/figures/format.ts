/** Figures as text: one form for pages, tables, tooltips and descriptions. */
import type { Bucket } from '../generated/graphql.ts';

export const NONE = '–';

const COUNT = new Intl.NumberFormat('en');
const PERCENT = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });
const SHORT = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export function count(value: number): string {
  return COUNT.format(value);
}

/** `1 run`, `2 runs`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : PERCENT.format(value);
}

export function number(value: number): string {
  return SHORT.format(value);
}

export type RateFigures = Readonly<{ value: number | null; lower: number | null; upper: number | null; total: number }>;

/** `75.6–83.2%`, the interval at 95 %. */
export function interval({ lower, upper }: Pick<RateFigures, 'lower' | 'upper'>): string {
  return lower === null || upper === null ? NONE : `${PERCENT.format(lower).replace('%', '')}–${PERCENT.format(upper)}`;
}

/** `79.7% of 433 (75.6–83.2%)` */
export function rateText(rate: RateFigures): string {
  if (rate.total === 0) return 'none';
  return `${percent(rate.value)} of ${count(rate.total)} (${interval(rate)})`;
}

/** Seconds in the two largest units that say something: `250 ms`, `12.3 s`, `5 min 10 s`, `3 d 4 h`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return NONE;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${SHORT.format(seconds)} s`;
  const whole = Math.round(seconds);
  const units: [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const first = units.findIndex(([size]) => whole >= size);
  const [[large = 1, largeName = ''] = [], [small = 1, smallName = ''] = []] = units.slice(first, first + 2);
  const rest = Math.floor((whole % large) / small);
  return rest === 0 ? `${Math.floor(whole / large)} ${largeName}` : `${Math.floor(whole / large)} ${largeName} ${rest} ${smallName}`;
}

/** `3.2–3.6 s`, `58.1 s – 1 min 6 s`: the interval of a duration at 95 %. */
export function durationInterval({ lowerSeconds, upperSeconds }: Readonly<{ lowerSeconds: number; upperSeconds: number }>): string {
  const [from, to] = [duration(lowerSeconds), duration(upperSeconds)];
  // Of one unit, and the same: it is named once.
  const unit = /^\S+( \S+)$/;
  const [one, other] = [unit.exec(from)?.[1], unit.exec(to)?.[1]];
  return one !== undefined && one === other ? `${from.replace(one, '')}–${to}` : `${from} – ${to}`;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

function dates(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = timeZone + JSON.stringify(options);
  const known = FORMATS.get(key) ?? new Intl.DateTimeFormat('en-GB', { timeZone, ...options });
  FORMATS.set(key, known);
  return known;
}

/** `26 Nov 2026, 14:27` */
export function instant(at: string | null | undefined, timeZone: string): string {
  return at ? dates(timeZone, { dateStyle: 'medium', timeStyle: 'short' }).format(Date.parse(at)) : NONE;
}

/** `26 Nov 2026`; what is no instant stays as it is. */
export function day(at: string, timeZone: string): string {
  return Number.isNaN(Date.parse(at)) ? at : dates(timeZone, { dateStyle: 'medium' }).format(Date.parse(at));
}

/** `23 Oct – 22 Nov 2026` */
export function days(from: string, to: string, timeZone: string): string {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return start <= end ? dates(timeZone, { dateStyle: 'medium' }).formatRange(start, end) : `${day(from, timeZone)} – ${day(to, timeZone)}`;
}

const BUCKET_FORMATS: Record<Bucket, Intl.DateTimeFormatOptions> = {
  HOUR: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  DAY: { day: 'numeric', month: 'short' },
  WEEK: { day: 'numeric', month: 'short' },
  MONTH: { month: 'short', year: 'numeric' },
  QUARTER: { month: 'short', year: 'numeric' },
  YEAR: { year: 'numeric' },
};

/** The label of a bucket by its start: `26 Nov`, `Nov 2026`. */
export function bucketLabel(start: string, bucket: Bucket, timeZone: string): string {
  return dates(timeZone, BUCKET_FORMATS[bucket]).format(Date.parse(start));
}

/** `day of 26 Nov 2026`, with the hours of a day that has not 24. */
export function bucketName({ start, end }: { start: string; end: string }, bucket: Bucket, timeZone: string): string {
  const label =
    bucket === 'HOUR'
      ? instant(start, timeZone)
      : bucket === 'DAY' || bucket === 'WEEK'
        ? day(start, timeZone)
        : bucketLabel(start, bucket, timeZone);
  const hours = (Date.parse(end) - Date.parse(start)) / 3_600_000;
  if (bucket === 'DAY' && hours !== 24) return `${label} (a day of ${number(hours)} hours)`;
  if (bucket === 'WEEK') return `week of ${label}`;
  return bucket === 'QUARTER' ? `quarter from ${label}` : label;
}

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The first `length` characters as a reader counts them; no character is cut through. */
export function shortened(text: string, length: number): string {
  // A character is one unit at least.
  if (text.length <= length) return text;
  const characters = [...GRAPHEMES.segment(text.slice(0, 40 * length))];
  return characters.length <= length
    ? text
    : `${characters
        .slice(0, length - 1)
        .map(({ segment }) => segment)
        .join('')}…`;
}

/** `a, b and c` */
export function listed(names: readonly string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(names);
}
