/** Totals of all rows by one column, counted as they come in, and as they stood at some rows on the way. */
import type { Blocks, Numbers } from './blocks.ts';
import { pick } from './picked.ts';
import { type CountedColumn, Totals } from './totals.ts';

/** Totals of the rows before one. */
type Counted = Readonly<{ rows: number; totals: Totals }>;

/** Blocks from one kept state to the next, as long as all of them take no more than `KEPT_BYTES`; then every second one goes. */
const KEPT_EVERY = 64;
const KEPT_BYTES = 32 << 20;

export class RunningTotals<Column extends string> {
  readonly #blocks: Blocks<Column | CountedColumn>;
  readonly #key: Column;
  readonly #totals = new Totals();
  #rows = 0;
  /** By rows. */
  #kept: Counted[] = [];
  #every = KEPT_EVERY;

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
    for (const picked of pick(this.#blocks, { from: this.#rows, to: row })) this.count(this.#totals, picked);
    this.#rows = Math.max(this.#rows, row);
    if (this.#rows - (this.#kept.at(-1)?.rows ?? 0) >= this.#every * this.#blocks.size) this.#keep();
  }

  /** Counts rows of the log: those of some keys, or of all. */
  count(totals: Totals, picked: Parameters<Totals['count']>[0], keys?: ReadonlySet<number>): void {
    totals.count(picked, (picked.block.columns as Readonly<Record<string, Numbers>>)[this.#key] as Numbers, keys);
  }

  /** A copy of what was counted last before a row, of some keys or of all: the rows from there on are left to be counted. */
  before(row: number, keys?: ReadonlySet<number>): { rows: number; totals: Totals } {
    const newest = { rows: this.#rows, totals: this.#totals };
    const { rows, totals } = [...this.#kept, newest].findLast(counted => counted.rows <= row) ?? { rows: 0, totals: new Totals() };
    return { rows, totals: totals.copy(keys) };
  }

  #keep(): void {
    this.#kept.push({ rows: this.#rows, totals: this.#totals.copy() });
    if (this.#kept.reduce((bytes, { totals }) => bytes + totals.bytes, 0) <= KEPT_BYTES) return;
    this.#kept = this.#kept.filter((_, place) => place % 2 === 1);
    this.#every *= 2;
  }
}
