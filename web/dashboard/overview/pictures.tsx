import { Heatmap } from '../heatmap/heatmap.tsx';
import { Histogram } from '../histogram/histogram.tsx';
import { Pairs } from '../pairs/pairs.tsx';
import { Trends } from '../trends/trends.tsx';
import { BestPatterns, MostUsedPlugins, Phases } from './rankings.tsx';

/** Below the first screen: the four pictures and the tables, in one piece with the library that draws. */
export function Pictures() {
  return (
    <>
      <Trends />
      <Heatmap />
      <div className="halves">
        <Histogram />
        <Pairs />
      </div>
      <BestPatterns />
      <MostUsedPlugins />
      <Phases />
    </>
  );
}
