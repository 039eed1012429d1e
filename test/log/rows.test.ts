import { describe, expect, test } from 'vitest';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';

const directory = new MetricsDirectory();

/** The rows that recording this leaves in the three shared logs of a new directory. */
async function rowsOf(fields: Record<string, unknown>) {
  const log = await directory.open();
  await record(log, executionInput({ executionId: 'e-1', workflowId: 'run-1', patternId: 'rest', patternName: 'REST API', ...fields }));
  return {
    durations: directory.lines('durations'),
    success_rates: directory.lines('success_rates'),
    plugin_usage: directory.lines('plugin_usage'),
  };
}

const steps = [
  stepInput({ step: 1, phase: 'research', plugin: 'discovery', durationMs: 120_000 }),
  stepInput({ step: 2, phase: 'implement', plugin: 'express', durationMs: 250, status: 'FAILED' }),
];
const DURATIONS = ['2025-11-07T10:00:05Z,run-1,research,1,discovery,120,true', '2025-11-07T10:00:05Z,run-1,implement,2,express,0.25,false'];
const USAGE = [
  '2025-11-07T10:00:05Z,discovery,1,120,1,0,120,2025-11-07T10:00:05Z',
  '2025-11-07T10:00:05Z,express,1,0.25,0,1,0.25,2025-11-07T10:00:05Z',
];

describe('an execution leaves rows exactly as designed', () => {
  test.for<readonly [status: string, success: string]>([
    ['SUCCESS', 'true'],
    ['FAILED', 'false'],
    ['PARTIAL', 'false'],
  ])('that ended %s', async ([status, success]) => {
    expect(await rowsOf({ status, steps, filesCreated: 7, notes: 'Done, "well"\nfine' })).toEqual({
      durations: DURATIONS,
      success_rates: [`2025-11-07T10:00:05Z,rest,REST API,${success},5.25,2,7,"Done, ""well"" fine"`],
      plugin_usage: USAGE,
    });
  });

  test('that was cancelled: its finished steps count, its pattern does not', async () => {
    expect(await rowsOf({ status: 'CANCELLED', steps: [...steps, stepInput({ step: 3, plugin: 'tests', status: 'SKIPPED' })] })).toEqual({
      durations: DURATIONS,
      success_rates: [],
      plugin_usage: USAGE,
    });
  });

  test('whose steps were skipped: they count nowhere', async () => {
    expect(
      await rowsOf({
        steps: [stepInput({ status: 'SKIPPED' }), stepInput({ step: 2, plugin: 'express', durationMs: 1, status: 'SUCCESS' })],
      }),
    ).toEqual({
      durations: ['2025-11-07T10:00:05Z,run-1,implement,2,express,0.001,true'],
      success_rates: ['2025-11-07T10:00:05Z,rest,REST API,true,5.25,1,0,""'],
      plugin_usage: ['2025-11-07T10:00:05Z,express,1,0.001,1,0,0.001,2025-11-07T10:00:05Z'],
    });
  });

  test('without steps', async () => {
    expect(await rowsOf({ steps: [], durationMs: 0 })).toEqual({
      durations: [],
      success_rates: ['2025-11-07T10:00:05Z,rest,REST API,true,0,0,0,""'],
      plugin_usage: [],
    });
  });

  test('that leaves none: cancelled before any step', async () => {
    expect(await rowsOf({ status: 'CANCELLED', steps: [] })).toEqual({ durations: [], success_rates: [], plugin_usage: [] });
    expect(directory.lines('journal')).toHaveLength(1);
  });

  test('with a retry: each attempt is a use', async () => {
    const retried = [stepInput({ status: 'FAILED', durationMs: 1000 }), stepInput({ attempt: 2, durationMs: 2000 })];
    expect(await rowsOf({ steps: retried })).toEqual({
      durations: [
        '2025-11-07T10:00:05Z,run-1,implement,1,express-api-scaffold,1,false',
        '2025-11-07T10:00:05Z,run-1,implement,1,express-api-scaffold,2,true',
      ],
      success_rates: ['2025-11-07T10:00:05Z,rest,REST API,true,5.25,1,0,""'],
      plugin_usage: ['2025-11-07T10:00:05Z,express-api-scaffold,2,3,1,1,1.5,2025-11-07T10:00:05Z'],
    });
  });

  test('with parallel steps that read the same: each has its row', async () => {
    const startedAt = '2025-11-07T10:00:00Z';
    const row = '2025-11-07T10:00:05Z,run-1,implement,1,express-api-scaffold,1.5,true';
    expect(await rowsOf({ steps: [1, 2, 3].map(() => stepInput({ startedAt })) })).toEqual({
      durations: [row, row, row],
      success_rates: ['2025-11-07T10:00:05Z,rest,REST API,true,5.25,1,0,""'],
      plugin_usage: ['2025-11-07T10:00:05Z,express-api-scaffold,3,4.5,3,0,1.5,2025-11-07T10:00:05Z'],
    });
  });

  test('of a year ago: it lands in its second, in UTC', async () => {
    const { durations } = await rowsOf({ startedAt: '2024-02-29T23:59:59+01:00', completedAt: '2024-02-29T23:59:59.999+01:00' });
    expect(durations).toEqual(['2024-02-29T22:59:59Z,run-1,implement,1,express-api-scaffold,1.5,true']);
  });
});

describe('journal.log', () => {
  test('holds one line an execution with the positions before its group, zeros first', async () => {
    const log = await directory.open();
    await record(log, executionInput({ executionId: 'one' }));
    const { durations, success_rates, plugin_usage } = log.position;
    await record(log, executionInput({ executionId: 'two' }));
    const tails = directory.lines('journal').map(line => line.split(',').slice(-2));
    expect(tails.map(([base]) => base)).toEqual(['0:0:0', `${durations}:${success_rates}:${plugin_usage}`]);
    expect(tails[0]?.[1]).toMatch(/^0{16}[0-9a-f]{16}$/);
    expect(tails[1]?.[1]?.slice(0, 16)).toBe(tails[0]?.[1]?.slice(16));
    expect(log.position.chain).toBe(tails[1]?.[1]?.slice(16, 24));
  });

  test('gives back exactly what was recorded', async () => {
    const log = await directory.open();
    const notes = 'line\r\nline\t"q", \\n \u001b \u2028 ü😀';
    await record(log, executionInput({ executionId: 'one', notes, taskDescription: notes, attributes: [{ key: 'k', value: notes }] }));
    expect(await log.find('one')).toMatchObject({ notes, taskDescription: notes, attributes: [{ key: 'k', value: notes }] });
    expect(await log.find('two')).toBeUndefined();
  });
});

describe('the name of a pattern', () => {
  const nameOf = (line: string | undefined) => line?.split(',')[2];
  const header = 'timestamp,pattern_id,pattern_name,success,duration_seconds,plugins_used,files_created,notes\n';

  test('is its id until one is given, then the latest one given', async () => {
    const log = await directory.open();
    for (const patternName of [undefined, 'First', undefined, 'Second', undefined]) await record(log, executionInput({ patternName }));
    await record(log, executionInput({ patternId: 'other' }));
    expect(directory.lines('success_rates').map(nameOf)).toEqual(['rest-api', 'First', 'First', 'Second', 'Second', 'other']);
  });

  test('is the latest one within a batch too, and survives a restart', async () => {
    const log = await directory.open();
    await log.record([executionInput({ patternName: 'First' }), executionInput(), executionInput({ patternName: 'Second' })]);
    await record(await directory.reopen(log), executionInput());
    expect(directory.lines('success_rates').map(nameOf)).toEqual(['First', 'First', 'Second', 'Second']);
  });

  test('is the one that another program wrote last', async () => {
    directory.write('success_rates', `${header}2025-11-07T00:00:00Z,rest-api,Theirs,true,1,1,1,""\n`);
    const log = await directory.open();
    await record(log, executionInput());
    directory.append('success_rates', '2025-11-07T00:00:00Z,rest-api,Later,true,1,1,1,""\n');
    await record(log, executionInput());
    expect(directory.lines('success_rates').map(nameOf)).toEqual(['Theirs', 'Theirs', 'Later', 'Later']);
  });

  test.for(['"REST, simple"', '"a ""b"""', 'a\tb', 'x'.repeat(257)])('is never one that would break a plain column: %s', async theirs => {
    directory.write('success_rates', `${header}2025-11-07T00:00:00Z,rest-api,Plain,true,1,1,1,""\n`);
    directory.append(
      'success_rates',
      `2025-11-07T00:00:00Z,rest-api,${theirs},true,1,1,1,""\n2025-11-07T00:00:00Z,other,${theirs},true,1,1,1,""\n`,
    );
    const log = await directory.open();
    await record(log, executionInput({ executionId: 'one' }));
    await record(log, executionInput({ executionId: 'two', patternId: 'other' }));
    expect(directory.lines('success_rates').slice(-2).map(nameOf)).toEqual(['Plain', 'other']);
    expect([await log.find('one'), await log.find('two')]).toMatchObject([{ patternName: 'Plain' }, { patternName: 'other' }]);
  });

  test('of a cancelled execution is not learned: nobody can read it from the shared logs', async () => {
    const log = await directory.open();
    const cancelled = () => executionInput({ patternName: 'Cancelled', status: 'CANCELLED' });
    await record(log, cancelled());
    await log.record([executionInput(), cancelled(), executionInput()]);
    expect(directory.lines('success_rates').map(nameOf)).toEqual(['rest-api', 'rest-api']);
  });
});
