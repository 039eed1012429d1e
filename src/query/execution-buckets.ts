/** Executions by the bucket of the sketch that their duration lies in: where they are sorted beforehand, no others are looked at. */
import type { Blocks, ExecutionColumn, GroupPart, RowGroup, View } from '../projection/table/table.ts';
import { asParts, executionRows, type Filter, throughJournal } from './filter.ts';

export type InBucket = Readonly<{ pattern: number; bucket: number }>;

/** Executions of a pattern: their numbers in `executionBlocks`, and in the same order their durations in microseconds. */
export type Executions = Readonly<{ rows: ArrayLike<number>; us: Float64Array }>;

/** What rows of executions under a filter are numbered in. */
export function executionBlocks(view: View, filter: Filter): Blocks<ExecutionColumn> {
  return throughJournal(filter) ? view.blocks('journal') : view.blocks('success_rates');
}

/** The executions under a filter that lie in some buckets of their patterns, by pattern and in no order: the caller's own. */
export async function executionsIn(view: View, wanted: readonly InBucket[], filter: Filter): Promise<Map<number, Executions>> {
  if (wanted.length === 0) return new Map();
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
      const of = byPattern[pattern[row] ?? 0];
      if (of?.mask[cell[row] ?? 0] === 1) of.loose.add(first + row, durationUs[row] ?? 0);
    }
  });
  const found = new Map<number, Executions>();
  await view.each(byPattern.entries(), ([pattern, own]) => {
    if (own) found.set(pattern, own.loose.behind(inGroups(view, groups, { pattern, cells: own.cells })));
  });
  return found;
}

/** Executions of a pattern in some cells, group by group; `ends`: how many lie in the groups up to each. */
type Gathered = Readonly<{ groups: RowGroup[]; ends: number[]; list: ExecutionList }>;

/** Those of groups. Most were there when a question was asked before, and are not looked through again. */
function inGroups(view: View, groups: readonly RowGroup[], { pattern, cells }: { pattern: number; cells: number[] }): Executions {
  const name = `executions of ${pattern} in ${cells.join(' ')} from ${groups[0]?.rows.from}`;
  const known = view.recall<Gathered>(name);
  const isPart = known && groups.every((group, place) => place >= known.groups.length || group === known.groups[place]);
  const { groups: own, ends, list }: Gathered = isPart ? known : { groups: [], ends: [], list: new ExecutionList() };
  const more = groups.slice(own.length);
  const durations = view.blocks('success_rates');
  for (const group of more) {
    group.visit(pattern, cells, row => list.add(row, durations.at('durationUs', row)));
    own.push(group);
    ends.push(list.length);
  }
  if (!isPart || more.length > 0) view.remember(name, { groups: own, ends, list }, name.length + list.bytes);
  return list.before(ends[groups.length - 1] ?? 0);
}

class ExecutionList {
  #rows = new Uint32Array(16);
  #us = new Float64Array(16);
  length = 0;

  get bytes(): number {
    return this.#rows.byteLength + this.#us.byteLength;
  }

  add(row: number, us: number): void {
    if (this.length === this.#rows.length) this.#grow();
    this.#rows[this.length] = row;
    this.#us[this.length++] = us;
  }

  /** The first of them. They are still the list's. */
  before(end: number): Executions {
    return { rows: this.#rows.subarray(0, end), us: this.#us.subarray(0, end) };
  }

  /** These behind others, in lists of their own. */
  behind(others: Executions): Executions {
    const rows = new Uint32Array(others.us.length + this.length);
    const us = new Float64Array(rows.length);
    for (const { at, part } of [
      { at: 0, part: others },
      { at: others.us.length, part: this.before(this.length) },
    ]) {
      rows.set(part.rows, at);
      us.set(part.us, at);
    }
    return { rows, us };
  }

  #grow(): void {
    const [rows, us] = [this.#rows, this.#us];
    this.#rows = new Uint32Array(2 * rows.length);
    this.#us = new Float64Array(2 * us.length);
    this.#rows.set(rows);
    this.#us.set(us);
  }
}

async function partsOf(view: View, filter: Filter): Promise<Iterable<GroupPart<ExecutionColumn>>> {
  // Those of other patterns are not wanted either.
  return throughJournal(filter) ? asParts(await executionRows(view, filter)) : view.executionParts(filter.window);
}

/** Cells of a pattern, 1 at each of them, and its executions there that are in no group. */
type WantedCells = { cells: number[]; mask: Uint8Array; loose: ExecutionList };

/** By pattern the cells of its buckets, of executions that the filter leaves. */
function wantedCells(wanted: readonly InBucket[], { success }: Filter): (WantedCells | undefined)[] {
  const outcomes = success === undefined ? [0, 1] : [Number(success)];
  const width = 2 + 2 * wanted.reduce((most, { bucket }) => Math.max(most, bucket), 0);
  const byPattern: (WantedCells | undefined)[] = [];
  for (const { pattern, bucket } of wanted) {
    const own = byPattern[pattern] ?? { cells: [], mask: new Uint8Array(width), loose: new ExecutionList() };
    for (const outcome of outcomes) {
      own.cells.push(2 * bucket + outcome);
      own.mask[2 * bucket + outcome] = 1;
    }
    byPattern[pattern] = own;
  }
  return byPattern;
}
