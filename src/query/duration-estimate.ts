import { estimateByPattern, estimateBySteps, type Hits, type Judgement } from './judgement/judgement.ts';
import type { Plan } from './plan-input.ts';

/** `p50Seconds` and `p90Seconds` are null for the basis NONE. */
export type DurationEstimate = Readonly<{
  p50Seconds: number | null;
  p90Seconds: number | null;
  basis: 'PATTERN' | 'STEPS' | 'NONE';
  n: number;
  explanation: string;
  calibration: { backtested: number; within90: number } | null;
}>;

/** How long a run takes: by its pattern's last runs, else by its steps. */
export function durationEstimate(judgement: Judgement, { patternId, steps }: Plan): DurationEstimate {
  const pattern = patternId === undefined ? undefined : judgement.patterns.get(patternId);
  const byPattern = estimateByPattern(judgement, pattern);
  if (pattern && byPattern) {
    const runs = byPattern.n === 1 ? 'the one run' : `the last ${byPattern.n} runs`;
    return answer('PATTERN', byPattern, `From ${runs} of ${patternId}, by ${byPattern.n < 9 ? SMALL : ORDERED}.`, pattern.hits);
  }
  const unknown = patternId === undefined ? '' : `${patternId} has no run yet. `;
  const bySteps = estimateBySteps(judgement, steps);
  if (bySteps)
    return answer('STEPS', bySteps, `${unknown}${BY_STEPS} The least known step was seen ${times(bySteps.n)}.`, judgement.planHits);
  const why = steps.length === 0 ? 'Give the pattern of earlier runs, or the steps of the plan.' : 'No step that ran is known yet.';
  return { p50Seconds: null, p90Seconds: null, basis: 'NONE', n: 0, explanation: `${unknown}${why}`, calibration: null };
}

const ORDERED = 'the ranks of their durations';
const SMALL = 'the prediction interval of log-normal durations, since fewer than 9 have no rank for 90 %';
const BY_STEPS = 'From how long such steps took, and how much of earlier runs’ steps ran side by side.';
const times = (n: number) => (n === 1 ? 'once' : `${n} times`);

function answer(
  basis: 'PATTERN' | 'STEPS',
  { p50, p90, n }: { p50: number; p90: number; n: number },
  explanation: string,
  hits: Hits,
): DurationEstimate {
  const { backtested, within } = hits;
  const calibration = backtested === 0 ? null : { backtested, within90: within / backtested };
  return { p50Seconds: p50 / 1e6, p90Seconds: p90 / 1e6, basis, n, explanation, calibration };
}
