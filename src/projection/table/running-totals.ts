/** Totals of all rows by one column, counted as they come in, up to some way behind the newest. */
import type { Blocks, Numbers } from './blocks.ts';
import { pick } from './picked.ts';
import { type CountedColumn, Totals } from './totals.ts';

/** So many blocks are counted when asked, at once. */
const NEAR_BLOCKS = 16;

export class RunningTotals<Column extends string> {
  readonly #blocks: Blocks<Column | CountedColumn>;
  readonly #key: Column;
  readonly #totals = new Totals();
  #rows = 0;

  constructor(blocks: Blocks<Column | CountedColumn>, key: Column) {
    this.#blocks = blocks;
    this.#key = key;
  }

  /** Of those counted. */
  get rows(): number {
    return this.#rows;
  }

  /** Counts the rows before one. */
  countTo(row: number): void {
    this.#count(this.#totals, this.#rows, row);
    this.#rows = Math.max(this.#rows, row);
  }

  /** The rows before one, of some keys or of all; undefined where it lies further back than what is counted, or far beyond. */
  before(row: number, keys?: ReadonlySet<number>): Totals | undefined {
    if (row < this.#rows || row > this.#rows + NEAR_BLOCKS * this.#blocks.size) return undefined;
    const totals = this.#totals.copy(keys);
    this.#count(totals, this.#rows, row, keys);
    return totals;
  }

  #count(totals: Totals, from: number, to: number, keys?: ReadonlySet<number>): void {
    for (const picked of pick(this.#blocks, { from, to })) totals.count(picked, picked.block.columns[this.#key] as Numbers, keys);
  }
}
