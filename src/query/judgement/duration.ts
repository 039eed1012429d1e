/** How long a run to come takes: from the runs of its pattern, or from the steps of its plan. */
import type { Judgement, PatternJudgement } from './known.ts';
import { nextLog } from './log-normal.ts';
import { nextPlan, type PlannedStep, type Shape, shapeOf } from './plan.ts';
import { ENOUGH, nextWithin } from './recent.ts';

/** Microseconds: the run ends within `p50` half of the time, and within `p90` 90 % of it. `n`: how many runs or steps say so. */
export type Estimate = Readonly<{ p50: number; p90: number; n: number }>;

/**
 * From the last runs of a pattern, other programs' too: order statistics of the next of n + 1, from 9 runs on; with fewer, which no order
 * statistic of 90 % bounds, the prediction interval of log-normal durations. Undefined where it has none.
 */
export function estimateByPattern(state: Pick<Judgement, 'spread'>, pattern: PatternJudgement | undefined): Estimate | undefined {
  if (!pattern || pattern.recent.size === 0) return undefined;
  const { recent, logs } = pattern;
  if (recent.size >= ENOUGH) return { p50: nextWithin(recent, 0.5), p90: nextWithin(recent, 0.9), n: recent.size };
  const { middle, high } = nextLog(logs, state.spread);
  return { p50: Math.exp(middle), p90: Math.exp(high), n: recent.size };
}

/** From what is known of the steps of a plan. Undefined without steps, or where no step was ever seen; `n` is that of the least known. */
export function estimateBySteps(state: Pick<Judgement, 'steps' | 'plans'>, steps: readonly PlannedStep[]): Estimate | undefined {
  const shape = shapeOf(state.steps, steps);
  return shape && estimateByShape(state, shape);
}

export function estimateByShape(state: Pick<Judgement, 'plans'>, shape: Shape): Estimate {
  const { middle, high } = nextPlan(state.plans, shape);
  return { p50: Math.exp(middle), p90: Math.exp(high), n: shape.n };
}
