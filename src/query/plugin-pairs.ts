import type { Alone, Pair, View } from '../projection/table/table.ts';
import { type Filter, isEverything, stepRows } from './filter.ts';
import { pluginReliability } from './plugin-stats.ts';
import { compareText, type Rate, rate } from './rate.ts';

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
export async function pluginPairs(view: View, question: PairsQuestion): Promise<PluginPairs> {
  const met = (await meetings(view, question))
    .sort((x, y) => y.both - x.both || compareText(x.a.name, y.a.name) || compareText(x.b.name, y.b.name))
    .slice(0, question.limit);
  const sides = new Map(met.flatMap(({ a, b }) => [a, b]).map(side => [side.name, side]));
  // As pluginStats gives it, so that a plugin's reliability is one number wherever it stands.
  const reliability = await pluginReliability(view, { ...question.filter, plugins: [...sides.keys()] });
  const names = [...reliability.keys()].sort(compareText);
  return {
    pairs: met.map(toPair),
    plugins: names.map(name => ({ name, executions: sides.get(name)?.runs ?? 0, reliability: reliability.get(name) ?? rate(0, 0) })),
  };
}

/** A plugin: as `Alone`, and in how many of its runs with the other all its steps succeeded. */
type Side = Alone & Readonly<{ name: string; successesTogether: number }>;
type Meeting = Readonly<{ a: Side; b: Side; both: number; successes: number; all: number }>;

/** Pairs with at least `minExecutions` executions in common: the `limit` with most, and those that tie with the last of them. */
async function meetings(view: View, { limit, minExecutions, filter }: PairsQuestion): Promise<Meeting[]> {
  const counts = isEverything(filter) ? await view.allPairs() : await view.pairsOf(stepRows(view, filter));
  const least = Math.max(1, minExecutions);
  const runs = Float64Array.from(counts.pairs(least), pair => pair.runs).sort();
  const bar = limit === 0 ? Number.POSITIVE_INFINITY : (runs[runs.length - limit] ?? least);
  const side = (plugin: number, successesTogether: number): Side => ({
    ...counts.alone(plugin),
    name: view.nameOf(plugin),
    successesTogether,
  });
  const meeting = ({ a, b, runs: both, successes, aSuccesses, bSuccesses }: Pair): Meeting => {
    const [one, other] = [side(a, aSuccesses), side(b, bSuccesses)];
    // The table pairs them by their numbers, the API by their names.
    const [first, second] = compareText(one.name, other.name) < 0 ? [one, other] : [other, one];
    return { a: first, b: second, both, successes, all: counts.runs };
  };
  return Array.from(counts.pairs(bar), meeting);
}

function toPair({ a, b, both, successes, all }: Meeting): PluginPair {
  return {
    a: a.name,
    b: b.name,
    executions: both,
    support: both / all,
    lift: (both * all) / (a.runs * b.runs),
    successTogether: rate(successes, both),
    successApart: rate(a.successes - a.successesTogether + b.successes - b.successesTogether, a.runs - both + b.runs - both),
  };
}
