const STRIDE = 1 << 20;
const LINE_FEED = 10;

/** Counts lines of a log up to a position, keeping a mark every MiB, so that a later question reads at most that much. */
export class LineNumbers {
  readonly #read: (from: number, to: number) => Promise<Buffer>;
  /** `#marks[i]`: line feeds before position i × STRIDE. */
  readonly #marks: number[] = [0];

  constructor(read: (from: number, to: number) => Promise<Buffer>) {
    this.#read = read;
  }

  /** Line feeds before a position. */
  async before(position: number): Promise<number> {
    const mark = Math.floor(position / STRIDE);
    for (let index = this.#marks.length; index <= mark; index++) {
      const bytes = await this.#read((index - 1) * STRIDE, index * STRIDE);
      this.#marks[index] = (this.#marks[index - 1] ?? 0) + lineFeeds(bytes);
    }
    return (this.#marks[mark] ?? 0) + lineFeeds(await this.#read(mark * STRIDE, position));
  }
}

/** Line feeds in a piece of a log. */
export function lineFeeds(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) lines++;
  return lines;
}
