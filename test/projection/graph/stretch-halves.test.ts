import { expect, test } from 'vitest';
import { halvesOf } from '../../../src/projection/graph/stretch-halves.ts';
import { execution, FakeLogs } from './graph-fixture.ts';

function logs(executions: number): FakeLogs {
  const made = new FakeLogs().foreignOutcome('other', 'Other', 1_700_000_000, true);
  for (let n = 0; n < executions; n++) made.record(execution(n));
  return made.foreignUsage('coder', 9, 8, 1_700_000_000);
}

test('the halves follow one another and hold every row once', async () => {
  const all = logs(5);
  const stretch = all.stretch();
  const [first, second] = halvesOf(stretch) ?? [stretch, stretch];
  expect(first.from).toEqual(stretch.from);
  expect(first.to).toEqual(second.from);
  expect(second.to).toEqual(stretch.to);
  for (const log of ['journal', 'durations', 'success_rates', 'plugin_usage'] as const) {
    expect([...first[log], ...second[log]]).toEqual(stretch[log]);
    expect(first[log].at(-1)?.end).toBe(first.to[log]);
  }
  expect(first.journal).toHaveLength(3);
  await all.checkPosition(first.to);
});

test.each([0, 1])('with %d executions there are none', executions => {
  expect(halvesOf(logs(executions).stretch())).toBeUndefined();
});
