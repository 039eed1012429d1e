/** A group in the journal: the rows that share one base, written at once. */
import { type Base, type Execution, formatJournalLine, type JournalRow } from '../record/record.ts';
import { linesToBytes } from './owed.ts';

type GroupStart = Readonly<{ base: Base; chain: string; start: number }>;

/** The journal rows of a group, and the bytes they stand in. */
export function journalRows(executions: readonly Execution[], group: GroupStart): { rows: JournalRow[]; bytes: Buffer } {
  let { chain, start } = group;
  const lines: string[] = [];
  const rows: JournalRow[] = [];
  for (const execution of executions) {
    const line = formatJournalLine(execution, group.base, chain);
    chain = line.slice(-32);
    const end = start + Buffer.byteLength(line) + 1;
    rows.push({ execution, base: group.base, chain, start, end });
    lines.push(line);
    start = end;
  }
  return { rows, bytes: linesToBytes(lines) };
}
