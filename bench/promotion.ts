import { type PromotionPolicy, statusBy } from '../src/query/judgement/judgement.ts';
import { random } from '../test/support/random.ts';

/** A true rate, and the statuses that it does not deserve. */
const CASES = [
  { rate: 0.7, bar: 'validated at 0.80', wrong: ['validated', 'learned'] },
  { rate: 0.75, bar: 'validated at 0.80', wrong: ['validated', 'learned'] },
  { rate: 0.85, bar: 'learned at 0.90', wrong: ['learned'] },
  { rate: 0.65, bar: 'deprecated below 0.60', wrong: ['deprecated'] },
] as const;
/** At the bar itself a pattern deserves its status: how many runs that takes. */
const DESERVED = [
  { rate: 0.9, status: 'validated' },
  { rate: 0.95, status: 'learned' },
  { rate: 0.99, status: 'learned' },
  { rate: 0.4, status: 'deprecated' },
] as const;
const RUNS = 1000;
const SEED = 1;

/** The first run after which a status is among those looked for; undefined if it never is within `runs`. */
function firstRun(policy: PromotionPolicy, { rate, statuses, runs, draw }: Look): number | undefined {
  let successes = 0;
  for (let executions = 1; executions <= runs; executions++) {
    if (draw() < rate) successes++;
    if (statuses.includes(statusBy(policy, successes, executions))) return executions;
  }
  return undefined;
}

type Look = { rate: number; statuses: readonly string[]; runs: number; draw: () => number };

/** How often each policy promotes what does not deserve it, looked at after every run, and how long it takes with what does. */
export async function promotion(patterns: number): Promise<string> {
  const share = (policy: PromotionPolicy, rate: number, statuses: readonly string[]) => {
    const draw = random(SEED);
    const wrong = Array.from({ length: patterns }, () => firstRun(policy, { rate, statuses, runs: RUNS, draw })).filter(Boolean).length;
    return `${((100 * wrong) / patterns).toFixed(2)} %`;
  };
  const median = (policy: PromotionPolicy, rate: number, status: string) => {
    const draw = random(SEED);
    const few = Math.ceil(patterns / 10);
    const look = { rate, statuses: [status], runs: 100_000, draw };
    return Array.from({ length: few }, () => firstRun(policy, look) ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b)[few >> 1];
  };
  const falseRows = CASES.map(
    ({ rate, bar, wrong }) => `| ${rate.toFixed(2)} | ${bar} | ${share('default', rate, wrong)} | ${share('strict', rate, wrong)} |`,
  );
  const trueRows = DESERVED.map(
    ({ rate, status }) => `| ${rate.toFixed(2)} | ${status} | ${median('default', rate, status)} | ${median('strict', rate, status)} |`,
  );
  return `Patterns whose runs succeed at one rate, independently; the status looked at after every one of ${RUNS.toLocaleString('en')} runs; ${patterns.toLocaleString('en')} patterns a row.
Share of them that ever got a status that their rate does not deserve:

| true rate | bar | DEFAULT | STRICT |
| --- | --- | --- | --- |
${falseRows.join('\n')}

Runs until a pattern gets the status that its rate deserves, the median of ${Math.ceil(patterns / 10).toLocaleString('en')} patterns:

| true rate | status | DEFAULT | STRICT |
| --- | --- | --- | --- |
${trueRows.join('\n')}`;
}
