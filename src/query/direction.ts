import { Z95 } from './rate.ts';

export type Direction = 'IMPROVING' | 'STEADY' | 'DEGRADING';

/** What happened at a time; times may be on any scale. */
export type Trial = Readonly<{ time: number; successes: number; total: number }>;

/**
 * The sign of the slope of a logistic regression of success on time, where the slope's 95 % interval (Wald: slope ± 1.96 standard
 * errors) leaves out 0. Steady where it does not, and where there is no finite slope: successes and failures must overlap in time
 * for one. Source: A. Albert and J. A. Anderson, "On the existence of maximum likelihood estimates in logistic regression
 * models", Biometrika 71 (1984).
 */
export function direction(trials: readonly Trial[]): Direction {
  if (!overlap(trials)) return 'STEADY';
  const { slope, error } = regression(scaled(trials));
  if (!(Math.abs(slope) > Z95 * error)) return 'STEADY';
  return slope > 0 ? 'IMPROVING' : 'DEGRADING';
}

/** Whether a success lies before a failure and a failure before a success. */
function overlap(trials: readonly Trial[]): boolean {
  const times = (counts: (trial: Trial) => number) => trials.filter(trial => counts(trial) > 0).map(({ time }) => time);
  const successes = times(trial => trial.successes);
  const failures = times(trial => trial.total - trial.successes);
  return Math.min(...successes) < Math.max(...failures) && Math.min(...failures) < Math.max(...successes);
}

/** Times from -1 to 1: neither sign nor interval changes, and the matrix below is well conditioned. */
function scaled(trials: readonly Trial[]): Trial[] {
  const times = trials.map(({ time }) => time);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return trials.map(trial => ({ ...trial, time: (2 * (trial.time - first)) / (last - first) - 1 }));
}

type Line = Readonly<{ intercept: number; slope: number }>;

const MAX_STEPS = 100;
const PRECISION = 1e-12;

/** Maximum likelihood by Newton's method; a step that overshoots is halved, which a concave likelihood always ends well. */
function regression(trials: readonly Trial[]): { slope: number; error: number } {
  let line: Line = { intercept: 0, slope: 0 };
  for (let step = 0; step < MAX_STEPS; step++) {
    const { gradient, information, determinant } = derivatives(trials, line);
    const [[g0, g1], [i00, i01, i11]] = [gradient, information];
    const move = { intercept: (i11 * g0 - i01 * g1) / determinant, slope: (i00 * g1 - i01 * g0) / determinant };
    const next = climbed(trials, line, move);
    const moved = Math.abs(next.intercept - line.intercept) + Math.abs(next.slope - line.slope);
    line = next;
    if (!(moved > PRECISION * (1 + Math.abs(line.intercept) + Math.abs(line.slope)))) break;
  }
  const { information, determinant } = derivatives(trials, line);
  return { slope: line.slope, error: Math.sqrt(information[0] / determinant) };
}

function climbed(trials: readonly Trial[], { intercept, slope }: Line, move: Line): Line {
  const height = logLikelihood(trials, { intercept, slope });
  for (let size = 1; size > PRECISION; size /= 2) {
    const next = { intercept: intercept + size * move.intercept, slope: slope + size * move.slope };
    if (logLikelihood(trials, next) >= height) return next;
  }
  return { intercept, slope };
}

/** Of the log likelihood: its first derivatives, and the second ones as Fisher's information. */
function derivatives(trials: readonly Trial[], { intercept, slope }: Line) {
  let [g0, g1, i00, i01, i11] = [0, 0, 0, 0, 0];
  for (const { time, successes, total } of trials) {
    const probability = 1 / (1 + Math.exp(-(intercept + slope * time)));
    const rest = successes - total * probability;
    const weight = total * probability * (1 - probability);
    g0 += rest;
    g1 += rest * time;
    i00 += weight;
    i01 += weight * time;
    i11 += weight * time * time;
  }
  return { gradient: [g0, g1], information: [i00, i01, i11], determinant: i00 * i11 - i01 * i01 } as const;
}

function logLikelihood(trials: readonly Trial[], { intercept, slope }: Line): number {
  let sum = 0;
  for (const { time, successes, total } of trials) {
    const odds = intercept + slope * time;
    sum += successes * odds - total * (Math.max(odds, 0) + Math.log1p(Math.exp(-Math.abs(odds))));
  }
  return sum;
}
