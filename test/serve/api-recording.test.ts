import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, execution, RECORD, RECORD_ALL, startApi } from '../support/api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.remove());

const journalRows = async () => (await api.read('journal.log')).trimEnd().split('\n').length - 1;

describe('recordExecution', () => {
  test('answers with the position, and with its pattern as it now stands', async () => {
    const first = await api.ask(RECORD, { input: execution('one', { patternId: 'p-one', patternName: 'One' }) });
    expect(first).toMatchObject({ status: 200, errors: [] });
    expect(first.data.recordExecution).toEqual({
      executionId: 'one',
      duplicate: false,
      dryRun: false,
      position: expect.stringMatching(/^[0-9a-z-]+$/),
      pattern: { patternId: 'p-one', name: 'One', status: 'DISCOVERED', successRate: { successes: 1, total: 1 } },
    });
    const second = await api.ask(RECORD, { input: execution('two', { patternId: 'p-one', status: 'FAILED' }) });
    expect(second.data.recordExecution.pattern).toMatchObject({ name: 'One', successRate: { successes: 1, total: 2 } });
  });

  test('a pattern without counted rows is null', async () => {
    const { data, errors } = await api.ask(RECORD, { input: execution('only-cancelled', { patternId: 'p-none', status: 'CANCELLED' }) });
    expect(errors).toEqual([]);
    expect(data.recordExecution).toMatchObject({ duplicate: false, pattern: null });
  });

  test('the same record again is a duplicate; another one is a conflict that names its fields', async () => {
    const input = execution('again');
    await api.ask(RECORD, { input });
    const rows = await journalRows();
    expect((await api.ask(RECORD, { input })).data.recordExecution).toMatchObject({ executionId: 'again', duplicate: true });
    const conflict = await api.ask(RECORD, {
      input: { ...input, status: 'FAILED', steps: [{ step: 1, phase: 'code', plugin: 'lint', durationMs: 9, status: 'SUCCESS' }] },
    });
    expect(conflict.status).toBe(200);
    expect(conflict.data).toEqual({ recordExecution: null });
    expect(conflict.errors).toMatchObject([
      { path: ['recordExecution'], extensions: { code: 'EXECUTION_CONFLICT', retryable: false, field: ['status'] } },
    ]);
    expect(conflict.errors[0]?.message).toContain('status, steps.0.durationMs');
    expect(await journalRows()).toBe(rows);
  });

  test('a value that breaks a rule is named with its path', async () => {
    const input = execution('bad', {
      steps: [
        { step: 1, phase: 'code', plugin: 'lint', durationMs: 1, status: 'SUCCESS' },
        { step: 2, phase: 'a,b', plugin: 'lint', durationMs: -1, status: 'SUCCESS' },
      ],
    });
    const { data, errors } = await api.ask(RECORD, { input });
    expect(data).toEqual({ recordExecution: null });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', retryable: false, field: ['steps', '1', 'phase'] } }]);
    expect(errors[0]?.message).toMatch(/steps\.1\.phase .*steps\.1\.durationMs/);
  });

  test('dryRun answers as the real call would and writes nothing', async () => {
    const position = (await api.ask('{ logStatus { position } }')).data.logStatus.position;
    const { data } = await api.ask(RECORD, { input: execution('dry', { patternId: 'p-dry' }), dryRun: true });
    expect(data.recordExecution).toEqual({ executionId: 'dry', duplicate: false, dryRun: true, position, pattern: null });
    await api.ask(RECORD, { input: execution('wet') });
    const repeated = await api.ask(RECORD, { input: execution('wet'), dryRun: true });
    expect(repeated.data.recordExecution).toMatchObject({ duplicate: true, dryRun: true });
    const conflict = await api.ask(RECORD, { input: execution('wet', { notes: 'other' }), dryRun: true });
    expect(conflict.errors[0]?.extensions).toMatchObject({ code: 'EXECUTION_CONFLICT', field: ['notes'] });
    expect((await api.ask('{ recordedExecution(executionId: "dry") { executionId } }')).data).toEqual({ recordedExecution: null });
    expect(await api.read('journal.log')).not.toContain(',dry,');
  });

  test('of two aliased recordings one is refused and the other’s acknowledgement arrives', async () => {
    const { data, errors } = await api.ask(
      `mutation ($good: RecordExecutionInput!, $bad: RecordExecutionInput!) {
        bad: recordExecution(input: $bad) { executionId }
        good: recordExecution(input: $good) { executionId duplicate }
      }`,
      { good: execution('aliased'), bad: execution('aliased-bad', { patternId: 'a,b' }) },
    );
    expect(data).toEqual({ bad: null, good: { executionId: 'aliased', duplicate: false } });
    expect(errors).toMatchObject([{ path: ['bad'], extensions: { code: 'BAD_USER_INPUT', field: ['patternId'] } }]);
  });

  test('what was recorded reads back', async () => {
    const steps = [
      {
        step: 2,
        phase: 'code',
        plugin: 'lint',
        durationMs: 1500,
        status: 'FAILED',
        startedAt: '2026-03-01T12:00:00.5+02:00',
        attempt: 2,
        pluginVersion: '1.2.3',
        errorMessage: 'line\nbreak',
      },
      { step: 2, phase: 'code', plugin: 'lint', durationMs: 0, status: 'SKIPPED' },
    ];
    const given = execution('full', {
      workflowId: 'run-1',
      patternName: 'The API',
      status: 'PARTIAL',
      durationMs: 9_007_199_254,
      filesCreated: 3,
      notes: 'a "note", with\r\nlines',
      errorMessage: 'why',
      attributes: [{ key: 'model', value: 'm' }],
      steps,
    });
    await api.ask(RECORD, { input: given });
    const { data } = await api.ask(`{ recordedExecution(executionId: "full") {
      executionId workflowId patternId patternName taskDescription status startedAt completedAt durationMs filesCreated notes errorMessage attributes { key value }
      steps { step phase plugin durationMs status startedAt attempt pluginVersion errorMessage } } }`);
    expect(data.recordedExecution).toEqual({
      ...given,
      startedAt: '2026-03-01T10:00:00.000Z',
      completedAt: '2026-03-01T10:02:00.000Z',
      steps: [
        { ...steps[0], startedAt: '2026-03-01T10:00:00.500Z' },
        { ...steps[1], startedAt: null, attempt: 1, pluginVersion: null, errorMessage: null },
      ],
    });
  });
});

describe('values that do not fit their types', () => {
  const good = execution('coerced');
  const rejected: [string, object, RegExp][] = [
    ['an unknown status', { ...good, status: 'DONE' }, /DONE.*ExecutionStatus/s],
    ['a date alone', { ...good, startedAt: '2026-03-01' }, /RFC 3339/],
    ['a time without zone', { ...good, completedAt: '2026-03-01T10:00:00' }, /RFC 3339/],
    ['a missing field', { executionId: 'coerced' }, /required/],
    ['an unknown field', { ...good, colour: 'red' }, /colour/],
    ['a fraction of a millisecond', { ...good, durationMs: 1.5 }, /SafeInt|integer/i],
    ['more than 2^53', { ...good, durationMs: 2 ** 60 }, /SafeInt|integer/i],
  ];

  test.for(rejected)('%s fails the request before any is judged', async ([, bad, message]) => {
    const before = await api.read('journal.log');
    for (const [query, variables] of [
      [RECORD, { input: bad }],
      [RECORD_ALL, { inputs: [execution('beside-it'), bad] }],
    ] as const) {
      const answer = await api.ask(query, variables);
      expect(answer.status).toBe(400);
      expect(answer.data).toBeUndefined();
      expect(answer.errors).not.toEqual([]);
      for (const { extensions } of answer.errors) expect(extensions).toEqual({ code: 'BAD_USER_INPUT', retryable: false });
      expect(answer.errors[0]?.message).toMatch(message);
    }
    expect(await api.read('journal.log')).toBe(before);
  });

  test('a date that is written into the query is BAD_USER_INPUT too', async () => {
    const answer = await api.ask('{ overview(filter: { window: { from: "2026-03-01" } }) { asOf } }');
    expect(answer.status).toBe(400);
    expect(answer.errors).toMatchObject([
      { message: expect.stringContaining('RFC 3339'), extensions: { code: 'BAD_USER_INPUT', retryable: false } },
    ]);
  });
});

describe('recordExecutions', () => {
  test('each has its own outcome, in order; the second of two with one id is judged after the first', async () => {
    const { data, errors } = await api.ask(RECORD_ALL, {
      inputs: [
        execution('m-1'),
        execution('m-2', { completedAt: '2026-03-01T09:00:00Z' }),
        execution('m-1'),
        execution('m-1', { notes: 'other' }),
        execution('m-3', { workflowId: 'm-1' }),
        execution('m-4'),
      ],
    });
    expect(errors).toEqual([]);
    expect(data.recordExecutions).toMatchObject([
      { executionId: 'm-1', payload: { duplicate: false }, error: null },
      { executionId: 'm-2', payload: null, error: { code: 'BAD_USER_INPUT', retryable: false, field: ['completedAt'] } },
      { executionId: 'm-1', payload: { duplicate: true }, error: null },
      { executionId: 'm-1', payload: null, error: { code: 'EXECUTION_CONFLICT', field: ['notes'] } },
      { executionId: 'm-3', payload: null, error: { code: 'BAD_USER_INPUT', field: ['workflowId'] } },
      { executionId: 'm-4', payload: { duplicate: false }, error: null },
    ]);
  });

  test('dryRun judges a batch as a whole and writes nothing', async () => {
    const before = await api.read('journal.log');
    const { data } = await api.ask(RECORD_ALL, {
      dryRun: true,
      inputs: [execution('d-1'), execution('d-1'), execution('d-1', { notes: 'x' })],
    });
    expect(data.recordExecutions).toMatchObject([
      { payload: { duplicate: false, dryRun: true } },
      { payload: { duplicate: true, dryRun: true } },
      { payload: null, error: { code: 'EXECUTION_CONFLICT' } },
    ]);
    expect(await api.read('journal.log')).toBe(before);
  });

  const ten = Array.from({ length: 10 }, (_, index) => ({
    step: index,
    phase: 'code',
    plugin: `plugin-${index}`,
    durationMs: index,
    status: 'SUCCESS',
  }));

  test('1,000 executions of 10 steps, each with its pattern', async () => {
    const inputs = Array.from({ length: 1000 }, (_, n) => execution(`k-${n}`, { patternId: `p-k-${n % 300}`, steps: ten }));
    const { status, data, errors } = await api.ask(
      `mutation ($inputs: [RecordExecutionInput!]!) { recordExecutions(inputs: $inputs) { payload { pattern { patternId successRate { total } } } } }`,
      { inputs },
    );
    expect({ status, errors: errors.slice(0, 1) }).toEqual({ status: 200, errors: [] });
    expect(data.recordExecutions).toHaveLength(1000);
    for (const [n, { payload }] of data.recordExecutions.entries())
      expect(payload.pattern).toEqual({ patternId: `p-k-${n % 300}`, successRate: { total: n % 300 < 100 ? 4 : 3 } });
  });

  test('1,001 are refused whole', async () => {
    const before = await api.read('journal.log');
    const inputs = Array.from({ length: 1001 }, (_, n) => execution(`too-many-${n}`, { steps: [] }));
    const { data, errors } = await api.ask(RECORD_ALL, { inputs });
    expect(data).toEqual({ recordExecutions: null });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', retryable: false, field: ['inputs'] } }]);
    expect(await api.read('journal.log')).toBe(before);
  });

  test('one execution of 5,000 steps', async () => {
    const steps = Array.from({ length: 5000 }, (_, n) => ({
      step: n,
      phase: 'code',
      plugin: `plugin-${n % 50}`,
      durationMs: n,
      status: 'SUCCESS',
    }));
    const { data, errors } = await api.ask(RECORD, { input: execution('long', { steps }) });
    expect(errors).toEqual([]);
    expect(data.recordExecution).toMatchObject({ executionId: 'long', duplicate: false });
    const read = await api.ask('{ recordedExecution(executionId: "long") { steps { durationMs } } }');
    expect(read.data.recordedExecution.steps).toHaveLength(5000);
  });

  test('a request of 8 MB; one beyond the limit is refused with its reason', async () => {
    const text = 'x'.repeat(60_000);
    const inputs = Array.from({ length: 140 }, (_, n) => execution(`fat-${n}`, { notes: text }));
    expect(JSON.stringify(inputs).length).toBeGreaterThan(8 << 20);
    const { data, errors } = await api.ask(RECORD_ALL, { inputs });
    expect(errors).toEqual([]);
    expect(data.recordExecutions.every((result: { error: unknown }) => result.error === null)).toBe(true);
    const tooBig = await api.ask(RECORD_ALL, { inputs: Array.from({ length: 300 }, (_, n) => execution(`fatter-${n}`, { notes: text })) });
    expect(tooBig.status).toBe(413);
    expect(tooBig.errors).toMatchObject([
      { message: expect.stringContaining('16 MB'), extensions: { code: 'BAD_REQUEST', retryable: false } },
    ]);
  });
});
