import type { ECElementEvent, EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useRef } from 'react';
import { init } from './chart-library.ts';
import { TOOLTIP } from './look.ts';
import { useWidth } from './use-width.ts';

export type ChartProps = Readonly<{
  /** The option for a width in pixels. Keep it with useCallback: a new one draws anew. */
  draw: (width: number) => EChartsCoreOption;
  /** Pixels, for a width. */
  height: (width: number) => number;
  /** The sentence that says what the chart shows, for whoever cannot see it. */
  description: string;
  onPick?: (picked: ECElementEvent) => void;
}>;

/** A chart of ECharts as SVG, drawn for the width of its place. */
export function Chart({ draw, height, description, onPick }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const pick = useRef(onPick);
  const width = useWidth(place);
  useEffect(() => {
    pick.current = onPick;
  }, [onPick]);

  useEffect(() => {
    if (!place.current) return;
    const made = init(place.current, null, { renderer: 'svg' });
    chart.current = made;
    made.on('click', event => pick.current?.(event));
    return () => made.dispose();
  }, []);
  const size = height(width);
  useEffect(() => {
    if (width === 0 || !chart.current) return;
    chart.current.resize({ width, height: size });
    // What an answer no longer has must go.
    chart.current.setOption({ animation: false, tooltip: TOOLTIP, ...draw(width) }, { notMerge: true });
  }, [draw, width, size]);

  return <div ref={place} className="chart" role="img" aria-label={description} style={{ height: size }} />;
}
