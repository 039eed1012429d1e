/** The columns of each log, and how its rows become values of them. */
import type { DurationsColumns } from '../../log/log.ts';
import {
  type DurationsRow,
  EXECUTION_STATUSES,
  type ExecutionStatus,
  type JournalOutline,
  rowTimestamp,
  type SuccessRatesRow,
} from '../../record/record.ts';
import { type Layout, placesOf, type Values } from './blocks.ts';
import type { Names } from './names.ts';
import type { Runs } from './runs.ts';
import { cellOf } from './totals.ts';

/** `run`: of `Runs`; names by their numbers; `cell`: bucket of the sketch and success. */
export const STEP_COLUMNS = { run: 'near', plugin: 8, phase: 8, cell: 16, durationUs: 32 } as const satisfies Layout<string>;
export type StepColumn = keyof typeof STEP_COLUMNS;

/** `title`: the name that the row gives its pattern. */
export const EXECUTION_COLUMNS = { pattern: 8, title: 8, cell: 16, durationUs: 32 } as const satisfies Layout<string>;
export type ExecutionColumn = keyof typeof EXECUTION_COLUMNS;

/**
 * `completedMs`: milliseconds past `timestamp`; `status`: place in EXECUTION_STATUSES; `bytes`: of the row in the log; `baseDurations`: from
 * there on rows of durations.log with this run are this execution's.
 */
export const JOURNAL_COLUMNS = {
  ...EXECUTION_COLUMNS,
  completedMs: 16,
  run: 'near',
  status: 8,
  bytes: 16,
  baseDurations: 32,
} as const satisfies Layout<string>;
export type JournalColumn = keyof typeof JOURNAL_COLUMNS;

export function statusNumber(status: ExecutionStatus): number {
  return EXECUTION_STATUSES.indexOf(status);
}

type Known = Readonly<{ names: Names; runs: Runs }>;

export function stepValues(rows: readonly DurationsRow[], { names, runs }: Known): Values<StepColumn> {
  return {
    ...placesOf(rows.map(({ start }) => start)),
    timestamp: rows.map(({ timestamp }) => timestamp),
    run: rows.map(({ workflowId }) => runs.numberOf(workflowId)),
    plugin: rows.map(({ plugin }) => names.idOf(plugin)),
    phase: rows.map(({ phase }) => names.idOf(phase)),
    cell: rows.map(({ durationUs, success }) => cellOf(durationUs, success)),
    durationUs: rows.map(({ durationUs }) => durationUs),
  };
}

/** The same of steps that come as columns: each text becomes a number once. */
export function stepColumnValues(columns: DurationsColumns, { names, runs }: Known): Values<StepColumn> {
  const { length, start, timestamp, durationUs, success } = columns;
  const ids = (texts: readonly string[]) => Uint32Array.from(texts, text => names.idOf(text));
  const cell = new Uint16Array(length);
  for (let row = 0; row < length; row++) cell[row] = cellOf(durationUs[row] ?? 0, success[row] === 1);
  return {
    ...placesOf(start),
    timestamp,
    run: looked(
      columns.workflow,
      Uint32Array.from(columns.workflowIds, id => runs.numberOf(id)),
      length,
    ),
    plugin: looked(columns.plugin, ids(columns.plugins), length),
    phase: looked(columns.phase, ids(columns.phases), length),
    cell,
    durationUs,
  };
}

function looked(places: Uint32Array, numbers: Uint32Array, length: number): Uint32Array {
  const found = new Uint32Array(length);
  for (let row = 0; row < length; row++) found[row] = numbers[places[row] ?? 0] ?? 0;
  return found;
}

export function executionValues(rows: readonly SuccessRatesRow[], { names }: Known): Values<ExecutionColumn> {
  return {
    ...placesOf(rows.map(({ start }) => start)),
    timestamp: rows.map(({ timestamp }) => timestamp),
    pattern: rows.map(({ patternId }) => names.idOf(patternId)),
    title: rows.map(({ patternName }) => names.idOf(patternName)),
    cell: rows.map(({ durationUs, success }) => cellOf(durationUs, success)),
    durationUs: rows.map(({ durationUs }) => durationUs),
  };
}

export function journalValues(rows: readonly JournalOutline[], { names, runs }: Known): Values<JournalColumn> {
  const executions = rows.map(({ execution }) => execution);
  const timestamp = executions.map(rowTimestamp);
  return {
    ...placesOf(rows.map(({ start }) => start)),
    timestamp,
    completedMs: executions.map(({ completedAt }, row) => completedAt - (timestamp[row] ?? 0) * 1000),
    run: executions.map(({ workflowId }) => runs.numberOf(workflowId)),
    pattern: executions.map(({ patternId }) => names.idOf(patternId)),
    title: executions.map(({ patternName }) => names.idOf(patternName)),
    status: executions.map(({ status }) => statusNumber(status)),
    cell: executions.map(({ durationMs, status }) => cellOf(durationMs * 1000, status === 'success')),
    durationUs: executions.map(({ durationMs }) => durationMs * 1000),
    bytes: rows.map(({ start, end }) => end - start),
    baseDurations: rows.map(({ base }) => base.durations),
  };
}
