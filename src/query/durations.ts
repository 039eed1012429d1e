import type { Row } from '../projection/table/table.ts';
import type { Params } from './sql.ts';

/** Durations of n rows, in seconds; all but n are null where n is 0. A percentile is the value at rank ceil(q·n), or within 1 % of it. */
export type Durations = Readonly<{
  n: number;
  meanSeconds: number | null;
  medianSeconds: number | null;
  p95Seconds: number | null;
  minSeconds: number | null;
  maxSeconds: number | null;
}>;

/** `SKETCH`: within 1 %, by way of counts in buckets. `EXACT`: the very values, by way of all rows. */
export type Percentiles = 'SKETCH' | 'EXACT';

type Summary = Readonly<{
  /** Columns that name what is summarized; together for all without any. */
  by: readonly string[];
  /** Rows as `stepTotals` gives them. */
  totals: string;
  /** Narrows durations to rows that succeeded or failed. */
  success: boolean | undefined;
  /** The rows themselves, for exact percentiles. */
  exactly?: string | undefined;
}>;

/**
 * SQL of one row for each of `by`: total, successes, all_us, first, latest of all rows, and what `durationsOf` reads. No row where there
 * is nothing to summarize.
 */
export function summary({ by, totals, success, exactly }: Summary, params: Params): string {
  const only = success === undefined ? '' : ` FILTER (WHERE success = ${params.add(success)})`;
  const where = success === undefined ? '' : `WHERE success = ${params.add(success)}`;
  const keys = by.map(key => `${key}, `).join('');
  const partition = by.length === 0 ? '' : `PARTITION BY ${by.join(', ')}`;
  const grouped = by.length === 0 ? '' : `GROUP BY ${by.join(', ')}`;
  const percentiles = exactly
    ? `SELECT ${keys}quantile_disc(duration_us, 0.5) AS median_us, quantile_disc(duration_us, 0.95) AS p95_us FROM ${exactly} ${where} ${grouped}`
    : `SELECT ${keys}arg_min(${valueAt('(of_all + 1) // 2')}, bucket) FILTER (WHERE reached * 2 >= of_all) AS median_us,
         arg_min(${valueAt('(of_all * 95 + 99) // 100')}, bucket) FILTER (WHERE reached * 100 >= of_all * 95) AS p95_us
       FROM (SELECT *, sum(n) OVER (${partition} ORDER BY bucket)::BIGINT AS reached, sum(n) OVER (${partition})::BIGINT AS of_all
             FROM (SELECT ${keys}bucket, sum(n)::BIGINT AS n, min(min_us) AS shortest, max(max_us) AS longest FROM counted ${where} GROUP BY ${keys}bucket))
       ${grouped}`;
  return `WITH counted AS MATERIALIZED (FROM ${totals}),
    sums AS (SELECT ${keys}sum(n) AS total, coalesce(sum(n) FILTER (WHERE success), 0) AS successes, sum(sum_us) AS all_us, min(first) AS first, max(latest) AS latest,
      coalesce(sum(n)${only}, 0) AS n, sum(sum_us)${only} AS sum_us, min(min_us)${only} AS min_us, max(max_us)${only} AS max_us
      FROM counted ${grouped}),
    percentiles AS (${percentiles})
    SELECT * FROM sums ${by.length === 0 ? 'CROSS JOIN percentiles WHERE total > 0' : `LEFT JOIN percentiles USING (${by.join(', ')})`}`;
}

/** SQL of the value at a rank that lies in a bucket: known where it is the bucket's shortest or longest, else as far from both, in per cent. */
function valueAt(rank: string): string {
  return `CASE WHEN shortest = longest OR ${rank} = reached - n + 1 THEN shortest::DOUBLE WHEN ${rank} = reached THEN longest::DOUBLE
    ELSE 2 * shortest::DOUBLE * longest::DOUBLE / (shortest + longest) END`;
}

export function durationsOf(row: Row | undefined): Durations {
  const n = Number(row?.['n'] ?? 0);
  return {
    n,
    meanSeconds: n === 0 ? null : Number(row?.['sum_us']) / n / 1e6,
    medianSeconds: seconds(row?.['median_us']),
    p95Seconds: seconds(row?.['p95_us']),
    minSeconds: seconds(row?.['min_us']),
    maxSeconds: seconds(row?.['max_us']),
  };
}

/** Seconds of a column in microseconds; null stays null. */
export function seconds(microseconds: unknown): number | null {
  return microseconds === null || microseconds === undefined ? null : Number(microseconds) / 1e6;
}
