/** What scores were worth so far: each run scored by what was known before it, its probability given, and only then its outcome learned. */
import {
  type Brier,
  type Calibrator,
  chanceOf,
  copyOfCalibrator,
  fitted,
  learnRun,
  NO_BRIER,
  noRuns,
  type Probability,
  withForecast,
  worth,
} from './calibration.ts';
import { FACTORS, type FactorName, type Factors, scoreOf } from './score.ts';

/** How much smaller squared errors are for a factor: of n runs the sum of what was saved, and of its squares. */
type Gain = { n: number; sum: number; squares: number };

export type ScoreReplay = {
  readonly full: Calibrator;
  readonly without: Readonly<Record<FactorName, Calibrator>>;
  readonly gains: Readonly<Record<FactorName, Gain>>;
  brier: Brier;
};

function eachFactor<Value>(make: (name: FactorName) => Value): Record<FactorName, Value> {
  return { pattern: make('pattern'), plugins: make('plugins'), context: make('context'), similarity: make('similarity') };
}

export function noScores(): ScoreReplay {
  return { full: noRuns(), without: eachFactor(noRuns), gains: eachFactor(() => ({ n: 0, sum: 0, squares: 0 })), brier: NO_BRIER };
}

export function copyOfScores({ full, without, gains, brier }: ScoreReplay): ScoreReplay {
  return {
    full: copyOfCalibrator(full),
    without: eachFactor(name => copyOfCalibrator(without[name])),
    gains: eachFactor(name => ({ ...gains[name] })),
    brier,
  };
}

/** Judges a run by its factors as they were before it, then learns its outcome. */
export function replayRun(replay: ScoreReplay, factors: Factors, success: boolean): void {
  const outcome = success ? 1 : 0;
  const score = scoreOf(factors);
  const value = chanceOf(replay.full.fit, score);
  replay.brier = withForecast(replay.brier, value, success);
  for (const name of FACTORS) {
    const rest = scoreOf(factors, name);
    const saved = (chanceOf(replay.without[name].fit, rest) - outcome) ** 2 - (value - outcome) ** 2;
    const gain = replay.gains[name];
    gain.n++;
    gain.sum += saved;
    gain.squares += saved * saved;
    learnRun(replay.without[name], rest, success);
  }
  learnRun(replay.full, score, success);
}

/** What a score is worth by all runs so far. */
export function worthOf(replay: ScoreReplay, score: number): Probability {
  return worth(fitted(replay.full), score);
}

/** Runs from which on a replay can tell. */
const TELLING = 30;
/** The 95 % quantile of the standard normal distribution: one side. */
const Z95_ONE_SIDED = 1.6448536269514722;

/**
 * Whether a factor made the probabilities better: the Brier score with it, and of the same replay without it. `helped` is undefined
 * for fewer than 30 runs, and true where the mean saving is above 0 by more than chance would have it once in 20 times.
 */
export function gainOf(replay: ScoreReplay, name: FactorName): { helped: boolean | undefined; n: number; with: number; without: number } {
  const { n, sum, squares } = replay.gains[name];
  const score = n === 0 ? 0 : replay.brier.errors / n;
  const mean = n === 0 ? 0 : sum / n;
  const error = Math.sqrt(Math.max(0, squares / n - mean * mean) / n);
  return { helped: n < TELLING ? undefined : mean > Z95_ONE_SIDED * error, n, with: score, without: score + mean };
}
