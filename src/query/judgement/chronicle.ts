import type { Stretch } from '../../log/log.ts';
import {
  type DurationsRow,
  type Execution,
  finishedSteps,
  type JournalRow,
  rowTimestamp,
  type SuccessRatesRow,
} from '../../record/record.ts';

/** A line of history: an execution of ours with all that is known of it, or another program's row. */
export type Occurrence =
  | Readonly<{ kind: 'execution'; execution: Execution }>
  | Readonly<{ kind: 'run'; row: SuccessRatesRow }>
  | Readonly<{ kind: 'step'; row: DurationsRow }>;

/**
 * What stands in three logs, told as one history: the executions in the order of journal.log, and between two groups of them the
 * rows that other programs had appended in between. `base` of a journal row says what stood before it in the shared logs; rows
 * that are derived from the journal are left out, since the execution has told them. The order depends on the logs alone, not
 * on where the stretches that they are read in were cut.
 */
export type Chronicle = {
  /** Ends of what has been read of the shared logs. */
  durations: number;
  success_rates: number;
  /** Read and not told: they wait for the rows before them, or for the journal rows that they may be derived from. */
  journal: readonly JournalRow[];
  steps: readonly DurationsRow[];
  runs: readonly SuccessRatesRow[];
  /** Rows that executions which have been told still have coming, and how often. */
  owed: Map<string, number>;
};

export function emptyChronicle(): Chronicle {
  return { durations: 0, success_rates: 0, journal: [], steps: [], runs: [], owed: new Map() };
}

export function forkChronicle(chronicle: Chronicle): Chronicle {
  return { ...chronicle, owed: new Map(chronicle.owed) };
}

/** Reads a stretch on and tells what is certain. */
export function read(chronicle: Chronicle, stretch: Stretch, tell: (occurrence: Occurrence) => void): void {
  chronicle.durations = stretch.to.durations;
  chronicle.success_rates = stretch.to.success_rates;
  const journal = [...chronicle.journal, ...stretch.journal];
  const steps = [...chronicle.steps, ...stretch.durations];
  const runs = [...chronicle.runs, ...stretch.success_rates];
  const [toldSteps, toldRuns] = [new Teller(steps, chronicle.owed, stepKey), new Teller(runs, chronicle.owed, runKey)];
  let told = 0;
  for (const { base, execution } of journal) {
    if (base.durations > chronicle.durations || base.success_rates > chronicle.success_rates) break;
    toldSteps.tellBefore(base.durations, row => tell({ kind: 'step', row }));
    toldRuns.tellBefore(base.success_rates, row => tell({ kind: 'run', row }));
    tell({ kind: 'execution', execution });
    owe(chronicle.owed, execution);
    told++;
  }
  chronicle.journal = journal.slice(told);
  chronicle.steps = toldSteps.rest();
  chronicle.runs = toldRuns.rest();
}

/** Tells all that is left, at a position that was published: there the journal has every row that a shared row may be derived from. */
export function settle(chronicle: Chronicle, tell: (occurrence: Occurrence) => void): void {
  new Teller(chronicle.steps, chronicle.owed, stepKey).tellBefore(Number.POSITIVE_INFINITY, row => tell({ kind: 'step', row }));
  new Teller(chronicle.runs, chronicle.owed, runKey).tellBefore(Number.POSITIVE_INFINITY, row => tell({ kind: 'run', row }));
  chronicle.steps = [];
  chronicle.runs = [];
}

/** Goes through rows of one log, and leaves out those that are owed. */
class Teller<Row extends { start: number }> {
  readonly #rows: readonly Row[];
  readonly #owed: Map<string, number>;
  readonly #key: (row: Row) => string;
  #next = 0;

  constructor(rows: readonly Row[], owed: Map<string, number>, key: (row: Row) => string) {
    this.#rows = rows;
    this.#owed = owed;
    this.#key = key;
  }

  tellBefore(end: number, tell: (row: Row) => void): void {
    for (let row = this.#rows[this.#next]; row && row.start < end; row = this.#rows[++this.#next]) if (!this.#settles(row)) tell(row);
  }

  /** What has not been told, without the owed rows that it begins with. */
  rest(): readonly Row[] {
    for (let row = this.#rows[this.#next]; row && this.#settles(row); row = this.#rows[++this.#next]);
    return this.#rows.slice(this.#next);
  }

  #settles(row: Row): boolean {
    if (this.#owed.size === 0) return false;
    const key = this.#key(row);
    const times = this.#owed.get(key);
    if (times === undefined) return false;
    if (times === 1) this.#owed.delete(key);
    else this.#owed.set(key, times - 1);
    return true;
  }
}

/** Names hold no line break, so that no two rows have one key. */
function stepKey(row: Omit<DurationsRow, 'start' | 'end'>): string {
  return `${row.workflowId}\n${row.step}\n${row.phase}\n${row.plugin}\n${row.durationUs}\n${row.success}`;
}

function runKey({
  patternId,
  timestamp,
  durationUs,
  success,
}: Pick<SuccessRatesRow, 'patternId' | 'timestamp' | 'durationUs' | 'success'>): string {
  return `${patternId}\n${timestamp}\n${durationUs}\n${success}`;
}

function owe(owed: Map<string, number>, execution: Execution): void {
  const { workflowId, patternId, status, durationMs } = execution;
  const timestamp = rowTimestamp(execution);
  const add = (key: string) => owed.set(key, (owed.get(key) ?? 0) + 1);
  for (const { phase, step, plugin, durationMs: ms, status: outcome } of finishedSteps(execution))
    add(stepKey({ timestamp, workflowId, phase, step: String(step), plugin, durationUs: ms * 1000, success: outcome === 'success' }));
  if (status !== 'cancelled') add(runKey({ patternId, timestamp, durationUs: durationMs * 1000, success: status === 'success' }));
}
