import type { ChangeKind, ChangePartsFragment } from '../generated/graphql.ts';

/** What a kind of change is about. */
export const KINDS: Record<ChangeKind, Readonly<{ of: 'pattern' | 'plugin'; what: 'rate' | 'duration' }>> = {
  PATTERN_SUCCESS: { of: 'pattern', what: 'rate' },
  PLUGIN_RELIABILITY: { of: 'plugin', what: 'rate' },
  PATTERN_DURATION: { of: 'pattern', what: 'duration' },
  PLUGIN_DURATION: { of: 'plugin', what: 'duration' },
};

type Levels = Pick<ChangePartsFragment, 'kind' | 'before' | 'after'>;

/** Fewer successes, or longer durations. */
export function isWorse({ kind, before, after }: Levels): boolean {
  return KINDS[kind].what === 'rate' ? after < before : after > before;
}

/** From 0: how far a level moved. A rate by its points, a duration by its factor; twice as long weighs like half of all runs. */
function size({ kind, before, after }: Levels): number {
  if (KINDS[kind].what === 'rate') return Math.abs(after - before);
  return before > 0 && after > 0 ? Math.abs(Math.log(after / before)) * 0.7 : 1;
}

/** What got worse before what got better, sure before suspected, then by how far. */
export function worstFirst<Change extends ChangePartsFragment>(changes: readonly Change[]): Change[] {
  const rank = (change: Change) => (isWorse(change) ? 4 : 0) + (change.tier === 'CONFIRMED' ? 2 : 0) + Math.min(1, size(change));
  return changes.toSorted((a, b) => rank(b) - rank(a));
}

/** The stretches before and after a change: from the change of the same level before it, to the one after it. */
export function stretchesOf(change: ChangePartsFragment, all: readonly ChangePartsFragment[]) {
  const same = all.filter(({ subject, kind }) => subject === change.subject && kind === change.kind).map(({ at }) => at);
  const earlier = same
    .filter(at => at < change.at)
    .sort()
    .at(-1);
  const later = same.filter(at => at > change.at).sort()[0];
  return {
    before: { ...(earlier ? { from: earlier } : {}), to: change.at },
    after: { from: change.at, ...(later ? { to: later } : {}) },
  };
}
