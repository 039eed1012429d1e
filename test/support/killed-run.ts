/** Short runs of a recorder that die at one system call, and what must hold afterwards. */
import { statSync, truncateSync } from 'node:fs';
import { expect } from 'vitest';
import { formatPosition, LOG_NAMES, Log, START } from '../../src/log/log.ts';
import { variedExecution } from './execution-inputs.ts';
import { figuresOf, type History } from './history.ts';
import { checkHistory, type Verdict } from './history-checker.ts';
import { dataOf } from './log-contents.ts';
import { RecorderProcess } from './recorder-process.ts';
import { silent } from './silent-logger.ts';
import { ONE_FILE_THREAD, readCalls, type SystemCall, succeeded, watch } from './system-calls.ts';

/** The n-th call of that name of any thread, from 1. */
export type KillPoint = Readonly<{ call: string; when: number }>;

/** `source`: the folder of the sources to run, this project's unless named. */
type Run = Readonly<{ directory: string; prefix: string; trace: string; source?: string | undefined }>;

export type Ran = Readonly<{ said: readonly string[]; calls: SystemCall[]; killed: boolean }>;

/** A `brief` run of a recorder, unharmed or killed just before it makes a call. */
export function briefRun(run: Run, at?: KillPoint): Promise<Ran> {
  return injectedRun(run, at && `${at.call}:signal=KILL:when=${at.when}`);
}

/** The same with any fault, in strace's words. */
export async function injectedRun({ directory, prefix, trace, source }: Run, inject?: string): Promise<Ran> {
  const recorder = new RecorderProcess(['brief', directory, prefix, source], ONE_FILE_THREAD);
  await recorder.saidLines(1);
  const { ended } = await watch(recorder.pid, trace, inject);
  recorder.go();
  await recorder.end();
  await ended;
  return { said: recorder.said, calls: readCalls(trace), killed: recorder.said.at(-1) !== 'done' };
}

/** Every point at which a run like this one can be killed. strace counts the calls of each thread by itself. */
export function killPoints(calls: readonly SystemCall[]): KillPoint[] {
  const most = new Map<string, number>();
  const byThread = new Map<string, number>();
  for (const { thread, name } of calls) {
    const count = (byThread.get(`${thread} ${name}`) ?? 0) + 1;
    byThread.set(`${thread} ${name}`, count);
    most.set(name, Math.max(count, most.get(name) ?? 0));
  }
  return [...most].flatMap(([call, count]) => Array.from({ length: count }, (_, index) => ({ call, when: index + 1 })));
}

/** The calls until a recorder has opened its directory and said so. */
export function ofOpening(calls: readonly SystemCall[]): SystemCall[] {
  const opened = calls.findIndex(({ name, text }) => name === 'write' && text.startsWith(', "at '));
  return calls.slice(0, opened);
}

/**
 * A kill can cut a write short. If the last thing that a killed run did to a file was to write and not to sync, part of what
 * it wrote is taken off again; answers whether there was such a file.
 */
export function cutLastWrite(calls: readonly SystemCall[], directory: string, share: number): boolean {
  const onLogs = calls.filter(call => call.path.startsWith(`${directory}/`) && /\.(log|new|next)$/.test(call.path) && succeeded(call));
  const last = onLogs.findLast(({ name }) => /^(write|fsync|fdatasync)$/.test(name));
  if (last?.name !== 'write' || last.result < 2) return false;
  const size = statSync(last.path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return false;
  truncateSync(last.path, size - 1 - Math.floor(share * (last.result - 1)));
  return true;
}

/**
 * Opens a directory that a killed run left, twice; calls again what had been called; and expects no fault after each. The
 * caller has noted what the run said.
 */
export async function expectWhole(
  directory: string,
  history: History,
  numbersOf: Readonly<Record<string, readonly number[]>>,
): Promise<Verdict> {
  history.witnessAll(directory);
  const options = { directory, logger: silent, clock: () => Date.now() };
  await during(await Log.open(options), async log => {
    const stretch = await log.read(START, log.position, 1 << 30);
    history.answer(formatPosition(log.position), figuresOf(stretch));
    const { faults, executionIds } = checkHistory(directory, history);
    expect(faults).toEqual([]);
    expect(stretch.journal.map(({ execution }) => execution.executionId)).toEqual(executionIds);
  });
  history.witnessAll(directory);
  const before = LOG_NAMES.map(log => dataOf(directory, log).length);
  await during(await Log.open(options), async log => {
    expect(
      LOG_NAMES.map(name => dataOf(directory, name).length),
      'a second opening finds nothing to do',
    ).toEqual(before);
    for (const { position } of history.answers.values()) await log.checkPosition(position);
    const inputs = Object.entries({ ...numbersOf, after: [1, 2, 3] }).flatMap(([prefix, numbers]) =>
      numbers.map(number => variedExecution(prefix, number)),
    );
    history.call(...inputs.map(({ executionId }) => executionId));
    for (const [index, outcome] of (await log.record(inputs)).entries()) {
      if ('code' in outcome) throw outcome;
      history.acknowledge(inputs[index]?.executionId ?? '', formatPosition(outcome.position));
    }
  });
  const verdict = checkHistory(directory, history);
  expect(verdict.faults).toEqual([]);
  return verdict;
}

async function during(log: Log, work: (log: Log) => Promise<void>): Promise<void> {
  try {
    await work(log);
  } finally {
    await log.close();
  }
}
