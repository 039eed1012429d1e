/** What the journal's rows teach the writer, without making a row of each. */
import { isUtf8 } from 'node:buffer';
import { type Base, type JournalHead, type JournalRow, readJournalHead } from '../record/record.ts';
import { decode } from './decode.ts';
import { EntryList } from './id-table.ts';

/** What rows teach: entries of the id table, the latest `completedAt` and the last chain; undefined without a row. */
export type Learned = Readonly<{ entries: Uint32Array; newest: number | undefined; chain: string | undefined }>;

/** The rows before the last group, which may be incomplete; then that group's base and place in the bytes. */
export type JournalScan = Readonly<{ learned: Learned; base: Base | undefined; groupStart: number }>;

const LINE_FEED = 10;

/** Scans whole lines that begin at position `start`. The last group: the rows at the end that share one base. */
export function scanJournal(bytes: Buffer, start: number): JournalScan {
  const collected = new Collected();
  let group: { base: Base | undefined; start: number; before: Mark } = { base: undefined, start: 0, before: collected.mark() };
  const valid = isUtf8(bytes);
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, at);
    const head = (valid ? readJournalHead(bytes, at, end) : undefined) ?? wholeRow(bytes.subarray(at, end + 1), start + at);
    if (head) {
      if (!isSame(head.base, group.base)) group = { base: head.base, start: at, before: collected.mark() };
      collected.add(head, start + at);
    }
    at = end + 1;
  }
  return { learned: collected.learned(group.before), base: group.base, groupStart: group.start };
}

function wholeRow(line: Buffer, start: number): JournalHead | undefined {
  const row = decode('journal', line, start).rows[0];
  return row && { ...row.execution, base: row.base, chain: row.chain };
}

function isSame(a: Base, b: Base | undefined): boolean {
  return a === b || (a.durations === b?.durations && a.success_rates === b.success_rates && a.plugin_usage === b.plugin_usage);
}

/** The same of rows that are there already. */
export function learnedFrom(rows: readonly JournalRow[]): Learned {
  const collected = new Collected();
  for (const { execution, chain, start } of rows) collected.add({ ...execution, chain }, start);
  return collected.learned();
}

/** How much was collected. */
type Mark = Readonly<{ entries: number; newest: number | undefined; chain: string | undefined }>;

class Collected {
  readonly #entries = new EntryList();
  #newest: number | undefined;
  #chain: string | undefined;

  /** `start`: the position of the row. */
  add({ executionId, workflowId, completedAt, chain }: Omit<JournalHead, 'base'>, start: number): void {
    this.#entries.add(executionId, start);
    if (workflowId !== executionId) this.#entries.add(workflowId, start);
    if (this.#newest === undefined || completedAt > this.#newest) this.#newest = completedAt;
    this.#chain = chain;
  }

  mark(): Mark {
    return { entries: this.#entries.length, newest: this.#newest, chain: this.#chain };
  }

  /** What was collected up to a mark. */
  learned({ entries, newest, chain }: Mark = this.mark()): Learned {
    return { entries: this.#entries.words(entries), newest, chain };
  }
}
