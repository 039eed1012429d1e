import { describe, expect, test } from 'vitest';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record, summary } from '../support/metrics-directory.ts';

const directory = new MetricsDirectory();

describe('a rehearsal answers as the real call would, and writes nothing', () => {
  const recorded = () => executionInput({ executionId: 'recorded', workflowId: 'run-1', notes: 'first' });
  const fresh = (fields: Record<string, unknown> = {}) => executionInput({ executionId: 'new', ...fields });

  test.for<readonly [why: string, inputs: unknown[]]>([
    ['a new record', [fresh()]],
    ['the same record', [recorded()]],
    ['a conflict', [{ ...recorded(), notes: 'other' }]],
    ['a workflow id that is taken', [fresh({ workflowId: 'run-1' })]],
    ['an input that breaks rules', [{}, null, fresh({ steps: [stepInput({ durationMs: -1 })] })]],
    ['the same new record twice', [fresh(), fresh()]],
    ['two different records under one new id', [fresh(), fresh({ notes: 'x', status: 'FAILED' }), fresh()]],
    ['a workflow id of one before it', [fresh({ workflowId: 'run-2' }), executionInput({ executionId: 'newer', workflowId: 'run-2' })]],
    ['all of it, in order', [{}, recorded(), fresh(), { ...recorded(), patternId: 'p' }, fresh({ filesCreated: 3 }), fresh()]],
    ['nothing', []],
  ])('%s', async ([, inputs]) => {
    const log = await directory.open();
    await record(log, recorded());
    const [bytes, position] = [directory.allBytes(), log.position];
    const rehearsed = await log.rehearse(inputs);
    expect(directory.allBytes()).toEqual(bytes);
    expect(log.position).toEqual(position);
    const real = await log.record(inputs);
    expect(rehearsed.map(summary)).toEqual(real.map(summary));
  });

  test('a new record is still new after it', async () => {
    const log = await directory.open();
    const input = executionInput();
    expect(await log.rehearse([input])).toMatchObject([{ duplicate: false, position: log.position }]);
    expect(await log.rehearse([input])).toMatchObject([{ duplicate: false }]);
    expect(await log.record([input])).toMatchObject([{ duplicate: false }]);
    expect(await log.rehearse([input])).toMatchObject([{ duplicate: true, position: log.position }]);
  });
});
