/** What has been counted of a pattern or plugin up to a row: the difference of two is what happened in between. */

import { logOf } from './log-normal.ts';

/** What a plugin, in one version, did in runs of a pattern, or one version of a plugin anywhere. `blame`: failed runs, shared among the steps that failed in each. */
export type Tally = Readonly<{ uses: number; successes: number; blame: number; us: number }>;
export const NO_TALLY: Tally = { uses: 0, successes: 0, blame: 0, us: 0 };

/** By plugin and version (`partKey`): what had been counted at some row, and the parts of the rows since. So that the tallies are not copied at every row. */
export type Parts = Readonly<{ base: Tallies; since: Since | undefined }>;
type Tallies = ReadonlyMap<string, Tally>;
type Since = Readonly<{ parts: readonly Part[]; previous: Since | undefined; rows: number }>;
/** Rows since, at most. */
const MAX_SINCE = 32;

/** `logs` and `squares`: sums of the logarithms of durations and of their squares; `us`: of durations in microseconds. */
export type Sums = Readonly<{ n: number; successes: number; logs: number; squares: number; us: number; parts: Parts }>;
export const NO_SUMS: Sums = { n: 0, successes: 0, logs: 0, squares: 0, us: 0, parts: { base: new Map(), since: undefined } };

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

function withParts({ base, since }: Parts, parts: readonly Part[]): Parts {
  const rows = (since?.rows ?? 0) + 1;
  const grown = { base, since: { parts, previous: since, rows } };
  return rows < MAX_SINCE ? grown : { base: tallies(grown), since: undefined };
}

/** What has been counted, by plugin and version. */
function tallies({ base, since }: Parts): Tallies {
  if (!since) return base;
  const counted = new Map(base);
  const rows: Since[] = [];
  for (let row: Since | undefined = since; row; row = row.previous) rows.push(row);
  for (const { parts } of rows.reverse()) for (const part of parts) count(counted, part);
  return counted;
}

function count(counted: Map<string, Tally>, part: Part): void {
  const own = partKey(part);
  const key = counted.has(own) || counted.size < MAX_PARTS ? own : partKey({ ...part, version: undefined });
  const { uses, successes, blame, us } = counted.get(key) ?? NO_TALLY;
  counted.set(key, { uses: uses + 1, successes: successes + (part.success ? 1 : 0), blame: blame + part.blame, us: us + part.us });
}

/** What was counted after `from`, up to `to`; of its parts only those that are used in between. */
export function between(from: Sums, to: Sums): Sums {
  const parts = new Map<string, Tally>();
  const first = tallies(from.parts);
  for (const [key, tally] of tallies(to.parts)) {
    const before = first.get(key) ?? NO_TALLY;
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
    parts: { base: parts, since: undefined },
  };
}
