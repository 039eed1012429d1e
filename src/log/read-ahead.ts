/**
 * Columns of the logs that were made before anybody asked for them: who learns the logs has read the lines, and whoever follows close
 * behind need not read them again.
 */
import type { NoRow } from './decode.ts';
import type { JournalColumns } from './journal-columns.ts';
import type { SuccessRatesColumns } from './success-rates-columns.ts';

/** What stands between two positions of a log. */
export type Part<Rows> = Readonly<{ start: number; end: number; rows: Rows; rejected: NoRow[] }>;

type ColumnsOf = { journal: JournalColumns; success_rates: SuccessRatesColumns };
type LogAhead = keyof ColumnsOf;

/** Parts of each log in their order. */
export type Parts = { readonly [Log in LogAhead]: Part<ColumnsOf[Log]>[] };

/** How much of a log may wait to be asked for, in bytes of its lines; of the journal, most of all, columns take a tenth of that. What is more is read again. */
const MAX_BYTES = 128 << 20;

export class ReadAhead {
  readonly #parts: Parts = { journal: [], success_rates: [] };

  add(parts: Parts): void {
    for (const part of parts.journal) keep(this.#parts.journal, part);
    for (const part of parts.success_rates) keep(this.#parts.success_rates, part);
  }

  /** The part that begins at a position, unless it ends behind another; what stands before it is forgotten. */
  take<Log extends LogAhead>(log: Log, start: number, end: number): Part<ColumnsOf[Log]> | undefined {
    const parts: Part<ColumnsOf[Log]>[] = this.#parts[log];
    while (parts[0] && parts[0].start < start) parts.shift();
    const [first] = parts;
    return first?.start === start && first.end <= end ? parts.shift() : undefined;
  }

  /** Up to where a file is to be read from a position on: where the next part begins, or else to `end`. */
  until(log: LogAhead, start: number, end: number): number {
    return Math.min(end, this.#parts[log].find(part => part.start > start)?.start ?? end);
  }
}

function keep<Rows>(parts: Part<Rows>[], part: Part<Rows>): void {
  if (part.end - (parts[0]?.start ?? part.start) <= MAX_BYTES) parts.push(part);
}
