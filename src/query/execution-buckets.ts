/** Executions by the bucket of the sketch that their duration lies in: where they are sorted beforehand, no others are looked at. */
import type { Blocks, ExecutionColumn, GroupPart, View } from '../projection/table/table.ts';
import { asParts, executionRows, type Filter, throughJournal } from './filter.ts';

export type InBucket = Readonly<{ pattern: number; bucket: number }>;

/** `row`: its number in `executionBlocks`; `us`: its duration, microseconds. */
export type Placed = Readonly<{ pattern: number; row: number; us: number }>;

/** What rows of executions under a filter are numbered in. */
export function executionBlocks(view: View, filter: Filter): Blocks<ExecutionColumn> {
  return throughJournal(filter) ? view.blocks('journal') : view.blocks('success_rates');
}

/** Shows the executions under a filter that lie in some buckets of their patterns, in no order. */
export async function visitBuckets(
  view: View,
  wanted: readonly InBucket[],
  filter: Filter,
  visit: (execution: Placed) => void,
): Promise<void> {
  if (wanted.length === 0) return;
  const byPattern = wantedCells(wanted, filter);
  const blocks = executionBlocks(view, filter);
  await view.each(await partsOf(view, filter), part => {
    if ('group' in part) {
      for (const [pattern, own] of byPattern.entries())
        if (own) part.group.visit(pattern, own.cells, row => visit({ pattern, row, us: blocks.at('durationUs', row) }));
      return;
    }
    const { block, first, rows, length } = part.picked;
    const { pattern, cell, durationUs } = block.columns;
    for (let index = 0; index < length; index++) {
      const row = rows[index] ?? 0;
      const key = pattern[row] ?? 0;
      if (byPattern[key]?.mask[cell[row] ?? 0] === 1) visit({ pattern: key, row: first + row, us: durationUs[row] ?? 0 });
    }
  });
}

async function partsOf(view: View, filter: Filter): Promise<Iterable<GroupPart<ExecutionColumn>>> {
  // Those of other patterns are not wanted either.
  return throughJournal(filter) ? asParts(await executionRows(view, filter)) : view.executionParts(filter.window);
}

/** Cells of a pattern, and 1 at each of them. */
type WantedCells = { cells: number[]; mask: Uint8Array };

/** By pattern the cells of its buckets, of executions that the filter leaves. */
function wantedCells(wanted: readonly InBucket[], { success }: Filter): (WantedCells | undefined)[] {
  const outcomes = success === undefined ? [0, 1] : [Number(success)];
  const width = 2 + 2 * wanted.reduce((most, { bucket }) => Math.max(most, bucket), 0);
  const byPattern: (WantedCells | undefined)[] = [];
  for (const { pattern, bucket } of wanted) {
    const own = byPattern[pattern] ?? { cells: [], mask: new Uint8Array(width) };
    for (const outcome of outcomes) {
      own.cells.push(2 * bucket + outcome);
      own.mask[2 * bucket + outcome] = 1;
    }
    byPattern[pattern] = own;
  }
  return byPattern;
}
