import { MetricsError } from '../errors.ts';

/** The four logs, in the order in which a position names them. */
export const LOG_NAMES = ['journal', 'durations', 'success_rates', 'plugin_usage'] as const;
export type LogName = (typeof LOG_NAMES)[number];

/** The logs that other programs read and append to as well. */
export const SHARED_LOGS = ['durations', 'success_rates', 'plugin_usage'] as const;
export type SharedLog = (typeof SHARED_LOGS)[number];

/**
 * A point in the history of all four logs: the end of a whole line in each, in bytes of data since the beginning (header not
 * counted), and the first 8 digits of the last journal row's own half of the chain (zeros before the first). Bytes do not
 * depend on what a parser makes of a row, so a position means the same to every version of this program.
 */
export type Position = Readonly<Record<LogName, number> & { chain: string }>;

export const START: Position = { journal: 0, durations: 0, success_rates: 0, plugin_usage: 0, chain: '00000000' };

/** The opaque token of a position, as the API gives it. */
export function formatPosition(position: Position): string {
  return [...LOG_NAMES.map(name => position[name].toString(36)), position.chain].join('-');
}

const TOKEN = /^([0-9a-z]{1,11})-([0-9a-z]{1,11})-([0-9a-z]{1,11})-([0-9a-z]{1,11})-([0-9a-f]{8})$/;

/** Reads a token back. It says nothing yet about whether these logs know the position: see `Log.checkPosition`. */
export function parsePosition(token: string): Position {
  const parts = TOKEN.exec(token);
  const ends = parts?.slice(1, 5).map(part => Number.parseInt(part, 36)) ?? [];
  if (!parts || ends.some(end => !Number.isSafeInteger(end))) {
    throw new MetricsError(
      'POSITION_UNKNOWN',
      `"${token.slice(0, 80)}" is not a log position: give an asOf or position that this service answered`,
      { field: ['asOf'] },
    );
  }
  const [journal = 0, durations = 0, success_rates = 0, plugin_usage = 0] = ends;
  return { journal, durations, success_rates, plugin_usage, chain: parts[5] ?? '' };
}

/** True when every record that `b` covers is covered by `a` too. */
export function reaches(a: Position, b: Position): boolean {
  return LOG_NAMES.every(name => a[name] >= b[name]);
}

/** Bytes of data between two positions of the same logs, over all four: the lag of a projection. */
export function bytesBetween(from: Position, to: Position): number {
  return LOG_NAMES.reduce((sum, name) => sum + Math.max(0, to[name] - from[name]), 0);
}
