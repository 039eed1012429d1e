import type { JournalColumn, Part, Pieces, View } from '../projection/table/table.ts';
import { EXECUTION_STATUSES, type ExecutionStatus } from '../record/record.ts';
import { type Filter, journalRows, picksByTimeAlone } from './filter.ts';

/** How many rows of journal.log there are under a filter, by status. */
export async function journalCounts(view: View, filter: Filter): Promise<Record<ExecutionStatus, number>> {
  const counts = EXECUTION_STATUSES.map(() => 0);
  const add = (status = 0, n = 0) => {
    counts[status] = (counts[status] ?? 0) + n;
  };
  const parts = picksByTimeAlone(filter) ? view.partsIn('journal', filter.window, () => true) : asParts(await journalRows(view, filter));
  await view.each(parts, part => {
    if ('counts' in part) {
      for (let index = 0; index < part.counts.keys.length; index++) add(part.counts.keys[index], part.counts.totals[index]);
      return;
    }
    const { block, rows, length } = part.picked;
    for (let index = 0; index < length; index++) add(block.columns.status[rows[index] ?? 0], 1);
  });
  return Object.fromEntries(EXECUTION_STATUSES.map((status, place) => [status, counts[place] ?? 0])) as Record<ExecutionStatus, number>;
}

function* asParts(pieces: Pieces<JournalColumn>): Generator<Part<JournalColumn>> {
  for (const picked of pieces) yield { picked };
}
