import type { Stretch } from '../../log/log.ts';
import {
  type DurationsRow,
  type Execution,
  finishedSteps,
  type JournalRow,
  rowTimestamp,
  type Step,
  type SuccessRatesRow,
} from '../../record/record.ts';

/** A line of history: an execution of ours with all that is known of it, or another program's row. */
export type Occurrence =
  | Readonly<{ kind: 'execution'; execution: Execution }>
  | Readonly<{ kind: 'run'; row: SuccessRatesRow }>
  | Readonly<{ kind: 'step'; row: DurationsRow }>;

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
  /** Read and not told: they wait for the rows before them, or for the next group, which ends theirs. */
  journal: readonly JournalRow[];
  steps: readonly DurationsRow[];
  runs: readonly SuccessRatesRow[];
  /** The executions of the last group told, and where it began. */
  group: readonly Execution[];
  base: Readonly<{ durations: number; success_rates: number }>;
};

export function emptyChronicle(): Chronicle {
  return { durations: 0, success_rates: 0, journal: [], steps: [], runs: [], group: [], base: { durations: 0, success_rates: 0 } };
}

export function forkChronicle(chronicle: Chronicle): Chronicle {
  return { ...chronicle };
}

type Tell = (occurrence: Occurrence) => void;

/** Reads a stretch on and tells what is certain. */
export function read(chronicle: Chronicle, stretch: Stretch, tell: Tell): void {
  chronicle.durations = stretch.to.durations;
  chronicle.success_rates = stretch.to.success_rates;
  chronicle.steps = [...chronicle.steps, ...stretch.durations];
  chronicle.runs = [...chronicle.runs, ...stretch.success_rates];
  const journal = [...chronicle.journal, ...stretch.journal];
  const group = [...chronicle.group];
  let told = 0;
  for (const { base, execution } of journal) {
    if (base.durations > chronicle.durations || base.success_rates > chronicle.success_rates) break;
    if (base.durations !== chronicle.base.durations || base.success_rates !== chronicle.base.success_rates) {
      endGroup({ ...chronicle, group }, base, tell);
      chronicle.steps = chronicle.steps.filter(({ start }) => start >= base.durations);
      chronicle.runs = chronicle.runs.filter(({ start }) => start >= base.success_rates);
      chronicle.base = base;
      group.length = 0;
    }
    tell({ kind: 'execution', execution });
    group.push(execution);
    told++;
  }
  chronicle.journal = journal.slice(told);
  chronicle.group = group;
}

/** Tells all that is left, at a position that was published: there the last group is complete. */
export function settle(chronicle: Chronicle, tell: Tell): void {
  endGroup(chronicle, { durations: Number.POSITIVE_INFINITY, success_rates: Number.POSITIVE_INFINITY }, tell);
  Object.assign(chronicle, { steps: [], runs: [], group: [] });
}

/** Tells the rows before `end` that no execution of the group accounts for. */
function endGroup({ steps, runs, group }: Chronicle, end: Chronicle['base'], tell: Tell): void {
  const own = group.flatMap(execution => finishedSteps(execution).map(step => ({ execution, step })));
  const counted = group.filter(({ status }) => status !== 'cancelled');
  const stepsBefore = steps.filter(({ start }) => start < end.durations);
  const runsBefore = runs.filter(({ start }) => start < end.success_rates);
  for (const row of others(stepsBefore, stepKey, own, ownStepKey)) tell({ kind: 'step', row });
  for (const row of others(runsBefore, runKey, counted, ownRunKey)) tell({ kind: 'run', row });
}

/** The rows without one for each of ours. A group is complete: as many rows as are ours are ours. */
function others<Row, Own>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  own: readonly Own[],
  ownKeyOf: (own: Own) => string,
): readonly Row[] {
  if (rows.length === own.length) return [];
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

function ownStepKey({ execution: { workflowId }, step: ran }: { execution: Execution; step: Step }): string {
  const { phase, plugin, durationMs, status } = ran;
  return stepKey({ workflowId, step: String(ran.step), phase, plugin, durationUs: durationMs * 1000, success: status === 'success' });
}

function runKey(row: Pick<SuccessRatesRow, 'patternId' | 'timestamp' | 'durationUs' | 'success'>): string {
  return `${row.patternId}\n${row.timestamp}\n${row.durationUs}\n${row.success}`;
}

function ownRunKey(execution: Execution): string {
  const { patternId, status, durationMs } = execution;
  return runKey({ patternId, timestamp: rowTimestamp(execution), durationUs: durationMs * 1000, success: status === 'success' });
}
