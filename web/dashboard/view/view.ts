/** What a page shows, as its address says it: a link shows the same to everyone. */
import type { Bucket } from '../generated/graphql.ts';
import { type Choice, readChoice } from './choice.ts';

export type Colours = 'cividis' | 'red-green';

export type View = Choice &
  Readonly<{
    /** Undefined: what suits the window. */
    bucket: Bucket | undefined;
    /** IANA name. */
    timeZone: string;
    colours: Colours;
    /** Of the heatmap's rows, from 0. */
    page: number;
    /** How many columns of the heatmap lie between the last one shown and the last one there is. */
    earlier: number;
  }>;

/** Where a picture of other rows begins. */
export const START = { page: 0, earlier: 0 } as const satisfies Partial<View>;

export const BUCKETS: readonly Bucket[] = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'];

/** Found out once: every link of a page asks. */
const BROWSER_TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export function browserTimeZone(): string {
  return BROWSER_TIME_ZONE;
}

/** Reads the part of an address after `?`. What it does not know it leaves out. */
export function readView(search: string): View {
  const given = new URLSearchParams(search);
  const zone = given.get('tz') ?? '';
  return {
    ...readChoice(given),
    bucket: BUCKETS.find(bucket => bucket === given.get('bucket')?.toUpperCase()),
    timeZone: isTimeZone(zone) ? zone : browserTimeZone(),
    colours: given.get('colours') === 'red-green' ? 'red-green' : 'cividis',
    page: Math.max(0, wholeNumber(given.get('page')) - 1),
    earlier: wholeNumber(given.get('earlier')),
  };
}

/** 0 for what is none. */
function wholeNumber(text: string | null): number {
  return /^\d{1,6}$/.test(text ?? '') ? Number(text) : 0;
}

/** The address's part after `?`, with nothing that is the default; empty for the default view. */
export function writeView(view: View): string {
  const { window, bucket, timeZone, patternIds, plugins, phases, colours, page, earlier } = view;
  const written = new URLSearchParams();
  if (window === 'all') written.set('last', 'all');
  else for (const [name, value] of Object.entries(window ?? {})) written.set(name, value);
  if (bucket) written.set('bucket', bucket.toLowerCase());
  if (timeZone !== browserTimeZone()) written.set('tz', timeZone);
  for (const id of patternIds) written.append('pattern', id);
  for (const name of plugins) written.append('plugin', name);
  for (const name of phases) written.append('phase', name);
  if (colours !== 'cividis') written.set('colours', colours);
  if (page > 0) written.set('page', String(page + 1));
  if (earlier > 0) written.set('earlier', String(earlier));
  return written.toString();
}

export function isTimeZone(name: string): boolean {
  try {
    return name !== '' && Boolean(Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
