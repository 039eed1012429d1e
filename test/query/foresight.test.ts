/** Estimates and predictions against the naive oracle, along generated histories, and again as of each position. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Position } from '../../src/log/log.ts';
import type { PlanInput, Questions } from '../../src/query/query.ts';
import {
  brierOf,
  estimateByPattern,
  estimateBySteps,
  factorsOf,
  patternHits,
  scoredRuns,
  scoreOf,
  worthOf,
} from '../support/foresight-oracle.ts';
import { type HistoryEvent, happen, history, NOW, type RecordInput } from '../support/histories.ts';
import { happened, type OracleEvent, runsOf } from '../support/judgement-oracle.ts';
import { temporaryDirectory } from '../support/program.ts';
import { openStage } from '../support/question-stage.ts';

const STEPS = [
  { plugin: 'lint', phase: 'plan', required: true },
  { plugin: 'Zip', required: false },
  { plugin: 'lint', phase: 'Review', required: false },
  { plugin: 'never seen', phase: 'plan', required: true },
];
const TASK = 'Write the tests of the API';
const PLANS: readonly PlanInput[] = [
  { patternId: 'p-api', taskDescription: TASK },
  { patternId: 'ä-tests', steps: STEPS, taskDescription: TASK },
  { patternId: 'new', steps: STEPS.slice(0, 2), taskDescription: 'new things' },
  { steps: STEPS, taskDescription: TASK },
  {},
];
const TASKS = ['Write the tests', 'Fix the API', 'Übersetze die Tests', 'write, write, WRITE!', ''];

/** Other words for every run. */
function worded(events: readonly HistoryEvent[]): HistoryEvent[] {
  let next = 0;
  return events.map(event =>
    event.kind === 'record'
      ? { ...event, inputs: event.inputs.map(input => ({ ...input, taskDescription: TASKS[next++ % TASKS.length] })) }
      : event,
  );
}

function asked(questions: Questions, asOf: Position) {
  return Promise.all(
    PLANS.map(async input => ({
      estimate: await questions.estimateDuration({ input }, asOf),
      prediction: await questions.predictSuccess({ input }, asOf),
    })),
  );
}

function expectClose(found: number | null | undefined, expected: number): void {
  expect(found).toBeTypeOf('number');
  expect(Math.abs((found ?? 0) - expected)).toBeLessThanOrEqual(2e-3 * Math.abs(expected) + 1e-9);
}

function expectEstimate(
  found: Awaited<ReturnType<typeof asked>>[number]['estimate'],
  events: readonly OracleEvent[],
  plan: PlanInput,
): void {
  const byPattern = plan.patternId ? estimateByPattern(events, plan.patternId) : undefined;
  const planned = (plan.steps ?? []).map(({ plugin, phase }) => ({ plugin, phase: phase ?? undefined }));
  const bySteps = estimateBySteps(events, planned);
  const expected = byPattern ?? bySteps.estimate;
  if (!expected) {
    expect(found).toMatchObject({ p50Seconds: null, p90Seconds: null, basis: 'NONE', n: 0, calibration: null });
    return;
  }
  const hits = byPattern ? patternHits(events, plan.patternId ?? '') : bySteps.hits;
  expect(found).toMatchObject({ basis: byPattern ? 'PATTERN' : 'STEPS', n: expected.n });
  expectClose(found.p50Seconds, expected.p50);
  expectClose(found.p90Seconds, expected.p90);
  expect(found.calibration?.backtested ?? 0).toBe(hits.backtested);
  if (hits.backtested > 0) expectClose(found.calibration?.within90, hits.within / hits.backtested);
}

function expectPrediction(
  found: Awaited<ReturnType<typeof asked>>[number]['prediction'],
  { events, plan, replay }: { events: readonly OracleEvent[]; plan: PlanInput; replay: ReturnType<typeof scoredRuns> },
): void {
  const runs = runsOf(events).filter(({ patternId }) => patternId === plan.patternId);
  const last = runs.findLast(({ execution }) => execution)?.execution;
  const ran = (last?.steps ?? []).filter(({ status }) => status !== 'skipped');
  const planned: readonly { plugin: string; required?: boolean | undefined }[] = plan.steps?.length ? plan.steps : ran;
  const plugins = new Map<string, boolean>();
  for (const { plugin, required = true } of planned) plugins.set(plugin, required || plugins.get(plugin) === true);
  const name = runs.at(-1)?.name ?? plan.patternId ?? '';
  const factors = factorsOf(events, { patternId: plan.patternId ?? undefined, name, plugins, task: plan.taskDescription ?? '' });
  for (const { name, value } of found.factors) expect(value).toBeCloseTo(factors[name as keyof typeof factors], 12);
  expect(found.score).toBeCloseTo(scoreOf(factors), 11);
  expect(found.n).toBe(runs.length);
  const scored = replay.map(({ factors, success }) => ({ score: scoreOf(factors), success }));
  const worth = worthOf(scored, scoreOf(factors));
  expect(found.probability).toBeCloseTo(worth.value, 5);
  expect(found.lower).toBeCloseTo(worth.lower, 5);
  expect(found.upper).toBeCloseTo(worth.upper, 5);
}

test('estimates of real executions equal the oracle’s, with up to 104 steps side by side', { timeout: 120_000 }, async () => {
  const { path: directory, remove } = await temporaryDirectory();
  const stage = await openStage({ directory });
  try {
    const samples = new URL('../golden/samples/executions.ndjson', import.meta.url);
    const inputs = readFileSync(samples, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Sample);
    for (const input of inputs) for (const outcome of await stage.log.record([input])) if (outcome instanceof Error) throw outcome;
    const asOf = await stage.questions.now();
    const known = happened(directory, asOf);
    const last = inputs.at(-1) as Sample;
    const plans = [...new Set(inputs.map(({ patternId }) => patternId))].map((patternId): PlanInput => ({ patternId }));
    for (const plan of [...plans, { steps: last.steps.map(({ plugin, phase }) => ({ plugin, phase })) }])
      expectEstimate(await stage.questions.estimateDuration({ input: plan }, asOf), known, plan);
  } finally {
    await stage.close();
    await remove();
  }
});

type Sample = { patternId: string; steps: { plugin: string; phase: string }[] };

/** The oracle knows plugins by their steps: no other program writes totals here. */
const withoutTotals = history.map(events => worded(events.filter(event => event.kind !== 'append' || event.log !== 'plugin_usage')));

test('every estimate and prediction equals the oracle’s, and again as of each position', { timeout: 240_000 }, async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(withoutTotals, async events => {
      const { path: directory, remove } = await temporaryDirectory();
      const options = { directory, clock: () => NOW, judgedBytes: 150 };
      const stage = await openStage(options);
      const answers: { asOf: Position; answer: Awaited<ReturnType<typeof asked>> }[] = [];
      try {
        const recorded: RecordInput[] = [];
        for (const event of events) {
          await happen(stage.log, event, recorded);
          const asOf = await stage.questions.now();
          answers.push({ asOf, answer: await asked(stage.questions, asOf) });
        }
        const { asOf, answer } = answers.at(-1) as (typeof answers)[number];
        const known = happened(directory, asOf);
        const replay = scoredRuns(known);
        for (const [index, plan] of PLANS.entries()) {
          const { estimate, prediction } = answer[index] as (typeof answer)[number];
          expectEstimate(estimate, known, plan);
          expectPrediction(prediction, { events: known, plan, replay });
          seen.add(`${estimate.basis} ${estimate.n >= 9 ? 'many' : 'few'}`);
        }
        const brier = brierOf(replay);
        const calibration = answer[0]?.prediction.calibration;
        expect(calibration?.backtested ?? 0).toBe(brier.n);
        if (brier.n > 0) expect(calibration?.score).toBeCloseTo(brier.score, 5);
        if (brier.n > 0) expect(calibration?.baseline).toBeCloseTo(brier.baseline, 12);
        for (const { asOf, answer } of answers) expect(await asked(stage.questions, asOf)).toEqual(answer);
      } finally {
        await stage.close();
      }
      const later = await openStage({ ...options, judgedBytes: 1 << 20 });
      try {
        await later.questions.now();
        for (const { asOf, answer } of answers.toReversed()) expect(await asked(later.questions, asOf)).toEqual(answer);
      } finally {
        await later.close();
        await remove();
      }
    }),
    { seed: 20260303, numRuns: 12 },
  );
  expect([...seen].sort()).toEqual(['NONE few', 'PATTERN few', 'PATTERN many', 'STEPS few', 'STEPS many']);
});
