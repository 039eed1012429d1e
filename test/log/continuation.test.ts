import { describe, expect, test } from 'vitest';
import { type LogName, START } from '../../src/log/log.ts';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';

const directory = new MetricsDirectory();

const ROWS = {
  durations: '2025-11-07T00:00:00Z,w,test,1,x,1,true',
  success_rates: '2025-11-07T00:00:00Z,p,n,true,540,4,7,"fine"',
  plugin_usage: '2025-11-07T00:00:00Z,express-api-scaffold,10,100,9,1,10,2025-11-07T00:00:00Z',
};
const HEADERS = {
  durations: 'timestamp,workflow_id,phase,step,plugin,duration_seconds,success',
  success_rates: 'timestamp,pattern_id,pattern_name,success,duration_seconds,plugins_used,files_created,notes',
  plugin_usage: 'timestamp,plugin_name,execution_count,total_duration_seconds,success_count,failure_count,avg_duration_seconds,last_used',
};
type SharedLog = keyof typeof ROWS;
const SHARED: readonly SharedLog[] = ['durations', 'success_rates', 'plugin_usage'];
const appendedTo = (log: LogName, before: string) => {
  expect(directory.bytes(log)?.slice(0, before.length)).toBe(before);
  return directory.bytes(log)?.slice(before.length);
};

describe('logs that other programs wrote are continued', () => {
  test('byte for byte', async () => {
    directory.copySamples();
    const samples = directory.allBytes();
    const log = await directory.open();
    await record(log, executionInput({ executionId: 'e', steps: [stepInput({ plugin: 'jwt-auth-plugin', durationMs: 12_500 })] }));
    expect(appendedTo('durations', samples['durations'] ?? '')).toBe('2025-11-07T10:00:05Z,e,implement,1,jwt-auth-plugin,12.5,true\n');
    expect(appendedTo('success_rates', samples['success_rates'] ?? '')).toBe('2025-11-07T10:00:05Z,rest-api,rest-api,true,5.25,1,0,""\n');
    expect(appendedTo('plugin_usage', samples['plugin_usage'] ?? '')).toMatch(/^[^\n]+\n$/);
  });

  test('totals of a plugin with history that no other log shows', async () => {
    directory.copySamples();
    const log = await directory.open();
    await record(log, executionInput({ steps: [stepInput({ plugin: 'jwt-auth-plugin', durationMs: 12_500 })] }));
    expect(directory.lines('plugin_usage').at(-1)).toBe(
      '2025-11-07T10:00:05Z,jwt-auth-plugin,1248,334812.5,1110,138,268.279,2025-11-07T18:00:00Z',
    );
    const { plugin_usage } = await log.read(START, log.position);
    expect(plugin_usage.map(({ plugin, uses }) => [plugin, uses])).toEqual([
      ['jwt-auth-plugin', 1247],
      ['fastapi-scaffolder', 856],
      ['jwt-auth-plugin', 1248],
    ]);
  });

  test('their rows count as soon as the log is open', async () => {
    directory.copySamples();
    const log = await directory.open();
    const { durations, success_rates, plugin_usage, rejected } = await log.read(START, log.position);
    expect([durations.length, success_rates.length, plugin_usage.length, rejected.length]).toEqual([2, 1, 2, 0]);
  });
});

describe('a shared log in an odd form is continued', () => {
  const FORMS: readonly (readonly [why: string, content: (log: SharedLog) => string, rows: number, ours: string])[] = [
    ['empty', () => '', 0, ''],
    ['a header alone', log => `${HEADERS[log]}\n`, 0, ''],
    ['a header without line feed', log => HEADERS[log], 0, '\n'],
    ['a header behind a byte order mark, without line feed', log => `\ufeff${HEADERS[log]}`, 0, '\n'],
    ['a header of CRLF whose line feed is missing', log => `${HEADERS[log]}\r`, 0, '\n'],
    ['no final line feed', log => `${HEADERS[log]}\n${ROWS[log]}`, 1, '\n'],
    ['a byte order mark', log => `\ufeff${HEADERS[log]}\n${ROWS[log]}\n`, 1, ''],
    ['CRLF', log => `${HEADERS[log]}\r\n${ROWS[log]}\r\n`, 1, ''],
    ['a byte order mark and CRLF, no final line feed', log => `\ufeff${HEADERS[log]}\r\n${ROWS[log]}`, 1, '\n'],
    ['no header', log => `${ROWS[log]}\n`, 1, ''],
    ['no header behind a byte order mark', log => `\ufeff${ROWS[log]}\n`, 1, ''],
    ['a repeated header', log => `${HEADERS[log]}\n${ROWS[log]}\n${HEADERS[log]}\n`, 1, ''],
    ['empty lines', log => `${HEADERS[log]}\n\n${ROWS[log]}\n\n\r\n`, 1, ''],
    ['one line feed', () => '\n', 0, ''],
    ['an older header', log => `timestamp,old\n${ROWS[log]}\n`, 1, ''],
  ];

  test.for(FORMS)('%s', async ([, content, rows, closed]) => {
    // Given logs of this form
    for (const log of SHARED) directory.write(log, content(log));
    // when an execution is recorded, the service restarted, and another one recorded
    const first = await directory.open();
    await record(first, executionInput({ executionId: 'one' }));
    const positions = [first.position];
    const second = await directory.reopen(first);
    positions.push(second.position);
    await record(second, executionInput({ executionId: 'two' }));
    // then no byte of theirs has changed, and all rows count
    expect(positions[1]).toEqual(positions[0]);
    const read = await second.read(START, second.position);
    for (const log of SHARED) {
      const theirs = Buffer.from(content(log) || `${HEADERS[log]}\n`).toString('latin1');
      expect(appendedTo(log, `${theirs}${closed}`)?.split('\n')).toHaveLength(3);
      expect(read[log]).toHaveLength(rows + 2);
    }
    const uses = rows === 1 ? [10, 11, 12] : [1, 2];
    expect(read.plugin_usage.map(row => row.uses)).toEqual(uses);
    // and another restart finds the same
    expect((await directory.reopen(second)).position).toEqual(second.position);
  });
});
