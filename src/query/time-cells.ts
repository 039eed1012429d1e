/** Rows counted by what they are about and by when they were. */
import type {
  BlockCounts,
  Calendar,
  CountedStretch,
  ExecutionColumn,
  Numbers,
  Part,
  Picked,
  Pieces,
  StepColumn,
  View,
} from '../projection/table/table.ts';
import type { Column } from './buckets.ts';
import { executionRows, type Filter, stepRows, throughJournal } from './filter.ts';
import { executionTotals, sizeOf, stepTotals } from './totals.ts';

/** The place of a time that is not asked about. */
export const NOWHERE = Number.NEGATIVE_INFINITY;

/** What is shown over time: plugins by their steps, or patterns by their executions. */
export type Shown = 'plugin' | 'pattern';

/** How many rows under the filter, and between which timestamps. */
export type Counted = Readonly<{ key: number; name: string; n: number; successes: number; first: number; last: number }>;

/** What has rows under the filter, and how many. */
export async function countedOf(view: View, by: Shown, filter: Filter): Promise<Counted[]> {
  const { tallies } = by === 'plugin' ? await stepTotals(view, by, filter) : await executionTotals(view, filter);
  return [...tallies.entries()].flatMap(([key, tally]) => {
    if (!tally) return [];
    const { total: n, successes } = sizeOf(tally);
    return [{ key, name: view.nameOf(key), n, successes, first: tally.first, last: tally.latest }];
  });
}

/** The rows of what is shown. */
export async function rowsOf(view: View, by: Shown, filter: Filter): Promise<Pieces<'cell' | 'durationUs'>> {
  return by === 'plugin' ? stepRows(view, filter) : await executionRows(view, filter);
}

/** By place of the column: rows, and those that succeeded. */
export type Cells = Readonly<{ totals: Int32Array; successes: Int32Array }>;

/** `calendar`: whose stretches the columns are, if they are. */
type CellsQuestion = Readonly<{
  by: Shown;
  filter: Filter;
  columns: readonly Pick<Column, 'start' | 'end'>[];
  calendar: Calendar | undefined;
}>;

/** Rows by key and column, keys without any left out. Columns follow each other; what stands in none is left out. */
export async function cellsOf(view: View, { by, filter, columns, calendar }: CellsQuestion): Promise<Map<number, Cells>> {
  const keys = wantedKeys(view, by, filter);
  const width = columns.length;
  const grid = {
    offsets: offsetsOf(view, keys, width),
    totals: new Int32Array(keys.length * width),
    successes: new Int32Array(keys.length * width),
  };
  const placeAt = placing(columns);
  await eachOverTime(
    view,
    { by, filter, placeAt, calendar },
    {
      rows: picked => addRows(grid, picked, { keys: picked.block.columns[by], columns, placeAt }),
      counts: (counts, timestamp) => addCounts(grid, counts, placeAt(timestamp)),
    },
  );
  const cells = new Map<number, Cells>();
  for (const [index, key] of keys.entries()) {
    const [begin, end] = [index * width, (index + 1) * width];
    if (hasRows(grid.totals, begin, end))
      cells.set(key, { totals: grid.totals.subarray(begin, end), successes: grid.successes.subarray(begin, end) });
  }
  return cells;
}

function hasRows(totals: Int32Array, begin: number, end: number): boolean {
  for (let at = begin; at < end; at++) if (totals[at] !== 0) return true;
  return false;
}

/** Cells of all keys in two lists; `offsets`: where the cells of a key begin, by its number, or -1. */
type Grid = Readonly<{ offsets: Int32Array; totals: Int32Array; successes: Int32Array }>;

function addRows(
  { offsets, totals, successes }: Grid,
  { block, rows, length }: Picked<'cell'>,
  { keys, columns, placeAt }: { keys: Numbers; columns: CellsQuestion['columns']; placeAt: (timestamp: number) => number },
): void {
  const { timestamp, cell } = block.columns;
  const base = block.bases.timestamp;
  // Rows stand about in the order of their times: most lie in the column of the one before.
  let [place, start, end] = [NOWHERE, 0, 0];
  for (let index = 0; index < length; index++) {
    const row = rows[index] ?? 0;
    const offset = offsets[keys[row] ?? 0] ?? -1;
    if (offset < 0) continue;
    const at = base + (timestamp[row] ?? 0);
    if (at < start || at >= end) {
      place = placeAt(at);
      ({ start, end } = columns[place] ?? { start: 0, end: 0 });
    }
    if (place === NOWHERE) continue;
    totals[offset + place] = (totals[offset + place] ?? 0) + 1;
    successes[offset + place] = (successes[offset + place] ?? 0) + ((cell[row] ?? 0) & 1);
  }
}

function addCounts({ offsets, totals, successes }: Grid, counts: BlockCounts, place: number): void {
  if (place === NOWHERE) return;
  for (let index = 0; index < counts.keys.length; index++) {
    const offset = offsets[counts.keys[index] ?? 0] ?? -1;
    if (offset < 0) continue;
    totals[offset + place] = (totals[offset + place] ?? 0) + (counts.totals[index] ?? 0);
    successes[offset + place] = (successes[offset + place] ?? 0) + (counts.successes[index] ?? 0);
  }
}

function wantedKeys(view: View, by: Shown, { plugins, patternIds }: Filter): number[] {
  const names = by === 'plugin' ? plugins : patternIds;
  return names ? [...view.numbersOf(names)] : Array.from({ length: view.nameCount }, (_, key) => key);
}

function offsetsOf(view: View, keys: readonly number[], width: number): Int32Array {
  const offsets = new Int32Array(view.nameCount).fill(-1);
  for (const [index, key] of keys.entries()) offsets[key] = index * width;
  return offsets;
}

type OverTime = Readonly<{ by: Shown; filter: Filter; placeAt: (timestamp: number) => number; calendar: Calendar | undefined }>;

/** Who counts by time. `timestamp`: one of the rows that are counted. */
type Counter = Readonly<{
  rows: (picked: Picked<StepColumn | ExecutionColumn>) => void;
  counts: (counts: BlockCounts, timestamp: number) => void;
}>;

/**
 * Shows what is to be counted by time: rows, and counts of rows that lie in one place. `placeAt` answers the same for all times between two of
 * one place, and for all of a stretch of the calendar; NOWHERE for none. Keys that are not wanted may be among them.
 */
export async function eachOverTime(view: View, { by, filter, placeAt, calendar }: OverTime, counter: Counter): Promise<void> {
  const log = by === 'plugin' ? 'durations' : 'success_rates';
  const plain = isPlain(by, filter);
  const stretch = ({ counts, start }: CountedStretch) => counter.counts(counts, start);
  const beside = plain && calendar && (await view.rowsBeside(log, calendar, filter.window ?? {}, stretch));
  if (beside || !plain) {
    await view.each((beside || (await rowsOf(view, by, filter))) as Pieces<StepColumn | ExecutionColumn>, counter.rows);
    return;
  }
  const parts = view.partsIn(log, filter.window, (earliest, latest) => placeAt(earliest) === placeAt(latest));
  await view.each(parts as Iterable<Part<StepColumn | ExecutionColumn>>, part => {
    if ('picked' in part) counter.rows(part.picked);
    else counter.counts(part.counts, part.earliest);
  });
}

/** Whether the filter picks by nothing but time and what is shown. */
export function isPlain(by: Shown, filter: Filter): boolean {
  return by === 'plugin' ? filter.patternIds === undefined && filter.phases === undefined : !throughJournal(filter);
}

/** The place of the column that a timestamp lies in; NOWHERE where none does. Rows stand about in the order of their times. */
export function placing(columns: readonly Pick<Column, 'start' | 'end'>[]): (timestamp: number) => number {
  const starts = Float64Array.from(columns, ({ start }) => start);
  const end = columns.at(-1)?.end ?? Number.NEGATIVE_INFINITY;
  let last = 0;
  return timestamp => {
    if (timestamp >= (starts[last] ?? 0) && timestamp < (starts[last + 1] ?? end)) return last;
    if (!(timestamp >= (starts[0] ?? 0) && timestamp < end)) return NOWHERE;
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= timestamp) low = middle;
      else high = middle;
    }
    last = low;
    return low;
  };
}
