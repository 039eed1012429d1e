import { LOG_NAMES, type Log, type LogName, type Position } from '../log/log.ts';
import type { RejectedLine } from '../record/record.ts';
import type { Ask } from './ask.ts';
import { decodeCursor, encodeCursor, type Page } from './page.ts';
import { Params } from './sql.ts';

/** Rows of each log up to a position and the newest timestamp among them, in seconds since 1970. */
export type LogCounts = Readonly<Record<LogName, { rows: number; lastTimestamp: number | undefined }> & { rejected: number }>;

const COUNTED_BY = { journal: 'statuses', durations: 'phase_totals', success_rates: 'pattern_totals', plugin_usage: 'usage' } as const;

export async function logCounts(ask: Ask, asOf: Position): Promise<LogCounts> {
  const rows = await ask(asOf, source => ({
    sql: [
      ...LOG_NAMES.map(log => `SELECT '${log}' AS log, sum(n) AS rows, max(latest) AS last FROM ${source[COUNTED_BY[log]]}`),
      `SELECT 'rejected', count(*), NULL FROM ${source.rejected}`,
    ].join(' UNION ALL '),
  }));
  const counts = new Map(
    rows.map(row => [
      String(row['log']),
      { rows: Number(row['rows'] ?? 0), lastTimestamp: row['last'] == null ? undefined : Number(row['last']) },
    ]),
  );
  const of = (log: string) => counts.get(log) ?? { rows: 0, lastTimestamp: undefined };
  return {
    journal: of('journal'),
    durations: of('durations'),
    success_rates: of('success_rates'),
    plugin_usage: of('plugin_usage'),
    rejected: of('rejected').rows,
  };
}

/** Lines that are no rows, by log and place in it; `file` is where the line stands now, archived or not. */
export async function rejectedRows(
  ask: Ask,
  log: Pick<Log, 'fileAt'>,
  page: { first: number; after: string | undefined },
  asOf: Position,
): Promise<Page<RejectedLine>> {
  const after = page.after === undefined ? undefined : decodeCursor(page.after, ['string', 'number']);
  const rows = await ask(asOf, source => {
    const params = new Params();
    const beyond = after ? `(file, start) > (${params.add(after[0])}, ${params.add(BigInt(after[1]))})` : 'true';
    return {
      sql: `SELECT r.*, total FROM (SELECT count(*) AS total FROM ${source.rejected})
            LEFT JOIN (SELECT * FROM ${source.rejected} WHERE ${beyond} ORDER BY file, start LIMIT ${page.first + 1}) r ON true ORDER BY file, start`,
      values: params.values,
    };
  });
  const found = rows.filter(row => row['file'] !== null);
  return {
    edges: found.slice(0, page.first).map(row => ({
      cursor: encodeCursor([String(row['file']), Number(row['start'])]),
      node: {
        file: log.fileAt(logNamed(String(row['file'])), Number(row['start'])),
        line: Number(row['line']),
        text: String(row['text']),
        reason: String(row['reason']),
        start: Number(row['start']),
        end: Number(row['start']),
      },
    })),
    hasNextPage: found.length > page.first,
    hasPreviousPage: after !== undefined,
    totalCount: Number(rows[0]?.['total'] ?? 0),
  };
}

function logNamed(file: string): LogName {
  return LOG_NAMES.find(log => file === `${log}.log`) ?? 'journal';
}
