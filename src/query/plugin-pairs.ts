import type { Position } from '../log/log.ts';
import { allPairsOf, mergedPairs, pairsOf, type Row } from '../projection/table/table.ts';
import type { Ask } from './ask.ts';
import { type Filter, isEverything, stepRows } from './filter.ts';
import { pluginStats } from './plugin-stats.ts';
import { compareText, type Rate, rate } from './rate.ts';
import { Params } from './sql.ts';

/** a before b. An execution is a workflow_id with steps under the filter. */
export type PluginPair = Readonly<{
  a: string;
  b: string;
  executions: number;
  support: number;
  lift: number;
  successTogether: Rate;
  successApart: Rate;
}>;

/** `executions`: with this plugin. */
export type PluginNode = Readonly<{ name: string; executions: number; reliability: Rate }>;
export type PluginPairs = Readonly<{ pairs: readonly PluginPair[]; plugins: readonly PluginNode[] }>;

export type PairsQuestion = Readonly<{ limit: number; minExecutions: number; filter: Filter }>;

/** Plugins that run together: most executions first, then by a, then by b; and the plugins in these pairs, by name. */
export async function pluginPairs(ask: Ask, question: PairsQuestion, asOf: Position): Promise<PluginPairs> {
  const met = (await meetings(ask, question, asOf))
    .sort((x, y) => y.both - x.both || compareText(x.a.name, y.a.name) || compareText(x.b.name, y.b.name))
    .slice(0, question.limit);
  const sides = new Map(met.flatMap(({ a, b }) => [a, b]).map(side => [side.name, side]));
  // Of pluginStats, so that a plugin's reliability is one number wherever it stands.
  const stats =
    sides.size === 0
      ? []
      : await pluginStats(ask, { filter: { ...question.filter, plugins: [...sides.keys()] }, percentiles: 'SKETCH' }, asOf);
  return {
    pairs: met.map(toPair),
    plugins: stats.map(({ name, reliability }) => ({ name, executions: sides.get(name)?.executions ?? 0, reliability })),
  };
}

/** Of one plugin: its executions, those where all its steps succeeded, and how many of these are in common with the other. */
type Side = Readonly<{ name: string; executions: number; successes: number; successesTogether: number }>;
type Meeting = Readonly<{ a: Side; b: Side; both: number; successes: number; all: number }>;

/** Pairs with at least `minExecutions` executions in common: the `limit` with most, and those that tie with the last of them. */
async function meetings(ask: Ask, { limit, minExecutions, filter }: PairsQuestion, asOf: Position): Promise<Meeting[]> {
  const rows = await ask(asOf, source => {
    const params = new Params();
    const rows = stepRows(filter, source, params);
    const counted = isEverything(filter) ? source.pairs : `(${pairsOf(rows, `(FROM ${source.durations} WHERE false)`)})`;
    return {
      sql: `WITH narrow AS MATERIALIZED (${mergedPairs(counted)}),
            wide AS (${allPairsOf(`(FROM ${rows} WHERE run IN (SELECT wide FROM narrow WHERE wide IS NOT NULL AND n > 0))`)}),
            counted AS MATERIALIZED (${mergedPairs('(FROM narrow UNION ALL FROM wide)')}),
            met AS (FROM counted WHERE a < b AND n >= ${minExecutions} QUALIFY rank() OVER (ORDER BY n DESC) <= ${limit}),
            alone AS (SELECT a AS plugin, name, n AS executions, successes FROM counted JOIN ${source.names} ON id = a WHERE a = b)
            SELECT met.n AS together, met.successes, met.a_successes AS a_together, met.b_successes AS b_together,
              x.name AS a, x.executions AS a_executions, x.successes AS a_successes,
              y.name AS b, y.executions AS b_executions, y.successes AS b_successes,
              (SELECT n FROM counted WHERE a IS NULL AND wide IS NULL) AS total
            FROM met JOIN alone x ON x.plugin = met.a JOIN alone y ON y.plugin = met.b`,
      values: params.values,
    };
  });
  return rows.map(row => {
    const [one, other] = [side(row, 'a'), side(row, 'b')];
    // DuckDB pairs them by their ids, the API by their names.
    const [a, b] = compareText(one.name, other.name) < 0 ? [one, other] : [other, one];
    return { a, b, both: Number(row['together']), successes: Number(row['successes']), all: Number(row['total']) };
  });
}

function side(row: Row, name: 'a' | 'b'): Side {
  return {
    name: String(row[name]),
    executions: Number(row[`${name}_executions`]),
    successes: Number(row[`${name}_successes`]),
    successesTogether: Number(row[`${name}_together`]),
  };
}

function toPair({ a, b, both, successes, all }: Meeting): PluginPair {
  return {
    a: a.name,
    b: b.name,
    executions: both,
    support: both / all,
    lift: (both * all) / (a.executions * b.executions),
    successTogether: rate(successes, both),
    successApart: rate(a.successes - a.successesTogether + b.successes - b.successesTogether, a.executions - both + b.executions - both),
  };
}
