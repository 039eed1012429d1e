import { useCallback } from 'react';
import { useTheme } from '../app/theme.ts';
import { Chart } from '../charts/chart.tsx';
import { paletteOf } from '../charts/palette.ts';
import { Picture } from '../charts/picture.tsx';
import { Part } from '../data/part.tsx';
import { useQuestion } from '../data/use-question.ts';
import { bucketName, rateText } from '../figures/format.ts';
import { PluginTrendDocument } from '../generated/graphql.ts';
import { type HeatmapAnswer, heatmapFigures, totalOf } from '../heatmap/heatmap-figures.ts';
import { panelsHeight, trendPanels } from '../trends/trend-panels.ts';
import { useShown } from '../view/use-view.ts';

/** The reliability of one plugin over time, with its interval. */
export function PluginTrend({ name }: { name: string }) {
  const shown = useShown();
  const variables = { filter: shown.filter, bucket: shown.bucketOf('lines'), timeZone: shown.timeZone };
  const question = useQuestion(PluginTrendDocument, variables);
  return (
    <Part name="Reliability over time" question={question}>
      {({ reliabilityHeatmap }) => {
        const points = pointsOf(reliabilityHeatmap);
        if (!reliabilityHeatmap || points.length === 0) return null;
        const { bucket, timeZone } = variables;
        const sentence = sentenceOf(points, point => bucketName(point, bucket, timeZone));
        return (
          <Picture
            name="reliability"
            title="Reliability over time"
            sentence={sentence}
            question={PluginTrendDocument}
            variables={variables}
            figures={heatmapFigures(reliabilityHeatmap, variables)}
          >
            <Line name={name} answer={reliabilityHeatmap} description={sentence} />
          </Picture>
        );
      }}
    </Part>
  );
}

/** A bucket of fewer uses is not called the lowest. */
const FEW_USES = 5;

type Point = ReturnType<typeof pointsOf>[number];

function pointsOf(answer: HeatmapAnswer | null | undefined) {
  const row = answer?.rows[0];
  if (!row) return [];
  return (answer?.columns ?? []).map((column, at) => {
    const [total, successes] = [row.uses[at] ?? 0, row.successes[at] ?? 0];
    return {
      ...column,
      rate: { total, successes, value: total === 0 ? null : successes / total, lower: row.lower[at] ?? null, upper: row.upper[at] ?? null },
    };
  });
}

function sentenceOf(points: readonly Point[], nameOf: (point: Point) => string): string {
  const used = points.filter(({ rate }) => rate.total > 0);
  const { uses, successes } = totalOf({ uses: used.map(({ rate }) => rate.total), successes: used.map(({ rate }) => rate.successes) });
  const worst = used.filter(({ rate }) => rate.total >= FEW_USES).sort((a, b) => (a.rate.upper ?? 1) - (b.rate.upper ?? 1))[0];
  const all = `${successes} of ${uses} steps succeeded.`;
  return worst ? `${all} Lowest: ${nameOf(worst)}, with ${rateText(worst.rate)}.` : all;
}

const lineHeight = () => panelsHeight(1, 1000);

function Line({ name, answer, description }: { name: string; answer: HeatmapAnswer; description: string }) {
  const { timeZone, bucketOf } = useShown();
  const palette = paletteOf(useTheme());
  const bucket = bucketOf('lines');
  const draw = useCallback(
    (width: number) => trendPanels([{ name, points: pointsOf(answer) }], { width, palette, bucket, timeZone }),
    [name, answer, palette, bucket, timeZone],
  );
  return <Chart draw={draw} height={lineHeight} description={description} />;
}
