/**
 * Judgement alone, in a process of its own: folded from the logs of a folder for the first time, saved and taken up again, and asked.
 * Answers its parent by a message, and ends.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Log, type Position, parsePosition, reaches, START } from '../../src/log/log.ts';
import { journalFirst, Replay } from '../../src/projection/replay/replay.ts';
import { changes } from '../../src/query/changes.ts';
import { durationEstimate } from '../../src/query/duration-estimate.ts';
import { judging } from '../../src/query/judgement/judgement.ts';
import { promotions } from '../../src/query/promotions.ts';
import type { Judgement } from '../../src/query/query.ts';
import { successPrediction } from '../../src/query/success-prediction.ts';
import { silent } from '../../test/support/silent-logger.ts';
import { FIRST_MS, sampleInput } from './sample-executions.ts';
import { timed } from './timed.ts';

export type Judging = Readonly<{ folder: string; executions: number; steps: number; spanMs: number; positions: readonly string[] }>;

/** Milliseconds and megabytes; `questions` by name, `older` as of half way. */
export type Judged = Readonly<{
  buildMs: number;
  buildCpuMs: number;
  /** How long others had to wait for the thread: the longest, and of all waits the 99th percentile. */
  heldMs: { p99: number; longest: number };
  stateMb: number;
  keptMb: number;
  files: { count: number; mb: number };
  takenUpMs: number;
  olderMs: readonly number[];
  questions: readonly Readonly<{ name: string; afterOneMs: readonly number[]; olderMs: readonly number[] }>[];
}>;

/** As `stage.ts` has it. */
const MAX_BYTES = 256 << 10;
const ROUNDS = 20;
const OLDER = 5;
const LONGEST_MS = 60_000;

const PLAN = {
  patternId: 'pat_7',
  steps: [1, 2, 3].map(plugin => ({ plugin: `plugin-${plugin}`, phase: `phase-${plugin}`, required: true })),
  taskDescription: 'A task of the usual length, done another way',
};
const EVERYTHING = { patternIds: undefined, plugins: undefined, window: undefined, minConfidence: 0.99 };
const QUESTIONS: readonly Readonly<{ name: string; ask: (state: Judgement) => unknown }>[] = [
  { name: 'promotions', ask: state => promotions(state, 'default', undefined) },
  { name: 'estimateDuration', ask: state => durationEstimate(state, PLAN) },
  { name: 'estimateDuration, by steps', ask: state => durationEstimate(state, { ...PLAN, patternId: undefined }) },
  { name: 'predictSuccess', ask: state => successPrediction(state, PLAN) },
  { name: 'changes', ask: state => changes(state, EVERYTHING) },
];

async function memoryMb(): Promise<number> {
  // What buffers held is given back some turns after they were collected.
  for (let time = 0; time < 3; time++) {
    globalThis.gc?.();
    await pause(100);
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

async function judge({ folder, executions, steps, spanMs, positions }: Judging): Promise<Judged> {
  const log = await Log.open({ directory: folder, logger: silent, clock: Date.now });
  const source = journalFirst({
    get position() {
      return log.position;
    },
    onAdvance: () => () => undefined,
    checkPosition: () => Promise.resolve(),
    read: (from: Position, to: Position, maxBytes: number) => log.readRuns(from, to, maxBytes),
  });
  const path = join(folder, '.state', 'judgement');
  const replayOf = () =>
    new Replay({
      name: 'judgement',
      fold: judging,
      read: source.read,
      maxBytes: MAX_BYTES,
      snapshot: { path, anew: false },
      logger: silent,
    });
  const before = await memoryMb();

  let replay = replayOf();
  const held = monitorEventLoopDelay({ resolution: 1 });
  const follow = async (from: Position, behind: boolean) => {
    for (let at = from; !reaches(at, log.position); ) {
      const stretch = await source.read(at, log.position, MAX_BYTES);
      await replay.advance(stretch, behind);
      at = stretch.to;
    }
  };
  await replay.load();
  held.enable();
  const cpu = process.cpuUsage();
  const build = await timed(() => follow(START, true));
  const { user, system } = process.cpuUsage(cpu);
  const heldMs = { p99: held.percentile(99) / 1e6, longest: held.max / 1e6 };
  held.disable();
  const stateMb = (await memoryMb()) - before;

  await replay.save();
  const files = await sizesOf(`${path}-earlier`);
  replay = replayOf();
  const takenUp = await timed(() => replay.load());

  const questions = QUESTIONS.map(({ name }) => ({ name, afterOneMs: [] as number[], olderMs: [] as number[] }));
  for (let round = 0; round < ROUNDS * QUESTIONS.length; round++) {
    const [question, times] = [QUESTIONS[round % QUESTIONS.length], questions[round % QUESTIONS.length]];
    const from = log.position;
    await log.record([sampleInput('one-more', round, steps, FIRST_MS + spanMs + executions + round)]);
    const { ms } = await timed(async () => {
      await follow(from, false);
      return question?.ask(await replay.at(log.position, LONGEST_MS));
    });
    times?.afterOneMs.push(ms);
  }

  const older: number[] = [];
  for (let round = 0; round < OLDER; round++) {
    const asOf = parsePosition(positions[Math.floor((positions.length * (OLDER + round)) / (3 * OLDER))] as string);
    const { ms, value } = await timed(() => replay.at(asOf, LONGEST_MS));
    older.push(ms);
    for (const [index, { ask }] of QUESTIONS.entries()) questions[index]?.olderMs.push((await timed(async () => ask(value))).ms);
  }
  const keptMb = (await memoryMb()) - before;
  await log.close();
  return {
    buildMs: build.ms,
    buildCpuMs: (user + system) / 1000,
    heldMs,
    stateMb,
    keptMb,
    files,
    takenUpMs: takenUp.ms,
    olderMs: older,
    questions,
  };
}

async function sizesOf(folder: string): Promise<{ count: number; mb: number }> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map(async name => (await stat(join(folder, name))).size));
  return { count: sizes.length, mb: sizes.reduce((sum, size) => sum + size, 0) / 1e6 };
}

process.once('message', async message => {
  process.send?.(await judge(message as Judging));
  process.disconnect();
});
