import type { View } from '../projection/table/table.ts';
import { executionsOf, type Filter, stepRows } from './filter.ts';
import { compareFractions, compareText } from './rate.ts';

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
export async function similarPatterns(view: View, question: SimilarityQuestion): Promise<SimilarPattern[]> {
  const used = await pluginsByPattern(view, question);
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
async function pluginsByPattern(view: View, { patternId, filter }: SimilarityQuestion): Promise<Map<string, Set<string>>> {
  const journal = view.blocks('journal');
  /** By pattern, 1 at the number of each plugin. */
  const used = new Map<number, Uint8Array<ArrayBuffer>>();
  const patternIds = filter.patternIds && [patternId, ...filter.patternIds];
  await view.each(stepRows(view, { ...filter, patternIds }), picked => {
    const { plugin } = picked.block.columns;
    const executionOf = executionsOf(view, picked);
    let latest = -1;
    let plugins = new Uint8Array();
    for (let index = 0; index < picked.length; index++) {
      const row = picked.rows[index] ?? 0;
      const execution = executionOf(row);
      if (execution < 0) continue;
      if (execution !== latest) {
        const pattern = journal.at('pattern', execution);
        plugins = used.get(pattern) ?? new Uint8Array(view.nameCount);
        used.set(pattern, plugins);
        latest = execution;
      }
      plugins[plugin[row] ?? 0] = 1;
    }
  });
  return new Map([...used].map(([pattern, plugins]) => [view.nameOf(pattern), namesOf(view, plugins)]));
}

/** The names of the numbers at which there is a 1. */
function namesOf(view: View, members: Uint8Array): Set<string> {
  const names = new Set<string>();
  for (const [number, member] of members.entries()) if (member === 1) names.add(view.nameOf(number));
  return names;
}
