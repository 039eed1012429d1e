/** Executions by the bucket of the sketch that their duration lies in: where they are sorted beforehand, no others are looked at. */
import type { Blocks, ExecutionColumn, GroupPart, RowGroup, View } from '../projection/table/table.ts';
import { asParts, executionRows, type Filter, throughJournal } from './filter.ts';

export type InBucket = Readonly<{ pattern: number; bucket: number }>;

/** Is shown an execution: its number in `executionBlocks`, and its duration in microseconds. */
export type Visit = (pattern: number, row: number, us: number) => void;

/** What rows of executions under a filter are numbered in. */
export function executionBlocks(view: View, filter: Filter): Blocks<ExecutionColumn> {
  return throughJournal(filter) ? view.blocks('journal') : view.blocks('success_rates');
}

/** Shows the executions under a filter that lie in some buckets of their patterns, in no order. */
export async function visitBuckets(view: View, wanted: readonly InBucket[], filter: Filter, visit: Visit): Promise<void> {
  if (wanted.length === 0) return;
  const byPattern = wantedCells(wanted, filter);
  const groups: RowGroup[] = [];
  await view.each(await partsOf(view, filter), part => {
    if ('group' in part) {
      groups.push(part.group);
      return;
    }
    const { block, first, rows, length } = part.picked;
    const { pattern, cell, durationUs } = block.columns;
    for (let index = 0; index < length; index++) {
      const row = rows[index] ?? 0;
      const key = pattern[row] ?? 0;
      if (byPattern[key]?.mask[cell[row] ?? 0] === 1) visit(key, first + row, durationUs[row] ?? 0);
    }
  });
  await view.each(byPattern.entries(), ([pattern, own]) => {
    if (own) visitGroups(view, groups, { pattern, cells: own.cells }, visit);
  });
}

/** Executions of a pattern in some cells, group by group; `ends`: how many lie in the groups up to each. */
type Gathered = Readonly<{ groups: RowGroup[]; ends: number[]; rows: number[]; us: number[] }>;

/** About what an execution takes in it. */
const GATHERED_BYTES = 16;

/** The same from groups. Most were there when a question was asked before, and are not looked through again. */
function visitGroups(
  view: View,
  groups: readonly RowGroup[],
  { pattern, cells }: { pattern: number; cells: number[] },
  visit: Visit,
): void {
  const executions = view.blocks('success_rates');
  const name = `executions of ${pattern} in ${cells.join(' ')} from ${groups[0]?.rows.from}`;
  const known = view.recall<Gathered>(name);
  const isPart = known && groups.every((group, place) => place >= known.groups.length || group === known.groups[place]);
  const { groups: own, ends, rows, us }: Gathered = isPart ? known : { groups: [], ends: [], rows: [], us: [] };
  for (const group of groups.slice(own.length)) {
    group.visit(pattern, cells, row => {
      rows.push(row);
      us.push(executions.at('durationUs', row));
    });
    own.push(group);
    ends.push(rows.length);
  }
  view.remember(name, { groups: own, ends, rows, us }, name.length + GATHERED_BYTES * (own.length + rows.length));
  const end = ends[groups.length - 1] ?? 0;
  for (let at = 0; at < end; at++) visit(pattern, rows[at] ?? 0, us[at] ?? 0);
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
