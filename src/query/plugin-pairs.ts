import type { Alone, Pair, PairCounts, View } from '../projection/table/table.ts';
import { type Filter, picksByTimeAlone, stepRows } from './filter.ts';
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
  const met = await meetings(view, question);
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

/** The `limit` pairs with most executions in common, of those with at least `minExecutions`. */
async function meetings(view: View, { limit, minExecutions, filter }: PairsQuestion): Promise<Meeting[]> {
  const counts = picksByTimeAlone(filter) ? await view.pairsIn(filter.window) : await view.pairsOf(stepRows(view, filter));
  const first = await firstPairs(view, counts, { limit, least: Math.max(1, minExecutions) });
  const side = (plugin: number, successesTogether: number): Side => ({
    ...counts.alone(plugin),
    name: view.nameOf(plugin),
    successesTogether,
  });
  return first.map(({ a, b, runs: both, successes, aSuccesses, bSuccesses }) => {
    const [one, other] = [side(a, aSuccesses), side(b, bSuccesses)];
    // The table pairs them by their numbers, the API by their names.
    const [before, after] = compareText(one.name, other.name) < 0 ? [one, other] : [other, one];
    return { a: before, b: after, both, successes, all: counts.runs };
  });
}

/** Of any number of pairs the first few: many may tie, so that what cannot be among them is let go on the way. */
async function firstPairs(view: View, counts: PairCounts, { limit, least }: { limit: number; least: number }): Promise<Pair[]> {
  const ranks = ranksOf(view);
  const rank = (plugin: number) => ranks[plugin] ?? 0;
  const order = (x: Pair, y: Pair) =>
    y.runs - x.runs ||
    Math.min(rank(x.a), rank(x.b)) - Math.min(rank(y.a), rank(y.b)) ||
    Math.max(rank(x.a), rank(x.b)) - Math.max(rank(y.a), rank(y.b));
  const found: Pair[] = [];
  let bar = least;
  await view.each(counts.pairs(least), pair => {
    if (pair.runs < bar) return;
    found.push(pair);
    if (found.length < 2 * limit + 1000) return;
    found.sort(order).splice(limit);
    bar = found.at(-1)?.runs ?? bar;
  });
  return found.sort(order).slice(0, limit);
}

/** By number of a name its place among all names. */
function ranksOf(view: View): Uint32Array {
  const numbers = Array.from({ length: view.nameCount }, (_, number) => number);
  const ranks = new Uint32Array(numbers.length);
  for (const [rank, number] of numbers.sort((a, b) => compareText(view.nameOf(a), view.nameOf(b))).entries()) ranks[number] = rank;
  return ranks;
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
