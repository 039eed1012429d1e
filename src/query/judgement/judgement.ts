/**
 * Judgement: what history says of each pattern and plugin, learned run by run, so that everything that is said of a run was known
 * before it. In flow the rows of the logs; out flow standings, estimates, predictions and changes.
 *
 * What always holds:
 * - The state is a function of the logs up to a position: one order of events (`chronicle.ts`), no clock, no chance.
 * - A run is judged by what came before it and only then learned from, so that a calibration is what an onlooker would have seen.
 * - What is kept of a pattern or plugin is bounded, whatever its history.
 */
import type { Stretch } from '../../log/log.ts';
import { rowTimestamp } from '../../record/record.ts';
import { type Chronicle, emptyChronicle, forkChronicle, type Occurrence, read, settle } from './chronicle.ts';
import { type Owned, owned } from './owned.ts';
import { after, NEW, type Standing } from './standing.ts';

export { confidenceSequence } from './confidence-sequence.ts';
export { executionsToNext, type PatternStatus, PROMOTION_POLICIES, type PromotionPolicy, statusBy } from './promotion-policy.ts';
export type { Standing } from './standing.ts';

/** What is known of a pattern; `name` is the latest. */
export type PatternJudgement = Owned & { name: string; standing: Standing };

/** What is known as of a position. */
export type Judgement = { owner: number; chronicle: Chronicle; patterns: Map<string, PatternJudgement> };

let owners = 0;

/** What turns the logs into judgement: a fold for `Replay`. */
export const judging = {
  empty: (): Judgement => ({ owner: ++owners, chronicle: emptyChronicle(), patterns: new Map() }),

  apply: (state: Judgement, stretch: Stretch): void => read(state.chronicle, stretch, occurrence => learn(state, occurrence)),

  /** Both get a new owner: what they share belongs to neither. */
  fork: (state: Judgement): Judgement => {
    state.owner = ++owners;
    return { owner: ++owners, chronicle: forkChronicle(state.chronicle), patterns: new Map(state.patterns) };
  },

  settle: (state: Judgement): void => settle(state.chronicle, occurrence => learn(state, occurrence)),
};

function learn(state: Judgement, occurrence: Occurrence): void {
  if (occurrence.kind === 'run') learnRun(state, occurrence.row);
  if (occurrence.kind === 'execution' && occurrence.execution.status !== 'cancelled') {
    const { patternId, patternName, status } = occurrence.execution;
    learnRun(state, { patternId, patternName, success: status === 'success', timestamp: rowTimestamp(occurrence.execution) });
  }
}

type Run = Readonly<{ patternId: string; patternName: string; success: boolean; timestamp: number }>;

function learnRun(state: Judgement, run: Run): void {
  const pattern = owned(state.patterns, run.patternId, {
    owner: state.owner,
    empty: () => ({ owner: 0, name: run.patternName, standing: NEW }),
    copy: known => ({ ...known }),
  });
  pattern.name = run.patternName;
  pattern.standing = after(pattern.standing, run);
}
