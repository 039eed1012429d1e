/** What a journal row says in short, read from its bytes at a fraction of the time that the row takes. */
import { EXECUTION_STATUSES } from './execution.ts';
import { CHAIN_LENGTH, isProven } from './journal-chain.ts';
import type { Base } from './journal-row.ts';
import { LineCursor, type NameOf } from './line-cursor.ts';

const COMMA = 44;
const KIND = Buffer.from('execution,');
const STATUSES = EXECUTION_STATUSES.map(status => Buffer.from(`${status},`));

/**
 * An execution in short. `pattern` and `title`: what stands for the id and the name of its pattern; `status`: its place in
 * EXECUTION_STATUSES; `completedAt`: milliseconds since 1970.
 */
export type JournalOutline = {
  executionId: string;
  workflowId: string;
  pattern: number;
  title: number;
  status: number;
  completedAt: number;
  durationMs: number;
  base: Base;
};

export class OutlineReader {
  readonly #cursor: LineCursor<number>;
  readonly #outline: JournalOutline = {
    executionId: '',
    workflowId: '',
    pattern: 0,
    title: 0,
    status: 0,
    completedAt: 0,
    durationMs: 0,
    base: { durations: 0, success_rates: 0, plugin_usage: 0 },
  };

  /** `placeOf`: the place of a text in a list of the caller's. */
  constructor(placeOf: NameOf<number>) {
    this.#cursor = new LineCursor(placeOf, 0);
  }

  /**
   * The outline of the line between two places in `bytes`, which are UTF-8; it is another one's after the next call. Undefined where
   * `parseJournalLine` has to say whether it is a row: the chain proves that this program wrote the line whole, so that the columns which
   * are not asked for are right and are not read.
   */
  read(bytes: Buffer, start: number, end: number): JournalOutline | undefined {
    if (!isProven(bytes, start, end)) return undefined;
    const [outline, cursor] = [this.#outline, this.#cursor];
    cursor.begin(bytes, start, end - CHAIN_LENGTH);
    cursor.skipPlain();
    cursor.skip(KIND);
    outline.executionId = cursor.readPlain();
    outline.workflowId = cursor.readPlain();
    outline.pattern = cursor.readName();
    outline.title = cursor.readName();
    cursor.skipField();
    outline.status = STATUSES.findIndex(status => cursor.tries(status));
    cursor.skipPlain();
    outline.completedAt = cursor.readTime();
    outline.durationMs = cursor.readNumber();
    if (bytes[cursor.at] !== COMMA) return undefined;
    cursor.at = bytes.lastIndexOf(COMMA, end - CHAIN_LENGTH - 2) + 1;
    outline.base = cursor.readBase();
    return cursor.lost || outline.status === -1 || cursor.at !== end - CHAIN_LENGTH ? undefined : outline;
  }
}
