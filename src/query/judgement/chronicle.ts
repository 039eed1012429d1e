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
  const [journal, steps, runs, group] = [
    [...chronicle.journal, ...stretch.journal],
    [...chronicle.steps, ...stretch.durations],
    [...chronicle.runs, ...stretch.success_rates],
    [...chronicle.group],
  ];
  let [told, step, run] = [0, 0, 0];
  for (const { base, execution } of journal) {
    if (base.durations > chronicle.durations || base.success_rates > chronicle.success_rates) break;
    if (base.durations !== chronicle.base.durations || base.success_rates !== chronicle.base.success_rates) {
      const [nextStep, nextRun] = [firstFrom(steps, step, base.durations), firstFrom(runs, run, base.success_rates)];
      endGroup({ steps: steps.slice(step, nextStep), runs: runs.slice(run, nextRun), group }, tell);
      [step, run, chronicle.base, group.length] = [nextStep, nextRun, base, 0];
    }
    tell({ kind: 'execution', execution });
    group.push(execution);
    told++;
  }
  Object.assign(chronicle, { journal: journal.slice(told), steps: steps.slice(step), runs: runs.slice(run), group });
}

/** The index of the first row, from one on, that does not stand before a position. */
function firstFrom(rows: readonly { start: number }[], from: number, position: number): number {
  let index = from;
  while (index < rows.length && (rows[index] as { start: number }).start < position) index++;
  return index;
}

/** Tells all that is left, at a position that was published: there the last group is complete. */
export function settle(chronicle: Chronicle, tell: Tell): void {
  endGroup(chronicle, tell);
  Object.assign(chronicle, { steps: [], runs: [], group: [] });
}

/** Tells the rows, from where a group began to where the next one does, that no execution of the group accounts for. */
function endGroup({ steps, runs, group }: Pick<Chronicle, 'steps' | 'runs' | 'group'>, tell: Tell): void {
  const own = group.flatMap(execution => finishedSteps(execution).map(step => ({ execution, step })));
  const counted = group.filter(({ status }) => status !== 'cancelled');
  for (const row of others(steps, stepKey, own, ownStepKey)) tell({ kind: 'step', row });
  for (const row of others(runs, runKey, counted, ownRunKey)) tell({ kind: 'run', row });
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
