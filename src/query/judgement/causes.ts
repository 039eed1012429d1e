import { between, NO_TALLY, type Sums, type Tally, tallied } from './sums.ts';

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
  const [was, is] = [byPlugin(before), byPlugin(after)];
  const causes = [...new Set([...was.keys(), ...is.keys()])].map(plugin => {
    const [then, since] = [was.get(plugin)?.all ?? NO_TALLY, is.get(plugin)?.all ?? NO_TALLY];
    const share = (load(since) / after.n - load(then) / before.n) / change;
    return { plugin, version: newVersion(was.get(plugin), is.get(plugin)), before: rateOf(then), after: rateOf(since), share };
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
  const causes = [...tallied(after)].map(({ version, tally: { uses, successes, us } }) => ({
    plugin,
    version,
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

type PluginTally = { all: Tally; versions: Map<string, number> };

function byPlugin(sums: Sums): Map<string, PluginTally> {
  const plugins = new Map<string, PluginTally>();
  for (const { plugin, version, tally } of tallied(sums)) {
    const known = plugins.get(plugin) ?? { all: NO_TALLY, versions: new Map() };
    known.all = sumOf(known.all, tally);
    if (version !== undefined) known.versions.set(version, tally.uses);
    plugins.set(plugin, known);
  }
  return plugins;
}

function sumOf(a: Tally, b: Tally): Tally {
  return { uses: a.uses + b.uses, successes: a.successes + b.successes, blame: a.blame + b.blame, us: a.us + b.us };
}

function rateOf({ successes, uses }: Tally): { successes: number; total: number } {
  return { successes, total: uses };
}

/** Of a plugin's steps before a change: with fewer a version counts as new. */
const NEW_BELOW = 0.05;

/** The version that a plugin uses most since the change, if it is new. */
function newVersion(before: PluginTally | undefined, after: PluginTally | undefined): string | undefined {
  const [most] = [...(after?.versions ?? [])].sort(([, a], [, b]) => b - a);
  if (!most) return undefined;
  const [version] = most;
  const was = before?.versions.get(version) ?? 0;
  return was === 0 || was < NEW_BELOW * (before?.all.uses ?? 0) ? version : undefined;
}

/** What was counted at the level before a change, and since: up to the next change, or now. */
export function levelsOf(shift: Readonly<{ from: Sums; before: Sums }>, end: Sums): Levels {
  return { before: between(shift.from, shift.before), after: between(shift.before, end) };
}
