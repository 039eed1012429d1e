import {
  FACTORS,
  type FactorName,
  type Factors,
  factorsOf,
  gainOf,
  type Judgement,
  type Prospect,
  reliabilityOf,
  scoreOf,
  TRUSTED_RUNS,
  WEIGHTS,
  wordsOf,
  worthOf,
} from './judgement/judgement.ts';
import type { Plan } from './plan-input.ts';

export type Advice = 'PROCEED' | 'PROCEED_WITH_CARE' | 'REVIEW' | 'AVOID';

/** `n`: runs of the pattern. */
export type SuccessPrediction = Readonly<{
  score: number;
  probability: number;
  lower: number;
  upper: number;
  n: number;
  basis: string;
  advice: Advice;
  factors: readonly Readonly<{ name: string; weight: number; value: number; explanation: string }>[];
  calibration: { backtested: number; score: number; baseline: number } | null;
}>;

/** Whether a run will succeed: the orchestrator's score, and what replay says that such a score is worth. */
export function successPrediction(judgement: Judgement, plan: Plan): SuccessPrediction {
  const prospect = prospectOf(judgement, plan);
  const factors = factorsOf(judgement, prospect, reliabilityOf(judgement));
  const score = scoreOf(factors);
  const { value, lower, upper } = worthOf(judgement.scores, score);
  const { n, errors, baseErrors } = judgement.scores.brier;
  return {
    score,
    probability: value,
    lower,
    upper,
    n: executionsOf(judgement, plan),
    basis: basisOf(judgement, prospect),
    advice: adviceFor(score),
    factors: FACTORS.map(name => ({
      name,
      weight: WEIGHTS[name],
      value: factors[name],
      explanation: `${explain(name, judgement, prospect, factors)} ${replayed(judgement, name)}`,
    })),
    calibration: n === 0 ? null : { backtested: n, score: errors / n, baseline: baseErrors / n },
  };
}

/** The steps say which plugins; without them, the pattern's last run. A plugin is required if one of its steps is. */
function prospectOf(judgement: Judgement, { patternId, steps, taskDescription }: Plan): Prospect {
  const pattern = patternId === undefined ? undefined : judgement.patterns.get(patternId);
  const required = new Map<string, boolean>();
  for (const step of steps) required.set(step.plugin, step.required || required.get(step.plugin) === true);
  if (steps.length === 0) for (const plugin of pattern?.plugins ?? []) required.set(plugin, true);
  return {
    patternId,
    name: pattern?.name ?? patternId ?? '',
    plugins: [...required].map(([plugin, isRequired]) => ({ plugin, required: isRequired })),
    task: wordsOf(taskDescription),
  };
}

function executionsOf(judgement: Judgement, { patternId }: Pick<Plan, 'patternId'>): number {
  return (patternId === undefined ? undefined : judgement.patterns.get(patternId)?.standing.executions) ?? 0;
}

/** By the score. */
export function adviceFor(score: number): Advice {
  if (score >= 0.85) return 'PROCEED';
  if (score >= 0.7) return 'PROCEED_WITH_CARE';
  return score >= 0.5 ? 'REVIEW' : 'AVOID';
}

function basisOf(judgement: Judgement, prospect: Prospect): string {
  const runs = count(executionsOf(judgement, prospect), 'run');
  const of = prospect.patternId === undefined ? 'no pattern' : `${runs} of ${prospect.patternId}`;
  const replay = judgement.scores.brier.n;
  const worth = replay === 0 ? 'no run to calibrate with' : `calibrated on a replay of ${count(replay, 'run')}`;
  return `${of}, ${count(prospect.plugins.length, 'plugin')}, ${worth}`;
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function explain(name: FactorName, judgement: Judgement, prospect: Prospect, factors: Factors): string {
  if (name === 'pattern') return explainPattern(judgement, prospect);
  if (name === 'plugins') return explainPlugins(judgement, prospect);
  if (prospect.task.length === 0) return 'No task was given to compare.';
  if (prospect.patternId === undefined && name === 'context') return 'No pattern was given to compare the task with.';
  if (name === 'context') return `Words that the task shares with the pattern’s name and past tasks: ${percent(factors.context)}.`;
  return `The nearest of the last successful tasks: ${percent(factors.similarity)} alike.`;
}

function explainPattern(judgement: Judgement, { patternId }: Prospect): string {
  const standing = patternId === undefined ? undefined : judgement.patterns.get(patternId)?.standing;
  if (!standing) return `${patternId === undefined ? 'No pattern was given' : `${patternId} has no run yet`}: 0.5.`;
  const { successes, executions } = standing;
  const drawn = executions < TRUSTED_RUNS ? `; with fewer than ${TRUSTED_RUNS} the rate is drawn towards 0.5` : '';
  return `${successes} of ${count(executions, 'run')} succeeded${drawn}.`;
}

/** Plugins that are named in an explanation. */
const NAMED = 5;

function explainPlugins(judgement: Judgement, { plugins }: Prospect): string {
  if (plugins.length === 0) return 'No plugin is known of it: 0.5.';
  const reliability = reliabilityOf(judgement);
  const known = plugins.map(({ plugin, required }) => ({ plugin, required, value: reliability(plugin) }));
  const worst = known.toSorted((a, b) => (a.value ?? 0.5) - (b.value ?? 0.5)).slice(0, NAMED);
  const shown = worst.map(({ plugin, required, value }) => {
    const says = value === undefined ? 'not seen before, counts as 0.5' : percent(value);
    return `${plugin} ${says}${required ? '' : ' (optional)'}`;
  });
  const more = plugins.length > NAMED ? `, and ${plugins.length - NAMED} more reliable` : '';
  return `Reliability, least first: ${shown.join(', ')}${more}; required ones count double.`;
}

function replayed(judgement: Judgement, name: FactorName): string {
  const { helped, n, with: score, without } = gainOf(judgement.scores, name);
  if (helped === undefined) return `Whether it helps cannot be told from ${count(n, 'run')}.`;
  const scores = `the Brier score is ${score.toFixed(4)} with it and ${without.toFixed(4)} without it`;
  return `In the replay of ${count(n, 'run')} it ${helped ? 'helped' : 'did not help'}: ${scores}.`;
}
