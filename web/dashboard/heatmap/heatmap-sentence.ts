import { count, counted, listed, percent } from '../figures/format.ts';
import { type HeatmapAnswer, type HeatmapRow, type Others, sumOf, totalOf, type Used } from './heatmap-figures.ts';

/** The least reliable row first: what needs an eye is on top. */
export function worstFirst(answer: HeatmapAnswer): HeatmapAnswer {
  const share = (row: HeatmapRow) => {
    const { uses, successes } = totalOf(row);
    return uses === 0 ? 2 : successes / uses;
  };
  return { ...answer, rows: answer.rows.toSorted((a, b) => share(a) - share(b)) };
}

/** Of rows that stand worst first, of `plugins` that there are. */
export function heatmapSentence({ rows }: HeatmapAnswer, plugins: number, others: Others | undefined): string {
  if (rows.length === 0) return 'No plugin ran in this window.';
  const totals = rows.map(totalOf);
  const shown = rows.length < plugins ? `${count(rows.length)} of ${counted(plugins, 'plugin')}` : counted(plugins, 'plugin');
  const lowest = rows.slice(0, Math.min(3, rows.length)).map((row, place) => {
    const total = totals[place] ?? { uses: 0, successes: 0 };
    return `${row.plugin} (${percent(total.successes / total.uses)} of ${count(total.uses)})`;
  });
  return `${shown}: ${stepsText(sumOf(totals))} succeeded${others ? `; of the others ${stepsText(others)}` : ''}. Least reliable: ${listed(lowest)}.`;
}

/** `88.9% of 177,750 steps` */
export function stepsText({ uses, successes }: Used): string {
  return `${percent(successes / uses)} of ${counted(uses, 'step')}`;
}
