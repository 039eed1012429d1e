import { useCallback } from 'react';
import { pluginPath } from '../app/place.ts';
import { useTheme } from '../app/theme.ts';
import { Chart } from '../charts/chart.tsx';
import { paletteOf } from '../charts/palette.ts';
import { Picture } from '../charts/picture.tsx';
import { Part } from '../data/part.tsx';
import { useQuestion } from '../data/use-question.ts';
import type { Figures } from '../figures/figures.ts';
import { PluginPairsDocument, type PluginPairsQuery } from '../generated/graphql.ts';
import { useOpenPage } from '../view/use-open-page.ts';
import { useShown } from '../view/use-view.ts';
import { TOGETHER } from './pair-figures.ts';
import { notablePairs, type Pair, pairSentence } from './pair-verdict.ts';
import { pairsNetwork } from './pairs-network.ts';

type Answer = NonNullable<PluginPairsQuery['pluginPairs']>;

/** As many edges as can be told apart. The pairs that differ from chance are among them, however rare. */
const EDGES = 40;
const ASKED = 200;

/** Which plugins run together, and whether they do better together than apart. */
export function Pairs() {
  const shown = useShown();
  const variables = { filter: shown.filter, limit: ASKED, minExecutions: 2 };
  const question = useQuestion(PluginPairsDocument, variables);
  return (
    <Part name="Plugin pairs" question={question}>
      {({ pluginPairs }) => {
        if (!pluginPairs) return null;
        const drawn = drawnPairs(pluginPairs.pairs);
        const sentence = pairSentence(pluginPairs.pairs);
        return (
          <Picture
            name="pairs"
            title="Plugins that run together"
            sentence={sentence}
            question={PluginPairsDocument}
            variables={variables}
            figures={pairFigures(pluginPairs.pairs)}
          >
            <Network answer={pluginPairs} description={sentence} />
            {drawn.length < pluginPairs.pairs.length && (
              <p className="muted">
                Drawn: {drawn.length} of{' '}
                {pluginPairs.pairs.length === ASKED ? `the ${ASKED} most frequent pairs` : `${pluginPairs.pairs.length} pairs`}; the table
                has the others.
              </p>
            )}
          </Picture>
        );
      }}
    </Part>
  );
}

function drawnPairs(pairs: readonly Pair[]): Pair[] {
  const notable = new Set(notablePairs(pairs));
  const kept = pairs.filter(pair => notable.has(pair)).slice(0, EDGES);
  return [...kept, ...pairs.filter(pair => !notable.has(pair)).slice(0, EDGES - kept.length)];
}

const networkHeight = (width: number) => Math.min(480, Math.max(340, width * 0.75));

function Network({ answer, description }: { answer: Answer; description: string }) {
  const { colours } = useShown();
  const palette = paletteOf(useTheme());
  const open = useOpenPage();
  const draw = useCallback(
    (width: number) => pairsNetwork({ pairs: drawnPairs(answer.pairs), plugins: answer.plugins }, { width, palette, colours }),
    [answer, palette, colours],
  );
  return (
    <Chart
      draw={draw}
      height={networkHeight}
      description={description}
      onPick={({ dataType, name }) => {
        if (dataType === 'node') open(pluginPath(name));
      }}
    />
  );
}

function pairFigures(pairs: readonly Pair[]): Figures<Pair> {
  return {
    rows: pairs,
    columns: [
      { name: 'Plugin', value: pair => pair.a, link: pair => pluginPath(pair.a) },
      { name: 'With', value: pair => pair.b, link: pair => pluginPath(pair.b) },
      ...TOGETHER,
    ],
  };
}
