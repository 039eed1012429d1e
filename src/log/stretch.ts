import type { DurationsRow, JournalOutline, JournalRow, PluginUsageRow, RejectedLine, SuccessRatesRow } from '../record/record.ts';
import type { DurationsColumns } from './durations-columns.ts';
import type { Position } from './position.ts';

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

/** The same for who counts: the steps as columns, executions in outline. */
export type ColumnStretch = Omit<Stretch, 'durations' | 'journal'> &
  Readonly<{ durations: DurationsColumns; journal: readonly JournalOutline[] }>;
