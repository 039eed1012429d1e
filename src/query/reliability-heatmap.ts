import type { Position } from '../log/log.ts';
import type { Ask } from './ask.ts';
import { type Bucketing, type Column, columnsOf, extent } from './buckets.ts';
import type { Filter } from './filter.ts';
import { compareText, rate } from './rate.ts';
import { named, numbers, Params } from './sql.ts';
import { countedOf, gridOf, placed, slotRows } from './time-slots.ts';

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
  const counted = await countedOf(ask, 'plugin', question.filter, asOf);
  const shown = counted.toSorted((a, b) => b.n - a.n || compareText(a.name, b.name)).slice(0, question.limit);
  const columns = columnsOf(question, question.filter.window, extent(counted), shown.length);
  const picked = { ...question.filter, plugins: shown.map(({ name }) => name) };
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

type Cell = Readonly<{ plugin: string; place: number; uses: number; successes: number }>;

/** What is not empty of the heatmap. */
async function cellsOf(ask: Ask, filter: Filter, columns: readonly Column[], asOf: Position): Promise<Cell[]> {
  const rows = await ask(asOf, source => {
    const params = new Params();
    const grid = gridOf(columns);
    const slots = slotRows({ by: 'plugin', filter, slot: grid.slot }, source, params);
    const cells = `SELECT plugin, place, sum(n) AS n, sum(successes) AS successes FROM ${placed(slots, 'slot', grid, params)} GROUP BY plugin, place`;
    const lists = `SELECT plugin, list(place) AS places, list(n::DOUBLE) AS uses, list(successes::DOUBLE) AS successes FROM (${cells}) GROUP BY plugin`;
    return { sql: named(lists, 'plugin', source), values: params.values };
  });
  return rows.flatMap(row => {
    const [uses, successes] = [numbers(row['uses']), numbers(row['successes'])];
    const plugin = String(row['plugin_name']);
    return numbers(row['places']).map((place, index) => ({
      plugin,
      place,
      uses: uses[index] ?? 0,
      successes: successes[index] ?? 0,
    }));
  });
}
