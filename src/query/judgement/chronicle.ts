import { lastAtOrBelow } from '../../ascending.ts';
import type { RowRange, RunStretch, Stretch } from '../../log/log.ts';
import {
  type DurationsRow,
  finishedSteps,
  type JournalRun,
  type Run,
  type RunStep,
  rowTimestamp,
  type SuccessRatesRow,
} from '../../record/record.ts';

/** A line of history: an execution of ours with all that is known of it, or another program's row. */
export type Occurrence =
  | Readonly<{ kind: 'execution'; execution: Run }>
  | Readonly<{ kind: 'run'; row: SuccessRatesRow }>
  | Readonly<{ kind: 'step'; row: DurationsRow }>;

/** What has been read of a shared log and not been told: it waits for the rows before it, or for the next group, which ends its own. */
type Unread<Row> = readonly RowRange<Row>[];

type Ends = Readonly<{ durations: number; success_rates: number }>;

/**
 * What stands in three logs, told as one history: the executions in the order of journal.log, and between two groups of them the
 * rows that other programs had appended in between. `base` of a journal row says what stood before its group in the shared logs;
 * rows that are derived from the journal are left out, since the execution has told them. The order depends on the logs alone, not
 * on where the stretches that they are read in were cut.
 */
export type Chronicle = {
  /** Ends of what has been read of the shared logs. */
  durations: number;
  success_rates: number;
  /** As `Unread`, of the journal. */
  journal: readonly JournalRun[];
  steps: Unread<DurationsRow>;
  runs: Unread<SuccessRatesRow>;
  /** The rows of the last group told, and where it began. */
  group: readonly JournalRun[];
  base: Ends;
};

export function emptyChronicle(): Chronicle {
  return { durations: 0, success_rates: 0, journal: [], steps: [], runs: [], group: [], base: { durations: 0, success_rates: 0 } };
}

export function forkChronicle(chronicle: Chronicle): Chronicle {
  return { ...chronicle };
}

/** As plain values: with the rows that wait in place of what reads them. */
export type SavedChronicle = Omit<Chronicle, 'steps' | 'runs'> &
  Readonly<{ steps: readonly DurationsRow[]; runs: readonly SuccessRatesRow[] }>;

export function savedChronicle(chronicle: Chronicle): SavedChronicle {
  const { durations, success_rates, base, journal, group, steps, runs } = chronicle;
  return {
    ...chronicle,
    journal: journal.map(inShort),
    group: group.map(inShort),
    steps: within(steps, base.durations, durations),
    runs: within(runs, base.success_rates, success_rates),
  };
}

export function takenUpChronicle(saved: SavedChronicle): Chronicle {
  const { durations, success_rates, base, steps, runs } = saved;
  return {
    ...saved,
    steps: [rangeOf(steps, base.durations, durations)],
    runs: [rangeOf(runs, base.success_rates, success_rates)],
  };
}

/** Rows of the journal may bring more than is judged by. */
function inShort({ execution, ...row }: JournalRun): JournalRun {
  const { workflowId, patternId, patternName, taskDescription, status, completedAt, durationMs, steps } = execution;
  return { ...row, execution: { workflowId, patternId, patternName, taskDescription, status, completedAt, durationMs, steps } };
}

type Tell = (occurrence: Occurrence) => void;

/** Reads a stretch on and tells what is certain. */
export function read(chronicle: Chronicle, stretch: Stretch | RunStretch, tell: Tell): void {
  chronicle.durations = stretch.to.durations;
  chronicle.success_rates = stretch.to.success_rates;
  chronicle.steps = [...chronicle.steps, rangeOf(stretch.durations, stretch.from.durations, stretch.to.durations)];
  chronicle.runs = [...chronicle.runs, rangeOf(stretch.success_rates, stretch.from.success_rates, stretch.to.success_rates)];
  const journal = chronicle.journal.length === 0 ? stretch.journal : [...chronicle.journal, ...stretch.journal];
  const group = [...chronicle.group];
  let told = 0;
  for (const row of journal) {
    const { base } = row;
    if (base.durations > chronicle.durations || base.success_rates > chronicle.success_rates) break;
    if (base.durations !== chronicle.base.durations || base.success_rates !== chronicle.base.success_rates) {
      endGroup({ ...chronicle, group }, base, tell);
      chronicle.base = base;
      group.length = 0;
    }
    tell({ kind: 'execution', execution: row.execution });
    group.push(row);
    told++;
  }
  const { base } = chronicle;
  chronicle.group = group;
  chronicle.journal = journal.slice(told);
  chronicle.steps = chronicle.steps.filter(({ end }) => end > base.durations);
  chronicle.runs = chronicle.runs.filter(({ end }) => end > base.success_rates);
}

function rangeOf<Row extends { readonly start: number }>(rows: readonly Row[] | RowRange<Row>, start: number, end: number): RowRange<Row> {
  if (!isArray(rows)) return rows;
  return { start, end, between: (from, to) => rows.slice(firstFrom(rows, from), firstFrom(rows, to)) };
}

function isArray<Row>(rows: readonly Row[] | RowRange<Row>): rows is readonly Row[] {
  return Array.isArray(rows);
}

/** The index of the first row that does not stand before a position. */
function firstFrom(rows: readonly { readonly start: number }[], position: number): number {
  return lastAtOrBelow(rows.length, index => rows[index]?.start ?? 0, position - 1) + 1;
}

/** Tells all that is left, at a position that was published: there the last group is complete. */
export function settle(chronicle: Chronicle, tell: Tell): void {
  const { durations, success_rates } = chronicle;
  endGroup(chronicle, { durations, success_rates }, tell);
  Object.assign(chronicle, { steps: [], runs: [], group: [], base: { durations, success_rates } });
}

type Group = Pick<Chronicle, 'steps' | 'runs' | 'group' | 'base'>;

/**
 * Tells the rows, from where a group began to where the next one does, that no execution of the group accounts for. The group's own
 * rows are all there as this program writes them: where they fill the place there are no others, and none is read.
 */
function endGroup({ steps, runs, group, base }: Group, end: Ends, tell: Tell): void {
  if (!fills(group, 'durations', end.durations - base.durations)) {
    const own = group.flatMap(({ execution }) => finishedSteps(execution).map(step => ({ execution, step })));
    for (const row of others(within(steps, base.durations, end.durations), stepKey, own, ownStepKey)) tell({ kind: 'step', row });
  }
  if (!fills(group, 'success_rates', end.success_rates - base.success_rates)) {
    const counted = group.map(({ execution }) => execution).filter(({ status }) => status !== 'cancelled');
    for (const row of others(within(runs, base.success_rates, end.success_rates), runKey, counted, ownRunKey)) tell({ kind: 'run', row });
  }
}

function fills(group: readonly JournalRun[], log: keyof Ends, bytes: number): boolean {
  let owed = 0;
  for (const row of group) owed += row.owed?.[log] ?? Number.NaN;
  return owed === bytes;
}

function within<Row>(unread: Unread<Row>, from: number, to: number): readonly Row[] {
  return unread.flatMap(({ start, end, between }) => (end > from && start < to ? between(Math.max(start, from), Math.min(end, to)) : []));
}

/** The rows without one for each of ours. A group is complete: as many rows as are ours are ours. */
function others<Row, Own>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  own: readonly Own[],
  ownKeyOf: (own: Own) => string,
): readonly Row[] {
  if (rows.length === 0 || rows.length === own.length) return [];
  const owed = new Map<string, number>();
  for (const one of own) owed.set(ownKeyOf(one), (owed.get(ownKeyOf(one)) ?? 0) + 1);
  return rows.filter(row => {
    const times = owed.get(keyOf(row)) ?? 0;
    if (times > 0) owed.set(keyOf(row), times - 1);
    return times === 0;
  });
}

/** Names hold no line break, so that no two rows have one key. */
function stepKey({ workflowId, step, phase, plugin, durationUs, success }: Omit<DurationsRow, 'start' | 'end' | 'timestamp'>): string {
  return `${workflowId}\n${step}\n${phase}\n${plugin}\n${durationUs}\n${success}`;
}

function ownStepKey({ execution: { workflowId }, step: ran }: { execution: Run; step: RunStep }): string {
  const { phase, plugin, durationMs, status } = ran;
  return stepKey({ workflowId, step: String(ran.step), phase, plugin, durationUs: durationMs * 1000, success: status === 'success' });
}

function runKey(row: Pick<SuccessRatesRow, 'patternId' | 'timestamp' | 'durationUs' | 'success'>): string {
  return `${row.patternId}\n${row.timestamp}\n${row.durationUs}\n${row.success}`;
}

function ownRunKey(execution: Run): string {
  const { patternId, status, durationMs } = execution;
  return runKey({ patternId, timestamp: rowTimestamp(execution), durationUs: durationMs * 1000, success: status === 'success' });
}
