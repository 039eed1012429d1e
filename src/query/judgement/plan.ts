/** How long a plan takes as a whole, from how long its steps take alone and how much of them runs side by side. */
import { studentT90, varianceOf } from './log-normal.ts';
import { copyOf, ENOUGH, nextWithin, noneYet, push, type Recent } from './recent.ts';
import { logsOf, type PlannedStep, type StepDurations } from './step-durations.ts';

export type { PlannedStep } from './step-durations.ts';

/** The sum of the steps, and what of it cannot run side by side where the steps of a phase can: logarithms; `n`: of the least known step. */
export type Shape = Readonly<{ work: number; overlap: number; variance: number; n: number }>;

/**
 * The sum of independent log-normal durations is taken for log-normal, with its mean and variance: L. F. Fenton, "The sum of
 * log-normal probability distributions in scatter transmission systems", IRE Trans. Commun. Syst. 8 (1960). Undefined without steps, or
 * where no step was ever seen.
 */
export function shapeOf(known: StepDurations, steps: readonly PlannedStep[]): Shape | undefined {
  let [work, variance, n] = [0, 0, Number.POSITIVE_INFINITY];
  const longest = new Map<string, number>();
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index] as PlannedStep;
    const logs = logsOf(known, step);
    if (!logs) return undefined;
    const square = Math.min(varianceOf(logs, known.spread).variance * (1 + 1 / logs.n), LARGEST_VARIANCE);
    const mean = Math.exp(logs.mean + square / 2);
    work += mean;
    variance += mean * mean * Math.expm1(square);
    n = Math.min(n, logs.n);
    const phase = step.phase ?? `\n${index}`;
    longest.set(phase, Math.max(longest.get(phase) ?? 0, mean));
  }
  if (work === 0) return undefined;
  const span = [...longest.values()].reduce((sum, duration) => sum + duration, 0);
  return { work: Math.log(work), overlap: Math.log(span / work), variance: Math.log1p(variance / (work * work)), n };
}

/** A factor of e^2 up or down: a few wild durations must not make a mean that no run ever had. */
const LARGEST_VARIANCE = 4;

/**
 * What history says of the time that a plan takes beside its steps' sum: ln(duration / work) = a + b × overlap, by least squares with
 * a = 0 and b = 1/2 as one observation's worth each. b is near 1 where the steps of a phase run side by side and near 0 where they
 * run one after the other. `misses` are the last errors in units of the error that was expected.
 */
export type PlanHistory = { n: number; x: number; xx: number; y: number; xy: number; squares: number; readonly misses: Recent };

export function noPlans(): PlanHistory {
  return { n: 0, x: 0, xx: 0, y: 0, xy: 0, squares: 0, misses: noneYet() };
}

export function copyOfPlans(plans: PlanHistory): PlanHistory {
  return { ...plans, misses: copyOf(plans.misses) };
}

/** The logarithm of a duration, and the error to be expected. */
function forecast({ n, x, xx, y, xy, squares }: PlanHistory, { work, overlap, variance }: Shape): { log: number; error: number } {
  const [i00, i01, i11, g0, g1] = [n + 1, x, xx + 1, y, xy + 0.5];
  const determinant = i00 * i11 - i01 * i01;
  const a = (i11 * g0 - i01 * g1) / determinant;
  const b = (i00 * g1 - i01 * g0) / determinant;
  return { log: work + a + b * overlap, error: Math.sqrt(variance + (squares + Math.LN2 ** 2) / (n + 1)) };
}

/**
 * The logarithms that a plan's duration stays below half of the time and 90 % of it. The errors of earlier forecasts, each made before
 * its run, say how far: as `nextWithin` does it for the next of a series, whatever is wrong with the forecast itself.
 * Source: J. Lei, M. G'Sell, A. Rinaldo, R. J. Tibshirani and L. Wasserman, "Distribution-free predictive inference for regression", JASA 113 (2018).
 */
export function nextPlan(history: PlanHistory, shape: Shape): { middle: number; high: number } {
  const { log, error } = forecast(history, shape);
  if (history.misses.size < ENOUGH) return { middle: log, high: log + error * studentT90(3 + history.misses.size) };
  return { middle: log + error * nextWithin(history.misses, 0.5), high: log + error * nextWithin(history.misses, 0.9) };
}

/** Learns from a run of a plan; `log` of its duration. */
export function learnPlan(history: PlanHistory, shape: Shape, log: number): void {
  const { log: expected, error } = forecast(history, shape);
  const [x, y] = [shape.overlap, log - shape.work];
  history.n++;
  history.x += x;
  history.xx += x * x;
  history.y += y;
  history.xy += x * y;
  history.squares += (log - expected) ** 2;
  push(history.misses, (log - expected) / error);
}
