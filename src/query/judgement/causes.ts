import { between, type Parts, partOf, type Sums, type Tally } from './sums.ts';

/** What explains a change, and how much of it: a plugin, or one version of it that was not used before. Rates are of its steps. */
export type Cause = Readonly<{
  plugin: string;
  version: string | undefined;
  before: { successes: number; total: number };
  after: { successes: number; total: number };
  share: number;
}>;

/** Smaller shares are left out. */
const TOLD = 0.05;

export type Levels = Readonly<{ before: Sums; after: Sums }>;
export type Measured = 'success' | 'duration';

/**
 * The plugins that explain a pattern's change. Of a change of the success rate a plugin explains how much more runs a run failed for it than
 * before, where a failed run is blamed on its failed steps in equal parts; of a change of durations, how much longer its steps took
 * a run. Both are shares of the whole change, from 0 to 1.
 */
export function causesByPlugin(measured: Measured, { before, after }: Levels): Cause[] {
  const load = ({ blame, us }: Tally) => (measured === 'success' ? blame : us);
  const whole = (sums: Sums) => (measured === 'success' ? sums.n - sums.successes : sums.us) / sums.n;
  const change = whole(after) - whole(before);
  if (change === 0) return [];
  const plugins = new Set([...before.parts.base.keys(), ...after.parts.base.keys()].map(key => partOf(key).plugin));
  const causes = [...plugins].map(plugin => {
    const [was, is] = [pooled(before.parts, plugin), pooled(after.parts, plugin)];
    const share = (load(is) / after.n - load(was) / before.n) / change;
    return { plugin, version: newVersion({ before, after }, plugin), before: rateOf(was), after: rateOf(is), share };
  });
  return told(causes);
}

/**
 * The versions of a plugin that explain its change: how much more the steps of each failed than steps did before (or how much longer they
 * took), by its part of the steps. Only versions that were recorded can.
 */
export function causesByVersion(measured: Measured, plugin: string, { before, after }: Levels): Cause[] {
  const level = (n: number, successes: number, us: number) => (measured === 'success' ? n - successes : us) / n;
  const was = level(before.n, before.successes, before.us);
  const change = level(after.n, after.successes, after.us) - was;
  if (change === 0) return [];
  const causes = [...after.parts.base].map(([key, { uses, successes, us }]) => ({
    plugin,
    version: partOf(key).version,
    before: { successes: before.successes, total: before.n },
    after: { successes, total: uses },
    share: ((uses / after.n) * (level(uses, successes, us) - was)) / change,
  }));
  return told(causes);
}

/** The largest first, none beyond the whole. */
function told(causes: Cause[]): Cause[] {
  return causes
    .filter(({ share }) => share >= TOLD)
    .map(cause => ({ ...cause, share: Math.min(1, cause.share) }))
    .sort((a, b) => b.share - a.share || (a.plugin < b.plugin ? -1 : 1));
}

function pooled(parts: Parts, plugin: string): Tally {
  let sum: Tally = { uses: 0, successes: 0, blame: 0, us: 0 };
  for (const [key, { uses, successes, blame, us }] of parts.base) {
    if (partOf(key).plugin !== plugin) continue;
    sum = { uses: sum.uses + uses, successes: sum.successes + successes, blame: sum.blame + blame, us: sum.us + us };
  }
  return sum;
}

function rateOf({ successes, uses }: Tally): { successes: number; total: number } {
  return { successes, total: uses };
}

/** The version that a plugin uses most since the change and had in fewer than 5 % of its steps before it. */
function newVersion({ before, after }: Levels, plugin: string): string | undefined {
  const versions = [...after.parts.base].filter(([key]) => partOf(key).plugin === plugin && partOf(key).version !== undefined);
  const [most] = versions.sort(([, a], [, b]) => b.uses - a.uses);
  if (!most) return undefined;
  const was = before.parts.base.get(most[0])?.uses ?? 0;
  return was < 0.05 * pooled(before.parts, plugin).uses || pooled(before.parts, plugin).uses === 0 ? partOf(most[0]).version : undefined;
}

/** What was counted at the level before a change, and since: up to the next change, or now. */
export function levelsOf(shift: Readonly<{ from: Sums; before: Sums }>, end: Sums): Levels {
  return { before: between(shift.from, shift.before), after: between(shift.before, end) };
}
