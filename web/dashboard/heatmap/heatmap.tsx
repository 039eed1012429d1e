import { useCallback, useMemo, useState } from 'react';
import { pluginPath } from '../app/place.ts';
import { useTheme } from '../app/theme.ts';
import { Chart } from '../charts/chart.tsx';
import { paletteOf } from '../charts/palette.ts';
import { Picture } from '../charts/picture.tsx';
import { Part } from '../data/part.tsx';
import { useQuestion } from '../data/use-question.ts';
import { count } from '../figures/format.ts';
import { PluginOrderDocument, ReliabilityHeatmapDocument, type ReliabilityHeatmapQueryVariables } from '../generated/graphql.ts';
import { useOpenPage } from '../view/use-open-page.ts';
import { changeView, useShown, useView } from '../view/use-view.ts';
import { cellsHeight, columnsThatFit, heatmapCells } from './heatmap-cells.ts';
import { type HeatmapAnswer, heatmapFigures } from './heatmap-figures.ts';
import { heatmapSentence, worstFirst } from './heatmap-sentence.ts';
import { Legend } from './legend.tsx';

/** Rows of a page: as many as an eye takes in, and as a browser draws at once. */
const ROWS = 25;

/** How reliable each plugin was, bucket by bucket; the most used ones first, the least reliable of them on top. */
export function Heatmap() {
  const shown = useShown();
  const { page } = useView();
  const order = useByUse(page > 0);
  const first = { filter: shown.filter, bucket: shown.bucketOf('cells'), timeZone: shown.timeZone, limit: ROWS };
  // The first page is what the API puts first; later pages name their plugins, so that any number of them can be gone through.
  const named = order && { ...first, filter: { ...shown.filter, plugins: order.slice(page * ROWS, (page + 1) * ROWS) } };
  const question = useQuestion(ReliabilityHeatmapDocument, page === 0 ? first : (named ?? false));
  return (
    <Part name="Plugin reliability" question={question}>
      {({ reliabilityHeatmap: answer }) =>
        answer && (
          <HeatmapPicture answer={answer} variables={named ?? first} page={page} total={order ? order.length : answer.pluginCount} />
        )
      }
    </Part>
  );
}

/** All plugins with steps under the filter, the most used first, ties by name: the order of the first page, gone on with. */
function useByUse(wanted: boolean): readonly string[] | undefined {
  const { filter } = useShown();
  const plugins = useQuestion(PluginOrderDocument, wanted && { filter }).answer?.data.pluginStats?.plugins;
  return useMemo(() => {
    if (!wanted || !plugins) return undefined;
    const used = plugins.filter(({ durations }) => durations.n > 0);
    return used.sort((a, b) => b.durations.n - a.durations.n).map(({ name }) => name);
  }, [wanted, plugins]);
}

type HeatmapPictureProps = Readonly<{ answer: HeatmapAnswer; variables: ReliabilityHeatmapQueryVariables; page: number; total: number }>;

function HeatmapPicture({ answer: asked, variables, page, total }: HeatmapPictureProps) {
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
        <Pages page={page} total={total} onPage={next => changeView({ page: next })} />
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

function Pages({ page, total, onPage }: { page: number; total: number; onPage: (page: number) => void }) {
  const last = Math.max(0, Math.ceil(total / ROWS) - 1);
  if (last === 0) return null;
  return (
    <span className="steps">
      <button type="button" disabled={page === 0} onClick={() => onPage(page - 1)} aria-label="Plugins used more">
        ‹
      </button>
      <span>
        plugins {count(page * ROWS + 1)} to {count(Math.min(total, (page + 1) * ROWS))} of {count(total)}, by use
      </span>
      <button type="button" disabled={page >= last} onClick={() => onPage(page + 1)} aria-label="Plugins used less">
        ›
      </button>
    </span>
  );
}
