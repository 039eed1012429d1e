/** Executions by the bucket of the sketch that their duration lies in: where they are sorted beforehand, no others are looked at. */
import type { Blocks, ExecutionColumn, RowGroup, View } from '../projection/table/table.ts';
import { executionRows, type Filter, throughJournal } from './filter.ts';

export type InBucket = Readonly<{ pattern: number; bucket: number }>;

/** Executions of a pattern: their numbers in `executionBlocks`, and in the same order their durations in microseconds. */
export type Executions = Readonly<{ rows: Uint32Array; us: Float64Array }>;

/** The same while they are gathered. */
type Lists = Readonly<{ rows: number[]; us: number[] }>;

/** What rows of executions under a filter are numbered in. */
export function executionBlocks(view: View, filter: Filter): Blocks<ExecutionColumn> {
  return throughJournal(filter) ? view.blocks('journal') : view.blocks('success_rates');
}

/** The executions under a filter that lie in some buckets of their patterns, by pattern and in no order: the caller's own. */
export async function executionsIn(view: View, wanted: readonly InBucket[], filter: Filter): Promise<Map<number, Executions>> {
  if (wanted.length === 0) return new Map();
  const byPattern = wantedCells(wanted, filter);
  const { groups, loose } = await partsOf(view, filter);
  await view.each(loose, ({ block, first, rows, length }) => {
    const { pattern, cell, durationUs } = block.columns;
    for (let index = 0; index < length; index++) {
      const row = rows[index] ?? 0;
      const of = byPattern[pattern[row] ?? 0];
      if (of?.mask[cell[row] ?? 0] !== 1) continue;
      of.loose.rows.push(first + row);
      of.loose.us.push(durationUs[row] ?? 0);
    }
  });
  const found = new Map<number, Executions>();
  await view.each(byPattern.entries(), ([pattern, own]) => {
    if (own) found.set(pattern, joined(inGroups(view, groups, { pattern, cells: own.cells }), own.loose));
  });
  return found;
}

/** Executions of a pattern in some cells, group by group; `ends`: how many lie in the groups up to each. */
type Gathered = Lists & Readonly<{ groups: RowGroup[]; ends: number[] }>;

/** About what an execution takes in it. */
const GATHERED_BYTES = 16;

/** Those of groups. Most were there when a question was asked before, and are not looked through again. */
function inGroups(view: View, groups: readonly RowGroup[], { pattern, cells }: { pattern: number; cells: number[] }): Lists {
  const name = `executions of ${pattern} in ${cells.join(' ')} from ${groups[0]?.name}`;
  const known = view.recall<Gathered>(name);
  const isPart = known && groups.every((group, place) => place >= known.groups.length || group === known.groups[place]);
  const gathered: Gathered = isPart ? known : { groups: [], ends: [], rows: [], us: [] };
  const { groups: own, ends, rows, us } = gathered;
  const more = groups.slice(own.length);
  const executions = view.blocks('success_rates');
  for (const group of more) {
    group.visit(pattern, cells, row => {
      rows.push(row);
      us.push(executions.at('durationUs', row));
    });
    own.push(group);
    ends.push(rows.length);
  }
  if (!isPart || more.length > 0) view.remember(name, gathered, name.length + GATHERED_BYTES * (own.length + rows.length));
  const end = ends[groups.length - 1] ?? 0;
  return end === rows.length ? gathered : { rows: rows.slice(0, end), us: us.slice(0, end) };
}

function joined(first: Lists, second: Lists): Executions {
  const rows = new Uint32Array(first.rows.length + second.rows.length);
  const us = new Float64Array(rows.length);
  rows.set(first.rows);
  rows.set(second.rows, first.rows.length);
  us.set(first.us);
  us.set(second.us, first.us.length);
  return { rows, us };
}

async function partsOf(view: View, filter: Filter): Promise<ReturnType<View['executionParts']>> {
  // Those of other patterns are not wanted either.
  return throughJournal(filter) ? { groups: [], loose: await executionRows(view, filter) } : view.executionParts(filter.window);
}

/** Cells of a pattern, 1 at each of them, and its executions there that are in no group. */
type WantedCells = { cells: number[]; mask: Uint8Array; loose: Lists };

/** By pattern the cells of its buckets, of executions that the filter leaves. */
function wantedCells(wanted: readonly InBucket[], { success }: Filter): (WantedCells | undefined)[] {
  const outcomes = success === undefined ? [0, 1] : [Number(success)];
  const width = 2 + 2 * wanted.reduce((most, { bucket }) => Math.max(most, bucket), 0);
  const byPattern: (WantedCells | undefined)[] = [];
  for (const { pattern, bucket } of wanted) {
    const own = byPattern[pattern] ?? { cells: [], mask: new Uint8Array(width), loose: { rows: [], us: [] } };
    for (const outcome of outcomes) {
      own.cells.push(2 * bucket + outcome);
      own.mask[2 * bucket + outcome] = 1;
    }
    byPattern[pattern] = own;
  }
  return byPattern;
}
