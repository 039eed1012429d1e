/** What a page shows, as its address says it: a link shows the same to everyone. */
import type { Bucket } from '../generated/graphql.ts';

/** An ISO 8601 duration back from now (or from `to`), the edges of a stretch, or everything. */
export type WindowChoice = Readonly<{ last: string; to?: string }> | Readonly<{ from?: string; to?: string }> | 'all';

export type Colours = 'cividis' | 'red-green';

export type View = Readonly<{
  /** Undefined: what suits the history (`default-window.ts`). */
  window: WindowChoice | undefined;
  /** Undefined: what suits the window. */
  bucket: Bucket | undefined;
  /** IANA name. */
  timeZone: string;
  patternIds: readonly string[];
  plugins: readonly string[];
  phases: readonly string[];
  colours: Colours;
}>;

export const BUCKETS: readonly Bucket[] = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'];

export function browserTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/** Reads the part of an address after `?`. What it does not know it leaves out; a window that is wrong the service explains. */
export function readView(search: string): View {
  const given = new URLSearchParams(search);
  const zone = given.get('tz') ?? '';
  return {
    window: readWindow(given),
    bucket: BUCKETS.find(bucket => bucket === given.get('bucket')?.toUpperCase()),
    timeZone: isTimeZone(zone) ? zone : browserTimeZone(),
    patternIds: given.getAll('pattern'),
    plugins: given.getAll('plugin'),
    phases: given.getAll('phase'),
    colours: given.get('colours') === 'red-green' ? 'red-green' : 'cividis',
  };
}

function readWindow(given: URLSearchParams): WindowChoice | undefined {
  const [last, from, to] = ['last', 'from', 'to'].map(name => given.get(name) || undefined);
  if (last === 'all') return 'all';
  if (last !== undefined) return { last, ...(to === undefined ? {} : { to }) };
  if (from === undefined && to === undefined) return undefined;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** The address's part after `?`, with nothing that is the default; empty for the default view. */
export function writeView(view: View): string {
  const { window, bucket, timeZone, patternIds, plugins, phases, colours } = view;
  const written = new URLSearchParams();
  if (window === 'all') written.set('last', 'all');
  else for (const [name, value] of Object.entries(window ?? {})) written.set(name, value);
  if (bucket) written.set('bucket', bucket.toLowerCase());
  if (timeZone !== browserTimeZone()) written.set('tz', timeZone);
  for (const id of patternIds) written.append('pattern', id);
  for (const name of plugins) written.append('plugin', name);
  for (const name of phases) written.append('phase', name);
  if (colours !== 'cividis') written.set('colours', colours);
  return written.toString();
}

export function isTimeZone(name: string): boolean {
  try {
    return name !== '' && Boolean(Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
