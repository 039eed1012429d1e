import { lastAtOrBelow } from '../ascending.ts';
import type { Execution, JournalRow, PluginUsageValues } from '../record/record.ts';
import { durationsRows, successRatesRows } from './owed.ts';
import { bytesBetween, LOG_NAMES, type Position, type SharedLog, START } from './position.ts';
import type { Stretch } from './stretch.ts';

/** Bytes of the logs kept, as rows: what followers need who are a second behind, and no more. */
const MAX_BYTES = 16 << 20;

/** A group that stands alone between two positions: its executions, the totals it led to, and the lengths of its lines in bytes. */
export type Written = Readonly<{
  from: Position;
  to: Position;
  journal: readonly JournalRow[];
  usage: readonly PluginUsageValues[];
  lengths: Readonly<Record<SharedLog, Uint32Array>>;
}>;

/** The groups written last, so that followers close behind and who asks for the newest executions need not read and decode them again. */
export class Recent {
  #groups: Written[] = [];

  /** Adds what was written between two positions that were published one after the other. */
  add(group: Written): void {
    this.#groups.push(group);
    while (bytesBetween((this.#groups[0] as Written).from, group.to) > MAX_BYTES && this.#groups.length > 1) this.#groups.shift();
  }

  /** All that lies between two positions, or the first `maxBytes` or so of a log; undefined where not all of it is kept. */
  read(from: Position, to: Position, maxBytes: number): Stretch | undefined {
    const first = this.#groups.findLastIndex(group => same(group.from, from));
    const found: Written[] = [];
    let end = from;
    for (const group of first === -1 ? [] : this.#groups.slice(first)) {
      const full = LOG_NAMES.some(log => group.to[log] - from[log] > maxBytes);
      if (full && found.length > 0) return stretchOf(found);
      if (full || !same(group.from, end)) return undefined;
      found.push(group);
      end = group.to;
      if (same(end, to)) return stretchOf(found);
    }
    return undefined;
  }

  /** The execution whose journal row starts at a position; undefined where it is not kept. */
  executionAt(start: number): Execution | undefined {
    const group = this.#groups[lastAtOrBelow(this.#groups.length, index => this.#groups[index]?.from.journal ?? 0, start)];
    const rows = group?.journal ?? [];
    const row = rows[lastAtOrBelow(rows.length, index => rows[index]?.start ?? 0, start)];
    return row?.start === start ? row.execution : undefined;
  }
}

function same(a: Position, b: Position): boolean {
  return LOG_NAMES.every(log => a[log] === b[log]) && a.chain === b.chain;
}

/** Groups that stand one after the other, as the rows that reading their lines would give. */
function stretchOf(groups: readonly Written[]): Stretch {
  const executions = groups.flatMap(({ journal }) => journal.map(({ execution }) => execution));
  const [{ from } = { from: START }] = groups;
  const place = <Values extends object>(log: SharedLog, rows: Values[]) =>
    placed(rows, { start: from[log], lengths: groups.map(({ lengths }) => lengths[log]) });
  return {
    from,
    to: groups.at(-1)?.to ?? from,
    journal: groups.flatMap(({ journal }) => journal),
    durations: place('durations', durationsRows(executions)),
    success_rates: place('success_rates', successRatesRows(executions)),
    plugin_usage: place(
      'plugin_usage',
      groups.flatMap(({ usage }) => usage.map(totals => ({ ...totals }))),
    ),
    rejected: [],
  };
}

/** Rows whose lines stand one after the other, each with its place. */
function placed<Values extends object>(
  rows: readonly Values[],
  { start: first, lengths }: { start: number; lengths: readonly Uint32Array[] },
): (Values & { start: number; end: number })[] {
  const found: (Values & { start: number; end: number })[] = [];
  let end = first;
  for (const group of lengths) {
    for (const length of group) {
      const start = end;
      end += length;
      found.push(Object.assign(rows[found.length] as Values, { start, end }));
    }
  }
  return found;
}
