import type { Log, Position } from '../log/log.ts';
import type { Execution, ExecutionStatus } from '../record/record.ts';
import type { Ask } from './ask.ts';
import { type Filter, journalRows } from './filter.ts';
import { decodeCursor, encodeCursor, type Page } from './page.ts';
import { all, Params } from './sql.ts';

export type ExecutionsQuestion = Readonly<{
  first: number;
  after: string | undefined;
  statuses: readonly ExecutionStatus[] | undefined;
  filter: Filter;
}>;

/** Recorded executions, newest first by completedAt, then by their place in the journal. `filter.success` has no effect here. */
export async function recordedExecutions(ask: Ask, log: Log, question: ExecutionsQuestion, asOf: Position): Promise<Page<Execution>> {
  const after = question.after === undefined ? undefined : decodeCursor(question.after, ['number', 'number']).map(BigInt);
  const rows = await ask(asOf, source => {
    const params = new Params();
    const matching = `SELECT start, completed_ms FROM ${journalRows(question.filter, source, params)} WHERE ${question.statuses ? params.isIn('status', question.statuses) : 'true'}`;
    const page = after ? [`(completed_ms, start) < (${params.add(after[0] ?? 0n)}, ${params.add(after[1] ?? 0n)})`] : [];
    return {
      sql: `WITH matching AS (${matching}),
            page AS (SELECT start, completed_ms FROM matching WHERE ${all(page)} ORDER BY completed_ms DESC, start DESC LIMIT ${question.first + 1})
            SELECT page.start, page.completed_ms, total FROM (SELECT count(*) AS total FROM matching) LEFT JOIN page ON true
            ORDER BY completed_ms DESC, start DESC`,
      values: params.values,
    };
  });
  const found = rows.filter(row => row['start'] !== null);
  const shown = found.slice(0, question.first);
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
