/** What has been counted of a pattern or plugin up to a row: the difference of two is what happened in between. */

import { logOf } from './log-normal.ts';

/** What a plugin, in one version, did in runs of a pattern, or one version of a plugin anywhere. `blame`: failed runs, shared among the steps that failed in each. */
export type Tally = Readonly<{ uses: number; successes: number; blame: number; us: number }>;
const NO_TALLY: Tally = { uses: 0, successes: 0, blame: 0, us: 0 };

/** By plugin and version (`partKey`). */
export type Parts = ReadonlyMap<string, Tally>;

/** `logs` and `squares`: sums of the logarithms of durations and of their squares; `us`: of durations in microseconds. */
export type Sums = Readonly<{ n: number; successes: number; logs: number; squares: number; us: number; parts: Parts }>;
export const NO_SUMS: Sums = { n: 0, successes: 0, logs: 0, squares: 0, us: 0, parts: new Map() };

/** A step that was part of a row; `version` is undefined where it was not recorded. */
export type Part = Readonly<{ plugin: string; version: string | undefined; success: boolean; blame: number; us: number }>;

/** A run of a pattern, or a step of a plugin: its timestamp in seconds, its duration in microseconds. */
export type Row = Readonly<{ at: number; success: boolean; us: number; parts: readonly Part[] }>;

/** Versions that are told apart; later ones count as unknown. */
const MAX_PARTS = 500;

/** Names hold no line break. */
function partKey({ plugin, version }: Pick<Part, 'plugin' | 'version'>): string {
  return `${plugin}\n${version ?? ''}`;
}

export function partOf(key: string): { plugin: string; version: string | undefined } {
  const [plugin = '', version] = key.split('\n');
  return { plugin, version: version || undefined };
}

export function withRow(sums: Sums, row: Row): Sums {
  const log = logOf(row.us);
  return {
    n: sums.n + 1,
    successes: sums.successes + (row.success ? 1 : 0),
    logs: sums.logs + log,
    squares: sums.squares + log * log,
    us: sums.us + row.us,
    parts: row.parts.length === 0 ? sums.parts : withParts(sums.parts, row.parts),
  };
}

function withParts(known: Parts, parts: readonly Part[]): Parts {
  const grown = new Map(known);
  for (const part of parts) {
    const own = partKey(part);
    const key = grown.has(own) || grown.size < MAX_PARTS ? own : partKey({ ...part, version: undefined });
    const { uses, successes, blame, us } = grown.get(key) ?? NO_TALLY;
    grown.set(key, { uses: uses + 1, successes: successes + (part.success ? 1 : 0), blame: blame + part.blame, us: us + part.us });
  }
  return grown;
}

/** What was counted after `from`, up to `to`. */
export function between(from: Sums, to: Sums): Sums {
  const parts = new Map<string, Tally>();
  for (const [key, tally] of to.parts) {
    const before = from.parts.get(key) ?? NO_TALLY;
    if (tally.uses === before.uses) continue;
    parts.set(key, {
      uses: tally.uses - before.uses,
      successes: tally.successes - before.successes,
      blame: tally.blame - before.blame,
      us: tally.us - before.us,
    });
  }
  return {
    n: to.n - from.n,
    successes: to.successes - from.successes,
    logs: to.logs - from.logs,
    squares: to.squares - from.squares,
    us: to.us - from.us,
    parts,
  };
}
