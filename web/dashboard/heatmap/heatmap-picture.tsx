import { useMemo, useRef } from 'react';
import { pluginPath } from '../app/place.ts';
import { useTheme } from '../app/theme.ts';
import { paletteOf } from '../charts/palette.ts';
import { Picture } from '../charts/picture.tsx';
import { useWidth } from '../charts/use-width.ts';
import { ReliabilityHeatmapDocument, type ReliabilityHeatmapQueryVariables } from '../generated/graphql.ts';
import { useOpenPage } from '../view/use-open-page.ts';
import { changeView, useShown, useView } from '../view/use-view.ts';
import { HeatmapDrawing } from './heatmap-drawing.tsx';
import { type HeatmapAnswer, heatmapFigures } from './heatmap-figures.ts';
import { columnsThatFit, gridOf, heightOf } from './heatmap-grid.ts';
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
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const sentence = heatmapSentence(answer, total);
  const figures = useMemo(() => heatmapFigures(answer, { bucket, timeZone }), [answer, bucket, timeZone]);
  const fitting = columnsThatFit(width);
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
        {width > 0 && hidden > 0 && (
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
      <div ref={frame} className="heatmap" style={{ height: heightOf(answer.rows.length) }}>
        {width > 0 && (
          <HeatmapDrawing
            answer={answer}
            grid={gridOf(answer, { width, earlier })}
            colours={colours}
            palette={palette}
            bucket={bucket}
            timeZone={timeZone}
            description={sentence}
            onPick={plugin => open(pluginPath(plugin))}
          />
        )}
      </div>
    </Picture>
  );
}
