import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatPosition, START } from '../../src/log/log.ts';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { figuresOf, History } from '../support/history.ts';
import { checkHistory } from '../support/history-checker.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';

const directory = new MetricsDirectory();

const replaceIn = (log: 'journal' | 'durations' | 'success_rates' | 'plugin_usage', from: string, to: string) => {
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
    ['a use counted twice', () => directory.append('plugin_usage', '2025-11-07T10:00:05Z,tool,3,4.5,3,0,1.5,x\n'), /journal counts/],
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
    for (const executionId of ['e-1', 'e-2']) {
      history.call(executionId);
      const input = executionInput({ executionId, steps: [stepInput({ plugin: 'tool' })] });
      history.acknowledge(executionId, formatPosition((await record(log, input)).position));
      history.answer(formatPosition(log.position), figuresOf(await log.read(START, log.position)));
    }
    history.witness(directory.path);
    expect(checkHistory(directory.path, history)).toMatchObject({ executionIds: ['e-1', 'e-2'], faults: [] });
    spoil(history);
    expect(checkHistory(directory.path, history).faults.join('\n')).toMatch(fault);
  });
});

function firstAnswer(history: History): string {
  return [...history.answers.keys()][0] ?? '';
}

function cutShort(history: History): void {
  directory.append('plugin_usage', 'half a line');
  history.witnessAll(directory.path);
  replaceIn('plugin_usage', 'half a line', 'half');
}
