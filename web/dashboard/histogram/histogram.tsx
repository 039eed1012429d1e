import { useCallback } from 'react';
import { PageLink } from '../app/page-link.tsx';
import { executionPath, patternPath } from '../app/place.ts';
import { useTheme } from '../app/theme.ts';
import { Chart } from '../charts/chart.tsx';
import { paletteOf } from '../charts/palette.ts';
import { Picture } from '../charts/picture.tsx';
import { Part } from '../data/part.tsx';
import { useQuestion } from '../data/use-question.ts';
import type { Figures } from '../figures/figures.ts';
import { FiguresTable } from '../figures/figures-table.tsx';
import { counted, duration, instant, number } from '../figures/format.ts';
import { DurationHistogramDocument, type DurationHistogramQuery } from '../generated/graphql.ts';
import { useShown } from '../view/use-view.ts';
import { histogramBars } from './histogram-bars.ts';

export type HistogramAnswer = Omit<NonNullable<DurationHistogramQuery['durationHistogram']>, 'asOf'>;
type Outlier = HistogramAnswer['outliers'][number];

const BINS = 30;
const OUTLIERS = 50;

/** How long executions take, and which of them stand out within their pattern. */
export function Histogram() {
  const shown = useShown();
  const variables = { filter: shown.filter, bins: BINS, outliers: OUTLIERS };
  const question = useQuestion(DurationHistogramDocument, variables);
  return (
    <Part name="Execution durations" question={question}>
      {({ durationHistogram }) => {
        if (!durationHistogram) return null;
        const sentence = histogramSentence(durationHistogram);
        return (
          <Picture
            name="histogram"
            title="Execution durations"
            sentence={sentence}
            question={DurationHistogramDocument}
            variables={variables}
            figures={BIN_FIGURES(durationHistogram)}
          >
            <HistogramChart answer={durationHistogram} description={sentence} />
            <Outliers outliers={durationHistogram.outliers} />
          </Picture>
        );
      }}
    </Part>
  );
}

const HEIGHT = 210;
const fixedHeight = () => HEIGHT;

export function HistogramChart({ answer, description }: { answer: HistogramAnswer; description: string }) {
  const palette = paletteOf(useTheme());
  const draw = useCallback((width: number) => histogramBars(answer, palette, width), [answer, palette]);
  return <Chart draw={draw} height={fixedHeight} description={description} />;
}

export function histogramSentence({ durations, outliers }: HistogramAnswer): string {
  if (durations.n === 0) return 'No execution ended in this window.';
  const spread = `Half of ${counted(durations.n, 'execution')} took up to ${duration(durations.medianSeconds)}, 95% up to ${duration(durations.p95Seconds)}; the longest took ${duration(durations.maxSeconds)}.`;
  const most = outliers[0];
  if (!most) return `${spread} None stands out within its pattern.`;
  const many =
    outliers.length === OUTLIERS ? `${OUTLIERS} or more stand` : `${outliers.length} ${outliers.length === 1 ? 'stands' : 'stand'}`;
  return `${spread} ${many} out within their pattern, most of all one of ${most.patternId} that took ${duration(most.durationSeconds)}.`;
}

const BIN_FIGURES = ({ bins }: HistogramAnswer): Figures<HistogramAnswer['bins'][number]> => ({
  rows: bins,
  columns: [
    { name: 'From (s)', value: bin => bin.fromSeconds, numeric: true },
    { name: 'To (s)', value: bin => bin.toSeconds, numeric: true },
    { name: 'Executions', value: bin => bin.count, numeric: true },
  ],
});

/** The executions that stand out most, with their pattern; a run of ours leads to its page. */
export function Outliers({ outliers }: { outliers: readonly Outlier[] }) {
  const { timeZone } = useShown();
  if (outliers.length === 0) return <p className="muted">No outliers: none lies far from its pattern’s other runs.</p>;
  const figures: Figures<Outlier> = {
    rows: outliers,
    columns: [
      { name: 'Took', value: row => row.durationSeconds, shown: row => duration(row.durationSeconds), numeric: true },
      { name: 'Pattern', value: row => row.patternId, link: row => patternPath(row.patternId) },
      {
        name: 'Execution',
        value: row => row.executionId,
        shown: row =>
          row.executionId === null ? 'not recorded here' : <PageLink to={executionPath(row.executionId)}>{row.executionId}</PageLink>,
      },
      { name: 'When', value: row => row.timestamp, shown: row => instant(row.timestamp, timeZone) },
      { name: 'Score', value: row => row.score, shown: row => number(row.score), numeric: true },
    ],
  };
  return (
    <>
      <h3>Outliers</h3>
      <div className="short">
        <FiguresTable caption="Outliers" figures={figures} />
      </div>
    </>
  );
}
