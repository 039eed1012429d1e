import { useMemo } from 'react';
import { Part } from '../data/part.tsx';
import { useQuestion } from '../data/use-question.ts';
import { PluginHeatmapDocument, PluginOrderDocument } from '../generated/graphql.ts';
import { useShown, useView } from '../view/use-view.ts';
import { HeatmapPicture } from './heatmap-picture.tsx';
import { lastPage, ROWS } from './plugin-pages.tsx';

/** How reliable each plugin was, bucket by bucket; the most used ones first, the least reliable of them on top. */
export function Heatmap() {
  const shown = useShown();
  const { page: asked } = useView();
  const order = useByUse(asked > 0);
  const page = order ? Math.min(asked, lastPage(order.length)) : asked;
  const first = { filter: shown.filter, within: shown.filter, bucket: shown.bucketOf('cells'), timeZone: shown.timeZone, limit: ROWS };
  // The first page is what the API puts first; later pages name their plugins, so that any number of them can be gone through.
  const named = order && { ...first, filter: { ...shown.filter, plugins: order.slice(page * ROWS, (page + 1) * ROWS) } };
  const question = useQuestion(PluginHeatmapDocument, page === 0 ? first : (named ?? false));
  return (
    <Part name="Plugin reliability" question={question}>
      {({ reliabilityHeatmap: answer, all }) =>
        answer && (
          <HeatmapPicture
            answer={answer}
            all={all}
            variables={named ?? first}
            page={page}
            total={order ? order.length : answer.pluginCount}
          />
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
