/** All rows in memory, and what is counted of them beforehand: some way behind the newest, so that questions of a moment ago find it. */

import { LRUCache } from 'lru-cache';
import type { ColumnStretch, LogName, Stretch } from '../../log/log.ts';
import { type BlockCounts, countsOf } from './block-counts.ts';
import { Blocks, type Numbers, type Values } from './blocks.ts';
import { type Calendar, CalendarCounts } from './calendar-counts.ts';
import {
  EXECUTION_COLUMNS,
  type ExecutionColumn,
  executionColumnValues,
  executionValues,
  JOURNAL_COLUMNS,
  type JournalColumn,
  journalColumnValues,
  journalValues,
  STEP_COLUMNS,
  type StepColumn,
  stepColumnValues,
  stepValues,
} from './columns.ts';
import { Names } from './names.ts';
import { Rejected } from './rejected.ts';
import { EXECUTION_GROUP_BLOCKS, STEP_GROUP_BLOCKS } from './row-group.ts';
import { RunningPairs } from './running-pairs.ts';
import { RunningTotals } from './running-totals.ts';
import { Runs } from './runs.ts';
import { StepPatterns } from './step-patterns.ts';
import { Titles } from './titles.ts';
import { UsageTotals } from './usage-totals.ts';

/** Rows of a block: a question of a time looks through two that its edges cut. */
export const BLOCK_ROWS = 4096;
/** Blocks that are not counted beforehand yet. */
const BEHIND = 2;

/** The logs whose rows are kept; of plugin_usage.log only the last of each plugin is asked for. */
export const KEPT_LOGS = ['journal', 'durations', 'success_rates'] as const satisfies LogName[];
export type KeptLog = (typeof KEPT_LOGS)[number];

/** The logs whose rows are counted by calendars as well. */
export type CalendarLog = 'durations' | 'success_rates';
const MAX_CALENDARS = 8;
const MAX_REMEMBERED_BYTES = 32 << 20;

/** Rows of the kept logs as values of their columns. */
export type Batch = Readonly<{
  journal: Values<JournalColumn>;
  durations: Values<StepColumn>;
  success_rates: Values<ExecutionColumn>;
  counts: Readonly<Record<KeptLog, number>>;
}>;

export class TableRows {
  readonly names: Names;
  readonly runs: Runs;
  readonly journal: Blocks<JournalColumn>;
  readonly durations: Blocks<StepColumn>;
  readonly success_rates: Blocks<ExecutionColumn>;
  readonly usage: UsageTotals;
  readonly rejected = new Rejected();
  readonly titles = new Titles();
  readonly stepPatterns: StepPatterns;
  readonly totals: Readonly<{
    plugin: RunningTotals<'plugin'>;
    phase: RunningTotals<'phase'>;
    pattern: RunningTotals<'pattern'>;
  }>;
  readonly pairs: RunningPairs;
  /** Of full blocks: steps by plugin, executions by pattern, journal rows by status. */
  readonly counts: Readonly<Record<KeptLog, BlockCounts[]>> = { journal: [], durations: [], success_rates: [] };

  /** What questions worked out of rows, for others to find: rows do not change. */
  readonly remembered = new LRUCache<string, object>({ maxSize: MAX_REMEMBERED_BYTES });
  readonly #calendars = new LRUCache<string, CalendarCounts>({ max: MAX_CALENDARS });

  constructor({ blockRows = BLOCK_ROWS, seed }: { blockRows?: number | undefined; seed?: number | undefined }) {
    this.names = new Names();
    this.runs = new Runs(seed);
    this.journal = new Blocks(JOURNAL_COLUMNS, blockRows);
    this.durations = new Blocks(STEP_COLUMNS, blockRows);
    this.success_rates = new Blocks(EXECUTION_COLUMNS, blockRows);
    this.usage = new UsageTotals(blockRows);
    this.totals = {
      plugin: new RunningTotals<'plugin'>(this.durations, 'plugin', { groupBlocks: STEP_GROUP_BLOCKS }),
      phase: new RunningTotals<'phase'>(this.durations, 'phase', { groupBlocks: STEP_GROUP_BLOCKS }),
      pattern: new RunningTotals<'pattern'>(this.success_rates, 'pattern', { groupBlocks: EXECUTION_GROUP_BLOCKS, sorted: true }),
    };
    this.pairs = new RunningPairs(this.durations, this.runs);
    this.stepPatterns = new StepPatterns(this.durations, this);
  }

  /** Rows of all that is kept, so that what was added after can be told. */
  get rows(): number {
    return KEPT_LOGS.reduce((sum, log) => sum + this[log].length, 0);
  }

  /** Adds a stretch: all of it, or nothing where one of its rows is none. */
  append(stretch: Stretch | ColumnStretch): void {
    const batch = this.#batchOf(stretch);
    this.appendBatch(batch);
    this.usage.append(stretch.plugin_usage);
    this.rejected.append(stretch.rejected);
  }

  appendBatch(batch: Batch): void {
    const [journal, durations, executions] = KEPT_LOGS.map(log => this[log].length) as [number, number, number];
    this.journal.append(batch.journal, batch.counts.journal);
    this.durations.append(batch.durations, batch.counts.durations);
    this.success_rates.append(batch.success_rates, batch.counts.success_rates);
    this.runs.setExecutions(batch.journal.run, journal);
    this.pairs.notice(batch.durations.run, durations);
    this.titles.note(batch.success_rates, executions);
  }

  /** What is counted of a log by a calendar: by plugin, or by pattern. */
  countsBy(log: CalendarLog, calendar: Calendar): CalendarCounts {
    const name = `${log} ${calendar.name}`;
    const counts = this.#calendars.get(name) ?? new CalendarCounts(calendar, this[log], KEYS[log]);
    this.#calendars.set(name, counts);
    return counts;
  }

  /** The rows before one that are worth to be counted beforehand: not the newest, of which a question of a moment ago knows less. */
  settled(log: KeptLog, row: number): number {
    return row - BEHIND * this[log].size;
  }

  #batchOf(stretch: Stretch | ColumnStretch): Batch {
    return {
      ...(isColumns(stretch)
        ? {
            journal: journalColumnValues(stretch.journal, this),
            durations: stepColumnValues(stretch.durations, this),
            success_rates: executionColumnValues(stretch.success_rates, this),
          }
        : {
            journal: journalValues(stretch.journal, this),
            durations: stepValues(stretch.durations, this),
            success_rates: executionValues(stretch.success_rates, this),
          }),
      counts: {
        journal: stretch.journal.length,
        durations: stretch.durations.length,
        success_rates: stretch.success_rates.length,
      },
    };
  }

  /**
   * Counts what is not counted beforehand yet, some blocks of it; answers whether more is left. A question that comes before looks
   * through the rows themselves.
   */
  countBeforehand(): boolean {
    if (this.runs.place(RUNS_AT_ONCE)) return true;
    const more = KEPT_LOGS.map(log => countBlocks(this[log], this.counts[log], KEYS[log]));
    const { plugin, phase, pattern } = this.totals;
    for (const counted of [plugin, phase, this.pairs]) more.push(countSome(counted, this.durations));
    more.push(countSome(pattern, this.success_rates));
    return more.includes(true);
  }
}

function isColumns(stretch: Stretch | ColumnStretch): stretch is ColumnStretch {
  return 'workflowIds' in stretch.durations;
}

/** By what the rows of full blocks are counted. */
const KEYS = { journal: 'status', durations: 'plugin', success_rates: 'pattern' } as const;

/** Blocks that are counted at once, of each count: some milliseconds of the thread, so that who asks meanwhile gets a turn. */
const AT_ONCE = 4;
/** Runs that get their slots at once. */
const RUNS_AT_ONCE = 1 << 14;

/** Answers whether there are more full blocks. */
function countBlocks({ list, size }: Blocks<'cell'>, counts: BlockCounts[], key: string): boolean {
  const full = list.length - (list.at(-1)?.length === size ? 0 : 1);
  const end = Math.min(full, counts.length + AT_ONCE);
  for (const block of list.slice(counts.length, end))
    counts.push(countsOf(block, (block.columns as Readonly<Record<string, Numbers>>)[key] as Numbers));
  return counts.length < full;
}

/** Answers whether there are more rows that should be counted. */
function countSome(counted: { readonly rows: number; countTo: (row: number) => void }, { list, size }: Blocks<never>): boolean {
  const due = size * Math.max(0, list.length - BEHIND);
  const next = Math.min(due, counted.rows + AT_ONCE * size);
  if (next > counted.rows) counted.countTo(next);
  return next < due;
}
