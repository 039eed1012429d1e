/** What an event teaches: first it is judged by what is known, so that the replay is an onlooker's, then it is learned from. */
import { finishedSteps, pluginsOf, type Run, type RunStep, rowTimestamp } from '../../record/record.ts';
import type { Occurrence } from './chronicle.ts';
import { estimateByPattern, estimateByShape } from './duration.ts';
import { type Hits, type Judgement, type PatternJudgement, patternOf, pluginOf } from './known.ts';
import { logOf, spreadWith, withOne } from './log-normal.ts';
import type { Part } from './parts.ts';
import { learnPlan, shapeOf } from './plan.ts';
import { factorsOf, reliabilityBySteps } from './prediction.ts';
import { push } from './recent.ts';
import { learnTask, learnWon } from './score.ts';
import { replayRun } from './score-replay.ts';
import { learnRow } from './series.ts';
import { after } from './standing.ts';
import { learnStep } from './step-durations.ts';
import { wordsOf } from './words.ts';

export function learn(state: Judgement, occurrence: Occurrence): void {
  if (occurrence.kind === 'run') learnRun(state, occurrence.row);
  else if (occurrence.kind === 'step') learnStepRow(state, occurrence.row);
  else learnExecution(state, occurrence.execution);
}

type Ended = Readonly<{ patternId: string; patternName: string; success: boolean; timestamp: number; durationUs: number }>;

/** `parts`: its steps, where they are known. */
function learnRun(state: Judgement, run: Ended, parts: readonly Part[] = NO_PARTS): PatternJudgement {
  const pattern = patternOf(state, run.patternId);
  const estimate = estimateByPattern(state, pattern);
  if (estimate) pattern.hits = withHit(pattern.hits, run.durationUs <= estimate.p90);
  const log = logOf(run.durationUs);
  state.spread = spreadWith(state.spread, pattern.logs, log);
  pattern.logs = withOne(pattern.logs, log);
  push(pattern.recent, run.durationUs);
  pattern.standing = after(pattern.standing, run);
  pattern.name = run.patternName;
  learnRow(pattern.subject, { at: run.timestamp, success: run.success, us: run.durationUs, parts });
  return pattern;
}

function withHit({ backtested, within }: Hits, hit: boolean): Hits {
  return { backtested: backtested + 1, within: within + (hit ? 1 : 0) };
}

type StepRow = Readonly<{ plugin: string; phase: string; timestamp: number; durationUs: number; success: boolean }>;

/** A step that ran; other programs' rows bear no version. */
function learnStepRow(state: Judgement, row: StepRow, version?: string): void {
  const plugin = pluginOf(state, row.plugin);
  plugin.uses++;
  if (row.success) plugin.successes++;
  learnStep(state.steps, row, logOf(row.durationUs));
  const { timestamp: at, success, durationUs: us } = row;
  const parts = version === undefined ? NO_PARTS : [{ plugin: row.plugin, version, success, blame: success ? 0 : 1, us }];
  learnRow(plugin.subject, { at, success, us, parts });
}

const NO_PARTS: readonly Part[] = [];

function learnExecution(state: Judgement, execution: Run): void {
  const steps = finishedSteps(execution);
  if (execution.status !== 'cancelled') learnOutcome(state, execution);
  const timestamp = rowTimestamp(execution);
  for (const { plugin, phase, durationMs, status, pluginVersion } of steps)
    learnStepRow(state, { plugin, phase, timestamp, durationUs: durationMs * 1000, success: status === 'success' }, pluginVersion);
}

function learnOutcome(state: Judgement, execution: Run): void {
  const { patternId, patternName } = execution;
  const task = wordsOf(execution.taskDescription);
  const success = execution.status === 'success';
  const durationUs = execution.durationMs * 1000;
  const steps = finishedSteps(execution);
  const plugins = pluginsOf(steps);

  const prospect = { patternId, name: patternName, plugins: plugins.map(plugin => ({ plugin, required: true })), task };
  replayRun(state.scores, factorsOf(state, prospect, reliabilityBySteps(state)), success);
  const shape = shapeOf(state.steps, steps);
  if (shape) {
    state.planHits = withHit(state.planHits, durationUs <= estimateByShape(state, shape).p90);
    learnPlan(state.plans, shape, logOf(durationUs));
  }
  const pattern = learnRun(
    state,
    { patternId, patternName, success, timestamp: rowTimestamp(execution), durationUs },
    partsOf(steps, success),
  );
  learnTask(pattern.texts, task, success);
  if (success) learnWon(state.won, task);
  pattern.plugins = plugins;
}

/** A failed run is blamed on its failed steps, in equal parts. */
function partsOf(steps: readonly RunStep[], succeeded: boolean): Part[] {
  const failed = steps.filter(({ status }) => status !== 'success').length;
  return steps.map(({ plugin, pluginVersion, status, durationMs }) => {
    const success = status === 'success';
    return { plugin, version: pluginVersion, success, blame: succeeded || success ? 0 : 1 / failed, us: durationMs * 1000 };
  });
}
