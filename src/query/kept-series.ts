/** Series over time, in parts that are kept from question to question: most buckets are over, and say the same in every answer. */
import type { View } from '../projection/table/table.ts';
import type { Bucketing, Column } from './buckets.ts';
import type { Filter } from './filter.ts';
import { type Cells, isPlain, type Shown } from './time-cells.ts';

/** Some columns, by their places: `from` inclusive, `to` exclusive. */
export type ColumnPart = Readonly<{ from: number; to: number }>;

/** `name`: of what is made of cells; `bytes`: about what it takes for a column. */
type SeriesQuestion = Readonly<{
  name: string;
  bytes: number;
  by: Shown;
  bucketing: Bucketing;
  filter: Filter;
  columns: readonly Column[];
  cells: ReadonlyMap<number, Cells>;
}>;

const COLUMNS_A_PART = 32;

/** `Made`: what is made of a key's cells in some columns. */
export class KeptSeries<Made extends object> {
  readonly #view: View;
  readonly #question: SeriesQuestion;
  readonly #parts: readonly ColumnPart[];
  readonly #names: readonly string[];
  readonly #known = new Map<number, readonly (Made | undefined)[]>();

  constructor(view: View, question: SeriesQuestion) {
    this.#view = view;
    this.#question = question;
    const { columns, cells, by, filter } = question;
    this.#parts = Array.from({ length: Math.ceil(columns.length / COLUMNS_A_PART) }, (_, place) => ({
      from: place * COLUMNS_A_PART,
      to: Math.min(columns.length, (place + 1) * COLUMNS_A_PART),
    }));
    this.#names = this.#parts.map(part => nameOf(question, part));
    if (isPlain(by, filter)) for (const key of cells.keys()) this.#known.set(key, this.#recall(key));
  }

  /** The first column of which something has to be made; as many as there are columns where nothing has. */
  get firstMissing(): number {
    const { cells, columns } = this.#question;
    const missing = this.#parts.find((_, place) => [...cells.keys()].some(key => !this.#known.get(key)?.[place]));
    return missing?.from ?? columns.length;
  }

  /** By part; `make` is asked for what is not known. */
  of(key: number, make: (part: ColumnPart, cells: Cells | undefined) => Made): Made[] {
    const own = this.#question.cells.get(key);
    return this.#parts.map((part, place) => {
      const known = this.#known.get(key);
      const kept = known?.[place];
      if (kept) return kept;
      const made = make(part, own);
      if (known) this.#view.remember(this.#nameOf(key, place), made, this.#question.bytes * (part.to - part.from));
      return made;
    });
  }

  #recall(key: number): (Made | undefined)[] {
    return this.#parts.map((_, place) => this.#view.recall<Made>(this.#nameOf(key, place)));
  }

  /** Rows are only added, so that those of a key in a stretch of time are the same ones where they are as many. */
  #nameOf(key: number, place: number): string {
    const { from = 0, to = 0 } = this.#parts[place] ?? {};
    const totals = this.#question.cells.get(key)?.totals;
    let n = 0;
    for (let column = from; column < to; column++) n += totals?.[column] ?? 0;
    return `${this.#names[place]} ${key} ${n}`;
  }
}

/** What is made in columns, and the stretches of time that a window leaves of these. */
function nameOf({ name, bucketing, columns, filter: { window } }: SeriesQuestion, { from, to }: ColumnPart): string {
  const [start = 0, end = 0] = [columns[from]?.start, columns[to - 1]?.end];
  const edges = [start, end, Math.max(start, window?.from ?? start), Math.min(end, window?.to ?? end)];
  return `${name} ${bucketing.bucket} ${bucketing.timeZone} ${edges.join(' ')}`;
}
