/** The columns of each log, and how its rows become values of them. */
import type { DurationsColumns, JournalColumns, SuccessRatesColumns, TextList } from '../../log/log.ts';
import {
  type DurationsRow,
  EXECUTION_STATUSES,
  type ExecutionStatus,
  type JournalRow,
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
  const { length, start, timestamp, durationUs, success, workflow, workflowIds } = columns;
  return {
    ...placesOf(start),
    timestamp,
    run: looked(workflow, runsOf(workflowIds, runs), length),
    plugin: looked(columns.plugin, idsOf(columns.plugins, names), length),
    phase: looked(columns.phase, idsOf(columns.phases, names), length),
    cell: filled(new Uint16Array(length), row => cellOf(durationUs[row] ?? 0, success[row] === 1)),
    durationUs,
  };
}

function idsOf(texts: readonly string[], names: Names): Uint32Array {
  return Uint32Array.from(texts, text => names.idOf(text));
}

function runsOf({ joined, length }: TextList, runs: Runs): Uint32Array {
  const found = new Uint32Array(length);
  for (let place = 0, start = 0; place < length; place++) {
    const end = joined.indexOf('\n', start);
    found[place] = runs.numberOf(joined, start, end);
    start = end + 1;
  }
  return found;
}

function filled<Column extends Float64Array | Uint16Array>(column: Column, of: (row: number) => number): Column {
  for (let row = 0; row < column.length; row++) column[row] = of(row);
  return column;
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

export function executionColumnValues(columns: SuccessRatesColumns, { names }: Known): Values<ExecutionColumn> {
  const { length, start, timestamp, durationUs, success } = columns;
  const ids = idsOf(columns.patterns, names);
  return {
    ...placesOf(start),
    timestamp,
    pattern: looked(columns.pattern, ids, length),
    title: looked(columns.title, ids, length),
    cell: filled(new Uint16Array(length), row => cellOf(durationUs[row] ?? 0, success[row] === 1)),
    durationUs,
  };
}

export function journalValues(rows: readonly JournalRow[], { names, runs }: Known): Values<JournalColumn> {
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

export function journalColumnValues(columns: JournalColumns, { names, runs }: Known): Values<JournalColumn> {
  const { length, start, workflowIds, status, completedAt, durationMs, bytes, baseDurations } = columns;
  const ids = idsOf(columns.patterns, names);
  const timestamp = filled(new Float64Array(length), row => Math.floor((completedAt[row] ?? 0) / 1000));
  const success = statusNumber('success');
  return {
    ...placesOf(start),
    timestamp,
    completedMs: filled(new Uint16Array(length), row => (completedAt[row] ?? 0) - (timestamp[row] ?? 0) * 1000),
    run: runsOf(workflowIds, runs),
    pattern: looked(columns.pattern, ids, length),
    title: looked(columns.title, ids, length),
    status,
    cell: filled(new Uint16Array(length), row => cellOf((durationMs[row] ?? 0) * 1000, status[row] === success)),
    durationUs: filled(new Float64Array(length), row => (durationMs[row] ?? 0) * 1000),
    bytes,
    baseDurations,
  };
}
