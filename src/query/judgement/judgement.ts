/**
 * Judgement: what history says of each pattern and plugin, learned run by run, so that everything that is said of a run was known
 * before it. In flow the rows of the logs; out flow standings, estimates, predictions and changes.
 *
 * What always holds:
 * - The state is a function of the logs up to a position: one order of events (`chronicle.ts`), no clock, no chance.
 * - A run is judged by what came before it and only then learned from, so that a calibration is what an onlooker would have seen.
 * - What is kept of a pattern or plugin is bounded, whatever its history.
 */
import type { RunStretch, Stretch } from '../../log/log.ts';
import { read, settle } from './chronicle.ts';
import { fork, type Judgement, nothing } from './known.ts';
import { learn } from './learning.ts';
import { pieces, takeUp } from './saved.ts';

export { type Cause, causesByPlugin, causesByVersion, type Levels, levelsOf } from './causes.ts';
export { confidenceSequence } from './confidence-sequence.ts';
export { estimateByPattern, estimateBySteps } from './duration.ts';
export type { Hits, Judgement } from './known.ts';
export { factorsOf, type Prospect, reliabilityOf } from './prediction.ts';
export { executionsToNext, type PatternStatus, PROMOTION_POLICIES, type PromotionPolicy, statusBy } from './promotion-policy.ts';
export { FACTORS, type FactorName, type Factors, scoreOf, TRUSTED_RUNS, WEIGHTS } from './score.ts';
export { gainOf, worthOf } from './score-replay.ts';
export { countedOf, type Series, type Shift, type Subject, suspected } from './series.ts';
export type { Sums } from './sums.ts';
export { wordsOf } from './words.ts';

/** What turns the logs into judgement: a fold for `Replay`. */
export const judging = {
  version: 2,
  empty: nothing,
  fork,
  pieces,
  takeUp,
  apply: (state: Judgement, stretch: Stretch | RunStretch): void => {
    read(state.chronicle, stretch, occurrence => learn(state, occurrence));
    for (const { plugin, uses, successes, failures } of stretch.plugin_usage) state.usage.set(plugin, { uses, successes, failures });
  },
  settle: (state: Judgement): void => settle(state.chronicle, occurrence => learn(state, occurrence)),
};
