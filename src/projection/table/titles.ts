import { lastAtOrBelow } from '../../ascending.ts';

/** The name that the last row of each pattern gives it, as of any row. */
export class Titles {
  /** By pattern: the rows that gave another name than the one before, and these names. */
  readonly #changes: { rows: number[]; titles: number[] }[] = [];

  /** Takes up rows from one on: the pattern of each, and the name that it gives it. */
  note({ pattern, title }: Readonly<Record<'pattern' | 'title', ArrayLike<number>>>, firstRow: number): void {
    for (let place = 0; place < pattern.length; place++) {
      const { rows, titles } = this.#changesOf(pattern[place] ?? 0);
      if (titles[titles.length - 1] === title[place]) continue;
      rows.push(firstRow + place);
      titles.push(title[place] ?? 0);
    }
  }

  #changesOf(pattern: number): { rows: number[]; titles: number[] } {
    const changes = this.#changes[pattern];
    if (changes) return changes;
    this.#changes.push({ rows: [], titles: [] });
    return this.#changesOf(pattern);
  }

  /** Of the rows before one; undefined where none is the pattern's. */
  before(row: number, pattern: number): number | undefined {
    const { rows = [], titles = [] } = this.#changes[pattern] ?? {};
    return titles[lastAtOrBelow(rows.length, place => rows[place] ?? 0, row - 1)];
  }
}
