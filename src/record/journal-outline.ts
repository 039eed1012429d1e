/** What a journal row says in short, read from its bytes at a fraction of the time that the row takes. */
import { EXECUTION_STATUSES } from './execution.ts';
import { CHAIN_LENGTH, provenChain } from './journal-head.ts';
import { parseBase } from './journal-row.ts';
import { LineCursor, type NameOf } from './line-cursor.ts';

const COMMA = 44;
const KIND = Buffer.from('execution,');
const STATUSES = EXECUTION_STATUSES.map(status => Buffer.from(`${status},`));

/**
 * An execution in short. `pattern` and `title`: what stands for the id and the name of its pattern; `status`: its place in
 * EXECUTION_STATUSES; `completedAt`: milliseconds since 1970; `baseDurations`: where durations.log ended just before its group.
 */
export type JournalOutline = {
  workflowId: string;
  pattern: number;
  title: number;
  status: number;
  completedAt: number;
  durationMs: number;
  baseDurations: number;
  chain: string;
};

export class OutlineReader {
  readonly #cursor: LineCursor<number>;
  readonly #outline: JournalOutline = {
    workflowId: '',
    pattern: 0,
    title: 0,
    status: 0,
    completedAt: 0,
    durationMs: 0,
    baseDurations: 0,
    chain: '',
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
    const chain = provenChain(bytes, start, end);
    if (chain === undefined) return undefined;
    const [outline, cursor] = [this.#outline, this.#cursor];
    cursor.begin(bytes, start, end - CHAIN_LENGTH);
    cursor.skipPlain();
    cursor.skip(KIND);
    cursor.skipPlain();
    outline.workflowId = cursor.readPlain();
    outline.pattern = cursor.readName();
    outline.title = cursor.readName();
    cursor.skipField();
    outline.status = STATUSES.findIndex(status => cursor.tries(status));
    cursor.skipPlain();
    outline.completedAt = cursor.readTime();
    outline.durationMs = cursor.readNumber();
    const baseEnd = end - CHAIN_LENGTH - 1;
    const base = parseBase(bytes.toString('latin1', bytes.lastIndexOf(COMMA, baseEnd - 1) + 1, baseEnd));
    if (cursor.lost || outline.status === -1 || bytes[cursor.at] !== COMMA || !base) return undefined;
    outline.baseDurations = base.durations;
    outline.chain = chain;
    return outline;
  }
}
