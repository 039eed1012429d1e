import { MetricsError } from '../errors.ts';
import type { Log, Position } from '../log/log.ts';
import type { Execution, ExecutionStatus } from '../record/record.ts';
import type { Ask } from './ask.ts';
import { type Filter, journalRows } from './filter.ts';
import { decodeCursor, encodeCursor, type Page } from './page.ts';
import { Params } from './sql.ts';
import { journalTotals } from './totals.ts';

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
  ask: Ask,
  log: Pick<Log, 'executionAt'>,
  question: ExecutionsQuestion,
  asOf: Position,
): Promise<Page<Execution>> {
  const after = question.after === undefined ? undefined : decodeCursor(question.after, ['number', 'number']).map(BigInt);
  const rows = await ask(asOf, source => {
    const params = new Params();
    const statuses = question.statuses ? params.isIn('status', question.statuses) : 'true';
    const totals = `${journalTotals(question.filter, source, params)} WHERE ${statuses}`;
    const beyond = after ? `(completed_ms, start) < (${params.add(after[0] ?? 0n)}, ${params.add(after[1] ?? 0n)})` : 'true';
    const newest = `ORDER BY completed_ms DESC, start DESC LIMIT ${question.first + 1}`;
    const pages = source.pieces.map(piece => {
      const rows = journalRows(question.filter, { ...source, journal: piece }, params);
      return `(SELECT start, completed_ms, bytes FROM ${rows} WHERE ${statuses} AND ${beyond} ${newest})`;
    });
    return {
      sql: `SELECT page.*, total FROM (SELECT coalesce(sum(n), 0) AS total FROM ${totals})
            LEFT JOIN (FROM (${pages.join(' UNION ALL ')}) ${newest}) page ON true ORDER BY completed_ms DESC, start DESC`,
      values: params.values,
    };
  });
  const found = rows.filter(row => row['start'] !== null);
  const shown = found.slice(0, question.first);
  checkSize(
    shown.reduce((bytes, row) => bytes + Number(row['bytes']), 0),
    shown.length,
  );
  return {
    edges: await Promise.all(
      shown.map(async row => ({
        cursor: encodeCursor([Number(row['completed_ms']), Number(row['start'])]),
        node: await log.executionAt(Number(row['start'])),
      })),
    ),
    hasNextPage: found.length > question.first,
    hasPreviousPage: after !== undefined,
    totalCount: Number(rows[0]?.['total'] ?? 0),
  };
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
