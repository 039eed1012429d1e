import type { Stretch } from '../../log/log.ts';

/**
 * A stretch as two, one after the other, for a store that cannot take it in one transaction: half of the rows of each log. Undefined
 * where it holds one execution or none, since that goes in whole.
 */
export function halvesOf(stretch: Stretch): readonly [Stretch, Stretch] | undefined {
  const { from, to } = stretch;
  if (stretch.journal.length < 2) return undefined;
  const journal = cut(stretch.journal, from.journal);
  const durations = cut(stretch.durations, from.durations);
  const successRates = cut(stretch.success_rates, from.success_rates);
  const pluginUsage = cut(stretch.plugin_usage, from.plugin_usage);
  const middle = {
    journal: journal.middle,
    durations: durations.middle,
    success_rates: successRates.middle,
    plugin_usage: pluginUsage.middle,
    chain: journal.halves[0].at(-1)?.chain.slice(16, 24) ?? from.chain,
  };
  const half = (index: 0 | 1) => ({
    journal: journal.halves[index],
    durations: durations.halves[index],
    success_rates: successRates.halves[index],
    plugin_usage: pluginUsage.halves[index],
    rejected: [],
  });
  return [
    { from, to: middle, ...half(0) },
    { from: middle, to, ...half(1) },
  ];
}

function cut<Row extends { end: number }>(rows: readonly Row[], start: number): { halves: [Row[], Row[]]; middle: number } {
  const half = Math.ceil(rows.length / 2);
  return { halves: [rows.slice(0, half), rows.slice(half)], middle: rows[half - 1]?.end ?? start };
}
