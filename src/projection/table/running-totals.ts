/** Totals of all rows by one column, counted as they come in: one group of them after the other, and all together. */
import type { Blocks, Numbers } from './blocks.ts';
import { liesWithin, meets, pick, type Range } from './picked.ts';
import { RowGroup, type Rows, type Summand } from './row-group.ts';
import { type CountedColumn, Totals } from './totals.ts';

/** What totals are asked of: rows in a window, of some keys. */
export type Narrowing = Readonly<{ window?: Range | undefined; keys?: ReadonlySet<number> | undefined }>;

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

  /**
   * What is counted until now, of some keys or of all, and of which rows: of all, or in a window of those behind the last group. Undefined
   * where some of these lie outside the window.
   */
  newest({ window, keys }: Narrowing): { totals: Totals; rows: Rows } | undefined {
    if (window && !liesWithin(this.#open, window)) return undefined;
    const totals = new Totals();
    if (!window) totals.add(this.#closed, keys);
    totals.add(this.#open, keys);
    return { totals, rows: { from: window ? this.#openRow : 0, to: this.#rows } };
  }

  /** Groups of which all rows stand between two and in a window, and the rows besides that may lie in it. */
  parts({ from, to }: Rows, window?: Range): { groups: RowGroup[]; loose: Rows[] } {
    const groups: RowGroup[] = [];
    const loose: Rows[] = [];
    for (let row = from, end = from; row < to; row = end) {
      const place = Math.floor(row / this.#groupRows);
      end = Math.min(to, (place + 1) * this.#groupRows);
      const group = this.#groups[place];
      if (group && !meets(group, window)) continue;
      if (group && row === group.rows.from && end === group.rows.to && liesWithin(group, window)) groups.push(group);
      else loose.push({ from: row, to: end });
    }
    return { groups, loose };
  }

  /**
   * The same, with the blocks besides that lie in the window: what is counted of all of these is the same whenever it is asked. The rows
   * that are left lie in blocks that an edge cuts, or are not counted yet.
   */
  summands(rows: Rows, window?: Range): { summands: Summand<Totals>[]; loose: Rows[] } {
    const { groups, loose } = this.parts(rows, window);
    const summands: Summand<Totals>[] = [...groups];
    const left: Rows[] = [];
    for (const stretch of loose) {
      const { whole, cut } = this.#wholeBlocks(stretch, window);
      for (const own of whole) {
        const addTo = (totals: Totals) => {
          for (const picked of pick(this.#blocks, own)) this.count(totals, picked);
        };
        summands.push({ name: `${own.from}-${own.to}`, addTo });
      }
      left.push(...cut);
    }
    return { summands, loose: left };
  }

  /** Stretches of counted blocks that stand between two rows and lie in a window, and those besides. */
  #wholeBlocks({ from, to }: Rows, window: Range | undefined): { whole: Rows[]; cut: Rows[] } {
    const { list, size } = this.#blocks;
    const found: { whole: Rows[]; cut: Rows[] } = { whole: [], cut: [] };
    for (let row = from, end = from; row < to; row = end) {
      const place = Math.floor(row / size);
      const block = list[place];
      end = Math.min(to, (place + 1) * size);
      // What is not counted yet grows from question to question: its sum would be remembered for nothing.
      const isWhole = block && end - row === size && end <= this.#rows && liesWithin(block, window);
      const stretches = isWhole ? found.whole : found.cut;
      const last = stretches.at(-1);
      if (last?.to === row) stretches[stretches.length - 1] = { from: last.from, to: end };
      else stretches.push({ from: row, to: end });
    }
    return found;
  }

  /** Where the rows behind the last group begin. */
  get #openRow(): number {
    return this.#groups.length * this.#groupRows;
  }

  #close(): void {
    const rows = { from: this.#rows - this.#groupRows, to: this.#rows };
    const group = new RowGroup(rows, this.#open, this.#sorted ? { blocks: this.#blocks, key: this.#key } : undefined);
    this.#groups.push(group.isSmall ? group : undefined);
    this.#closed.add(this.#open);
    this.#open = new Totals();
  }
}
