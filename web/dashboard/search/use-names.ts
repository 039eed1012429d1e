import { useMemo } from 'react';
import { useQuestion } from '../data/use-question.ts';
import { NamesDocument } from '../generated/graphql.ts';

export type Name = Readonly<{ key: string; label: string; uses: number }>;
export type Names = Readonly<{ patterns: readonly Name[]; plugins: readonly Name[]; phases: readonly Name[] }>;

const NONE: Names = { patterns: [], plugins: [], phases: [] };

/** All names that the logs know, the most used first; asked for when somebody begins to look for one. */
export function useNames(wanted: boolean): Names {
  const data = useQuestion(NamesDocument, wanted && {}).answer?.data;
  return useMemo(() => {
    if (!data) return NONE;
    const byUse = (names: Name[]) => names.sort((a, b) => b.uses - a.uses);
    return {
      patterns: byUse(
        (data.patternStats?.patterns ?? []).map(one => ({ key: one.patternId, label: one.name, uses: one.successRate.total })),
      ),
      plugins: byUse((data.pluginStats?.plugins ?? []).map(one => ({ key: one.name, label: one.name, uses: one.uses }))),
      phases: byUse((data.phaseDurations?.phases ?? []).map(one => ({ key: one.phase, label: one.phase, uses: one.durations.n }))),
    };
  }, [data]);
}

/** Names that hold a text, in either case; a pattern also by its id. */
export function matching(names: readonly Name[], text: string): Name[] {
  const wanted = text.trim().toLocaleLowerCase();
  return names.filter(({ key, label }) => label.toLocaleLowerCase().includes(wanted) || key.toLocaleLowerCase().includes(wanted));
}
