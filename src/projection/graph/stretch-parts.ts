import type { Position, Stretch } from '../../log/log.ts';

/**
 * A stretch as parts that follow one another, for a store that takes so many executions in one transaction: each holds the same share
 * of the rows of each log. At least one.
 */
export function partsOf(stretch: Stretch, executions: number): Stretch[] {
  const { journal, durations, success_rates, plugin_usage } = stretch;
  const parts = Math.max(1, Math.ceil(journal.length / executions));
  const cut = [cutter(journal, parts), cutter(durations, parts), cutter(success_rates, parts), cutter(plugin_usage, parts)] as const;
  let { from } = stretch;
  return Array.from({ length: parts }, (_, index) => {
    const rows = { journal: cut[0](index), durations: cut[1](index), success_rates: cut[2](index), plugin_usage: cut[3](index) };
    const to = index === parts - 1 ? stretch.to : endOf(rows, from);
    const part = { from, to, ...rows, rejected: [] };
    from = to;
    return part;
  });
}

function cutter<Row>(rows: readonly Row[], parts: number): (index: number) => readonly Row[] {
  const bound = (index: number) => Math.ceil((rows.length * index) / parts);
  return index => rows.slice(bound(index), bound(index + 1));
}

/** Where the last row of each log ends. */
function endOf({ journal, durations, success_rates, plugin_usage }: Omit<Stretch, 'from' | 'to' | 'rejected'>, from: Position): Position {
  const last = journal.at(-1);
  return {
    journal: last?.end ?? from.journal,
    durations: durations.at(-1)?.end ?? from.durations,
    success_rates: success_rates.at(-1)?.end ?? from.success_rates,
    plugin_usage: plugin_usage.at(-1)?.end ?? from.plugin_usage,
    chain: last?.chain.slice(16, 24) ?? from.chain,
  };
}
