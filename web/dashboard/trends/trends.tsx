import { useCallback } from 'react';
import { patternPath } from '../app/place.ts';
import { useTheme } from '../app/theme.ts';
import { Chart } from '../charts/chart.tsx';
import { paletteOf } from '../charts/palette.ts';
import { Picture } from '../charts/picture.tsx';
import { Part } from '../data/part.tsx';
import { useQuestion } from '../data/use-question.ts';
import type { Figures } from '../figures/figures.ts';
import { bucketName, interval, percent } from '../figures/format.ts';
import { SuccessTrendsDocument, type SuccessTrendsQuery } from '../generated/graphql.ts';
import { useOpenPage } from '../view/use-open-page.ts';
import { type Shown, useShown } from '../view/use-view.ts';
import { panelOf, panelsHeight, trendPanels } from './trend-panels.ts';
import { DIRECTIONS, trendSentence } from './trend-sentence.ts';

export type Series = NonNullable<SuccessTrendsQuery['successTrend']>['series'][number];

const PATTERNS = 10;
const RANKS = { DEGRADING: 0, IMPROVING: 1, STEADY: 2 } as const;

/** How the success rates of the most used patterns went: a panel a pattern, those that get worse first. */
export function Trends() {
  const shown = useShown();
  const variables = { filter: shown.filter, bucket: shown.bucketOf('lines'), timeZone: shown.timeZone, limit: PATTERNS };
  const question = useQuestion(SuccessTrendsDocument, variables);
  const { draw, height, pick } = usePanels(question.answer?.data.successTrend?.series, shown);
  return (
    <Part name="Pattern success trends" question={question}>
      {({ successTrend }) => {
        if (!successTrend) return null;
        const sentence = trendSentence(successTrend.series);
        return (
          <Picture
            name="trends"
            title="Pattern success trends"
            sentence={sentence}
            question={SuccessTrendsDocument}
            variables={variables}
            figures={trendFigures(successTrend.series, shown)}
          >
            <Chart draw={draw} height={height} description={sentence} onPick={pick} />
            {successTrend.series.length === PATTERNS && (
              <p className="muted">Drawn: the {PATTERNS} most used. The others by choosing patterns above, or on their pages.</p>
            )}
          </Picture>
        );
      }}
    </Part>
  );
}

/** Those that move first, then by use as they come. */
function arranged(series: readonly Series[]): Series[] {
  return series.toSorted((a, b) => RANKS[a.direction] - RANKS[b.direction]);
}

function usePanels(series: readonly Series[] | undefined, { timeZone, bucketOf }: Shown) {
  const palette = paletteOf(useTheme());
  const open = useOpenPage();
  const bucket = bucketOf('lines');
  const draw = useCallback(
    (width: number) => trendPanels(arranged(series ?? []), { width, palette, bucket, timeZone }),
    [series, palette, bucket, timeZone],
  );
  const height = useCallback((width: number) => panelsHeight(series?.length ?? 0, width), [series]);
  const pick = (event: Parameters<typeof panelOf>[0]) => {
    const picked = arranged(series ?? [])[panelOf(event)];
    if (picked) open(patternPath(picked.patternId));
  };
  return { draw, height, pick };
}

type Row = Series & Readonly<{ point: Series['points'][number] }>;

/** One row a pattern and bucket in which it ran. */
export function trendFigures(series: readonly Series[], { timeZone, bucketOf }: Shown): Figures<Row> {
  const bucket = bucketOf('lines');
  return {
    rows: arranged(series).flatMap(one => one.points.filter(({ rate }) => rate.total > 0).map(point => ({ ...one, point }))),
    columns: [
      { name: 'Pattern', value: row => row.name, link: row => patternPath(row.patternId) },
      { name: 'Direction', value: row => DIRECTIONS[row.direction].word },
      { name: 'From', value: row => row.point.start, shown: row => bucketName(row.point, bucket, timeZone) },
      { name: 'Cut by the window', value: row => (row.point.partial ? 'yes' : 'no') },
      { name: 'Runs', value: row => row.point.rate.total, numeric: true },
      { name: 'Successes', value: row => row.point.rate.successes, numeric: true },
      { name: 'Rate', value: row => row.point.rate.value, shown: row => percent(row.point.rate.value), numeric: true },
      { name: 'Lower', value: row => row.point.rate.lower, shown: row => percent(row.point.rate.lower), numeric: true },
      { name: 'Upper', value: row => row.point.rate.upper, shown: row => percent(row.point.rate.upper), numeric: true },
      { name: 'Interval at 95 %', value: row => interval(row.point.rate), numeric: true },
    ],
  };
}
