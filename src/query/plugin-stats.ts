import type { LastUsage, View } from '../projection/table/table.ts';
import { type Durations, NO_DURATIONS } from './durations.ts';
import type { Filter } from './filter.ts';
import { compareFractions, compareText, type Rate, rate } from './rate.ts';
import { countedOf } from './time-cells.ts';
import { type Summary, type SummaryQuestion, stepSummaries } from './totals.ts';

/** `lastUsed` is in seconds since 1970; `stepUs` the sum behind the mean, microseconds. */
export type PluginStats = Readonly<{
  name: string;
  uses: number;
  reliability: Rate;
  durations: Durations;
  totalDurationSeconds: number;
  lastUsed: number;
  stepUs: bigint;
}>;

/** How often each plugin was used, how reliably and how fast, by name. */
export async function pluginStats(view: View, question: SummaryQuestion): Promise<PluginStats[]> {
  const steps = new Map([...(await stepSummaries(view, 'plugin', question))].map(([plugin, summary]) => [view.nameOf(plugin), summary]));
  const last = await lastTotals(view, question.filter);
  const names = [...new Set([...steps.keys(), ...last.keys()])].sort(compareText);
  return names.map(name => statsOf(name, steps.get(name), last.get(name)));
}

/** The reliability of each plugin by name: the same, without its durations. */
export async function pluginReliability(view: View, filter: Filter): Promise<Map<string, Rate>> {
  const steps = new Map((await countedOf(view, 'plugin', filter)).map(({ name, n, successes }) => [name, { total: n, successes }]));
  const last = await lastTotals(view, filter);
  return new Map([...steps.keys(), ...last.keys()].map(name => [name, usesOf(steps.get(name), last.get(name)).reliability]));
}

/** The running totals that plugin_usage.log says last; none where the filter asks about some of the steps. */
async function lastTotals(view: View, { window, patternIds, phases, plugins }: Filter): Promise<ReadonlyMap<string, LastUsage>> {
  if (window !== undefined || patternIds !== undefined || phases !== undefined) return new Map();
  const { last } = await view.usage();
  if (plugins === undefined) return last;
  const picked = plugins.flatMap(plugin => {
    const usage = last.get(plugin);
    return usage ? [[plugin, usage] as const] : [];
  });
  return new Map(picked);
}

/** The running totals of plugin_usage.log, or what durations.log counts where that is more: neither log need know it all. */
function usesOf(steps: Pick<Summary, 'total' | 'successes'> | undefined, last: LastUsage | undefined) {
  const { total = 0, successes = 0 } = steps ?? {};
  if (!last || total > last.uses) return { uses: total, reliability: rate(successes, total), counted: true };
  return { uses: last.uses, reliability: reliability(last.successes, last.successes + last.failures), counted: false };
}

function statsOf(name: string, steps: Summary | undefined, last: LastUsage | undefined): PluginStats {
  const { uses, reliability, counted } = usesOf(steps, last);
  return {
    name,
    uses,
    reliability,
    durations: steps?.durations ?? NO_DURATIONS,
    totalDurationSeconds: Number((counted ? steps?.allUs : last?.totalDurationUs) ?? 0n) / 1e6,
    lastUsed: Math.max(steps?.latest ?? Number.NEGATIVE_INFINITY, last?.lastUsed ?? Number.NEGATIVE_INFINITY),
    stepUs: steps?.sumUs ?? 0n,
  };
}

/** A known plugin without any counted outcome has reliability 0 by definition; its bounds stay unknown. */
function reliability(successes: number, total: number): Rate {
  return total === 0 ? { ...rate(0, 0), value: 0 } : rate(successes, total);
}

/** Most used first, then by name. */
export function mostUsed(plugins: readonly PluginStats[], limit: number): PluginStats[] {
  return [...plugins].sort((a, b) => b.uses - a.uses || compareText(a.name, b.name)).slice(0, limit);
}

/** Reliability at most `maxReliability` at `minUses` uses or more: lowest first, then more uses, then by name. */
export function problematic(
  plugins: readonly PluginStats[],
  { limit, maxReliability, minUses }: { limit: number; maxReliability: number; minUses: number },
): PluginStats[] {
  return plugins
    .filter(({ uses, reliability }) => uses >= minUses && (reliability.value ?? 0) <= maxReliability)
    .sort((a, b) => compareFractions(share(a), share(b)) || b.uses - a.uses || compareText(a.name, b.name))
    .slice(0, limit);
}

/** Reliability as a fraction; without any outcome it is 0 by definition. */
function share({ reliability: { successes, total } }: PluginStats): [bigint, bigint] {
  return [BigInt(successes), BigInt(Math.max(1, total))];
}

/** The longest mean first, of plugins with `minUses` steps or more behind it; ties by name. */
export function slow(plugins: readonly PluginStats[], { limit, minUses }: { limit: number; minUses: number }): PluginStats[] {
  const mean = ({ stepUs, durations }: PluginStats): [bigint, bigint] => [stepUs, BigInt(durations.n)];
  return plugins
    .filter(({ durations }) => durations.n >= Math.max(1, minUses))
    .sort((a, b) => compareFractions(mean(b), mean(a)) || compareText(a.name, b.name))
    .slice(0, limit);
}
