/** Rows counted by what they are about: from the rollups where the filter leaves all rows of a key in, else from the rows themselves. */
import { type Sources, totalsOf } from '../projection/table/table.ts';
import { type Percentiles, summary } from './durations.ts';
import { executionRows, type Filter, isEverything, journalRows, stepRows, throughJournal } from './filter.ts';
import type { Params } from './sql.ts';

/**
 * Steps by plugin or phase. SQL of rows {plugin or phase, success, bucket, n, sum_us, min_us, max_us, first, latest}: how many rows,
 * their durations, and their first and latest timestamp; a key has many such rows, which add up. Keys are ids of names.
 */
export function stepTotals(by: 'plugin' | 'phase', filter: Filter, source: Sources, params: Params): string {
  const others = by === 'plugin' ? filter.phases : filter.plugins;
  const some = filter.window !== undefined || filter.patternIds !== undefined || others !== undefined;
  if (some) return `(${totalsOf(by, stepRows(filter, source, params))})`;
  return keyed(by, source[`${by}_totals`], by === 'plugin' ? filter.plugins : filter.phases, source, params);
}

/** Executions by pattern: as `stepTotals`. */
export function executionTotals(filter: Filter, source: Sources, params: Params): string {
  if (filter.window !== undefined || throughJournal(filter)) return `(${totalsOf('pattern', executionRows(filter, source, params))})`;
  return keyed('pattern', source.pattern_totals, filter.patternIds, source, params);
}

/** What a summary is asked about. */
export type SummaryQuestion = Readonly<{ filter: Filter; percentiles: Percentiles }>;

/** SQL of the `summary` of each plugin's or phase's steps under a filter. */
export function stepSummary(by: 'plugin' | 'phase', { filter, percentiles }: SummaryQuestion, source: Sources, params: Params): string {
  const totals = stepTotals(by, filter, source, params);
  const exactly = percentiles === 'EXACT' ? stepRows(filter, source, params) : undefined;
  return summary({ by: [by], totals, success: filter.success, exactly }, params);
}

/** SQL of the `summary` of each pattern's executions under a filter, or of all together. */
export function executionSummary(by: 'pattern' | 'all', { filter, percentiles }: SummaryQuestion, source: Sources, params: Params): string {
  const totals = executionTotals(filter, source, params);
  const exactly = percentiles === 'EXACT' ? executionRows(filter, source, params) : undefined;
  return summary({ by: by === 'all' ? [] : [by], totals, success: filter.success, exactly }, params);
}

/** Rows of journal.log by status. SQL of rows {status, n, latest}. */
export function journalTotals(filter: Filter, source: Sources, params: Params): string {
  if (isEverything(filter)) return source.statuses;
  return `(SELECT status, 1 AS n, timestamp AS latest FROM ${journalRows(filter, source, params)})`;
}

function keyed(key: string, totals: string, names: readonly string[] | undefined, source: Sources, params: Params): string {
  return names === undefined ? totals : `(FROM ${totals} WHERE ${params.isNamed(key, names, source)})`;
}
