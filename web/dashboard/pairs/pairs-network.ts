import type { EChartsCoreOption } from 'echarts/core';
import { FONT } from '../charts/look.ts';
import { colourAt, type Palette } from '../charts/palette.ts';
import { tooltip } from '../charts/tooltip.ts';
import { counted, number, percent, rateText, shortened } from '../figures/format.ts';
import type { PluginPairsQuery } from '../generated/graphql.ts';
import type { Colours } from '../view/view.ts';
import { notablePairs, type Pair, verdictOf } from './pair-verdict.ts';

type Plugin = NonNullable<PluginPairsQuery['pluginPairs']>['plugins'][number];
/** So many edges say in words what they show; more would cover each other. */
const LABELLED = 4;

type Look = Readonly<{ width: number; palette: Palette; colours: Colours }>;

/** Nodes as large as their use, edges as wide as they are common and coloured by success together; those that differ for real say so in words. */
export function pairsNetwork(
  { pairs, plugins }: { pairs: readonly Pair[]; plugins: readonly Plugin[] },
  { width, palette, colours }: Look,
): EChartsCoreOption {
  const inPairs = new Set(pairs.flatMap(({ a, b }) => [a, b]));
  const nodes = plugins.filter(({ name }) => inPairs.has(name));
  const most = Math.max(1, ...nodes.map(({ executions }) => executions));
  const widest = Math.max(1, ...pairs.map(({ executions }) => executions));
  const notable = notablePairs(pairs);
  return {
    series: {
      type: 'graph',
      layout: 'force',
      roam: 'move',
      force: { initLayout: 'circular', repulsion: width < 500 ? 90 : 240, gravity: 0.22, edgeLength: [20, 90], layoutAnimation: false },
      left: 40,
      right: 40,
      top: 20,
      bottom: 20,
      label: {
        show: true,
        position: 'right',
        color: palette.text,
        fontSize: 10,
        fontFamily: FONT,
        textBorderColor: palette.surface,
        textBorderWidth: 2,
        formatter: ({ name }: { name: string }) => shortened(name, 18),
      },
      labelLayout: ({ dataType }: { dataType: string }) => ({ hideOverlap: dataType === 'node' }),
      itemStyle: { color: palette.accent, borderColor: palette.surface, borderWidth: 1 },
      emphasis: { focus: 'adjacency', lineStyle: { opacity: 1 } },
      data: nodes.map(node => ({
        id: node.name,
        name: node.name,
        value: node.executions,
        symbolSize: 5 + 19 * (node.executions / most),
        tooltip: { formatter: () => tooltip(node.name, [counted(node.executions, 'execution'), `steps: ${rateText(node.reliability)}`]) },
      })),
      links: pairs.map(pair => edgeOf(pair, { palette, colours, share: pair.executions / widest, rank: notable.indexOf(pair) })),
    },
  };
}

function edgeOf(pair: Pair, { palette, colours, share, rank }: { palette: Palette; colours: Colours; share: number; rank: number }) {
  const { word, difference } = verdictOf(pair);
  const [notable, worse] = [rank >= 0, difference < 0];
  return {
    source: pair.a,
    target: pair.b,
    lineStyle: {
      color: colourAt(pair.successTogether.value ?? 0, colours),
      width: (notable ? 3 : 1) + 4 * share,
      opacity: notable ? 1 : 0.75,
      type: notable && worse ? 'dashed' : 'solid',
      curveness: 0.05,
    },
    ...(notable && rank < LABELLED
      ? {
          label: {
            show: true,
            formatter: `${worse ? '▼' : '▲'} ${percent(pair.successTogether.value)}`,
            color: worse ? palette.bad : palette.good,
            backgroundColor: palette.surface,
            padding: 2,
            fontSize: 11,
            fontWeight: 700,
            fontFamily: FONT,
          },
        }
      : {}),
    tooltip: {
      formatter: () =>
        tooltip(`${pair.a} and ${pair.b}`, [
          `together in ${counted(pair.executions, 'execution')}`,
          `success together: ${rateText(pair.successTogether)}`,
          `success apart: ${rateText(pair.successApart)}`,
          word,
          `lift ${number(pair.lift)}`,
        ]),
    },
  };
}
