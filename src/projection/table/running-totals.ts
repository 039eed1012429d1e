/** Totals of all rows by one column, counted as they come in: one group of them after the other, and all together. */
import type { Blocks, Numbers } from './blocks.ts';
import { pick, type Range } from './picked.ts';
import { type GroupPart, RowGroup, type Rows } from './row-group.ts';
import { type CountedColumn, Totals } from './totals.ts';

export type RunningTotalsOptions = Readonly<{
  groupBlocks: number;
  /** Whether groups tell which rows each of their counts is of. */
  sorted?: boolean;
}>;

export class RunningTotals<Column extends string> {
  readonly #blocks: Blocks<Column | CountedColumn>;
  readonly #key: Column;
  readonly #sorted: boolean;
  readonly #groupRows: number;
  /** Undefined where a group would take too much: its rows are counted when asked. */
  readonly #groups: (RowGroup | undefined)[] = [];
  /** Of the rows in groups, and of those behind them. */
  readonly #closed = new Totals();
  #open = new Totals();
  #rows = 0;

  constructor(blocks: Blocks<Column | CountedColumn>, key: Column, { groupBlocks, sorted = false }: RunningTotalsOptions) {
    this.#blocks = blocks;
    this.#key = key;
    this.#sorted = sorted;
    this.#groupRows = groupBlocks * blocks.size;
  }

  /** Of those counted. */
  get rows(): number {
    return this.#rows;
  }

  /** Counts the rows before one. */
  countTo(row: number): void {
    for (const picked of pick(this.#blocks, { from: this.#rows, to: row })) {
      this.count(this.#open, picked);
      this.#rows += picked.length;
      if (this.#rows === (this.#groups.length + 1) * this.#groupRows) this.#close();
    }
  }

  /** Counts rows of the log: those of some keys, or of all. */
  count(totals: Totals, picked: Parameters<Totals['count']>[0], keys?: ReadonlySet<number>): void {
    totals.count(picked, (picked.block.columns as Readonly<Record<string, Numbers>>)[this.#key] as Numbers, keys);
  }

  /** A copy of what is counted of the rows before `rows`, of some keys or of all. */
  all(keys?: ReadonlySet<number>): Totals {
    const all = new Totals();
    all.add(this.#closed, keys);
    all.add(this.#open, keys);
    return all;
  }

  /** Rows in a window: groups where all of their rows are among them, else the rows. */
  *parts({ from, to }: Rows, window?: Range): Generator<GroupPart<CountedColumn>> {
    const [earliest, latest] = [window?.from ?? Number.NEGATIVE_INFINITY, window?.to ?? Number.POSITIVE_INFINITY];
    for (let row = from, end = from; row < to; row = end) {
      const place = Math.floor(row / this.#groupRows);
      end = Math.min(to, (place + 1) * this.#groupRows);
      const group = this.#groups[place];
      if (group && (group.latest < earliest || group.earliest >= latest)) continue;
      const isWhole = group && row === group.rows.from && end === group.rows.to;
      if (isWhole && group.earliest >= earliest && group.latest < latest) yield { group };
      else for (const picked of pick(this.#blocks, { from: row, to: end }, window)) yield { picked };
    }
  }

  #close(): void {
    const rows = { from: this.#rows - this.#groupRows, to: this.#rows };
    const group = new RowGroup(rows, this.#open, this.#sorted ? { blocks: this.#blocks, key: this.#key } : undefined);
    this.#groups.push(group.isSmall ? group : undefined);
    this.#closed.add(this.#open);
    this.#open = new Totals();
  }
}
