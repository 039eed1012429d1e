import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatPosition, LOG_NAMES, type Log, type LogName, START } from '../../src/log/log.ts';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { figuresOf, History } from '../support/history.ts';
import { checkHistory } from '../support/history-checker.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';

const directory = new MetricsDirectory();

const THEN = '2025-11-07T10:00:05Z';

const replaceIn = (log: LogName, from: string, to: string) => {
  const text = readFileSync(directory.file(log), 'utf8');
  expect(text).toContain(from);
  directory.write(log, text.replace(from, to));
};

describe('the history checker', () => {
  test.for<readonly [why: string, spoil: (history: History) => void, fault: RegExp]>([
    ['an acknowledged execution that is gone', history => history.acknowledge('gone', firstAnswer(history)), /not in journal.log/],
    ['an execution that was never called', history => history.called.delete('e-1'), /e-1 is in journal.log and was never called/],
    ['a row too many', () => directory.append('durations', `${directory.lines('durations')[0]}\n`), /2 times instead of 1/],
    ['a row too few', () => replaceIn('success_rates', 'rest-api', 'shell-api'), /success_rates.log: 1 times instead of 2/],
    ['a row of no execution', () => directory.append('durations', '2025-11-07T10:00:05Z,x,implement,1,y,1,true\n'), /of no execution/],
    ['a use counted twice', () => directory.append('plugin_usage', `${THEN},tool,3,4.5,3,0,1.5,${THEN}\n`), /journal counts/],
    ['a total that goes nowhere', () => directory.append('plugin_usage', `${directory.lines('plugin_usage')[1]}\n`), /or nowhere/],
    ['an execution twice', () => directory.append('journal', `${directory.lines('journal')[0]}\n`), /e-1 stands 2 times/],
    ['a broken chain', () => directory.append('journal', `${directory.lines('journal')[0]}\n`), /does not go on the chain/],
    ['a header that is gone', () => replaceIn('durations', 'timestamp,workflow_id', 'time,workflow_id'), /instead of its header/],
    ['a log that is shorter than a position', () => replaceIn('durations', 'tool,1.5,true\n', ''), /ends \d+ bytes before the answered/],
    ['a position inside a line', () => replaceIn('plugin_usage', 'tool,1', 'tooool,1'), /lies inside a line of plugin_usage.log/],
    ['a position of another history', () => replaceIn('journal', 'e-2,e-2', 'e-3,e-3'), /journal.log has chain \w+ at the answered/],
    ['a byte that changed', () => replaceIn('durations', 'e-1', 'E-1'), /durations.log has changed from byte 21 on/],
    ['figures that changed', () => replaceIn('success_rates', 'true', 'fals'), /the answer was .*"rest-api":\[2,2\].* now say/],
    [
      'an acknowledgement before its rows',
      history => history.acknowledge('e-2', firstAnswer(history)),
      /e-2 was acknowledged at \S+, which does not cover all its rows/,
    ],
    [
      'a numbered row of another program that is gone',
      () => directory.append('durations', '2025-11-07T10:00:05Z,shell-a-2,phase,1,shell-a-2,1,true\n'),
      /durations.log: shell-a-1 is missing/,
    ],
    ['bytes that were cut off behind the last position', cutShort, /plugin_usage.log has changed from byte/],
  ])('finds %s', async ([, spoil, fault]) => {
    const log = await directory.open();
    const history = new History();
    for (const executionId of ['e-1', 'e-2']) await noted(log, history, executionId);
    history.witness(directory.path);
    expect(checkHistory(directory.path, history)).toMatchObject({ executionIds: ['e-1', 'e-2'], faults: [] });
    spoil(history);
    expect(checkHistory(directory.path, history).faults.join('\n')).toMatch(fault);
  });
});

test('the history checker reads archived years and the live files as one', async () => {
  const log = await directory.open();
  const history = new History();
  await noted(log, history, 'e-1');
  await noted(log, history, 'e-2');
  history.witness(directory.path);
  await directory.close(log);
  // Given a year that was archived, with the last row of the plugin carried over, and a late row that does not count
  const carried = directory.lines('plugin_usage').slice(-1);
  const year = join(directory.path, 'archive', '2025');
  mkdirSync(year, { recursive: true });
  const seal = Object.fromEntries(LOG_NAMES.map(name => [name, archive(name, year, name === 'plugin_usage' ? carried : [])]));
  writeFileSync(join(year, 'sealed'), JSON.stringify(seal));
  appendFileSync(join(year, 'durations.log'), '2025-11-07T10:00:05Z,late,phase,1,late,1,true\n');
  const { plugin_usage } = log.position;
  // when it is gone on with, then positions and figures go on too
  const again = await directory.open();
  expect(again.position.plugin_usage).toBe(plugin_usage + (carried[0]?.length ?? 0) + 1);
  await noted(again, history, 'e-3');
  history.witness(directory.path);
  expect(checkHistory(directory.path, history)).toMatchObject({ executionIds: ['e-1', 'e-2', 'e-3'], faults: [] });
  // and a row that is carried over from nowhere is found
  directory.append('plugin_usage', `${carried[0]}\n`);
  expect(checkHistory(directory.path, history).faults.join()).toMatch(/goes back, or nowhere/);
});

async function noted(log: Log, history: History, executionId: string): Promise<void> {
  history.call(executionId);
  const input = executionInput({ executionId, steps: [stepInput({ plugin: 'tool' })] });
  history.acknowledge(executionId, formatPosition((await record(log, input)).position));
  history.answer(formatPosition(log.position), figuresOf(await log.read(START, log.position)));
}

/** Moves a log to the folder of a year; answers what its seal says. */
function archive(name: LogName, year: string, carried: readonly string[]): object {
  const bytes = readFileSync(directory.file(name));
  const dataStart = bytes.indexOf(10) + 1;
  renameSync(directory.file(name), join(year, `${name}.log`));
  directory.write(name, `${[bytes.toString('utf8', 0, dataStart - 1), ...carried].join('\n')}\n`);
  return { dataStart, length: bytes.length - dataStart, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function firstAnswer(history: History): string {
  return [...history.answers.keys()][0] ?? '';
}

function cutShort(history: History): void {
  directory.append('plugin_usage', 'half a line');
  history.witnessAll(directory.path);
  replaceIn('plugin_usage', 'half a line', 'half');
}
