/** Where the lines stand that are no rows. Their texts stay in the logs. */
import { lastAtOrBelow } from '../../ascending.ts';
import type { LogName } from '../../log/log.ts';
import type { RejectedLine } from '../../record/record.ts';

/** `start` and `end`: positions in its log; `line`: its number in the file. */
export type RejectedPlace = Readonly<{ log: LogName; start: number; end: number; line: number }>;

const NUMBERS = 3;

export class Rejected {
  /** Start, end and line of each, one after the other, by log. */
  readonly #places: Record<LogName, number[]> = { journal: [], durations: [], success_rates: [], plugin_usage: [] };

  append(lines: readonly (Pick<RejectedLine, 'start' | 'end' | 'line'> & { file: string })[]): void {
    for (const { file, start, end, line } of lines) this.#places[logOf(file)].push(start, end, line);
  }

  /** How many lines of a log start before a position. */
  count(log: LogName, position: number): number {
    const places = this.#places[log];
    return lastAtOrBelow(places.length / NUMBERS, n => places[n * NUMBERS] ?? 0, position - 1) + 1;
  }

  /** The n-th of a log, from 0. */
  at(log: LogName, n: number): RejectedPlace {
    const [start = 0, end = 0, line = 0] = this.#places[log].slice(n * NUMBERS, (n + 1) * NUMBERS);
    return { log, start, end, line };
  }

  /** Those of a log from the n-th on. */
  since(log: LogName, n: number): RejectedPlace[] {
    return Array.from({ length: this.#places[log].length / NUMBERS - n }, (_, index) => this.at(log, n + index));
  }
}

function logOf(file: string): LogName {
  return file.slice(0, -'.log'.length) as LogName;
}
