/**
 * What a score is worth: the probability of success that runs of such a score had. A logistic regression of success on the score, with
 * priors that hold it at the base rate until there are runs enough to tell, and an interval for what is still unknown.
 * Sources: J. Platt, "Probabilistic outputs for support vector machines" (1999); D. J. C. MacKay, "The evidence framework applied to
 * classification networks", Neural Comput. 4 (1992), for the normal approximation of the posterior.
 */

/** Runs and successes by score, in hundredths. */
export type Calibrator = { readonly runs: Float64Array; readonly successes: Float64Array; n: number; fit: Fit };

/** logit(p) = level + slope × (score - centre), with the covariance of level and slope; learned from the first `n` runs. */
export type Fit = Readonly<{ n: number; centre: number; level: number; slope: number; cov: readonly [number, number, number] }>;

const BINS = 101;
/** The base rate lies between 5 % and 95 % before any run; the odds at a score 0.1 higher, between 0.45 and 2.2 times as high. */
const LEVEL_VARIANCE = 1.5 ** 2;
const SLOPE_VARIANCE = 4 ** 2;
const MAX_STEPS = 30;
const PRECISION = 1e-10;
/** The 97.5 % quantile of the standard normal distribution. */
const Z95 = 1.959963984540054;
/** The fit that a replay goes by is made anew when there are so much more runs than it knew. */
const GROWTH = 1.05;

export function noRuns(): Calibrator {
  const none = { runs: new Float64Array(BINS), successes: new Float64Array(BINS), n: 0 };
  return { ...none, fit: fitted(none) };
}

export function copyOfCalibrator({ runs, successes, n, fit }: Calibrator): Calibrator {
  return { runs: runs.slice(), successes: successes.slice(), n, fit };
}

export function learnRun(calibrator: Calibrator, score: number, success: boolean): void {
  const bin = Math.round(score * (BINS - 1));
  calibrator.runs[bin] = (calibrator.runs[bin] ?? 0) + 1;
  if (success) calibrator.successes[bin] = (calibrator.successes[bin] ?? 0) + 1;
  calibrator.n++;
  if (calibrator.n >= calibrator.fit.n * GROWTH) calibrator.fit = fitted(calibrator);
}

/** The most probable line, by Newton's method: the logarithm of the posterior is concave. */
export function fitted({ runs, successes, n }: Omit<Calibrator, 'fit'>): Fit {
  let sum = 0;
  for (let bin = 0; bin < BINS; bin++) sum += ((runs[bin] as number) * bin) / (BINS - 1);
  const centre = n === 0 ? 0 : sum / n;
  let [level, slope] = [0, 0];
  let cov: [number, number, number] = [LEVEL_VARIANCE, 0, SLOPE_VARIANCE];
  for (let step = 0; step < MAX_STEPS; step++) {
    let [g0, g1, i00, i01, i11] = [-level / LEVEL_VARIANCE, -slope / SLOPE_VARIANCE, 1 / LEVEL_VARIANCE, 0, 1 / SLOPE_VARIANCE];
    for (let bin = 0; bin < BINS; bin++) {
      const total = runs[bin] as number;
      if (total === 0) continue;
      const x = bin / (BINS - 1) - centre;
      const probability = logistic(level + slope * x);
      const rest = (successes[bin] as number) - total * probability;
      const weight = total * probability * (1 - probability);
      g0 += rest;
      g1 += rest * x;
      i00 += weight;
      i01 += weight * x;
      i11 += weight * x * x;
    }
    const determinant = i00 * i11 - i01 * i01;
    cov = [i11 / determinant, -i01 / determinant, i00 / determinant];
    // A step of more than 2 overshoots where the curve is flat.
    const moves = [cov[0] * g0 + cov[1] * g1, cov[1] * g0 + cov[2] * g1].map((move, index) =>
      Math.max(-2 - 8 * index, Math.min(2 + 8 * index, move)),
    );
    level += moves[0] as number;
    slope += moves[1] as number;
    if (Math.abs(moves[0] as number) + Math.abs(moves[1] as number) < PRECISION) break;
  }
  return { n, centre, level, slope, cov };
}

/** With its interval at 95 %. */
export type Probability = Readonly<{ value: number; lower: number; upper: number }>;

export function worth({ centre, level, slope, cov }: Fit, score: number): Probability {
  const x = score - centre;
  const odds = level + slope * x;
  const spread = Z95 * Math.sqrt(cov[0] + 2 * x * cov[1] + x * x * cov[2]);
  return { value: logistic(odds), lower: logistic(odds - spread), upper: logistic(odds + spread) };
}

/** The value of `worth` alone. */
export function chanceOf({ centre, level, slope }: Fit, score: number): number {
  return logistic(level + slope * (score - centre));
}

function logistic(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}

/** Sums of squared errors of probabilities given before runs, and of the base rate known then. Source: G. W. Brier, "Verification of forecasts expressed in terms of probability" (1950). */
export type Brier = Readonly<{ n: number; successes: number; errors: number; baseErrors: number }>;
export const NO_BRIER: Brier = { n: 0, successes: 0, errors: 0, baseErrors: 0 };

export function withForecast({ n, successes, errors, baseErrors }: Brier, probability: number, success: boolean): Brier {
  const outcome = success ? 1 : 0;
  const base = (successes + 0.5) / (n + 1);
  return {
    n: n + 1,
    successes: successes + outcome,
    errors: errors + (probability - outcome) ** 2,
    baseErrors: baseErrors + (base - outcome) ** 2,
  };
}
