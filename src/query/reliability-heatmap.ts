import type { View } from '../projection/table/table.ts';
import { type Bucketing, type Column, calendarOf, columnsOf, extent } from './buckets.ts';
import type { Filter } from './filter.ts';
import { type ColumnPart, KeptSeries } from './kept-series.ts';
import { Parts } from './parts.ts';
import { compareText, rate } from './rate.ts';
import { type Cells, cellsOf, countedOf } from './time-cells.ts';

/** Each list has one entry a column: 0, and no bounds, where the plugin was not used. */
export type HeatmapRow = Readonly<{
  plugin: string;
  uses: Parts<number>;
  successes: Parts<number>;
  lower: Parts<number | null>;
  upper: Parts<number | null>;
}>;

/** `pluginCount`: all plugins under the filter. */
export type ReliabilityHeatmap = Readonly<{ columns: readonly Column[]; rows: readonly HeatmapRow[]; pluginCount: number }>;

export type HeatmapQuestion = Bucketing & Readonly<{ limit: number; filter: Filter }>;

/** About what a column of a row takes, with its text. */
const COLUMN_BYTES = 120;

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
  const kept = new KeptSeries<RowPart>(view, {
    name: 'heatmap',
    bytes: COLUMN_BYTES,
    by: 'plugin',
    bucketing: question,
    filter: picked,
    columns,
    cells,
  });
  const rows = shown.map(({ key, name }) => rowOf(name, kept.of(key, rowPart)));
  return { columns, rows, pluginCount: counted.length };
}

type RowPart = Readonly<{ uses: number[]; successes: number[]; lower: (number | null)[]; upper: (number | null)[] }>;

function rowPart({ from, to }: ColumnPart, cells: Cells | undefined): RowPart {
  const rates = Array.from({ length: to - from }, (_, column) =>
    rate(cells?.successes[from + column] ?? 0, cells?.totals[from + column] ?? 0),
  );
  return {
    uses: rates.map(({ total }) => total),
    successes: rates.map(({ successes }) => successes),
    lower: rates.map(({ lower }) => lower),
    upper: rates.map(({ upper }) => upper),
  };
}

function rowOf(plugin: string, parts: readonly RowPart[]): HeatmapRow {
  const list = <Item>(of: (part: RowPart) => readonly Item[]) => new Parts(parts.map(of));
  return {
    plugin,
    uses: list(({ uses }) => uses),
    successes: list(({ successes }) => successes),
    lower: list(({ lower }) => lower),
    upper: list(({ upper }) => upper),
  };
}
