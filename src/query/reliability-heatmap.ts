import type { Position } from '../log/log.ts';
import type { Ask } from './ask.ts';
import { type Bucketing, type Column, columnsOf, extent } from './buckets.ts';
import { type Filter, stepRows } from './filter.ts';
import { compareText, rate } from './rate.ts';
import { Params, placed } from './sql.ts';

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
export async function reliabilityHeatmap(ask: Ask, question: HeatmapQuestion, asOf: Position): Promise<ReliabilityHeatmap> {
  const counted = await plugins(ask, question.filter, asOf);
  const shown = counted.toSorted((a, b) => b.uses - a.uses || compareText(a.plugin, b.plugin)).slice(0, question.limit);
  const columns = columnsOf(question, question.filter.window, extent(counted), shown.length);
  const picked = { ...question.filter, plugins: shown.map(({ plugin }) => plugin) };
  const cells = shown.length === 0 || columns.length === 0 ? [] : await cellsOf(ask, picked, columns, asOf);
  const rows = new Map(picked.plugins.map(plugin => [plugin, emptyRow(plugin, columns.length)]));
  for (const { plugin, place, uses, successes } of cells) {
    const row = rows.get(plugin);
    if (!row) continue;
    const { lower, upper } = rate(successes, uses);
    row.uses[place] = uses;
    row.successes[place] = successes;
    row.lower[place] = lower;
    row.upper[place] = upper;
  }
  return { columns, rows: [...rows.values()], pluginCount: counted.length };
}

function emptyRow(plugin: string, length: number) {
  const [zeros, nulls] = [Array<number>(length).fill(0), Array<number | null>(length).fill(null)];
  return { plugin, uses: zeros, successes: [...zeros], lower: nulls, upper: [...nulls] };
}

type Counted = Readonly<{ plugin: string; uses: number; first: number; last: number }>;

async function plugins(ask: Ask, filter: Filter, asOf: Position): Promise<Counted[]> {
  const rows = await ask(asOf, source => {
    const params = new Params();
    return {
      sql: `SELECT plugin, count(*) AS uses, min(timestamp) AS first, max(timestamp) AS last
            FROM ${stepRows(filter, source, params)} GROUP BY plugin`,
      values: params.values,
    };
  });
  return rows.map(row => ({
    plugin: String(row['plugin']),
    uses: Number(row['uses']),
    first: Number(row['first']),
    last: Number(row['last']),
  }));
}

type Cell = Readonly<{ plugin: string; place: number; uses: number; successes: number }>;

/** What is not empty of the heatmap. */
async function cellsOf(ask: Ask, filter: Filter, columns: readonly Column[], asOf: Position): Promise<Cell[]> {
  const starts = columns.map(({ start }) => start);
  const rows = await ask(asOf, source => {
    const params = new Params();
    return {
      sql: `SELECT plugin, place, count(*) AS uses, count(*) FILTER (WHERE success) AS successes
            FROM ${placed(stepRows(filter, source, params), 'timestamp', starts, params)} GROUP BY plugin, place`,
      values: params.values,
    };
  });
  return rows.map(row => ({
    plugin: String(row['plugin']),
    place: Number(row['place']),
    uses: Number(row['uses']),
    successes: Number(row['successes']),
  }));
}
