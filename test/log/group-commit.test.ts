import { describe, expect, test } from 'vitest';
import { MetricsError } from '../../src/errors.ts';
import { type Log, type Position, reaches, START } from '../../src/log/log.ts';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';

const directory = new MetricsDirectory();

/** The rows of each group, in order: those of one group stand on one base. */
async function groups(log: Log): Promise<string[][]> {
  const { journal } = await log.read(START, log.position, 1 << 30);
  const byBase = new Map<string, string[]>();
  for (const { base, execution } of journal)
    byBase.set(JSON.stringify(base), [...(byBase.get(JSON.stringify(base)) ?? []), execution.executionId]);
  return [...byBase.values()];
}

describe('what waits together is written together', () => {
  test('one call is one group, in its order', async () => {
    const log = await directory.open();
    const inputs = Array.from({ length: 100 }, () => executionInput());
    const outcomes = await log.record(inputs);
    expect(outcomes.map(outcome => 'executionId' in outcome && outcome.executionId)).toEqual(inputs.map(({ executionId }) => executionId));
    expect(await groups(log)).toEqual([inputs.map(({ executionId }) => executionId)]);
    expect(directory.lines('plugin_usage')).toEqual([expect.stringContaining(',express-api-scaffold,100,150,100,0,1.5,')]);
  });

  test('many callers that arrive together share a group, and its position', async () => {
    const log = await directory.open();
    const acknowledgements = await Promise.all(Array.from({ length: 64 }, () => record(log, executionInput())));
    expect(await groups(log)).toHaveLength(1);
    for (const { position } of acknowledgements) expect(position).toEqual(log.position);
  });

  test('callers that come one after the other share the group that waits behind the one in flight', async () => {
    const log = await directory.open();
    const [callers, calls] = [32, 10];
    const caller = async () => {
      for (let call = 0; call < calls; call++) await record(log, executionInput());
    };
    await Promise.all(Array.from({ length: callers }, caller));
    const sizes = (await groups(log)).map(group => group.length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(callers * calls);
    expect(sizes.length).toBeLessThanOrEqual((callers * calls) / 8);
  });

  test('a caller alone has a group alone', async () => {
    const log = await directory.open();
    for (let call = 0; call < 5; call++) await record(log, executionInput());
    expect((await groups(log)).map(group => group.length)).toEqual([1, 1, 1, 1, 1]);
  });

  test('up to some 8 MB: more are written in groups that follow', { timeout: 60_000 }, async () => {
    const log = await directory.open();
    const steps = Array.from({ length: 10_000 }, () => stepInput());
    const inputs = Array.from({ length: 6 }, () => executionInput({ steps }));
    for (const outcome of await log.record(inputs)) expect(outcome).toMatchObject({ duplicate: false });
    expect((await groups(log)).map(group => group.length)).toEqual([3, 3]);
    expect(directory.lines('plugin_usage').map(line => line.split(',')[2])).toEqual(['30000', '60000']);
  });
});

describe('an answer comes when the record is in all logs', () => {
  test('the position published by then covers it, and never moves back', async () => {
    const log = await directory.open();
    const published: Position[] = [];
    log.onAdvance(position => published.push(position));
    const recorded = Array.from({ length: 20 }, async () => {
      const { executionId, position } = await record(log, executionInput());
      expect(reaches(log.position, position)).toBe(true);
      expect(published).toContainEqual(position);
      for (const name of ['durations', 'success_rates', 'plugin_usage'] as const) {
        expect(directory.bytes(name)?.length).toBeGreaterThanOrEqual(position[name]);
      }
      const { journal, durations } = await log.read(START, position);
      expect(journal.map(({ execution }) => execution.executionId)).toContain(executionId);
      expect(durations.map(({ workflowId }) => workflowId)).toContain(executionId);
    });
    await Promise.all(recorded);
    for (const [index, position] of published.entries()) expect(reaches(position, published[index - 1] ?? START)).toBe(true);
  });

  test('one that is refused holds back nobody, and nobody holds it back', async () => {
    const log = await directory.open();
    const outcomes = await log.record([executionInput(), executionInput({ status: 'RUNNING' }), executionInput()]);
    expect(outcomes).toMatchObject([{ duplicate: false }, { code: 'BAD_USER_INPUT', field: ['status'] }, { duplicate: false }]);
    expect(directory.lines('journal')).toHaveLength(2);
  });

  test('closing waits for what was asked before', async () => {
    const log = await directory.open();
    const asked = Array.from({ length: 10 }, () => log.record([executionInput()]));
    await directory.close(log);
    for (const [outcome] of await Promise.all(asked)) expect(outcome).toMatchObject({ duplicate: false });
    expect(directory.lines('journal')).toHaveLength(10);
  });
});

describe('the queue', () => {
  test('is bounded: past some 128 MB that wait a caller is told at once to come again, and can', { timeout: 60_000 }, async () => {
    const log = await directory.open();
    const notes = 'n'.repeat(60_000);
    const inputs = Array.from({ length: 2400 }, (_, index) => executionInput({ executionId: `e-${index}`, notes }));
    // Given more than can wait, all at once
    const answered: string[] = [];
    const outcomes = await Promise.all(
      inputs.map(async input => {
        const [outcome] = await log.record([input]);
        answered.push(outcome instanceof MetricsError ? outcome.code : 'recorded');
        return outcome;
      }),
    );
    // then those past the bound are refused before the first group is through
    const refused = outcomes.filter(outcome => outcome instanceof MetricsError);
    expect(refused.length).toBeGreaterThan(100);
    for (const error of refused) expect(error).toMatchObject({ code: 'OVERLOADED', retryable: true });
    expect(answered.slice(0, refused.length)).toEqual(refused.map(() => 'OVERLOADED'));
    // and get in when they come again
    const again = await log.record(inputs.slice(-refused.length));
    for (const outcome of again) expect(outcome).toMatchObject({ duplicate: false });
    expect(directory.lines('journal')).toHaveLength(inputs.length);
  });
});
