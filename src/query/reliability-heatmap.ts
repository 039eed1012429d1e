import type { View } from '../projection/table/table.ts';
import { type Bucketing, type Column, calendarOf, columnsOf, extent } from './buckets.ts';
import type { Filter } from './filter.ts';
import { compareText, rate } from './rate.ts';
import { type Cells, cellsOf, countedOf } from './time-cells.ts';

/** Each list has one entry a column: 0, and no bounds, where the plugin was not used. */
export type HeatmapRow = Readonly<{
  plugin: string;
  uses: readonly number[];
  successes: readonly number[];
  lower: readonly (number | null)[];
  upper: readonly (number | null)[];
}>;

/** `pluginCount`: all plugins under the filter. */
export type ReliabilityHeatmap = Readonly<{ columns: readonly Column[]; rows: readonly HeatmapRow[]; pluginCount: number }>;

export type HeatmapQuestion = Bucketing & Readonly<{ limit: number; filter: Filter }>;

/** The plugins with most uses under the filter, ties by name, and how each did bucket by bucket. Errors: as `columnsOf`. */
export async function reliabilityHeatmap(view: View, question: HeatmapQuestion): Promise<ReliabilityHeatmap> {
  const counted = await countedOf(view, 'plugin', question.filter);
  const shown = counted.toSorted((a, b) => b.n - a.n || compareText(a.name, b.name)).slice(0, question.limit);
  const columns = columnsOf(question, question.filter.window, extent(counted), shown.length);
  const picked = { ...question.filter, plugins: shown.map(({ name }) => name) };
  const cells =
    columns.length === 0
      ? new Map<number, Cells>()
      : await cellsOf(view, { by: 'plugin', filter: picked, columns, calendar: calendarOf(question) });
  return { columns, rows: shown.map(({ key, name }) => rowOf(name, cells.get(key), columns.length)), pluginCount: counted.length };
}

function rowOf(plugin: string, cells: Cells | undefined, length: number): HeatmapRow {
  const [uses, successes] = [Array<number>(length).fill(0), Array<number>(length).fill(0)];
  const [lower, upper] = [Array<number | null>(length).fill(null), Array<number | null>(length).fill(null)];
  for (const [place, total] of cells?.totals.entries() ?? []) {
    if (total === 0) continue;
    const found = rate(cells?.successes[place] ?? 0, total);
    uses[place] = total;
    successes[place] = found.successes;
    lower[place] = found.lower;
    upper[place] = found.upper;
  }
  return { plugin, uses, successes, lower, upper };
}
