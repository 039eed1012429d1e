import type { LogName, Position } from './position.ts';
import { bytesBetween, LOG_NAMES } from './position.ts';
import type { Stretch } from './stretch.ts';

/** Rows kept: what followers need who are a second behind, and no more. */
const MAX_ROWS = 65_536;

/** The stretches written last, as rows, so that followers close behind need not read and decode them again. */
export class Recent {
  #stretches: Stretch[] = [];
  #rows = 0;

  /** Adds what lies between two positions that were published one after the other. */
  add(stretch: Stretch): void {
    this.#stretches.push(stretch);
    this.#rows += rowsOf(stretch);
    while (this.#rows > MAX_ROWS) {
      const [oldest] = this.#stretches.splice(0, 1);
      this.#rows -= oldest ? rowsOf(oldest) : 0;
    }
  }

  /** All that lies between two positions, or the first `maxBytes` or so of a log; undefined where not all of it is kept. */
  read(from: Position, to: Position, maxBytes: number): Stretch | undefined {
    const first = this.#stretches.findIndex(stretch => same(stretch.from, from));
    const found: Stretch[] = [];
    let end = from;
    for (const stretch of first === -1 ? [] : this.#stretches.slice(first)) {
      const full = LOG_NAMES.some(log => stretch.to[log] - from[log] > maxBytes);
      if (full && found.length > 0) return joined(found);
      if (full || !same(stretch.from, end)) return undefined;
      found.push(stretch);
      end = stretch.to;
      if (same(end, to)) return joined(found);
    }
    return undefined;
  }
}

function rowsOf(stretch: Stretch): number {
  return LOG_NAMES.reduce((sum, log) => sum + stretch[log].length, 0);
}

function same(a: Position, b: Position): boolean {
  return bytesBetween(a, b) === 0 && bytesBetween(b, a) === 0 && a.chain === b.chain;
}

function joined(stretches: readonly Stretch[]): Stretch {
  const rows = <Name extends LogName | 'rejected'>(log: Name) => stretches.flatMap(stretch => stretch[log] as readonly unknown[]) as never;
  return {
    from: (stretches[0] as Stretch).from,
    to: (stretches.at(-1) as Stretch).to,
    journal: rows('journal'),
    durations: rows('durations'),
    success_rates: rows('success_rates'),
    plugin_usage: rows('plugin_usage'),
    rejected: rows('rejected'),
  };
}
