/** Rows counted by what they are about and by when they were. */
import type { BlockCounts, ExecutionColumn, Numbers, Part, Picked, Pieces, StepColumn, View } from '../projection/table/table.ts';
import type { Column } from './buckets.ts';
import { executionRows, type Filter, membersOf, stepRows, throughJournal } from './filter.ts';
import { executionTotals, sizeOf, stepTotals } from './totals.ts';

/** The place of a time that is not asked about. */
export const NOWHERE = Number.NEGATIVE_INFINITY;

/** What is shown over time: plugins by their steps, or patterns by their executions. */
export type Shown = 'plugin' | 'pattern';

/** How many rows under the filter; and between which timestamps, unless the window says so. */
export type Counted = Readonly<{ key: number; name: string; n: number; first: number; last: number }>;

/** What has rows under the filter, and how many. */
export async function countedOf(view: View, by: Shown, filter: Filter): Promise<Counted[]> {
  const { from, to } = filter.window ?? {};
  if (from !== undefined && to !== undefined) {
    const cells = await cellsOf(view, { by, filter, columns: [{ start: from, end: to }] });
    return [...cells].map(([key, { totals }]) => ({ key, name: view.nameOf(key), n: totals[0] ?? 0, first: from, last: to - 1 }));
  }
  const { tallies } = by === 'plugin' ? await stepTotals(view, by, filter) : await executionTotals(view, filter);
  return [...tallies.entries()].flatMap(([key, tally]) =>
    tally ? [{ key, name: view.nameOf(key), n: sizeOf(tally).total, first: tally.first, last: tally.latest }] : [],
  );
}

/** The rows of what is shown. */
export async function rowsOf(view: View, by: Shown, filter: Filter): Promise<Pieces<'cell' | 'durationUs'>> {
  return by === 'plugin' ? stepRows(view, filter) : await executionRows(view, filter);
}

/** By place of the column: rows, and those that succeeded. */
export type Cells = Readonly<{ totals: Float64Array; successes: Float64Array }>;

type CellsQuestion = Readonly<{ by: Shown; filter: Filter; columns: readonly Pick<Column, 'start' | 'end'>[] }>;

/** Rows by key and column. Columns follow each other; what stands in none is left out. */
export async function cellsOf(view: View, { by, filter, columns }: CellsQuestion): Promise<Map<number, Cells>> {
  const cells: Cells[] = [];
  await countOverTime(view, { by, filter, placeAt: placing(columns) }, (key, place, total, successes) => {
    let found = cells[key];
    if (!found) {
      found = { totals: new Float64Array(columns.length), successes: new Float64Array(columns.length) };
      cells[key] = found;
    }
    found.totals[place] = (found.totals[place] ?? 0) + total;
    found.successes[place] = (found.successes[place] ?? 0) + successes;
  });
  return new Map(Object.entries(cells).map(([key, found]) => [Number(key), found]));
}

type OverTime = Readonly<{ by: Shown; filter: Filter; placeAt: (timestamp: number) => number }>;

/** Tells counts by key and place, which add up. `placeAt` answers the same for all times between two of one place, and NOWHERE for none. */
export async function countOverTime(
  view: View,
  { by, filter, placeAt }: OverTime,
  add: (key: number, place: number, total: number, successes: number) => void,
): Promise<void> {
  const names = by === 'plugin' ? filter.plugins : filter.patternIds;
  const wanted = names && membersOf(view, names);
  const log = by === 'plugin' ? 'durations' : 'success_rates';
  const parts: Iterable<Part<StepColumn | ExecutionColumn>> = isPlain(by, filter)
    ? (view.partsIn(log, filter.window, (earliest, latest) => placeAt(earliest) === placeAt(latest)) as Iterable<
        Part<StepColumn | ExecutionColumn>
      >)
    : asParts((await rowsOf(view, by, filter)) as Pieces<StepColumn | ExecutionColumn>);
  await view.each(parts, part => {
    if ('picked' in part) addRows(part.picked, part.picked.block.columns[by]);
    else addCounts(part.counts, placeAt(part.block.earliest));
  });

  function addRows({ block, rows, length }: Picked<'cell'>, keys: Numbers): void {
    const { timestamp, cell } = block.columns;
    for (let index = 0; index < length; index++) {
      const row = rows[index] ?? 0;
      const key = keys[row] ?? 0;
      if (wanted && wanted[key] !== 1) continue;
      const place = placeAt(timestamp[row] ?? 0);
      if (place !== NOWHERE) add(key, place, 1, (cell[row] ?? 0) & 1);
    }
  }

  function addCounts({ keys, totals, successes }: BlockCounts, place: number): void {
    if (place === NOWHERE) return;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] ?? 0;
      if (!wanted || wanted[key] === 1) add(key, place, totals[index] ?? 0, successes[index] ?? 0);
    }
  }
}

/** Whether the filter picks by nothing but time and what is shown. */
function isPlain(by: Shown, filter: Filter): boolean {
  return by === 'plugin' ? filter.patternIds === undefined && filter.phases === undefined : !throughJournal(filter);
}

/** Rows to look at. */
export function* asParts<Column extends string>(pieces: Pieces<Column>): Generator<{ picked: Picked<Column> }> {
  for (const picked of pieces) yield { picked };
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
