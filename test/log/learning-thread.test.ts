import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readCheckpoints } from '../../src/log/checkpoints.ts';
import {
  type Finding,
  LOG_NAMES,
  type Log,
  type Position,
  ReadOnlyLog,
  reaches,
  START,
  type Stretch,
  verifyLogs,
} from '../../src/log/log.ts';
import { owedBy } from '../../src/log/owed.ts';
import { ReadAhead } from '../../src/log/read-ahead.ts';
import type { Logger } from '../../src/logger.ts';
import { followColumns } from '../support/columns.ts';
import { LONG_EXECUTIONS, longInput, recordLongJournal } from '../support/long-journal.ts';
import { MetricsDirectory, readAll, record, summary } from '../support/metrics-directory.ts';
import { silent } from '../support/silent-logger.ts';

const PROGRAM = new URL('../../dist/learning-thread.js', import.meta.url);
const directory = new MetricsDirectory();

/** A row of another program. */
const THEIRS = '2025-11-07T00:00:00Z,theirs,plan,1,g-0,1,true\n';

/** `first`: what can be read up to the first position that is published, and whether that was before the log was ready. */
type Learned = { log: Log; published: Position[]; first: { stretch: Stretch; early: boolean } | undefined; warnings: number };

/** Opens the logs with a thread of a program; what was published on the way, and warned of. */
async function learn(learningThread: URL): Promise<Learned> {
  const published: Position[] = [];
  let first: Promise<Learned['first']> | undefined;
  let ready = false;
  let warnings = 0;
  const logger: Logger = { ...silent, warn: () => warnings++ };
  const log = await directory.take({ learningThread, logger });
  const stop = log.onAdvance(position => {
    published.push(position);
    const early = !ready;
    first ??= readAll(log, START, position).then(stretch => ({ stretch, early }));
  });
  await log.ready.then(() => {
    ready = true;
  });
  stop();
  return { log, published, first: await first, warnings };
}

/** Ids are taken, and totals and the chain go on. */
async function expectKnowledge(log: Log): Promise<void> {
  for (const number of [0, 1, LONG_EXECUTIONS / 2, LONG_EXECUTIONS - 1]) {
    expect(await record(log, longInput(number))).toMatchObject({ duplicate: true });
    expect((await log.record([{ ...longInput(number), executionId: 'new' }])).map(summary)).toEqual([
      expect.objectContaining({ field: ['workflowId'] }),
    ]);
  }
  expect(await record(log, longInput(LONG_EXECUTIONS))).toMatchObject({ duplicate: false });
  await directory.close(log);
  const findings: Finding[] = [];
  await verifyLogs({ directory: directory.path, report: finding => findings.push(finding) });
  expect(findings).toEqual([]);
}

test('a thread learns much while what is complete can be read already', { timeout: 120_000 }, async () => {
  const recorded = await recordLongJournal(directory.path);
  directory.append('durations', THEIRS);
  const end = { ...recorded, durations: recorded.durations + THEIRS.length };
  const { log, published, first, warnings } = await learn(PROGRAM);
  expect(log.position).toEqual(end);
  expect(published.length).toBeGreaterThan(4);
  expect(first?.early).toBe(true);
  expect(first?.stretch.journal.length).toBeGreaterThan(0);
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

test('the columns of what the thread learns are those that stand in the logs, and no line is read again for them', {
  timeout: 120_000,
}, async () => {
  await recordLongJournal(directory.path);
  directory.append('success_rates', 'torn\n2025-11-07T00:00:00Z,p,theirs,true,1,2,3,"x"\n');
  const take = vi.spyOn(ReadAhead.prototype, 'take');
  const log = await directory.open({ learningThread: PROGRAM });
  const end = log.position;
  const { rows, chain } = await followColumns(log, end, 1 << 20);
  const alone = await ReadOnlyLog.open(directory.path);
  const expected = await followColumns(alone, end, 1 << 20);
  await alone.close();
  expect({ rows, chain }).toEqual({ rows: expected.rows, chain: end.chain });
  expect(rows.journal).toHaveLength(LONG_EXECUTIONS);
  // All but what is too little for a lesson.
  const parts = take.mock.results.map(({ value }) => value as ReturnType<ReadAhead['take']>).filter(part => part !== undefined);
  const lastOf = (log: 'journal' | 'success_rates') => parts.findLast(({ rows }) => 'chain' in rows === (log === 'journal'))?.end;
  expect(lastOf('journal')).toBeGreaterThan(0.8 * end.journal);
  expect(lastOf('success_rates')).toBeGreaterThan(0.8 * end.success_rates);
  take.mockRestore();
});

test.each([
  ['is missing', new URL('missing.js', PROGRAM), 1],
  ['throws', new URL('data:text/javascript,throw new Error("no")'), 1],
  ['does nothing', new URL('data:text/javascript,'), 0],
])('where the program of the thread %s the logs are learned all the same', { timeout: 120_000 }, async (_, program, warned) => {
  const end = await recordLongJournal(directory.path);
  const { log, warnings } = await learn(program);
  expect(log.position).toEqual(end);
  expect(warnings).toBe(warned);
  await expectKnowledge(log);
});
