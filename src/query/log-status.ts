import { LOG_NAMES, type Log, type LogName } from '../log/log.ts';
import type { View } from '../projection/table/table.ts';
import type { RejectedLine } from '../record/record.ts';
import { decodeCursor, encodeCursor, type Page } from './page.ts';

/** Rows of each log up to a position and the newest timestamp among them, in seconds since 1970. */
export type LogCounts = Readonly<Record<LogName, { rows: number; lastTimestamp: number | undefined }> & { rejected: number }>;

export async function logCounts(view: View): Promise<LogCounts> {
  const { rows, latest } = await view.usage();
  return {
    journal: view.size('journal'),
    durations: view.size('durations'),
    success_rates: view.size('success_rates'),
    plugin_usage: { rows, lastTimestamp: latest },
    rejected: sum(view.rejectedCounts()),
  };
}

/** By the names of their files. */
const FILE_ORDER = LOG_NAMES.toSorted();

/** Lines that are no rows, by log and place in it; `file` is where the line stands now, archived or not. */
export async function rejectedRows(
  view: View,
  log: Pick<Log, 'fileAt'>,
  page: { first: number; after: string | undefined },
): Promise<Page<RejectedLine>> {
  const counts = view.rejectedCounts();
  const skipped = page.after === undefined ? undefined : placeAfter(view, page.after);
  const places = FILE_ORDER.flatMap(name => {
    const from = skipped ? skipped(name) : 0;
    const to = Math.min(counts[name], from + page.first + 1);
    return Array.from({ length: Math.max(0, to - from) }, (_, n) => view.rejectedAt(name, from + n));
  });
  const edges: { cursor: string; node: RejectedLine }[] = [];
  for (const place of places.slice(0, page.first)) {
    const line = await view.rejectedLine(place);
    edges.push({
      cursor: encodeCursor([`${place.log}.log`, place.start]),
      node: { ...place, text: line?.text ?? '', reason: line?.reason ?? '', file: log.fileAt(place.log, place.start) },
    });
  }
  return {
    edges,
    hasNextPage: places.length > page.first,
    hasPreviousPage: page.after !== undefined,
    totalCount: sum(counts),
  };
}

/** Of each log how many lines stand at or before the one that a cursor names. */
function placeAfter(view: View, cursor: string): (log: LogName) => number {
  const [file, start] = decodeCursor(cursor, ['string', 'number']);
  return log => {
    const name = `${log}.log`;
    if (name === file) return view.rejectedBefore(log, start + 1);
    return name < file ? Number.POSITIVE_INFINITY : 0;
  };
}

function sum(counts: Readonly<Record<LogName, number>>): number {
  return LOG_NAMES.reduce((total, log) => total + counts[log], 0);
}
