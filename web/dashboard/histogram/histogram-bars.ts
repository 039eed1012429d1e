import type { EChartsCoreOption } from 'echarts/core';
import { axisLook, FONT } from '../charts/look.ts';
import type { Palette } from '../charts/palette.ts';
import { tooltip } from '../charts/tooltip.ts';
import { counted, duration } from '../figures/format.ts';
import type { DurationHistogramQuery } from '../generated/graphql.ts';

type Answer = Omit<NonNullable<DurationHistogramQuery['durationHistogram']>, 'asOf'>;

/** Bars over bins that widen with the duration (they are equally wide in log seconds), with median and p95 as lines. */
export function histogramBars({ bins, durations }: Answer, palette: Palette, width: number): EChartsCoreOption {
  const axes = axisLook(palette);
  return {
    grid: { left: 40, right: 12, top: 26, bottom: 26 },
    xAxis: {
      ...axes,
      type: 'category',
      data: bins.map(({ fromSeconds }) => duration(fromSeconds)),
      axisLabel: { ...axes.axisLabel, interval: Math.max(0, Math.ceil(bins.length / Math.max(2, width / 90)) - 1) },
    },
    yAxis: { ...axes, type: 'value', minInterval: 1 },
    series: {
      type: 'bar',
      data: bins.map(({ count }) => count),
      barCategoryGap: '8%',
      itemStyle: { color: palette.accent },
      tooltip: {
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const bin = bins[dataIndex];
          return bin
            ? tooltip(counted(bin.count, 'execution'), [`${duration(bin.fromSeconds)} to ${duration(bin.toSeconds)}`])
            : tooltip('', []);
        },
      },
      markLine: {
        silent: true,
        symbol: 'none',
        lineStyle: { color: palette.text, type: 'dashed', width: 1 },
        label: { color: palette.text, fontSize: 11, fontFamily: FONT, formatter: '{b}' },
        data: [
          { name: `median ${duration(durations.medianSeconds)}`, xAxis: binOf(durations.medianSeconds, bins), label: { align: 'right' } },
          { name: `p95 ${duration(durations.p95Seconds)}`, xAxis: binOf(durations.p95Seconds, bins), label: { align: 'left' } },
        ],
      },
    },
  };
}

function binOf(seconds: number | null, bins: Answer['bins']): number {
  const found = bins.findIndex(({ toSeconds }) => (seconds ?? 0) < toSeconds);
  return found < 0 ? bins.length - 1 : found;
}
