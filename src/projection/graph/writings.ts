import type { JournalRow } from '../../record/record.ts';
import type { Writing } from './graph-store.ts';
import { WRITE_EXECUTIONS } from './statements.ts';
import { type ExecutionParameters, executionParameters } from './stretch-rows.ts';

/** Rows of one UNWIND, and steps: enough that a round trip does not count, few enough that a message stays below a few megabytes. */
const BATCH_ROWS = 1_000;
const BATCH_STEPS = 5_000;

export function batchesOf<Row>(rows: readonly Row[]): (readonly Row[])[] {
  const batches: (readonly Row[])[] = [];
  for (let start = 0; start < rows.length; start += BATCH_ROWS) batches.push(rows.slice(start, start + BATCH_ROWS));
  return batches;
}

/** Writes executions with their relationships, bounded by rows and by steps. */
export function executionWritings(journal: readonly Pick<JournalRow, 'execution' | 'start'>[]): Writing[] {
  const writings: Writing[] = [];
  let rows: ExecutionParameters[] = [];
  let steps = 0;
  const flush = () => {
    if (rows.length > 0) writings.push([WRITE_EXECUTIONS, { rows }]);
    [rows, steps] = [[], 0];
  };
  for (const row of journal) {
    if (rows.length === BATCH_ROWS || steps + row.execution.steps.length > BATCH_STEPS) flush();
    rows.push(executionParameters(row));
    steps += row.execution.steps.length;
  }
  flush();
  return writings;
}
