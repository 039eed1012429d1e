/**
 * A stretch of full blocks whose rows are counted once for ever: by key (a plugin, a phase, a pattern) and by cell. What is asked about
 * a long time is added up of such groups; single rows are looked at only at its edges.
 */
import { lastAtOrBelow } from '../../ascending.ts';
import { type Blocks, type Numbers, narrowest } from './blocks.ts';
import { pick } from './picked.ts';
import type { CountedColumn, Figures, Totals } from './totals.ts';

/**
 * Blocks of a group. Of executions there are fewer, so that as many would be weeks. With blocks of 4,096 rows the place of a row within
 * fits 16 bits.
 */
export const STEP_GROUP_BLOCKS = 16;
export const EXECUTION_GROUP_BLOCKS = 4;

/** About what a key takes, and a count; and what a group may take for each of its rows. */
const [KEY_BYTES, COUNT_BYTES, BYTES_A_ROW] = [350, 4, 8] as const;
/** What is not worth a rule. */
const SMALL_BYTES = 16 << 10;

/** Rows by number, `from` inclusive, `to` exclusive. */
export type Rows = Readonly<{ from: number; to: number }>;

/** What is counted of some rows. Of no others the same count bears its name. */
export type Summand<Sum> = Readonly<{ name: string; addTo: (sum: Sum) => void }>;

/** The column that rows are counted by. */
type Sortable<Column extends string> = Readonly<{ blocks: Blocks<Column | CountedColumn>; key: Column }>;

/** What is known of the rows of a key; their counts stand from `begin` to `end`, by cell. */
type KeyCounts = Readonly<{ begin: number; end: number; figures: Figures }>;

export class RowGroup implements Summand<Totals> {
  readonly rows: Rows;
  /** Of the timestamps. */
  readonly earliest: number;
  readonly latest: number;
  readonly #byKey = new Map<number, KeyCounts>();
  readonly #cells: Numbers;
  readonly #counts: Numbers;
  readonly #sorted: Sorted | undefined;

  /** `totals`: of these rows. `sortable`: where single rows are to be found by what they are counted under, if it is small. */
  constructor(rows: Rows, totals: Totals, sortable?: Sortable<string>) {
    this.rows = rows;
    this.earliest = totals.earliest;
    this.latest = totals.latest;
    const [cells, counts]: [number[], number[]] = [[], []];
    for (const [key, tally] of totals.tallies.entries()) {
      if (!tally) continue;
      const begin = cells.length;
      for (let index = 0; index < tally.counts.length; index++) {
        const count = tally.counts[index] ?? 0;
        if (count === 0) continue;
        cells.push(tally.low + index);
        counts.push(count);
      }
      this.#byKey.set(key, { begin, end: cells.length, figures: tally.figures });
    }
    this.#cells = narrowest(cells);
    this.#counts = narrowest(counts);
    this.#sorted =
      sortable && this.isSmall ? sorted(sortable, rows, { byKey: this.#byKey, cells: this.#cells, counts: this.#counts }) : undefined;
  }

  get name(): string {
    return String(this.rows.from);
  }

  /** Whether it takes little memory beside its rows: of thousands of keys it does not, and adding it up would be no faster than counting. */
  get isSmall(): boolean {
    const bytes = this.#byKey.size * KEY_BYTES + this.#counts.length * COUNT_BYTES;
    return bytes <= Math.max((this.rows.to - this.rows.from) * BYTES_A_ROW, SMALL_BYTES);
  }

  /** Adds what it counts. */
  addTo(totals: Totals): void {
    for (const [key, own] of this.#byKey) {
      const tally = totals.tallyOf(key);
      tally.addFigures(own.figures);
      tally.addCounts(this.#cells, this.#counts, own);
    }
  }

  /** Shows the rows of a key in some cells, by number. Nothing is shown by a group that was not sorted. */
  visit(key: number, cells: Iterable<number>, visit: (row: number) => void): void {
    const own = this.#byKey.get(key);
    if (!own || !this.#sorted) return;
    const { begins, places } = this.#sorted;
    for (const cell of cells) {
      const at = own.begin + lastAtOrBelow(own.end - own.begin, index => this.#cells[own.begin + index] ?? 0, cell);
      if (at < own.begin || this.#cells[at] !== cell) continue;
      const end = (begins[at] ?? 0) + (this.#counts[at] ?? 0);
      for (let place = begins[at] ?? 0; place < end; place++) visit(this.rows.from + (places[place] ?? 0));
    }
  }
}

/** Rows as places in their group, count by count, as logged; `begins`: where those of each count begin. */
type Sorted = Readonly<{ places: Uint16Array; begins: Uint32Array }>;

/** A counting sort. */
function sorted<Column extends string>(
  { blocks, key }: Sortable<Column>,
  rows: Rows,
  { byKey, cells, counts }: Readonly<{ byKey: ReadonlyMap<number, KeyCounts>; cells: Numbers; counts: Numbers }>,
): Sorted {
  const begins = new Uint32Array(counts.length);
  for (let at = 1; at < counts.length; at++) begins[at] = (begins[at - 1] ?? 0) + (counts[at - 1] ?? 0);
  const next = begins.slice();
  const places = new Uint16Array(rows.to - rows.from);
  /** By key, then by cell: the place of the count. */
  const countOf: number[][] = [];
  for (const [of, { begin, end }] of byKey) {
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
