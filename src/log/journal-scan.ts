/** What the journal's rows teach the writer, and the rows as columns that it was read from. */
import type { Base, JournalRow } from '../record/record.ts';
import { EntryList } from './id-table.ts';
import { decodeEarlierGroups, type EarlierGroups, type JournalColumns } from './journal-columns.ts';
import type { Part } from './read-ahead.ts';

/** What rows teach: entries of the id table, the latest `completedAt` and the last chain; undefined without a row. */
export type Learned = Readonly<{ entries: Uint32Array; newest: number | undefined; chain: string | undefined }>;

/** What the rows before the last group teach, and those rows; then the base of that group, which may be incomplete and begins where they end. */
export type JournalScan = Readonly<{ learned: Learned; part: Part<JournalColumns>; base: Base | undefined }>;

/** Scans whole lines that begin at position `start`. The last group: the rows at the end that share one base. */
export function scanJournal(bytes: Buffer, start: number): JournalScan {
  const { base, ...earlier } = decodeEarlierGroups(bytes, start);
  const { rows, rejected, end } = earlier;
  return { learned: learnedFromColumns(earlier), part: { start, end, rows, rejected }, base };
}

function learnedFromColumns({ rows, executionIds, workflowIds }: Omit<EarlierGroups, 'base'>): Learned {
  const learning = new Learning();
  for (let row = 0; row < rows.length; row++) {
    const [executionId, workflowId] = [executionIds[row] ?? '', workflowIds[row] ?? ''];
    learning.add({ executionId, workflowId, completedAt: rows.completedAt[row] ?? 0 }, rows.start[row] ?? 0);
  }
  return learning.learned(rows.chain);
}

/** The same of rows that are there already. */
export function learnedFrom(rows: readonly JournalRow[]): Learned {
  const learning = new Learning();
  for (const { execution, start } of rows) learning.add(execution, start);
  return learning.learned(rows.at(-1)?.chain);
}

class Learning {
  readonly #entries = new EntryList();
  #newest: number | undefined;

  /** `start`: the position of the row. */
  add(
    { executionId, workflowId, completedAt }: Pick<JournalRow['execution'], 'executionId' | 'workflowId' | 'completedAt'>,
    start: number,
  ) {
    this.#entries.add(executionId, start);
    if (workflowId !== executionId) this.#entries.add(workflowId, start);
    if (this.#newest === undefined || completedAt > this.#newest) this.#newest = completedAt;
  }

  /** `chain`: of the last row. */
  learned(chain: string | undefined): Learned {
    return { entries: this.#entries.words(), newest: this.#newest, chain };
  }
}
