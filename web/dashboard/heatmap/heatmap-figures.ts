import { pluginPath } from '../app/place.ts';
import type { Figures } from '../figures/figures.ts';
import { bucketName, percent } from '../figures/format.ts';
import type { Bucket, HeatmapPartsFragment, PluginHeatmapQuery } from '../generated/graphql.ts';

export type HeatmapAnswer = HeatmapPartsFragment;
export type HeatmapRow = HeatmapAnswer['rows'][number];

/** Steps, and how many of them succeeded. */
export type Used = Readonly<{ uses: number; successes: number }>;

export function sumOf(parts: readonly Used[]): Used {
  return parts.reduce((sum, part) => ({ uses: sum.uses + part.uses, successes: sum.successes + part.successes }), {
    uses: 0,
    successes: 0,
  });
}

/** Of all buckets together. */
export function totalOf({ uses, successes }: Pick<HeatmapRow, 'uses' | 'successes'>): Used {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return { uses: sum(uses), successes: sum(successes) };
}

/** A column; undefined for all of them together. */
export type At = number | undefined;

export function figuresAt(row: HeatmapRow, at: At): Used {
  return at === undefined ? totalOf(row) : { uses: row.uses[at] ?? 0, successes: row.successes[at] ?? 0 };
}

/** The plugins without a row, taken together: how many they are, and their steps in all of the window. */
export type Others = Used & Readonly<{ plugins: number }>;

/** What the rows leave of `plugins` and of `all` steps, which the answer tells by phase; undefined where that is nothing. */
export function othersOf({ rows }: HeatmapAnswer, plugins: number, all: PluginHeatmapQuery['all']): Others | undefined {
  if (!all || plugins <= rows.length) return undefined;
  const [shown, total] = [
    sumOf(rows.map(totalOf)),
    sumOf(all.phases.map(({ success: { total: uses, successes } }) => ({ uses, successes }))),
  ];
  return { plugins: plugins - rows.length, uses: total.uses - shown.uses, successes: total.successes - shown.successes };
}

type Cell = Readonly<{ row: HeatmapRow; at: number; column: HeatmapAnswer['columns'][number] }>;

/** One row a plugin and bucket in which it was used. */
export function heatmapFigures(
  { rows, columns }: Pick<HeatmapAnswer, 'rows' | 'columns'>,
  { bucket, timeZone }: { bucket: Bucket; timeZone: string },
): Figures<Cell> {
  const share = ({ row, at }: Cell) => (row.successes[at] ?? 0) / (row.uses[at] ?? 1);
  return {
    rows: rows.flatMap(row => columns.flatMap((column, at) => ((row.uses[at] ?? 0) > 0 ? [{ row, at, column }] : []))),
    columns: [
      { name: 'Plugin', value: ({ row }) => row.plugin, link: ({ row }) => pluginPath(row.plugin) },
      { name: 'From', value: ({ column }) => column.start, shown: ({ column }) => bucketName(column, bucket, timeZone) },
      { name: 'Cut by the window', value: ({ column }) => (column.partial ? 'yes' : 'no') },
      { name: 'Uses', value: ({ row, at }) => row.uses[at] ?? 0, numeric: true },
      { name: 'Successes', value: ({ row, at }) => row.successes[at] ?? 0, numeric: true },
      { name: 'Reliability', value: share, shown: cell => percent(share(cell)), numeric: true },
      { name: 'Lower', value: ({ row, at }) => row.lower[at] ?? null, shown: ({ row, at }) => percent(row.lower[at]), numeric: true },
      { name: 'Upper', value: ({ row, at }) => row.upper[at] ?? null, shown: ({ row, at }) => percent(row.upper[at]), numeric: true },
    ],
  };
}
