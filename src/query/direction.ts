import { Z95 } from './rate.ts';

export type Direction = 'IMPROVING' | 'STEADY' | 'DEGRADING';

/** What happened at a time; times may be on any scale. */
export type Trial = Readonly<{ time: number; successes: number; total: number }>;

/**
 * The sign of the slope of a logistic regression of success on time, where the slope's 95 % interval leaves out 0. The interval is
 * that of the profile likelihood, so it does where twice the log likelihood falls by more than 1.96² without a slope: the
 * interval of standard errors (Wald) takes a slope for uncertain just because it is steep, which few runs easily make it.
 * Steady where it holds 0, and where it is not finite: successes and failures must overlap in time for that.
 * Sources: A. Albert and J. A. Anderson, "On the existence of maximum likelihood estimates in logistic regression models",
 * Biometrika 71 (1984); W. W. Hauck and A. Donner, "Wald's test as applied to hypotheses in logit analysis", JASA 72 (1977).
 */
export function direction(trials: readonly Trial[]): Direction {
  if (!overlap(trials)) return 'STEADY';
  const times = scaled(trials);
  const level = levelOf(times);
  const line = steepened(times, level);
  const gain = 2 * (line.height - level.height);
  if (!(gain > Z95 * Z95)) return 'STEADY';
  return line.slope > 0 ? 'IMPROVING' : 'DEGRADING';
}

/** Whether a success lies before a failure and a failure before a success. */
function overlap(trials: readonly Trial[]): boolean {
  let [firstSuccess, lastSuccess] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [firstFailure, lastFailure] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { time, successes, total } of trials) {
    if (successes > 0) [firstSuccess, lastSuccess] = [Math.min(firstSuccess, time), Math.max(lastSuccess, time)];
    if (successes < total) [firstFailure, lastFailure] = [Math.min(firstFailure, time), Math.max(lastFailure, time)];
  }
  return firstSuccess < lastFailure && firstFailure < lastSuccess;
}

/** Times from -1 to 1: neither the sign nor the likelihood changes, and Newton's method is well conditioned. */
function scaled(trials: readonly Trial[]): Trial[] {
  const times = trials.map(({ time }) => time);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return trials.map(trial => ({ ...trial, time: (2 * (trial.time - first)) / (last - first) - 1 }));
}

type Step = Readonly<{ intercept: number; slope: number }>;
/** `height`: its log likelihood; `step`: the one that Newton's method takes from it. */
type Line = Step & Readonly<{ height: number; step: Step }>;

const MAX_STEPS = 100;
/** Each step squares what is missing: after one that is so small there is nothing left to gain. */
const SMALLEST_STEP = 1e-8;
/** A step is halved so far. */
const SMALLEST_PART = 1e-12;

/** The most likely line without a slope: the share of successes. */
function levelOf(trials: readonly Trial[]): Line {
  const successes = trials.reduce((sum, trial) => sum + trial.successes, 0);
  const total = trials.reduce((sum, trial) => sum + trial.total, 0);
  return lineOf(trials, Math.log(successes / (total - successes)), 0);
}

/** The most likely line, by Newton's method; a step that overshoots is halved, which a concave likelihood always ends well. */
function steepened(trials: readonly Trial[], level: Line): Line {
  let line = level;
  for (let step = 0; step < MAX_STEPS; step++) {
    const next = climbed(trials, line);
    const moved = Math.abs(next.intercept - line.intercept) + Math.abs(next.slope - line.slope);
    line = next;
    if (!(moved > SMALLEST_STEP * (1 + Math.abs(line.intercept) + Math.abs(line.slope)))) break;
  }
  return line;
}

function climbed(trials: readonly Trial[], line: Line): Line {
  for (let size = 1; size > SMALLEST_PART; size /= 2) {
    const next = lineOf(trials, line.intercept + size * line.step.intercept, line.slope + size * line.step.slope);
    if (next.height >= line.height) return next;
  }
  return line;
}

/** The step is the first derivatives of the log likelihood, divided by the second ones. */
function lineOf(trials: readonly Trial[], intercept: number, slope: number): Line {
  let [height, g0, g1, i00, i01, i11] = [0, 0, 0, 0, 0, 0];
  for (const { time, successes, total } of trials) {
    const odds = intercept + slope * time;
    const less = Math.exp(-Math.abs(odds));
    const probability = (odds < 0 ? less : 1) / (1 + less);
    height += successes * odds - total * (Math.max(odds, 0) + Math.log1p(less));
    const rest = successes - total * probability;
    const weight = total * probability * (1 - probability);
    g0 += rest;
    g1 += rest * time;
    i00 += weight;
    i01 += weight * time;
    i11 += weight * time * time;
  }
  const determinant = i00 * i11 - i01 * i01;
  return { intercept, slope, height, step: { intercept: (i11 * g0 - i01 * g1) / determinant, slope: (i00 * g1 - i01 * g0) / determinant } };
}
