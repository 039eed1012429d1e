import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { pluginPath } from '../app/place.ts';
import { useTheme } from '../app/theme.ts';
import { Chart } from '../charts/chart.tsx';
import { paletteOf } from '../charts/palette.ts';
import { Picture } from '../charts/picture.tsx';
import { Part } from '../data/part.tsx';
import { useQuestion } from '../data/use-question.ts';
import { count } from '../figures/format.ts';
import {
  PluginOrderDocument,
  type PluginOrderQuery,
  ReliabilityHeatmapDocument,
  type ReliabilityHeatmapQueryVariables,
} from '../generated/graphql.ts';
import { useOpenPage } from '../view/use-open-page.ts';
import { changeView, type Shown, useShown } from '../view/use-view.ts';
import { cellsHeight, columnsThatFit, heatmapCells } from './heatmap-cells.ts';
import { type HeatmapAnswer, heatmapFigures } from './heatmap-figures.ts';
import { heatmapSentence, worstFirst } from './heatmap-sentence.ts';
import { Legend } from './legend.tsx';

/** Rows of a page: as many as an eye takes in, and as a browser draws at once. */
const ROWS = 25;

/** How reliable each plugin was, bucket by bucket; the most used ones first, the least reliable of them on top. */
export function Heatmap() {
  const shown = useShown();
  const [page, setPage] = useState(0);
  const order = useQuestion(PluginOrderDocument, page > 0 && { filter: shown.filter });
  const variables = variablesOf(page, order.answer?.data, shown);
  const question = useQuestion(ReliabilityHeatmapDocument, variables);
  const total = useTotal(question.answer?.data.reliabilityHeatmap, page);
  return (
    <Part name="Plugin reliability" question={question}>
      {({ reliabilityHeatmap }) =>
        reliabilityHeatmap && (
          <HeatmapPicture
            key={shown.bucketOf('cells')}
            answer={reliabilityHeatmap}
            variables={variables || { ...shown, limit: ROWS, bucket: shown.bucketOf('cells') }}
            pages={<Pages page={page} total={total} onPage={setPage} />}
          />
        )
      }
    </Part>
  );
}

/** The first page is what the API puts first; later pages name their plugins, so that any number of them can be gone through. */
function variablesOf(page: number, order: PluginOrderQuery | undefined, shown: Shown) {
  const base = { bucket: shown.bucketOf('cells'), timeZone: shown.timeZone, limit: ROWS };
  if (page === 0) return { ...base, filter: shown.filter };
  const byUse = order?.pluginStats?.plugins.toSorted((a, b) => b.uses - a.uses);
  if (!byUse) return false;
  return { ...base, filter: { ...shown.filter, plugins: byUse.slice(page * ROWS, (page + 1) * ROWS).map(({ name }) => name) } };
}

/** A page that names its plugins counts only these: the first page's count holds for all. */
function useTotal(answer: HeatmapAnswer | null | undefined, page: number): number {
  const [total, setTotal] = useState(0);
  const found = answer?.pluginCount ?? 0;
  if (page === 0 && found !== total) setTotal(found);
  return total;
}

type HeatmapPictureProps = Readonly<{ answer: HeatmapAnswer; variables: ReliabilityHeatmapQueryVariables; pages: ReactNode }>;

function HeatmapPicture({ answer: asked, variables, pages }: HeatmapPictureProps) {
  const answer = useMemo(() => worstFirst(asked), [asked]);
  const { timeZone, colours, bucketOf } = useShown();
  const palette = paletteOf(useTheme());
  const open = useOpenPage();
  const bucket = bucketOf('cells');
  const [earlier, setEarlier] = useState(0);
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
  const sentence = heatmapSentence(answer);
  const figures = useMemo(() => heatmapFigures(answer, { bucket, timeZone }), [answer, bucket, timeZone]);
  const hidden = answer.columns.length - fitting;
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
        {pages}
        {hidden > 0 && (
          <span className="steps">
            <button
              type="button"
              disabled={earlier >= hidden}
              onClick={() => setEarlier(Math.min(hidden, earlier + Math.ceil(fitting / 2)))}
            >
              ‹ Earlier
            </button>
            <button type="button" disabled={earlier === 0} onClick={() => setEarlier(Math.max(0, earlier - Math.ceil(fitting / 2)))}>
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
