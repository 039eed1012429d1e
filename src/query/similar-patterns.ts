import type { Position } from '../log/log.ts';
import type { Ask } from './ask.ts';
import { type Filter, OWN_STEP, stepRows } from './filter.ts';
import { compareFractions, compareText } from './rate.ts';
import { named, Params } from './sql.ts';

/** `similarity`: shared / (shared + own to one of both), from 0 to 1. Counts are of plugins. */
export type SimilarPattern = Readonly<{
  patternId: string;
  similarity: number;
  shared: number;
  plugins: number;
  sharedPlugins: readonly string[];
}>;

/** `filter.patternIds`: the patterns that are compared with the one; all unless given. */
export type SimilarityQuestion = Readonly<{ patternId: string; limit: number; minSimilarity: number; filter: Filter }>;

/**
 * Patterns that use the same plugins as one: the Jaccard index of the sets of plugins whose steps ran in their executions, cancelled
 * ones included. Most similar first, then those that share more, then by pattern_id.
 */
export async function similarPatterns(ask: Ask, question: SimilarityQuestion, asOf: Position): Promise<SimilarPattern[]> {
  const used = await pluginsByPattern(ask, question, asOf);
  const own = used.get(question.patternId) ?? new Set<string>();
  const compared = [...used].flatMap(([patternId, plugins]) => {
    const sharedPlugins = [...plugins].filter(plugin => own.has(plugin)).sort(compareText);
    const shared = sharedPlugins.length;
    const all = own.size + plugins.size - shared;
    return patternId === question.patternId || shared === 0 || shared / all < question.minSimilarity
      ? []
      : [{ patternId, similarity: shared / all, shared, plugins: plugins.size, sharedPlugins, all }];
  });
  return compared
    .sort(
      (a, b) =>
        compareFractions([BigInt(b.shared), BigInt(b.all)], [BigInt(a.shared), BigInt(a.all)]) ||
        b.shared - a.shared ||
        compareText(a.patternId, b.patternId),
    )
    .slice(0, question.limit)
    .map(({ all: _, ...pattern }) => pattern);
}

/** The plugins of each pattern under the filter, the one that is asked about among them. */
async function pluginsByPattern(ask: Ask, { patternId, filter }: SimilarityQuestion, asOf: Position): Promise<Map<string, Set<string>>> {
  const rows = await ask(asOf, source => {
    const params = new Params();
    const steps = stepRows({ ...filter, patternIds: undefined }, source, params);
    const compared = filter.patternIds && [patternId, ...filter.patternIds];
    const among = compared === undefined ? 'true' : params.isNamed('j.pattern', compared, source);
    const used = `SELECT DISTINCT j.pattern, d.plugin FROM ${steps} d JOIN ${source.journal} j ON ${OWN_STEP} WHERE ${among}`;
    const withPlugins = `SELECT pattern_name, plugin FROM (${named(used, 'pattern', source)})`;
    return { sql: named(withPlugins, 'plugin', source), values: params.values };
  });
  const used = new Map<string, Set<string>>();
  for (const row of rows) {
    const pattern = String(row['pattern_name']);
    const plugins = used.get(pattern) ?? new Set<string>();
    used.set(pattern, plugins.add(String(row['plugin_name'])));
  }
  return used;
}
