import { useCallback, useMemo, useState } from 'react';
import { pluginPath } from '../app/place.ts';
import { useTheme } from '../app/theme.ts';
import { Chart } from '../charts/chart.tsx';
import { paletteOf } from '../charts/palette.ts';
import { Picture } from '../charts/picture.tsx';
import { ReliabilityHeatmapDocument, type ReliabilityHeatmapQueryVariables } from '../generated/graphql.ts';
import { useOpenPage } from '../view/use-open-page.ts';
import { changeView, useShown, useView } from '../view/use-view.ts';
import { cellsHeight, columnsThatFit, heatmapCells } from './heatmap-cells.ts';
import { type HeatmapAnswer, heatmapFigures } from './heatmap-figures.ts';
import { heatmapSentence, worstFirst } from './heatmap-sentence.ts';
import { Legend } from './legend.tsx';
import { PluginPages } from './plugin-pages.tsx';

type HeatmapPictureProps = Readonly<{ answer: HeatmapAnswer; variables: ReliabilityHeatmapQueryVariables; page: number; total: number }>;

/** The cells, with what goes through rows and columns that have no room. */
export function HeatmapPicture({ answer: asked, variables, page, total }: HeatmapPictureProps) {
  const answer = useMemo(() => worstFirst(asked), [asked]);
  const { timeZone, colours, bucketOf } = useShown();
  const { earlier } = useView();
  const palette = paletteOf(useTheme());
  const open = useOpenPage();
  const bucket = bucketOf('cells');
  const [fitting, setFitting] = useState(0);
  const draw = useCallback(
    (width: number) => {
      setFitting(columnsThatFit(width));
      return heatmapCells(answer, { width, earlier, palette, colours, bucket, timeZone });
    },
    [answer, earlier, palette, colours, bucket, timeZone],
  );
  const rows = answer.rows.length;
  const height = useCallback(() => cellsHeight(rows), [rows]);
  const sentence = heatmapSentence(answer, total);
  const figures = useMemo(() => heatmapFigures(answer, { bucket, timeZone }), [answer, bucket, timeZone]);
  const hidden = answer.columns.length - fitting;
  const goEarlier = (columns: number) => changeView({ earlier: columns });
  return (
    <Picture
      name="heatmap"
      title="Plugin reliability"
      sentence={sentence}
      question={ReliabilityHeatmapDocument}
      variables={variables}
      figures={figures}
      tools={
        <button
          type="button"
          aria-pressed={colours === 'red-green'}
          onClick={() => changeView({ colours: colours === 'cividis' ? 'red-green' : 'cividis' })}
        >
          Red to green
        </button>
      }
    >
      <div className="picture-bar">
        <Legend colours={colours} />
        <PluginPages page={page} total={total} onPage={next => changeView({ page: next })} />
        {hidden > 0 && (
          <span className="steps">
            <button
              type="button"
              disabled={earlier >= hidden}
              onClick={() => goEarlier(Math.min(hidden, earlier + Math.ceil(fitting / 2)))}
            >
              ‹ Earlier
            </button>
            <button type="button" disabled={earlier === 0} onClick={() => goEarlier(Math.max(0, earlier - Math.ceil(fitting / 2)))}>
              Later ›
            </button>
          </span>
        )}
      </div>
      <Chart
        draw={draw}
        height={height}
        description={sentence}
        onPick={({ value, componentType, data }) => {
          const name = componentType === 'yAxis' ? answer.rows.find(({ plugin }) => plugin === String(value))?.plugin : pluginOf(data);
          if (name !== undefined) open(pluginPath(name));
        }}
      />
    </Picture>
  );
}

function pluginOf(data: unknown): string | undefined {
  return typeof data === 'object' && data !== null && 'plugin' in data && typeof data.plugin === 'string' ? data.plugin : undefined;
}
