/** A group in the journal: the rows that share one base, written at once. */
import { type Base, type Execution, formatJournalLine, type JournalRow } from '../record/record.ts';
import { linesToBytes } from './owed.ts';
import { SHARED_LOGS } from './position.ts';

/** The index of the first of the last rows that share one base. */
export function firstOfLastGroup(rows: readonly JournalRow[]): number {
  const base = rows.at(-1)?.base;
  return rows.findLastIndex(row => !base || SHARED_LOGS.some(log => row.base[log] !== base[log])) + 1;
}

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
