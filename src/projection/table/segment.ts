/**
 * A stretch of full blocks whose rows are counted once for ever: by key (a plugin, a phase, a pattern) and by cell. What is asked about
 * a long stretch of time is added up of segments; single rows are looked at only at its edges.
 */
import { type Blocks, lastAtOrBelow, type Numbers, narrowest } from './blocks.ts';
import { type Picked, pick } from './picked.ts';
import type { CountedColumn, Figures, Totals } from './totals.ts';

/**
 * Blocks of a segment. Of executions there are fewer, so that as many would be weeks. With blocks of 4,096 rows the place of a row within
 * fits 16 bits.
 */
export const STEP_SEGMENT_BLOCKS = 16;
export const EXECUTION_SEGMENT_BLOCKS = 4;

/** Rows by number, `from` inclusive, `to` exclusive. */
export type Rows = Readonly<{ from: number; to: number }>;

/** A part of a log for who adds up rows: a segment that stands for all of its, or rows to look at. */
export type SegmentPart<Column extends string> = Readonly<{ segment: Segment }> | Readonly<{ picked: Picked<Column> }>;

/** The column that rows are counted by. */
type Sortable<Column extends string> = Readonly<{ blocks: Blocks<Column | CountedColumn>; key: Column }>;

/** What is known of the rows of a key; their counts stand from `begin` to `end`, by cell. */
type Group = Readonly<{ begin: number; end: number; figures: Figures }>;

export class Segment {
  readonly rows: Rows;
  /** Of the timestamps. */
  readonly earliest: number;
  readonly latest: number;
  readonly #groups = new Map<number, Group>();
  readonly #cells: Numbers;
  readonly #counts: Numbers;
  readonly #sorted: Sorted | undefined;

  /** `totals`: of these rows. `sortable`: where single rows are to be found by what they are counted under. */
  constructor(rows: Rows, totals: Totals, sortable?: Sortable<string>) {
    this.rows = rows;
    const { first = 0, latest = 0 } = totals.sum() ?? {};
    this.earliest = first;
    this.latest = latest;
    const [cells, counts]: [number[], number[]] = [[], []];
    for (const [key, tally] of totals.tallies.entries()) {
      if (!tally) continue;
      const begin = cells.length;
      for (const [index, count] of tally.counts.entries()) {
        if (count === 0) continue;
        cells.push(tally.low + index);
        counts.push(count);
      }
      this.#groups.set(key, { begin, end: cells.length, figures: tally.figures });
    }
    this.#cells = narrowest(cells);
    this.#counts = narrowest(counts);
    this.#sorted = sortable && sorted(sortable, rows, { groups: this.#groups, cells: this.#cells, counts: this.#counts });
  }

  /** Adds what it counts: of some keys, or of all. */
  addTo(totals: Totals, keys: Iterable<number> = this.#groups.keys()): void {
    for (const key of keys) {
      const group = this.#groups.get(key);
      if (!group) continue;
      const tally = totals.tallyOf(key);
      tally.addFigures(group.figures);
      tally.addCounts(this.#cells, this.#counts, group);
    }
  }

  /** Shows the rows of a key in some cells, by number. Nothing is shown by a segment that was not sorted. */
  visit(key: number, cells: Iterable<number>, visit: (row: number) => void): void {
    const group = this.#groups.get(key);
    if (!group || !this.#sorted) return;
    const { begins, places } = this.#sorted;
    for (const cell of cells) {
      const at = group.begin + lastAtOrBelow(group.end - group.begin, index => this.#cells[group.begin + index] ?? 0, cell);
      if (at < group.begin || this.#cells[at] !== cell) continue;
      const end = (begins[at] ?? 0) + (this.#counts[at] ?? 0);
      for (let place = begins[at] ?? 0; place < end; place++) visit(this.rows.from + (places[place] ?? 0));
    }
  }
}

/** Rows as places in their segment, count by count, as logged; `begins`: where those of each count begin. */
type Sorted = Readonly<{ places: Uint16Array; begins: Uint32Array }>;

/** A counting sort. */
function sorted<Column extends string>(
  { blocks, key }: Sortable<Column>,
  rows: Rows,
  { groups, cells, counts }: Readonly<{ groups: ReadonlyMap<number, Group>; cells: Numbers; counts: Numbers }>,
): Sorted {
  const begins = new Uint32Array(counts.length);
  for (let at = 1; at < counts.length; at++) begins[at] = (begins[at - 1] ?? 0) + (counts[at - 1] ?? 0);
  const next = begins.slice();
  const places = new Uint16Array(rows.to - rows.from);
  /** By key, then by cell: the place of the count. */
  const countOf: number[][] = [];
  for (const [of, { begin, end }] of groups) {
    const byCell: number[] = [];
    for (let at = begin; at < end; at++) byCell[cells[at] ?? 0] = at;
    countOf[of] = byCell;
  }
  for (const { block, first, rows: picked, length } of pick(blocks, rows)) {
    const columns: Readonly<Record<Column | CountedColumn, Numbers>> = block.columns;
    for (let index = 0; index < length; index++) {
      const row = picked[index] ?? 0;
      const count = countOf[columns[key][row] ?? 0]?.[columns.cell[row] ?? 0] ?? 0;
      const place = next[count] ?? 0;
      places[place] = first + row - rows.from;
      next[count] = place + 1;
    }
  }
  return { places, begins };
}
