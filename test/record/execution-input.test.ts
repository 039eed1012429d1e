import { describe, expect, test } from 'vitest';
import { MetricsError } from '../../src/errors.ts';
import { completeExecution, LIMITS, parseExecutionInput } from '../../src/record/record.ts';
import { executionInput, NOW, stepInput } from '../support/execution-inputs.ts';

const parse = (fields: Record<string, unknown> = {}) => parseExecutionInput(executionInput(fields), NOW);

/** What the caller of a refused input sees. */
function refusalOf(input: unknown): MetricsError {
  try {
    parseExecutionInput(input, NOW);
  } catch (error) {
    if (error instanceof MetricsError) return error;
    throw error;
  }
  return expect.fail('the input was accepted');
}

const aString = 'must be text';
const aName = 'one line without comma, double quote or control character, and not blank';
const anInstant = 'RFC 3339 with a time and a zone';
const aCount = (min: number, max: number) => `must be a whole number from ${min} to ${max}`;
const INT_MAX = 2_147_483_647;
const halfSurrogate = 'half of a surrogate pair';

/** An input's fields, the path that must be blamed, and a part of what must be said. */
type Refusal = readonly [fields: Record<string, unknown>, path: string, says: string];

function expectRefused([fields, path, says]: Refusal) {
  const error = refusalOf(executionInput(fields));
  expect(error).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false, field: path === '' ? [] : path.split('.') });
  expect(error.message).toContain(`${path || 'the input'} `);
  expect(error.message).toContain(says);
}

describe('an input that breaks a rule is refused, and the message names the field', () => {
  describe('missing', () => {
    test.for<Refusal>([
      [{ executionId: undefined }, 'executionId', aString],
      [{ executionId: null }, 'executionId', aString],
      [{ patternId: undefined }, 'patternId', aString],
      [{ taskDescription: undefined }, 'taskDescription', aString],
      [{ status: undefined }, 'status', 'must be one of SUCCESS, FAILED, PARTIAL, CANCELLED'],
      [{ startedAt: undefined }, 'startedAt', anInstant],
      [{ completedAt: undefined }, 'completedAt', anInstant],
      [{ steps: undefined }, 'steps', 'must be a list of steps'],
      [{ steps: null }, 'steps', 'must be a list of steps'],
      [{ steps: [stepInput(), stepInput({ step: undefined })] }, 'steps.1.step', aCount(0, INT_MAX)],
      [{ steps: [stepInput({ phase: undefined })] }, 'steps.0.phase', aString],
      [{ steps: [stepInput({ plugin: undefined })] }, 'steps.0.plugin', aString],
      [{ steps: [stepInput({ durationMs: undefined })] }, 'steps.0.durationMs', aCount(0, 1e12)],
      [{ steps: [stepInput({ status: undefined })] }, 'steps.0.status', 'must be one of SUCCESS, FAILED, SKIPPED'],
      [{ attributes: [{ value: 'v' }] }, 'attributes.0.key', aString],
      [{ attributes: [{ key: 'k' }] }, 'attributes.0.value', aString],
    ])('%j blames %s', expectRefused);
  });

  describe('of the wrong type', () => {
    test.for<Refusal>([
      [{ executionId: 5 }, 'executionId', aString],
      [{ workflowId: ['w'] }, 'workflowId', aString],
      [{ patternName: {} }, 'patternName', aString],
      [{ taskDescription: true }, 'taskDescription', aString],
      [{ status: 'RUNNING' }, 'status', 'must be one of'],
      [{ status: 1 }, 'status', 'must be one of'],
      [{ startedAt: 1_762_509_600_000 }, 'startedAt', anInstant],
      [{ durationMs: '1500' }, 'durationMs', aCount(0, 1e12)],
      [{ filesCreated: '3' }, 'filesCreated', aCount(0, INT_MAX)],
      [{ notes: 5 }, 'notes', aString],
      [{ errorMessage: [] }, 'errorMessage', aString],
      [{ steps: {} }, 'steps', 'must be a list of steps'],
      [{ steps: [5] }, 'steps.0', 'must be an object: a step'],
      [{ steps: [stepInput({ status: 'PARTIAL' })] }, 'steps.0.status', 'must be one of SUCCESS, FAILED, SKIPPED'],
      [{ steps: [stepInput({ attempt: '2' })] }, 'steps.0.attempt', aCount(1, INT_MAX)],
      [{ attributes: 'model=x' }, 'attributes', 'must be a list of {key, value}'],
      [{ attributes: ['model=x'] }, 'attributes.0', 'must be an object: an attribute'],
      [{ attributes: [{ key: 'k', value: 5 }] }, 'attributes.0.value', aString],
    ])('%j blames %s', expectRefused);

    test.for([null, undefined, 5, 'text', [], [executionInput()]])('instead of an object: %j', value => {
      expect(refusalOf(value)).toMatchObject({ code: 'BAD_USER_INPUT', message: 'the input must be an object: an execution', field: [] });
    });
  });

  describe('a field that does not exist', () => {
    test.for<Refusal>([
      [{ duration: 5 }, '', 'has no field "duration"'],
      [{ a: 1, b: 2 }, '', 'has no field "a", "b"'],
      [{ steps: [stepInput(), stepInput({ duration_ms: 5 })] }, 'steps.1', 'has no field "duration_ms"'],
      [{ attributes: [{ key: 'k', value: 'v', unit: 's' }] }, 'attributes.0', 'has no field "unit"'],
    ])('%j blames %s', expectRefused);
  });

  describe('a name that would break a plain column', () => {
    const NAMES = [
      '',
      ' ',
      '\t',
      'a,b',
      'a"b',
      'a\nb',
      'a\rb',
      'a\tb',
      'a\0b',
      'a\u001bb',
      'a\u007fb',
      'a\u0085b',
      'a\u2028b',
      '\ufeffa',
      'a\ud800',
    ];
    const PLACES: readonly (readonly [path: string, fields: (name: string) => Record<string, unknown>])[] = [
      ['executionId', executionId => ({ executionId })],
      ['workflowId', workflowId => ({ workflowId })],
      ['patternId', patternId => ({ patternId })],
      ['patternName', patternName => ({ patternName })],
      ['steps.0.phase', phase => ({ steps: [stepInput({ phase })] })],
      ['steps.0.plugin', plugin => ({ steps: [stepInput({ plugin })] })],
      ['steps.0.pluginVersion', pluginVersion => ({ steps: [stepInput({ pluginVersion })] })],
      ['attributes.0.key', key => ({ attributes: [{ key, value: '' }] })],
    ];
    test.for(PLACES)('%s', ([path, fields]) => {
      for (const name of NAMES) expectRefused([fields(name), path, aName]);
      expectRefused([fields('x'.repeat(LIMITS.nameLength + 1)), path, 'must be at most 256 characters']);
      expect(() => parse(fields('x'.repeat(LIMITS.nameLength)))).not.toThrow();
      expect(() => parse(fields(" pâté de 日本 😀 'a' (b) = c; d "))).not.toThrow();
    });
  });

  describe('text that does not survive, or is too long', () => {
    const PLACES: readonly (readonly [path: string, fields: (text: string) => Record<string, unknown>])[] = [
      ['taskDescription', taskDescription => ({ taskDescription })],
      ['notes', notes => ({ notes })],
      ['errorMessage', errorMessage => ({ errorMessage })],
      ['steps.0.errorMessage', errorMessage => ({ steps: [stepInput({ errorMessage })] })],
      ['attributes.0.value', value => ({ attributes: [{ key: 'k', value }] })],
    ];
    test.for(PLACES)('%s', ([path, fields]) => {
      for (const text of ['a\0b', '\ud800', 'a\udc00b', '\udc00\ud800']) expectRefused([fields(text), path, halfSurrogate]);
      expectRefused([fields('x'.repeat(65_537)), path, 'must be at most 65536 bytes in UTF-8']);
      expectRefused([fields('é'.repeat(32_769)), path, 'must be at most 65536 bytes in UTF-8']);
      for (const text of ['', 'é'.repeat(32_768), 'line\r\nline\tü "q", 😀\u2028\u001b']) expect(() => parse(fields(text))).not.toThrow();
    });
  });

  describe('a number out of range', () => {
    test.for<Refusal>([
      [{ durationMs: -1 }, 'durationMs', aCount(0, 1e12)],
      [{ durationMs: 0.5 }, 'durationMs', aCount(0, 1e12)],
      [{ durationMs: 1e12 + 1 }, 'durationMs', aCount(0, 1e12)],
      [{ durationMs: Number.NaN }, 'durationMs', aCount(0, 1e12)],
      [{ durationMs: Number.POSITIVE_INFINITY }, 'durationMs', aCount(0, 1e12)],
      [{ filesCreated: -1 }, 'filesCreated', aCount(0, INT_MAX)],
      [{ filesCreated: 2 ** 31 }, 'filesCreated', aCount(0, INT_MAX)],
      [{ steps: [stepInput({ step: -1 })] }, 'steps.0.step', aCount(0, INT_MAX)],
      [{ steps: [stepInput({ step: 1.5 })] }, 'steps.0.step', aCount(0, INT_MAX)],
      [{ steps: [stepInput({ durationMs: 1e12 + 1 })] }, 'steps.0.durationMs', aCount(0, 1e12)],
      [{ steps: [stepInput({ attempt: 0 })] }, 'steps.0.attempt', aCount(1, INT_MAX)],
      [{ startedAt: '1970-01-01T00:00:00Z', completedAt: '2025-11-07T00:00:00Z' }, 'durationMs', 'must be given'],
    ])('%j blames %s', expectRefused);

    test('the ends of the ranges are within', () => {
      const input = parse({ durationMs: 1e12, filesCreated: INT_MAX, steps: [stepInput({ step: 0, durationMs: 0, attempt: INT_MAX })] });
      expect(input).toMatchObject({ durationMs: 1e12, filesCreated: INT_MAX, steps: [{ step: 0, durationMs: 0, attempt: INT_MAX }] });
    });

    test('more steps or attributes than allowed', () => {
      const steps = Array.from({ length: LIMITS.steps + 1 }, () => stepInput());
      const attributes = Array.from({ length: LIMITS.attributes + 1 }, (_, index) => ({ key: `k${index}`, value: '' }));
      expectRefused([{ steps }, 'steps', 'must be at most 10000 steps']);
      expectRefused([{ attributes }, 'attributes', 'must be at most 20 attributes']);
      expect(parse({ steps: steps.slice(1), attributes: attributes.slice(1) }).steps).toHaveLength(LIMITS.steps);
    });
  });

  describe('a time that is none', () => {
    const TIMES = [
      '2025-02-30T00:00:00Z',
      '2025-02-29T00:00:00Z',
      '2025-06-31T00:00:00Z',
      '2025-13-01T00:00:00Z',
      '2025-00-10T00:00:00Z',
      '2025-11-07T24:00:00Z',
      '2025-11-07T10:60:00Z',
      '2025-11-07T10:00:60Z',
      '2025-11-07',
      '2025-11-07T10:00:00',
      '2025-11-07T10:00Z',
      '2025-11-07 10:00:00Z',
      '2025-11-07T10:00:00+2',
      '2025-11-07T10:00:00+02:60',
      '2025-11-07T10:00:00+15:00',
      '22025-11-07T10:00:00Z',
      '+002025-11-07T10:00:00Z',
      ' 2025-11-07T10:00:00Z',
      '2025-11-07T10:00:00Z\n',
      'yesterday',
      '',
    ];
    test.for(TIMES)('%j', time => {
      expectRefused([{ startedAt: time }, 'startedAt', anInstant]);
      expectRefused([{ completedAt: time }, 'completedAt', anInstant]);
      expectRefused([{ steps: [stepInput({ startedAt: time })] }, 'steps.0.startedAt', anInstant]);
    });

    test.for<Refusal>([
      [{ startedAt: '1969-12-31T23:59:59Z' }, 'startedAt', 'must not lie before 1970'],
      [{ completedAt: '2025-11-07T09:59:59.999Z' }, 'completedAt', 'must not lie before startedAt (2025-11-07T10:00:00.000Z)'],
      [{ completedAt: '2025-11-07T11:59:59+02:00' }, 'completedAt', 'must not lie before startedAt'],
      [{ completedAt: '2026-11-02T12:00:00.001Z' }, 'completedAt', "more than a day ahead of this machine's clock"],
    ])('%j blames %s', expectRefused);

    test('exactly a day ahead of the clock, and no time at all between start and end, are allowed', () => {
      expect(parse({ completedAt: '2026-11-02T12:00:00Z' }).completedAt).toBe(NOW + 86_400_000);
      expect(parse({ completedAt: '2025-11-07T11:00:00+01:00' })).toMatchObject({ completedAt: Date.parse('2025-11-07T10:00:00Z') });
    });
  });

  test('a key that is given twice', () => {
    const attributes = ['model', 'branch', 'model'].map(key => ({ key, value: 'v' }));
    expectRefused([{ attributes }, 'attributes.2.key', 'must not repeat a key']);
  });

  test('up to five faults are named in one message, the first one as the field to blame', () => {
    const { message, field } = refusalOf({ steps: 5, bogus: true });
    expect(field).toEqual(['executionId']);
    expect(message.split('; ')).toHaveLength(6);
    expect(message).toMatch(/^executionId .*; patternId .*; taskDescription .*; status .*; startedAt .*; and 3 more$/);
  });
});

describe('an input that keeps the rules becomes an execution', () => {
  test('null, undefined and left out are the same', () => {
    const optional = ['workflowId', 'patternName', 'durationMs', 'filesCreated', 'notes', 'errorMessage', 'attributes'];
    const optionalOfStep = ['startedAt', 'attempt', 'pluginVersion', 'errorMessage'];
    const set = (keys: string[], value: unknown) => Object.fromEntries(keys.map(key => [key, value]));
    const executionId = 'one';
    const leftOut = completeExecution(parse({ executionId }), 'name');
    for (const value of [null, undefined]) {
      const given = parse({ executionId, ...set(optional, value), steps: [stepInput(set(optionalOfStep, value))] });
      expect(completeExecution(given, 'name')).toEqual(leftOut);
    }
  });

  test('what is left out gets its default', () => {
    expect(completeExecution(parse({ executionId: 'one' }), 'the latest name')).toEqual({
      executionId: 'one',
      workflowId: 'one',
      patternId: 'rest-api',
      patternName: 'the latest name',
      taskDescription: 'Build a REST API',
      status: 'success',
      startedAt: Date.parse('2025-11-07T10:00:00Z'),
      completedAt: Date.parse('2025-11-07T10:00:05.250Z'),
      durationMs: 5250,
      errorMessage: '',
      filesCreated: 0,
      notes: '',
      steps: [{ step: 1, phase: 'implement', plugin: 'express-api-scaffold', durationMs: 1500, status: 'success', attempt: 1 }],
      attributes: [],
    });
  });

  test('what is given stays as given', () => {
    const step = stepInput({
      status: 'failed',
      startedAt: '2025-11-07T12:00:01+02:00',
      attempt: 2,
      pluginVersion: '1.2',
      errorMessage: 'no',
    });
    const attributes = [{ key: 'model', value: 'm,"1"\n' }];
    const given = { workflowId: 'w', patternName: 'n', durationMs: 7, filesCreated: 3, notes: 'a\nb', errorMessage: 'e', attributes };
    expect(completeExecution(parse({ ...given, steps: [step] }), 'unused')).toMatchObject({
      ...given,
      steps: [{ status: 'failed', startedAt: Date.parse('2025-11-07T10:00:01Z'), attempt: 2, pluginVersion: '1.2', errorMessage: 'no' }],
    });
  });

  test.for(['SUCCESS', 'success', 'Success'])('a status may be written %s', status => {
    expect(parse({ status }).status).toBe('success');
  });
});
