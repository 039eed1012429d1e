import type { View } from '../projection/table/table.ts';
import { extent } from './buckets.ts';
import { type Durations, NO_DURATIONS } from './durations.ts';
import type { Filter } from './filter.ts';
import { journalCounts } from './journal-counts.ts';
import type { DurationInterval } from './median-interval.ts';
import { type Rate, rate } from './rate.ts';
import { countedOf } from './time-cells.ts';
import { executionTotals, type SummaryQuestion, summaryWithInterval } from './totals.ts';

export type Totals = Readonly<{
  executions: number;
  successRate: Rate;
  durations: Durations;
  medianInterval: DurationInterval | null;
  patterns: number;
  plugins: number;
  steps: number;
  cancelled: number;
}>;

/** `from` and `to` in seconds since 1970; undefined where no row is counted and the window leaves them open. */
export type Overview = Readonly<{ from: number | undefined; to: number | undefined; current: Totals; previous: Totals | undefined }>;

/** What happened in the window, and in the window of equal length before it. */
export async function overview(view: View, question: SummaryQuestion): Promise<Overview> {
  const { filter } = question;
  const { first, latest, ...current } = await totals(view, question);
  const edges = filter.window ?? { from: undefined, to: undefined };
  // A missing edge is the first counted timestamp, or the second after the last; never the clock.
  const from = edges.from ?? first;
  const to = edges.to ?? (latest === undefined ? undefined : latest + 1);
  const before = filter.window && from !== undefined && to !== undefined ? { from: from - (to - from), to: from } : undefined;
  return { from, to, current, previous: before && (await totalsOnly(view, question, { ...filter, window: before })) };
}

async function totalsOnly(view: View, question: SummaryQuestion, filter: Filter): Promise<Totals> {
  const { first: _, latest: __, ...found } = await totals(view, { ...question, filter });
  return found;
}

/** `first`, `latest`: timestamps of what is counted. */
async function totals(view: View, question: SummaryQuestion): Promise<Totals & { first: number | undefined; latest: number | undefined }> {
  const { filter } = question;
  const byPattern = await executionTotals(view, filter);
  const counted = byPattern.sum();
  const all = counted && (await summaryWithInterval(view, counted, question));
  const plugins = await countedOf(view, 'plugin', filter);
  const times = [...(all ? [{ first: all.first, last: all.latest }] : []), ...plugins];
  return {
    executions: all?.total ?? 0,
    successRate: rate(all?.successes ?? 0, all?.total ?? 0),
    durations: all?.durations ?? NO_DURATIONS,
    medianInterval: all?.medianInterval ?? null,
    patterns: byPattern.tallies.filter(tally => tally !== undefined).length,
    plugins: plugins.length,
    steps: plugins.reduce((sum, { n }) => sum + n, 0),
    cancelled: (await journalCounts(view, filter)).cancelled,
    first: extent(times)?.first,
    latest: extent(times)?.last,
  };
}
