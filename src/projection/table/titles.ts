/** The name that the last row of each pattern gives it, as of any row. */
export class Titles {
  /** By pattern: rows that gave another name than the one before, and the names. */
  readonly #changes: { row: number; title: number }[][] = [];

  note(pattern: number, title: number, row: number): void {
    let changes = this.#changes[pattern];
    if (!changes) {
      while (this.#changes.length < pattern) this.#changes.push([]);
      changes = [];
      this.#changes[pattern] = changes;
    }
    if (changes.at(-1)?.title !== title) changes.push({ row, title });
  }

  /** Of the rows before one; undefined where none is the pattern's. */
  before(row: number, pattern: number): number | undefined {
    return this.#changes[pattern]?.findLast(change => change.row < row)?.title;
  }
}
