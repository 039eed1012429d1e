import type { Row } from '../projection/table/table.ts';
import type { Params } from './sql.ts';

/** Durations of n rows, in seconds; all but n are null where n is 0. A percentile is the value at rank ceil(q·n). */
export type Durations = Readonly<{
  n: number;
  meanSeconds: number | null;
  medianSeconds: number | null;
  p95Seconds: number | null;
  minSeconds: number | null;
  maxSeconds: number | null;
}>;

/** The aggregates that `durationsOf` reads; `success` narrows them to rows that succeeded or failed. */
export function durationColumns(success: boolean | undefined, params: Params): string {
  const only = success === undefined ? '' : ` FILTER (WHERE success = ${params.add(success)})`;
  return `count(*)${only} AS n, sum(duration_us)${only} AS sum_us, min(duration_us)${only} AS min_us, max(duration_us)${only} AS max_us,
    quantile_disc(duration_us, 0.5)${only} AS median_us, quantile_disc(duration_us, 0.95)${only} AS p95_us`;
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
