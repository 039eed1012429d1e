import { lastAtOrBelow } from './blocks.ts';

/** The name that the last row of each pattern gives it, as of any row. */
export class Titles {
  /** By pattern: the rows that gave another name than the one before, and these names. */
  readonly #changes: { rows: number[]; titles: number[] }[] = [];

  note(pattern: number, title: number, row: number): void {
    while (this.#changes.length <= pattern) this.#changes.push({ rows: [], titles: [] });
    const changes = this.#changes[pattern];
    if (!changes || changes.titles.at(-1) === title) return;
    changes.rows.push(row);
    changes.titles.push(title);
  }

  /** Of the rows before one; undefined where none is the pattern's. */
  before(row: number, pattern: number): number | undefined {
    const { rows = [], titles = [] } = this.#changes[pattern] ?? {};
    return titles[lastAtOrBelow(rows.length, place => rows[place] ?? 0, row - 1)];
  }
}
