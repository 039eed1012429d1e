import type { Pieces, StepColumn, View } from '../projection/table/table.ts';
import { type Filter, picksByTimeAlone, stepRows } from './filter.ts';
import { gathered } from './gathered.ts';
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

/** By pattern, 1 at the number of each plugin that its executions used. */
type Used = Map<number, Uint8Array<ArrayBuffer>>;

/** The plugins of each pattern under the filter, the one that is asked about among them. */
async function pluginsByPattern(view: View, { patternId, filter }: SimilarityQuestion): Promise<Map<string, Set<string>>> {
  const patternIds = filter.patternIds && [patternId, ...filter.patternIds];
  const all = picksByTimeAlone(filter) && filter.window === undefined;
  const used = all ? await usedByAll(view) : await addUsed(view, new Map(), stepRows(view, { ...filter, patternIds }));
  return new Map([...used].map(([pattern, plugins]) => [view.nameOf(pattern), namesOf(view, plugins)]));
}

function usedByAll(view: View): Promise<Used> {
  return gathered<Used>(view, {
    name: 'plugins by pattern',
    copy: used => copyOf(view, used),
    add: (used, steps) => addUsed(view, used, steps),
    bytes: used => used.size * view.nameCount,
  });
}

function copyOf(view: View, used: Used = new Map()): Used {
  return new Map(
    [...used].map(([pattern, plugins]) => {
      // There may be more names now.
      const copy = new Uint8Array(view.nameCount);
      copy.set(plugins);
      return [pattern, copy];
    }),
  );
}

/** Adds what some steps used; answers the same. */
async function addUsed(view: View, used: Used, steps: Pieces<StepColumn>): Promise<Used> {
  const journal = view.blocks('journal');
  await view.each(steps, picked => {
    const { plugin } = picked.block.columns;
    const executionOf = view.executionsOf(picked);
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
  return used;
}

/** The names of the numbers at which there is a 1. */
function namesOf(view: View, members: Uint8Array): Set<string> {
  const names = new Set<string>();
  for (const [number, member] of members.entries()) if (member === 1) names.add(view.nameOf(number));
  return names;
}
