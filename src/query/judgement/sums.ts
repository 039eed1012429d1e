/** What has been counted of a pattern or plugin up to a row: the difference of two is what happened in between. */
import { noPlaces, type Places } from './parts.ts';

/** What a plugin, in one version, did in runs of a pattern, or one version of a plugin anywhere. `blame`: failed runs, shared among the steps that failed in each. */
export type Tally = Readonly<{ uses: number; successes: number; blame: number; us: number }>;
export const NO_TALLY: Tally = { uses: 0, successes: 0, blame: 0, us: 0 };

/** Numbers of a tally, by the place of its part: uses, successes, blame, microseconds. */
export const TALLY = 4;

/**
 * `logs` and `squares`: sums of the logarithms of durations and of their squares; `us`: of durations in microseconds. `tallies` of parts
 * that came up later may be missing.
 */
export type Sums = Readonly<{
  n: number;
  successes: number;
  logs: number;
  squares: number;
  us: number;
  places: Places;
  tallies: Float64Array;
}>;

export const NO_SUMS: Sums = { n: 0, successes: 0, logs: 0, squares: 0, us: 0, places: noPlaces(), tallies: new Float64Array(0) };

/** What was counted after `from`, up to `to`. */
export function between(from: Sums, to: Sums): Sums {
  const tallies = to.tallies.slice();
  for (let index = 0; index < Math.min(tallies.length, from.tallies.length); index++)
    tallies[index] = (tallies[index] as number) - (from.tallies[index] as number);
  return {
    n: to.n - from.n,
    successes: to.successes - from.successes,
    logs: to.logs - from.logs,
    squares: to.squares - from.squares,
    us: to.us - from.us,
    places: to.places,
    tallies,
  };
}

/** The parts that were used. */
export function* tallied({ places, tallies }: Sums): Generator<{ plugin: string; version: string | undefined; tally: Tally }> {
  for (const [place, { plugin, version }] of places.names.entries()) {
    const [uses = 0, successes = 0, blame = 0, us = 0] = tallies.subarray(place * TALLY, (place + 1) * TALLY);
    if (uses > 0) yield { plugin, version, tally: { uses, successes, blame, us } };
  }
}
