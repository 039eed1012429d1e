import { expect, test } from 'vitest';
import { partsOf } from '../../../src/projection/graph/stretch-parts.ts';
import { execution, FakeLogs } from './graph-fixture.ts';

function logs(executions: number): FakeLogs {
  const made = new FakeLogs().foreignOutcome('other', 'Other', 1_700_000_000, true);
  for (let n = 0; n < executions; n++) made.record(execution(n));
  return made.foreignUsage('coder', 9, 8, 1_700_000_000);
}

test.for([
  [0, 2, 1],
  [1, 2, 1],
  [5, 2, 3],
  [6, 2, 3],
  [7, 3, 3],
  [5, 1_000, 1],
])('the parts of %d executions, at most %d in each, follow one another and hold every row once', async ([count = 0, limit = 0, number]) => {
  const all = logs(count);
  const stretch = all.stretch();
  const parts = partsOf(stretch, limit);
  expect(parts).toHaveLength(number ?? 0);
  expect(parts[0]?.from).toEqual(stretch.from);
  expect(parts.at(-1)?.to).toEqual(stretch.to);
  for (const [index, part] of parts.entries()) {
    if (index > 0) expect(part.from).toEqual(parts[index - 1]?.to);
    expect(part.journal.length).toBeLessThanOrEqual(limit);
    await all.checkPosition(part.to);
  }
  for (const log of ['journal', 'durations', 'success_rates', 'plugin_usage'] as const) {
    expect(parts.flatMap<unknown>(part => [...part[log]])).toEqual(stretch[log]);
    for (const part of parts) if (part[log].length > 0) expect(part[log].at(-1)?.end).toBe(part.to[log]);
  }
});
