import { describe, expect, test } from 'vitest';
import { completeExecution, differences, parseExecutionInput } from '../../src/record/record.ts';
import { executionInput, NOW, stepInput } from '../support/execution-inputs.ts';

const full = {
  executionId: 'one',
  workflowId: 'run-1',
  patternName: 'REST API',
  durationMs: 5250,
  filesCreated: 3,
  notes: 'first\nsecond',
  errorMessage: 'none',
  attributes: [
    { key: 'model', value: 'm' },
    { key: 'branch', value: 'b' },
  ],
  steps: [
    stepInput({ step: 1, startedAt: '2025-11-07T10:00:00Z', attempt: 2, pluginVersion: '1.0', errorMessage: 'slow' }),
    stepInput({ step: 2, plugin: 'other' }),
  ],
};

const parse = (fields: Record<string, unknown>) => parseExecutionInput(executionInput({ executionId: 'one', ...fields }), NOW);
const stored = completeExecution(parse(full), 'unused');
const differing = (fields: Record<string, unknown>) => differences(parse({ ...full, ...fields }), stored);

describe('an input contradicts what is stored under its id', () => {
  test.for<readonly [fields: Record<string, unknown>, paths: string[]]>([
    [{ workflowId: 'run-2' }, ['workflowId']],
    [{ patternId: 'other' }, ['patternId']],
    [{ patternName: 'other' }, ['patternName']],
    [{ taskDescription: 'other' }, ['taskDescription']],
    [{ status: 'FAILED' }, ['status']],
    [{ startedAt: '2025-11-07T10:00:00.001Z' }, ['startedAt']],
    [{ completedAt: '2025-11-07T10:00:05.251Z' }, ['completedAt']],
    [{ durationMs: 5251 }, ['durationMs']],
    [{ filesCreated: 0 }, ['filesCreated']],
    [{ notes: '' }, ['notes']],
    [{ notes: 'first second' }, ['notes']],
    [{ errorMessage: 'other' }, ['errorMessage']],
    [{ attributes: [] }, ['attributes']],
    [{ attributes: [full.attributes[0]] }, ['attributes']],
    [{ attributes: [full.attributes[0], { key: 'branch', value: 'c' }] }, ['attributes']],
    [{ steps: [] }, ['steps']],
    [{ steps: [full.steps[0]] }, ['steps']],
    [
      { steps: full.steps.toReversed() },
      [
        'steps.0.step',
        'steps.0.plugin',
        'steps.1.step',
        'steps.1.plugin',
        'steps.1.startedAt',
        'steps.1.attempt',
        'steps.1.pluginVersion',
        'steps.1.errorMessage',
      ],
    ],
    [{ steps: [{ ...full.steps[0], phase: 'test' }, full.steps[1]] }, ['steps.0.phase']],
    [{ steps: [full.steps[0], { ...full.steps[1], durationMs: 0 }] }, ['steps.1.durationMs']],
    [{ steps: [full.steps[0], { ...full.steps[1], status: 'SKIPPED' }] }, ['steps.1.status']],
    [{ steps: [{ ...full.steps[0], attempt: 1 }, full.steps[1]] }, ['steps.0.attempt']],
    [{ steps: [full.steps[0], { ...full.steps[1], startedAt: '2025-11-07T10:00:00Z' }] }, ['steps.1.startedAt']],
    [{ status: 'FAILED', notes: 'x', steps: [] }, ['status', 'notes', 'steps']],
  ])('%j', ([fields, paths]) => {
    expect(differing(fields).toSorted()).toEqual(paths.toSorted());
  });
});

describe('an input says the same, or less', () => {
  test.for<readonly [why: string, fields: Record<string, unknown>]>([
    ['the same', {}],
    ['the same instants in another zone', { startedAt: '2025-11-07T11:00:00+01:00', completedAt: '2025-11-07T05:00:05.250-05:00' }],
    ['attributes in another order', { attributes: full.attributes.toReversed() }],
    ['a status in lower case', { status: 'success' }],
    ['null for what it does not say', { workflowId: null, patternName: null, notes: null, attributes: null, durationMs: null }],
  ])('%s', ([, fields]) => {
    expect(differing(fields)).toEqual([]);
  });

  test('an omitted field claims nothing', () => {
    const { steps, ...rest } = full;
    for (const key of Object.keys(rest).filter(each => each !== 'executionId'))
      expect([key, differing({ [key]: undefined })]).toEqual([key, []]);
    const silent = steps.map(({ step, plugin }) => stepInput({ step, plugin }));
    expect(differing({ steps: silent })).toEqual([]);
  });

  test('a default that is given later is the same as one left out before', () => {
    const short = completeExecution(parse({}), 'REST API');
    const explicit = {
      workflowId: 'one',
      patternName: 'REST API',
      durationMs: 5250,
      filesCreated: 0,
      notes: '',
      errorMessage: '',
      attributes: [],
      steps: [stepInput({ attempt: 1, errorMessage: '' })],
    };
    expect(differences(parse(explicit), short)).toEqual([]);
  });
});
