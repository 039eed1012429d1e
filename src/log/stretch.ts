import type { DurationsRow, JournalRow, JournalRun, PluginUsageRow, RejectedLine, SuccessRatesRow } from '../record/record.ts';
import type { DurationsColumns } from './durations-columns.ts';
import type { JournalColumns } from './journal-columns.ts';
import type { Position } from './position.ts';
import type { SuccessRatesColumns } from './success-rates-columns.ts';

/** What the logs hold between two positions: every row of every log in file order, and every line that is none. */
export type Stretch = Readonly<{
  from: Position;
  to: Position;
  journal: readonly JournalRow[];
  durations: readonly DurationsRow[];
  success_rates: readonly SuccessRatesRow[];
  plugin_usage: readonly PluginUsageRow[];
  rejected: readonly RejectedLine[];
}>;

/** The same for who counts: rows as columns, executions in short. */
export type ColumnStretch = Pick<Stretch, 'from' | 'to' | 'plugin_usage' | 'rejected'> &
  Readonly<{ journal: JournalColumns; durations: DurationsColumns; success_rates: SuccessRatesColumns }>;

/** The rows of a log between two positions, read when they are asked for; `from` and `to` are ends of lines within. */
export type RowRange<Row> = Readonly<{ start: number; end: number; between: (from: number, to: number) => readonly Row[] }>;

/**
 * The same for who judges runs: executions in short, which tell the rows that are derived from them, so that those need not be read
 * where there are no others; and of each plugin the last totals. Lines that are no rows are left out.
 */
export type RunStretch = Pick<Stretch, 'from' | 'to' | 'plugin_usage'> &
  Readonly<{ journal: readonly JournalRun[]; durations: RowRange<DurationsRow>; success_rates: RowRange<SuccessRatesRow> }>;
