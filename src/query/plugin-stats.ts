import type { Position } from '../log/log.ts';
import type { Row } from '../projection/table/table.ts';
import type { Ask } from './ask.ts';
import { type Durations, durationColumns, durationsOf } from './durations.ts';
import { type Filter, stepRows } from './filter.ts';
import { compareFractions, compareText, type Rate, rate } from './rate.ts';
import { Params } from './sql.ts';

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
export async function pluginStats(ask: Ask, filter: Filter, asOf: Position): Promise<PluginStats[]> {
  const allTime = filter.window === undefined && filter.patternIds === undefined && filter.phases === undefined;
  const rows = await ask(asOf, source => {
    const params = new Params();
    const steps = `SELECT plugin, count(*) AS step_uses, count(*) FILTER (WHERE success) AS step_successes, sum(duration_us) AS step_us,
        max(timestamp) AS step_last, ${durationColumns(filter.success, params)}
      FROM ${stepRows(filter, source, params)} GROUP BY plugin`;
    if (!allTime) return { sql: steps, values: params.values };
    const plugins = filter.plugins === undefined ? '' : `WHERE ${params.isIn('plugin', filter.plugins)}`;
    const totals = `SELECT plugin, uses, total_us, successes, failures, last_used FROM ${source.plugin_usage} ${plugins}
      QUALIFY row_number() OVER (PARTITION BY plugin ORDER BY start DESC) = 1`;
    return { sql: `SELECT * FROM (${steps}) FULL JOIN (${totals}) USING (plugin)`, values: params.values };
  });
  return rows.map(row => (allTime ? allTimeStats(row) : stepStats(row))).sort((a, b) => compareText(a.name, b.name));
}

function stepStats(row: Row): PluginStats {
  const uses = Number(row['step_uses'] ?? 0);
  return {
    name: String(row['plugin']),
    uses,
    reliability: rate(Number(row['step_successes'] ?? 0), uses),
    durations: durationsOf(row),
    totalDurationSeconds: Number(row['step_us'] ?? 0) / 1e6,
    lastUsed: Number(row['step_last'] ?? 0),
    stepUs: BigInt(String(row['sum_us'] ?? 0)),
  };
}

/** The running totals of plugin_usage.log, or what durations.log counts where that is more: neither log need know it all. */
function allTimeStats(row: Row): PluginStats {
  const counted = stepStats(row);
  const uses = Number(row['uses'] ?? 0);
  const lastUsed = Math.max(counted.lastUsed, Number(row['last_used'] ?? 0));
  if (counted.uses > uses) return { ...counted, lastUsed };
  const successes = Number(row['successes'] ?? 0);
  return {
    ...counted,
    uses,
    reliability: reliability(successes, successes + Number(row['failures'] ?? 0)),
    totalDurationSeconds: Number(row['total_us'] ?? 0) / 1e6,
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
