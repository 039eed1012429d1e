import { count, counted, listed, percent } from '../figures/format.ts';
import { type HeatmapAnswer, type HeatmapRow, totalOf } from './heatmap-figures.ts';

/** The least reliable row first: what needs an eye is on top. */
export function worstFirst(answer: HeatmapAnswer): HeatmapAnswer {
  const share = (row: HeatmapRow) => {
    const { uses, successes } = totalOf(row);
    return uses === 0 ? 2 : successes / uses;
  };
  return { ...answer, rows: answer.rows.toSorted((a, b) => share(a) - share(b)) };
}

/** Of rows that stand worst first, of `plugins` that there are. */
export function heatmapSentence({ rows }: HeatmapAnswer, plugins: number): string {
  if (rows.length === 0) return 'No plugin ran in this window.';
  const totals = rows.map(totalOf);
  const [uses, successes] = [totals.reduce((sum, row) => sum + row.uses, 0), totals.reduce((sum, row) => sum + row.successes, 0)];
  const shown = rows.length < plugins ? `${count(rows.length)} of ${counted(plugins, 'plugin')}` : counted(plugins, 'plugin');
  const lowest = rows.slice(0, Math.min(3, rows.length)).map((row, place) => {
    const total = totals[place] ?? { uses: 0, successes: 0 };
    return `${row.plugin} (${percent(total.successes / total.uses)} of ${count(total.uses)})`;
  });
  return `${shown}: ${percent(successes / uses)} of ${counted(uses, 'step')} succeeded. Least reliable: ${listed(lowest)}.`;
}
