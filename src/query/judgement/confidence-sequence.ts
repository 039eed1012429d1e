/**
 * A confidence sequence for the mean of a Bernoulli variable: an interval for each n, all of which together hold the true rate with
 * a probability of 99 %, however often and whenever one looks. With a beta(1/2, 1/2) prior over the alternatives, the mixed
 * likelihood ratio of s successes in n executions against a rate p,
 *
 *     M(p) = B(s + 1/2, n - s + 1/2) / B(1/2, 1/2) / (p^s (1 - p)^(n - s)),
 *
 * is a martingale with mean 1 if p is the rate, so that it ever reaches 1/α with a probability of at most α (J. Ville, 1939). The
 * interval is the p with M(p) < 1/α: a function of (n, s) alone, and it is never empty, since M(s/n) is at most 1.
 * Sources: H. Robbins, "Statistical methods related to the law of the iterated logarithm", Ann. Math. Statist. 41 (1970);
 * S. R. Howard, A. Ramdas, J. McAuliffe and J. Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences",
 * Ann. Statist. 49 (2021), where it is the exact form of the beta-binomial mixture.
 */

/** Of all looks together. */
const ALPHA = 0.01;
const THRESHOLD = -Math.log(ALPHA);
/** Halvings of an interval of length 1 until it cannot be halved any more. */
const HALVINGS = 60;

export type Bounds = Readonly<{ lower: number; upper: number }>;

/** The interval after `executions`; from 0 to 1 before the first one. */
export function confidenceSequence(successes: number, executions: number): Bounds {
  const rate = executions === 0 ? 0.5 : successes / executions;
  const evidence = mixture(successes, executions);
  const excluded = (p: number) => evidence - logLikelihood(successes, executions, p) >= THRESHOLD;
  return {
    lower: successes === 0 ? 0 : edge(0, rate, excluded),
    upper: successes === executions ? 1 : edge(1, rate, excluded),
  };
}

/** Whether the lower bound reaches a rate. */
export function provenAtLeast(successes: number, executions: number, rate: number): boolean {
  return successes > executions * rate && evidenceAgainst(successes, executions, rate) >= THRESHOLD;
}

/** Whether the upper bound lies below a rate. */
export function provenBelow(successes: number, executions: number, rate: number): boolean {
  return successes < executions * rate && evidenceAgainst(successes, executions, rate) >= THRESHOLD;
}

/** ln M(p). */
function evidenceAgainst(successes: number, executions: number, p: number): number {
  return mixture(successes, executions) - logLikelihood(successes, executions, p);
}

/** Between an excluded rate and one that is not: the nearest to the first that is not excluded. */
function edge(outside: number, inside: number, excluded: (p: number) => boolean): number {
  let [out, within] = [outside, inside];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (out + within) / 2;
    if (excluded(middle)) out = middle;
    else within = middle;
  }
  return within;
}

function logLikelihood(successes: number, executions: number, p: number): number {
  const failures = executions - successes;
  return (successes === 0 ? 0 : successes * Math.log(p)) + (failures === 0 ? 0 : failures * Math.log1p(-p));
}

/** The last one made: the same is compared with several rates. */
let latest = { successes: Number.NaN, executions: Number.NaN, mixture: 0 };

/** ln of B(s + 1/2, n - s + 1/2) / B(1/2, 1/2), and B(1/2, 1/2) is π. */
function mixture(successes: number, executions: number): number {
  if (latest.successes === successes && latest.executions === executions) return latest.mixture;
  const failures = executions - successes;
  const value = logGamma(successes + 0.5) + logGamma(failures + 0.5) - logGamma(executions + 1) - Math.log(Math.PI);
  latest = { successes, executions, mixture: value };
  return value;
}

/** Coefficients of the series of Stirling: B(2k) / (2k (2k - 1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188];
/** From here on the series has all the digits of a double. */
const LARGE = 12;

/** ln Γ(x), x > 0: Stirling's series, reached by Γ(x + 1) = xΓ(x). Source: NIST Digital Library of Mathematical Functions, 5.11.1. */
export function logGamma(x: number): number {
  let [large, product] = [x, 1];
  for (; large < LARGE; large++) product *= large;
  const square = 1 / (large * large);
  let series = 0;
  for (let term = STIRLING.length - 1; term >= 0; term--) series = series * square + (STIRLING[term] as number);
  series /= large;
  return (large - 0.5) * Math.log(large) - large + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}
