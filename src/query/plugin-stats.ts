import type { Position } from '../log/log.ts';
import type { Row, Sources } from '../projection/table/table.ts';
import type { Ask } from './ask.ts';
import { type Durations, durationsOf } from './durations.ts';
import type { Filter } from './filter.ts';
import { compareFractions, compareText, type Rate, rate } from './rate.ts';
import { named, Params } from './sql.ts';
import { type SummaryQuestion, stepSummary } from './totals.ts';

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
export async function pluginStats(ask: Ask, question: SummaryQuestion, asOf: Position): Promise<PluginStats[]> {
  const { filter } = question;
  const allTime = filter.window === undefined && filter.patternIds === undefined && filter.phases === undefined;
  const rows = await ask(asOf, source => {
    const params = new Params();
    const steps = stepSummary('plugin', question, source, params);
    const plugins = allTime ? `SELECT * FROM (${steps}) FULL JOIN (${lastTotals(filter, source, params)}) USING (plugin)` : steps;
    return { sql: named(plugins, 'plugin', source), values: params.values };
  });
  return rows.map(row => (allTime ? allTimeStats(row) : stepStats(row))).sort((a, b) => compareText(a.name, b.name));
}

/** The running totals that plugin_usage.log says last. */
function lastTotals({ plugins }: Filter, source: Sources, params: Params): string {
  const last = ['uses', 'total_us', 'successes', 'failures', 'last_used'].map(column => `arg_max(${column}, start) AS last_${column}`);
  const some = plugins === undefined ? 'true' : params.isNamed('plugin', plugins, source);
  return `SELECT plugin, ${last.join(', ')} FROM ${source.usage} WHERE ${some} GROUP BY plugin`;
}

function stepStats(row: Row): PluginStats {
  const uses = Number(row['total'] ?? 0);
  return {
    name: String(row['plugin_name']),
    uses,
    reliability: rate(Number(row['successes'] ?? 0), uses),
    durations: durationsOf(row),
    totalDurationSeconds: Number(row['all_us'] ?? 0) / 1e6,
    lastUsed: Number(row['latest'] ?? 0),
    stepUs: BigInt(String(row['sum_us'] ?? 0)),
  };
}

/** The running totals of plugin_usage.log, or what durations.log counts where that is more: neither log need know it all. */
function allTimeStats(row: Row): PluginStats {
  const counted = stepStats(row);
  const uses = Number(row['last_uses'] ?? 0);
  const lastUsed = Math.max(counted.lastUsed, Number(row['last_last_used'] ?? 0));
  if (counted.uses > uses) return { ...counted, lastUsed };
  const successes = Number(row['last_successes'] ?? 0);
  return {
    ...counted,
    uses,
    reliability: reliability(successes, successes + Number(row['last_failures'] ?? 0)),
    totalDurationSeconds: Number(row['last_total_us'] ?? 0) / 1e6,
    lastUsed,
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
