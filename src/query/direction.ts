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
  return isSteeper(times, level) ? (level.step.slope > 0 ? 'IMPROVING' : 'DEGRADING') : 'STEADY';
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

/** Trials as columns. */
type Times = Readonly<{ times: Float64Array; successes: Float64Array; totals: Float64Array }>;

/** Times from -1 to 1: neither the sign nor the likelihood changes, and Newton's method is well conditioned. */
function scaled(trials: readonly Trial[]): Times {
  const [times, successes, totals] = [new Float64Array(trials.length), new Float64Array(trials.length), new Float64Array(trials.length)];
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { time } of trials) [first, last] = [Math.min(first, time), Math.max(last, time)];
  for (const [index, trial] of trials.entries()) {
    times[index] = (2 * (trial.time - first)) / (last - first) - 1;
    successes[index] = trial.successes;
    totals[index] = trial.total;
  }
  return { times, successes, totals };
}

type Step = Readonly<{ intercept: number; slope: number }>;
/**
 * `height`: its log likelihood; `step`: the one that Newton's method takes from it, and `rise` twice what that gains where the likelihood
 * is a parabola.
 */
type Line = Step & Readonly<{ height: number; step: Step; rise: number }>;

const BAR = Z95 * Z95;
const MAX_STEPS = 100;
/** Each step squares what is missing: after one that is so small there is nothing left to gain. */
const SMALLEST_STEP = 1e-8;
/** Steps so small find a likelihood near a parabola: with times from -1 to 1 its curvature changes by less than a half on the way. */
const SMALL_STEP = 0.1;
/** A step is halved so far. */
const SMALLEST_PART = 1e-12;

/** The most likely line without a slope: the share of successes. */
function levelOf(trials: Times): Line {
  const sum = (numbers: Float64Array) => numbers.reduce((all, number) => all + number, 0);
  const [successes, total] = [sum(trials.successes), sum(trials.totals)];
  return lineOf(trials, Math.log(successes / (total - successes)), 0);
}

/**
 * Whether twice the log likelihood of the most likely line exceeds that of the level by more than the bar; by Newton's method, as far as
 * that takes. The likelihood is concave: each step gains, and the slope lies to the side of the first one.
 */
function isSteeper(trials: Times, level: Line): boolean {
  let line = level;
  for (let step = 0; step < MAX_STEPS; step++) {
    const gain = 2 * (line.height - level.height);
    if (gain > BAR) return true;
    const size = Math.abs(line.step.intercept) + Math.abs(line.step.slope);
    if (size < SMALL_STEP && gain + 2 * line.rise < BAR) return false;
    if (!(size > SMALLEST_STEP * (1 + Math.abs(line.intercept) + Math.abs(line.slope)))) return false;
    line = climbed(trials, line);
  }
  return false;
}

/** A step that overshoots is halved, which a concave likelihood always ends well. */
function climbed(trials: Times, line: Line): Line {
  for (let size = 1; size > SMALLEST_PART; size /= 2) {
    const next = lineOf(trials, line.intercept + size * line.step.intercept, line.slope + size * line.step.slope);
    if (next.height >= line.height) return next;
  }
  return line;
}

/** The step is the first derivatives of the log likelihood, divided by the second ones. */
function lineOf({ times, successes, totals }: Times, intercept: number, slope: number): Line {
  let [height, g0, g1, i00, i01, i11] = [0, 0, 0, 0, 0, 0];
  for (let index = 0; index < times.length; index++) {
    const [time, total, succeeded] = [times[index] ?? 0, totals[index] ?? 0, successes[index] ?? 0];
    const odds = intercept + slope * time;
    const less = Math.exp(-Math.abs(odds));
    const probability = (odds < 0 ? less : 1) / (1 + less);
    height += succeeded * odds - total * (Math.max(odds, 0) + Math.log1p(less));
    const rest = succeeded - total * probability;
    const weight = total * probability * (1 - probability);
    g0 += rest;
    g1 += rest * time;
    i00 += weight;
    i01 += weight * time;
    i11 += weight * time * time;
  }
  const determinant = i00 * i11 - i01 * i01;
  const step = { intercept: (i11 * g0 - i01 * g1) / determinant, slope: (i00 * g1 - i01 * g0) / determinant };
  return { intercept, slope, height, step, rise: g0 * step.intercept + g1 * step.slope };
}
