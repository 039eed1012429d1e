import { lineFeeds } from './line-numbers.ts';
import type { LogFile } from './log-file.ts';

/**
 * What a check found. `error`: something is lost, changed or doubled. `note`: a line that counts for nothing and took nothing with
 * it. `file` is within the metrics directory; `line` as an editor counts, undefined where a whole file or a block of it is meant.
 */
export type Finding = Readonly<{ severity: 'error' | 'note'; file: string; line: number | undefined; message: string }>;

export type Report = (finding: Finding) => void;

const NEAR_BYTES = 1 << 20;

/** The place of a position for a person. Asked mostly in rising order, so it goes on counting from the place before. */
export class Places {
  readonly #file: LogFile;
  #last = { name: '', position: 0, line: 0 };

  constructor(file: LogFile) {
    this.#file = file;
  }

  /** Of the line that starts at a position. */
  async of(position: number): Promise<{ file: string; line: number }> {
    const name = this.#file.fileAt(position);
    const last = this.#last;
    const near = name === last.name && position >= last.position && position - last.position < NEAR_BYTES;
    const line = near ? last.line + lineFeeds(await this.#file.read(last.position, position)) : await this.#file.lineNumber(position);
    this.#last = { name, position, line };
    return { file: name, line };
  }
}
