import { appendFileSync, cpSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatPosition, LOG_NAMES, Log, type LogName, SHARED_LOGS, type SharedLog } from '../../src/log/log.ts';
import { variedExecution } from '../support/execution-inputs.ts';
import { inParallel, isLong, progress, rounds } from '../support/faults.ts';
import { History } from '../support/history.ts';
import { expectWhole } from '../support/killed-run.ts';
import { acknowledged, MetricsDirectory } from '../support/metrics-directory.ts';
import { fc } from '../support/properties.ts';
import { silent } from '../support/silent-logger.ts';

const directory = new MetricsDirectory();

const OTHERS: Readonly<Record<SharedLog, string>> = {
  durations: '2025-11-07T00:00:00Z,shell-a,phase,1,shell-a,1,true\n',
  success_rates: '2025-11-07T00:00:00Z,shell-a,shell-a,true,1,1,0,""\n',
  plugin_usage: '2025-11-07T00:00:00Z,shell-a,1,1,1,0,1,2025-11-07T00:00:00Z\n',
};
const ZEROS = [1, 2, 511, 4096, 70_000];

/** What is left of a log: so many bytes of its last row (`whole`: all, `none`: of its last group), then zeros, then another's row. */
type Tail = Readonly<{ log: LogName; kept: number | 'whole' | 'none'; zeros: number; row: boolean }>;

/** Logs with two groups that were acknowledged and a last one whose caller died before it was answered. */
type Base = Readonly<{ path: string; history: History; beforeLast: Record<LogName, number> }>;

test(`a torn tail at ${isLong ? 'every byte' : 'some bytes'} of the last row of each log, with and without another's row behind it`, async () => {
  const base = await recorded();
  const every = LOG_NAMES.flatMap(log => {
    const { length } = lastRow(base, log);
    const cuts = Array.from({ length }, (_, kept) => [false, true].map(row => ({ log, kept, zeros: 0, row })));
    return isLong ? cuts.flat() : fc.sample(fc.constantFrom(...cuts.flat()), 6);
  });
  await expectEachWhole('torn tails', base, every);
});

test(`zeros behind whole rows, behind torn ones and in place of rows (${rounds(16, 400)} times)`, async () => {
  const base = await recorded();
  const tails = LOG_NAMES.flatMap(log => {
    const kept = fc.oneof(fc.constantFrom('whole' as const, 'none' as const), fc.nat(lastRow(base, log).length - 1));
    const tail = fc.record({ log: fc.constant(log), kept, zeros: fc.constantFrom(...ZEROS), row: fc.boolean() });
    return fc.sample(tail, rounds(4, 100));
  });
  await expectEachWhole('zeros', base, tails);
});

async function recorded(): Promise<Base> {
  const path = join(directory.path, 'base');
  const history = new History();
  const log = await Log.open({ directory: path, logger: silent, clock: () => Date.now() });
  const record = async (...numbers: number[]) => {
    const inputs = numbers.map(number => variedExecution('e', number));
    history.call(...inputs.map(({ executionId }) => executionId));
    return (await log.record(inputs)).map(acknowledged);
  };
  for (const { executionId, position } of [...(await record(1, 2)), ...(await record(3))])
    history.acknowledge(executionId, formatPosition(position));
  const before = log.position;
  history.witness(path);
  await record(8);
  await log.close();
  const headers = Object.fromEntries(LOG_NAMES.map(name => [name, readFileSync(join(path, `${name}.log`)).indexOf(10) + 1]));
  const beforeLast = Object.fromEntries(LOG_NAMES.map(name => [name, before[name] + (headers[name] ?? 0)])) as Base['beforeLast'];
  return { path, history, beforeLast };
}

function lastRow({ path }: Base, log: LogName): { start: number; length: number } {
  const bytes = readFileSync(join(path, `${log}.log`));
  const start = bytes.lastIndexOf(10, bytes.length - 2) + 1;
  return { start, length: bytes.length - start };
}

async function expectEachWhole(what: string, base: Base, tails: readonly Tail[]): Promise<void> {
  let done = 0;
  await inParallel(tails, 4, async (tail, index) => {
    const path = join(directory.path, `case-${index}`);
    cpSync(base.path, path, { recursive: true });
    tear(base, path, tail);
    await expectWhole(path, base.history.copy(), { e: [1, 2, 3, 8] }).catch(error => {
      throw new Error(`with ${JSON.stringify(tail)}`, { cause: error });
    });
    rmSync(path, { recursive: true });
    progress(what, ++done, tails.length);
  });
  expect(done).toBe(tails.length);
}

/** Rows are derived once the journal's are durable: where its last one is torn, the others have none of its group. */
function tear(base: Base, path: string, { log, kept, zeros, row }: Tail): void {
  const file = (name: LogName) => join(path, `${name}.log`);
  if (log === 'journal' && kept !== 'whole') for (const name of SHARED_LOGS) truncateSync(file(name), base.beforeLast[name]);
  if (kept === 'none') truncateSync(file(log), base.beforeLast[log]);
  if (typeof kept === 'number') truncateSync(file(log), lastRow(base, log).start + kept);
  appendFileSync(file(log), Buffer.alloc(zeros));
  if (row) for (const name of log === 'journal' ? SHARED_LOGS : [log]) appendFileSync(file(name), OTHERS[name]);
}
