import type { EChartsCoreOption } from 'echarts/core';
import { axisLook, FONT } from '../charts/look.ts';
import { colourAt, inkOn, type Palette, scaleOf } from '../charts/palette.ts';
import { tooltip } from '../charts/tooltip.ts';
import { bucketLabel, bucketName, count, interval, percent, shortened } from '../figures/format.ts';
import type { Bucket } from '../generated/graphql.ts';
import type { Colours } from '../view/view.ts';
import { type HeatmapAnswer, type HeatmapRow, totalOf } from './heatmap-figures.ts';

/** `earlier`: how many columns the last one shown lies before the last one there is. */
type Look = Readonly<{ width: number; earlier: number; palette: Palette; colours: Colours; bucket: Bucket; timeZone: string }>;

const ROW_HEIGHT = 22;
const HEAD = 24;
/** A number of three digits has room. */
const MIN_CELL = 28;
/** Rows of fewer uses than this are in italics: their share says little. */
const FEW_USES = 5;

const labelWidth = (width: number) => (width < 600 ? 110 : 170);

/** The column of all buckets together stands before them. */
export function columnsThatFit(width: number): number {
  return Math.max(1, Math.floor((width - labelWidth(width)) / MIN_CELL) - 1);
}

export function cellsHeight(rows: number): number {
  return HEAD + ROW_HEIGHT * Math.max(1, rows);
}

/** Plugins down, time across, a number on each cell; the first column holds all of the window. */
export function heatmapCells({ rows, columns }: HeatmapAnswer, look: Look): EChartsCoreOption {
  const { palette, width, colours } = look;
  const axes = axisLook(palette);
  const end = Math.max(Math.min(columns.length, columnsThatFit(width)), columns.length - look.earlier);
  const start = Math.max(0, end - columnsThatFit(width));
  const visible = columns.slice(start, end).map(({ start }) => bucketLabel(start, look.bucket, look.timeZone));
  const cells = rows.flatMap((row, y) => [allCell(row, y, colours), ...bucketCells(row, y, { start, end, colours })]);
  return {
    grid: { left: labelWidth(width), right: 0, top: HEAD, bottom: 0 },
    xAxis: {
      ...axes,
      type: 'category',
      position: 'top',
      data: ['all', ...visible],
      splitLine: { show: false },
      axisLine: { show: false },
    },
    yAxis: {
      ...axes,
      type: 'category',
      inverse: true,
      triggerEvent: true,
      data: rows.map(({ plugin }) => plugin),
      splitLine: { show: false },
      axisLine: { show: false },
      axisLabel: {
        ...axes.axisLabel,
        color: palette.text,
        interval: 0,
        hideOverlap: false,
        formatter: (name: string) => shortened(name, Math.floor(labelWidth(width) / 7)),
      },
    },
    visualMap: { show: false, min: 0, max: 1, dimension: 2, inRange: { color: [...scaleOf(colours)] } },
    series: {
      type: 'heatmap',
      data: cells,
      label: {
        show: true,
        fontSize: 10,
        fontFamily: FONT,
        formatter: ({ value }: { value: [number, number, number] }) => `${Math.round(100 * value[2])}`,
      },
      itemStyle: { borderColor: palette.surface, borderWidth: 1 },
      // To mark the cell under the pointer the whole drawing would be made anew: the tooltip names it.
      emphasis: { disabled: true },
      tooltip: { formatter: ({ data }: { data: Cell }) => cellTooltip(data, { rows, columns }, look) },
    },
  };
}

/** `at`: the column; undefined for all of them. */
type Cell = ReturnType<typeof cell>;

function cell(
  place: readonly [x: number, y: number],
  share: number,
  about: { plugin: string; uses: number; at: number | undefined; colours: Colours },
) {
  const { plugin, uses, at, colours } = about;
  const label = {
    color: inkOn(colourAt(share, colours)),
    ...(uses < FEW_USES ? { fontStyle: 'italic' } : {}),
    ...(at === undefined ? { fontWeight: 700 } : {}),
  };
  return { value: [...place, share], plugin, uses, at, label };
}

function allCell(row: HeatmapRow, y: number, colours: Colours): Cell {
  const { uses, successes } = totalOf(row);
  return cell([0, y], uses === 0 ? 0 : successes / uses, { plugin: row.plugin, uses, at: undefined, colours });
}

function bucketCells(row: HeatmapRow, y: number, { start, end, colours }: { start: number; end: number; colours: Colours }): Cell[] {
  return row.uses.slice(start, end).flatMap((uses, x) => {
    const at = start + x;
    return uses === 0 ? [] : [cell([x + 1, y], (row.successes[at] ?? 0) / uses, { plugin: row.plugin, uses, at, colours })];
  });
}

function cellTooltip(
  { plugin, at, uses, value }: Cell,
  { rows, columns }: Pick<HeatmapAnswer, 'rows' | 'columns'>,
  { bucket, timeZone }: Look,
): HTMLElement {
  const share = `${percent(value[2])} of ${count(uses)}`;
  if (at === undefined) return tooltip(plugin, ['all of the window', share]);
  const row = rows.find(one => one.plugin === plugin);
  const column = columns[at];
  const bounds = row && { lower: row.lower[at] ?? null, upper: row.upper[at] ?? null };
  return tooltip(plugin, [column && bucketName(column, bucket, timeZone), bounds ? `${share} (${interval(bounds)})` : share]);
}
