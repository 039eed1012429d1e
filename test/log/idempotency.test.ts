import { describe, expect, test } from 'vitest';
import { MetricsError } from '../../src/errors.ts';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record, summary } from '../support/metrics-directory.ts';

const directory = new MetricsDirectory();

const input = (fields: Record<string, unknown> = {}) => executionInput({ executionId: 'one', ...fields });
const fresh = { executionId: 'one', duplicate: false };
const again = { executionId: 'one', duplicate: true };

describe('the same record again writes nothing', () => {
  test('in a second call', async () => {
    const log = await directory.open();
    const first = await record(log, input());
    const bytes = directory.allBytes();
    expect(await record(log, input())).toEqual({ ...again, position: first.position });
    expect(directory.allBytes()).toEqual(bytes);
  });

  test('within one batch', async () => {
    const log = await directory.open();
    const outcomes = await log.record([input(), input(), executionInput({ executionId: 'two' }), input()]);
    expect(outcomes.map(summary)).toEqual([fresh, again, { executionId: 'two', duplicate: false }, again]);
    expect(directory.lines('journal')).toHaveLength(2);
    expect(directory.lines('durations')).toHaveLength(2);
  });

  test('from many callers at once: one of them wrote it', async () => {
    const log = await directory.open();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => record(log, input())));
    expect(outcomes.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(directory.lines('journal')).toHaveLength(1);
    expect(directory.lines('plugin_usage')).toHaveLength(1);
  });

  test('after a restart', async () => {
    const log = await directory.open();
    await record(log, input());
    const bytes = directory.allBytes();
    expect(summary(await record(await directory.reopen(log), input()))).toEqual(again);
    expect(directory.allBytes()).toEqual(bytes);
  });

  test('with less said', async () => {
    const log = await directory.open();
    await record(
      log,
      input({
        workflowId: 'run-1',
        patternName: 'REST',
        notes: 'n',
        filesCreated: 3,
        durationMs: 7,
        attributes: [{ key: 'k', value: 'v' }],
      }),
    );
    expect(summary(await record(log, input()))).toEqual(again);
    expect(summary(await record(log, input({ notes: null, durationMs: 7 })))).toEqual(again);
  });

  test('with the defaults said aloud', async () => {
    const log = await directory.open();
    await record(log, input());
    const aloud = {
      workflowId: 'one',
      patternName: 'rest-api',
      notes: '',
      filesCreated: 0,
      durationMs: 5250,
      attributes: [],
      errorMessage: '',
    };
    expect(summary(await record(log, input({ ...aloud, steps: [stepInput({ attempt: 1 })] })))).toEqual(again);
  });

  test('that left its pattern name out, after the pattern got another one', async () => {
    const log = await directory.open();
    await record(log, input());
    await record(log, executionInput({ patternName: 'New name' }));
    expect(summary(await record(log, input()))).toEqual(again);
  });
});

describe('another record under the same id is a conflict', () => {
  test.for<readonly [fields: Record<string, unknown>, named: string, field: string[]]>([
    [{ status: 'FAILED' }, 'status', ['status']],
    [{ notes: 'other' }, 'notes', ['notes']],
    [{ steps: [stepInput({ durationMs: 1 })] }, 'steps.0.durationMs', ['steps', '0', 'durationMs']],
    [{ taskDescription: 'x', patternId: 'y', steps: [] }, 'patternId, taskDescription, steps', ['patternId']],
  ])('%j', async ([fields, named, field]) => {
    const log = await directory.open();
    await record(log, input());
    const bytes = directory.allBytes();
    const [error] = await log.record([input(fields)]);
    expect(error).toMatchObject({ code: 'EXECUTION_CONFLICT', retryable: false, field });
    expect(error).toMatchObject({ message: expect.stringContaining(`execution "one" is recorded already and differs in ${named}: `) });
    expect(directory.allBytes()).toEqual(bytes);
  });

  test('after a restart', async () => {
    const first = await directory.open();
    await record(first, input());
    const log = await directory.reopen(first);
    expect(await log.record([input({ notes: 'other' })])).toMatchObject([{ code: 'EXECUTION_CONFLICT', field: ['notes'] }]);
  });

  test('that names ten of its fields at most', async () => {
    const log = await directory.open();
    const steps = (durationMs: number) => Array.from({ length: 30 }, () => stepInput({ durationMs }));
    await record(log, input({ steps: steps(1) }));
    const [error] = await log.record([input({ steps: steps(2) })]);
    expect(error).toMatchObject({ message: expect.stringMatching(/steps\.9\.durationMs and 20 more:/) });
  });

  test('judged after the first one, in their order, within one batch', async () => {
    const log = await directory.open();
    const outcomes = await log.record([
      input(),
      input({ notes: 'other' }),
      input(),
      input({ notes: 'third' }),
      executionInput({ executionId: 'two' }),
    ]);
    expect(outcomes.map(outcome => (outcome instanceof MetricsError ? outcome.code : outcome.duplicate))).toEqual([
      false,
      'EXECUTION_CONFLICT',
      true,
      'EXECUTION_CONFLICT',
      false,
    ]);
    expect(outcomes[1]).toMatchObject({ field: ['notes'] });
    expect(await log.find('one')).toMatchObject({ notes: '' });
  });

  test('and a first one that is refused leaves the id to the second', async () => {
    const log = await directory.open();
    const outcomes = await log.record([input({ notes: 5 }), input({ notes: 'second' }), input({ notes: 'third' })]);
    expect(outcomes).toMatchObject([{ code: 'BAD_USER_INPUT' }, fresh, { code: 'EXECUTION_CONFLICT', field: ['notes'] }]);
    expect(await log.find('one')).toMatchObject({ notes: 'second' });
  });
});

describe('a workflow id names one run', () => {
  const taken = (workflowId: string, by: string) => ({
    code: 'BAD_USER_INPUT',
    field: ['workflowId'],
    message: expect.stringContaining(`workflowId "${workflowId}" names the run of execution "${by}" already`),
  });

  test('of a recorded execution, also after a restart', async () => {
    const log = await directory.open();
    await record(log, input({ workflowId: 'run-1' }));
    const other = executionInput({ executionId: 'two', workflowId: 'run-1' });
    expect(await log.record([other])).toMatchObject([taken('run-1', 'one')]);
    expect(await (await directory.reopen(log)).record([other])).toMatchObject([taken('run-1', 'one')]);
  });

  test('of a waiting execution', async () => {
    const log = await directory.open();
    const outcomes = await log.record([input({ workflowId: 'run-1' }), executionInput({ executionId: 'two', workflowId: 'run-1' })]);
    expect(outcomes).toMatchObject([fresh, taken('run-1', 'one')]);
  });

  test('where it is left out it is the execution id, which may be taken as well', async () => {
    const log = await directory.open();
    await record(log, input());
    expect(await log.record([executionInput({ executionId: 'two', workflowId: 'one' })])).toMatchObject([taken('one', 'one')]);
    await record(log, executionInput({ executionId: 'three', workflowId: 'four' }));
    expect(await log.record([executionInput({ executionId: 'four' })])).toMatchObject([taken('four', 'three')]);
  });

  test('and rows of other writers do not count as use', async () => {
    const log = await directory.open();
    directory.append('durations', '2025-11-07T00:00:00Z,one,test,1,x,1,true\n');
    expect(summary(await record(log, input()))).toEqual(fresh);
  });
});

describe('what was said is counted', () => {
  test('since the log was opened', async () => {
    const log = await directory.open();
    await log.record([input(), input(), input({ notes: 'other' }), {}, executionInput()]);
    await log.rehearse([executionInput()]);
    expect(log.counts).toMatchObject({ accepted: 2, duplicates: 1, refused: 2 });
  });
});
