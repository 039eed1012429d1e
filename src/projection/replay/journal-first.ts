import type { Position } from '../../log/log.ts';
import { type LogSource, readBy } from '../projection.ts';

/**
 * A log that reads a piece of the journal, and of the other logs what stood before its last row: so that rows do not run ahead of the journal
 * rows that they are derived from, and need not be kept until those come. What fits into one piece is read in one.
 */
export function journalFirst<Batch extends Journaled>(log: LogSource<Batch>): LogSource<Batch> {
  const read: LogSource<Batch>['read'] = async (from, to, maxBytes) => {
    if (to.journal - from.journal <= maxBytes) return log.read(from, to, maxBytes);
    const journal = await log.read(from, { ...from, journal: to.journal }, maxBytes);
    const last = journal.journal.at(-1);
    if (!last) return journal;
    const others = await log.read(from, { ...later(from, last.base), journal: from.journal, chain: from.chain }, OTHERS_BYTES);
    return {
      ...others,
      to: { ...others.to, journal: journal.to.journal, chain: journal.to.chain },
      journal: journal.journal,
    };
  };
  return readBy(log, read);
}

type Journaled = Readonly<{ from: Position; to: Position; journal: readonly Readonly<{ base: Ends }>[] }>;

/** Other programs may have written any amount before a row of ours. */
const OTHERS_BYTES = 4 << 20;

type Ends = Pick<Position, 'durations' | 'success_rates' | 'plugin_usage'>;

/** A row's base may lie before what has been read: the rows of its group come after it. */
function later(from: Ends, base: Ends): Ends {
  return {
    durations: Math.max(from.durations, base.durations),
    success_rates: Math.max(from.success_rates, base.success_rates),
    plugin_usage: Math.max(from.plugin_usage, base.plugin_usage),
  };
}
