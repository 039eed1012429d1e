import { useMemo, useRef } from 'react';
import { pluginPath } from '../app/place.ts';
import { useTheme } from '../app/theme.ts';
import { paletteOf } from '../charts/palette.ts';
import { Picture } from '../charts/picture.tsx';
import { useWidth } from '../charts/use-width.ts';
import { PluginHeatmapDocument, type PluginHeatmapQuery, type PluginHeatmapQueryVariables } from '../generated/graphql.ts';
import { useOpenPage } from '../view/use-open-page.ts';
import { changeView, useShown, useView } from '../view/use-view.ts';
import { HeatmapDrawing } from './heatmap-drawing.tsx';
import { type HeatmapAnswer, heatmapFigures, othersOf } from './heatmap-figures.ts';
import { columnsThatFit, gridOf, heightOf } from './heatmap-grid.ts';
import { heatmapSentence, worstFirst } from './heatmap-sentence.ts';
import { Legend } from './legend.tsx';
import { PluginPages } from './plugin-pages.tsx';

type HeatmapPictureProps = Readonly<{
  answer: HeatmapAnswer;
  /** The steps of all plugins, by phase. */
  all: PluginHeatmapQuery['all'];
  variables: PluginHeatmapQueryVariables;
  page: number;
  /** Plugins that there are. */
  total: number;
}>;

/** The cells, with what goes through rows and columns that have no room. */
export function HeatmapPicture({ answer: asked, all, variables, page, total }: HeatmapPictureProps) {
  const answer = useMemo(() => worstFirst(asked), [asked]);
  const { timeZone, colours, bucketOf } = useShown();
  const { earlier } = useView();
  const palette = paletteOf(useTheme());
  const open = useOpenPage();
  const bucket = bucketOf('cells');
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const others = othersOf(answer, total, all);
  const sentence = heatmapSentence(answer, total, others);
  const figures = useMemo(() => heatmapFigures(answer, { bucket, timeZone }), [answer, bucket, timeZone]);
  const height = heightOf(answer.rows.length + (others ? 1 : 0));
  const fitting = columnsThatFit(width);
  const hidden = answer.columns.length - fitting;
  const goEarlier = (columns: number) => changeView({ earlier: columns });
  return (
    <Picture
      name="heatmap"
      title="Plugin reliability"
      sentence={sentence}
      question={PluginHeatmapDocument}
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
      <div ref={frame} className="heatmap" style={{ height }}>
        {width > 0 && (
          <HeatmapDrawing
            answer={answer}
            others={others}
            grid={gridOf(answer, { width, height, earlier })}
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
