import { MetricsError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import { startsOf, statusNumber, type View } from '../projection/table/table.ts';
import { EXECUTION_STATUSES, type Execution, type ExecutionStatus } from '../record/record.ts';
import { type Filter, journalRows } from './filter.ts';
import { journalCounts } from './journal-counts.ts';
import { decodeCursor, encodeCursor, type Page } from './page.ts';

export type ExecutionsQuestion = Readonly<{
  first: number;
  after: string | undefined;
  statuses: readonly ExecutionStatus[] | undefined;
  filter: Filter;
}>;

/** What one page may hold of the journal: a row can be megabytes long, and a page is built in memory. */
const MAX_PAGE_BYTES = 32 << 20;

/**
 * Recorded executions, newest first by completedAt, then by their place in the journal. `filter.success` has no effect here.
 * Errors: QUERY_TOO_COMPLEX where the page would hold more than 32 MB.
 */
export async function recordedExecutions(
  view: View,
  log: Pick<Log, 'executionsAt'>,
  question: ExecutionsQuestion,
): Promise<Page<Execution>> {
  const found = await newest(view, question);
  const shown = found.slice(0, question.first);
  checkSize(
    shown.reduce((bytes, { bytes: more }) => bytes + more, 0),
    shown.length,
  );
  const counts = await journalCounts(view, question.filter);
  const executions = await log.executionsAt(shown.map(({ start }) => start));
  return {
    edges: executions.map((node, place) => ({ cursor: encodeCursor([shown[place]?.completedAt ?? 0, shown[place]?.start ?? 0]), node })),
    hasNextPage: found.length > question.first,
    hasPreviousPage: question.after !== undefined,
    totalCount: EXECUTION_STATUSES.reduce((sum, status) => sum + (question.statuses?.includes(status) === false ? 0 : counts[status]), 0),
  };
}

/** `completedAt` in milliseconds since 1970; `start` and `bytes` of the row in the journal. */
type Found = Readonly<{ completedAt: number; start: number; bytes: number }>;

function newestFirst(a: Pick<Found, 'completedAt' | 'start'>, b: Pick<Found, 'completedAt' | 'start'>): number {
  return b.completedAt - a.completedAt || b.start - a.start;
}

/** The newest beyond the cursor, one more than the page takes. */
async function newest(view: View, { first, after, statuses, filter }: ExecutionsQuestion): Promise<Found[]> {
  const wanted = first + 1;
  const [completedAt, start] = after === undefined ? [Number.POSITIVE_INFINITY, 0] : decodeCursor(after, ['number', 'number']);
  const numbers = statuses && new Set(statuses.map(statusNumber));
  const found: Found[] = [];
  let bar = Number.NEGATIVE_INFINITY;
  await view.each(await journalRows(view, filter, 'from the end'), ({ block, rows, length }) => {
    // Where a page is full, blocks of older executions have nothing for it.
    if ((block.latest + 1) * 1000 < bar) return;
    const { timestamp, completedMs, status, bytes } = block.columns;
    const base = block.bases.timestamp;
    let starts: Float64Array | undefined;
    for (let index = length - 1; index >= 0; index--) {
      const row = rows[index] ?? 0;
      const at = (base + (timestamp[row] ?? 0)) * 1000 + (completedMs[row] ?? 0);
      if (at < bar || at > completedAt || (numbers && !numbers.has(status[row] ?? 0))) continue;
      starts ??= startsOf(block);
      const execution = { completedAt: at, start: starts[row] ?? 0, bytes: bytes[row] ?? 0 };
      if (at === completedAt && execution.start >= start) continue;
      found.push(execution);
      // Rows stand about in the order of their times: the first that fill a page are almost all that is needed.
      if (found.length === wanted || found.length >= 2 * wanted) bar = keepNewest(found, wanted);
    }
  });
  return found.sort(newestFirst).slice(0, wanted);
}

/** Keeps so many; answers when the last of them was completed. */
function keepNewest(found: Found[], wanted: number): number {
  found.sort(newestFirst).splice(wanted);
  return found.at(-1)?.completedAt ?? Number.NEGATIVE_INFINITY;
}

function checkSize(bytes: number, executions: number): void {
  if (bytes <= MAX_PAGE_BYTES) return;
  const megabytes = Math.ceil(bytes / 2 ** 20);
  throw new MetricsError(
    'QUERY_TOO_COMPLEX',
    `these ${executions} executions hold ${megabytes} MB; a page holds ${MAX_PAGE_BYTES >> 20}: ask for fewer with first`,
    {
      field: ['first'],
    },
  );
}
