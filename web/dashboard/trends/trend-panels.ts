import type { ECElementEvent, EChartsCoreOption } from 'echarts/core';
import { axisLook, FONT } from '../charts/look.ts';
import type { Palette } from '../charts/palette.ts';
import { tooltip } from '../charts/tooltip.ts';
import { bucketLabel, bucketName, counted, rateText, shortened } from '../figures/format.ts';
import type { Bucket, Direction, SuccessTrendsQuery } from '../generated/graphql.ts';
import { DIRECTIONS } from './trend-sentence.ts';

type Series = Readonly<{
  name: string;
  direction?: Direction;
  points: NonNullable<SuccessTrendsQuery['successTrend']>['series'][number]['points'];
}>;
type Look = Readonly<{ width: number; palette: Palette; bucket: Bucket; timeZone: string }>;

const PANEL = { top: 48, bottom: 28, left: 34, right: 12 };

/** Pixels; one alone has room. */
const panelHeight = (panels: number) => (panels === 1 ? 240 : 156);

function across(panels: number, width: number): number {
  const fitting = width < 300 ? 1 : width < 700 ? 2 : width < 1000 ? 3 : 5;
  return Math.max(1, Math.min(panels, fitting));
}

/** Pixels. */
export function panelsHeight(panels: number, width: number): number {
  return Math.max(1, Math.ceil(panels / across(panels, width))) * panelHeight(panels);
}

/** The place of the panel that was clicked. */
export function panelOf({ seriesIndex, componentIndex, componentType }: ECElementEvent): number {
  return componentType === 'title' ? (componentIndex ?? -1) : Math.floor((seriesIndex ?? -1) / SERIES_PER_PANEL);
}

/** Below, band and line. */
const SERIES_PER_PANEL = 3;

/** A panel a pattern with the rate as a line and its interval as a band; all panels share both axes, so that they can be compared. */
export function trendPanels(series: readonly Series[], look: Look): EChartsCoreOption {
  const columns = across(series.length, look.width);
  const width = look.width / columns;
  const panel = panelHeight(series.length);
  const boxes = series.map((_, place) => ({
    left: (place % columns) * width + PANEL.left,
    top: Math.floor(place / columns) * panel + PANEL.top,
    width: width - PANEL.left - PANEL.right,
    height: panel - PANEL.top - PANEL.bottom,
  }));
  const axes = axisLook(look.palette);
  return {
    title: series.map((one, place) => titleOf(one, look, { ...boxes[place], width })),
    grid: boxes,
    xAxis: series.map(({ points }, gridIndex) => ({
      ...axes,
      gridIndex,
      type: 'category',
      data: points.map(({ start }) => bucketLabel(start, look.bucket, look.timeZone)),
      axisLabel: {
        ...axes.axisLabel,
        alignMinLabel: 'left',
        alignMaxLabel: 'right',
        interval: Math.max(0, Math.ceil(points.length / Math.max(2, width / 75)) - 1),
      },
    })),
    yAxis: series.map((_, gridIndex) => ({
      ...axes,
      gridIndex,
      min: 0,
      max: 1,
      interval: 0.5,
      axisLabel: { ...axes.axisLabel, formatter: (value: number) => `${100 * value}%` },
    })),
    series: series.flatMap((one, place) => linesOf(one, place, look)),
  };
}

function titleOf({ name, direction }: Series, { palette }: Look, box: { left?: number; top?: number; width: number }) {
  const { word, sign } = DIRECTIONS[direction ?? 'STEADY'];
  const colour = direction === 'DEGRADING' ? palette.bad : direction === 'IMPROVING' ? palette.good : palette.muted;
  return {
    text: shortened(name, Math.floor(box.width / 8)),
    subtext: sign ? `${sign} ${word}` : direction === undefined ? '' : 'steady',
    left: (box.left ?? 0) - PANEL.left + 4,
    top: (box.top ?? 0) - PANEL.top,
    padding: 2,
    itemGap: 4,
    triggerEvent: true,
    textStyle: { color: palette.text, fontSize: 12, lineHeight: 18, fontWeight: 600, fontFamily: FONT },
    subtextStyle: { color: colour, fontSize: 11, fontWeight: sign ? 700 : 400, fontFamily: FONT },
  };
}

function linesOf({ name, direction, points }: Series, place: number, { palette, bucket, timeZone }: Look) {
  const colour = direction === 'DEGRADING' ? palette.bad : direction === 'IMPROVING' ? palette.good : palette.accent;
  // Buckets without a run have no rate: the line goes on to the next one that has.
  const used = points.flatMap((point, index) => (point.rate.total > 0 ? [{ index, ...point }] : []));
  const base = { type: 'line', xAxisIndex: place, yAxisIndex: place, connectNulls: true };
  const band = { ...base, stack: `band-${place}`, symbol: 'none', lineStyle: { opacity: 0 }, silent: true };
  return [
    { ...band, data: used.map(({ index, rate }) => [index, rate.lower]) },
    {
      ...band,
      data: used.map(({ index, rate }) => [index, (rate.upper ?? 0) - (rate.lower ?? 0)]),
      areaStyle: { color: colour, opacity: 0.18 },
    },
    {
      ...base,
      data: used.map(({ index, rate }) => [index, rate.value]),
      symbol: 'circle',
      symbolSize: 5,
      lineStyle: { color: colour, width: colour === palette.accent ? 1.5 : 2.5 },
      itemStyle: { color: colour },
      tooltip: {
        trigger: 'item',
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const point = used[dataIndex];
          return point
            ? tooltip(name, [
                bucketName(point, bucket, timeZone),
                rateText(point.rate),
                point.partial ? `cut by the window, ${counted(point.rate.total, 'run')}` : undefined,
              ])
            : tooltip(name, []);
        },
      },
    },
  ];
}
