import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCheckpoints } from '../../src/log/checkpoints.ts';
import { type Finding, LOG_NAMES, type Log, type Position, reaches, START, verifyLogs } from '../../src/log/log.ts';
import { owedBy } from '../../src/log/owed.ts';
import type { Logger } from '../../src/logger.ts';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { acknowledged, MetricsDirectory, readAll, record, summary } from '../support/metrics-directory.ts';
import { silent } from '../support/silent-logger.ts';

const PROGRAM = new URL('../../dist/learning-thread.js', import.meta.url);
/** More than this thread learns by itself where another one may. */
const JOURNAL_BYTES = 110 << 20;
const EXECUTIONS = 2000;
const GROUP = 50;
const directory = new MetricsDirectory();

/** It stands in the journal alone. */
const taskDescription = 't'.repeat(JOURNAL_BYTES / EXECUTIONS);
const input = (number: number) =>
  executionInput({
    executionId: `e-${number}`,
    workflowId: `w-${number}`,
    patternId: `p-${number % 7}`,
    patternName: `name ${number % 11}`,
    steps: [stepInput({ plugin: `g-${number % 5}` }), stepInput({ step: 2, plugin: 'other' })],
    taskDescription,
  });

/** Records much, and forgets all that is derived. */
async function recordMuch(): Promise<Position> {
  const log = await directory.open();
  for (let from = 0; from < EXECUTIONS; from += GROUP)
    for (const outcome of await log.record(Array.from({ length: GROUP }, (_, index) => input(from + index)))) acknowledged(outcome);
  directory.append('durations', '2025-11-07T00:00:00Z,theirs,plan,1,g-0,1,true\n');
  const position = await log.upToDate();
  await directory.close(log);
  rmSync(join(directory.path, '.state'), { recursive: true });
  return position;
}

/** Opens the logs with a thread of a program; what was published on the way, and warned of. */
async function learn(learningThread: URL): Promise<{ log: Log; published: Position[]; warnings: number }> {
  const published: Position[] = [];
  let warnings = 0;
  const logger: Logger = { ...silent, warn: () => warnings++ };
  const log = await directory.take({ learningThread, logger });
  const stop = log.onAdvance(position => published.push(position));
  await log.ready;
  stop();
  return { log, published, warnings };
}

/** Ids are taken, and totals and the chain go on. */
async function expectKnowledge(log: Log): Promise<void> {
  for (const number of [0, 1, EXECUTIONS / 2, EXECUTIONS - 1]) {
    expect(await record(log, input(number))).toMatchObject({ duplicate: true });
    expect((await log.record([{ ...input(number), executionId: 'new' }])).map(summary)).toEqual([
      expect.objectContaining({ field: ['workflowId'] }),
    ]);
  }
  expect(await record(log, input(EXECUTIONS))).toMatchObject({ duplicate: false });
  await directory.close(log);
  const findings: Finding[] = [];
  await verifyLogs({ directory: directory.path, report: finding => findings.push(finding) });
  expect(findings).toEqual([]);
}

test('a thread learns much while what is complete can be read already', { timeout: 120_000 }, async () => {
  const end = await recordMuch();
  const { log, published, warnings } = await learn(PROGRAM);
  expect(log.position).toEqual(end);
  expect(published.length).toBeGreaterThan(4);
  // Each position goes on from the one before, and up to it every execution has all its rows.
  let from = START;
  for (const to of published) {
    expect(reaches(to, from)).toBe(true);
    await log.checkPosition(to);
    const { journal, durations, success_rates } = await readAll(log, from, to);
    const owed = owedBy(journal.map(({ execution }) => execution));
    expect(durations.filter(({ workflowId }) => workflowId !== 'theirs')).toHaveLength(owed.durations.length);
    expect(success_rates).toHaveLength(owed.success_rates.length);
    from = to;
  }
  expect(from).toEqual(end);
  await expectKnowledge(log);
  // What it learned is saved, without a gap.
  let at = START;
  for await (const checkpoint of readCheckpoints(join(directory.path, '.state', 'log', 'checkpoints'))) {
    expect(checkpoint.from).toEqual(at);
    at = checkpoint.to;
  }
  for (const log of LOG_NAMES) expect(at[log]).toBeGreaterThanOrEqual(end[log]);
  const again = await directory.open();
  expect(again.ownsState).toBe(true);
  expect(warnings).toBe(0);
});

test.each([
  ['is missing', new URL('missing.js', PROGRAM), 1],
  ['throws', new URL('data:text/javascript,throw new Error("no")'), 1],
  ['does nothing', new URL('data:text/javascript,'), 0],
])('where the program of the thread %s the logs are learned all the same', { timeout: 120_000 }, async (_, program, warned) => {
  const end = await recordMuch();
  const { log, warnings } = await learn(program);
  expect(log.position).toEqual(end);
  expect(warnings).toBe(warned);
  await expectKnowledge(log);
});
