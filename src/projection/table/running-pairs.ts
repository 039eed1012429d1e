/** Pairs of plugins of all runs, counted as their steps come in, up to some way behind the newest. */
import { MetricsError } from '../../errors.ts';
import type { Blocks } from './blocks.ts';
import { PairCounts, type Used, WIDE } from './pair-counts.ts';
import { pick } from './picked.ts';
import { type RunColumn, RunWalk, usedFrom } from './run-walk.ts';
import type { Runs } from './runs.ts';

const NONE = -1;

export class RunningPairs {
  readonly #steps: Blocks<RunColumn>;
  readonly #runs: Runs;
  /** Undefined where there are more pairs than should be kept: they are counted when asked. */
  #counts: PairCounts | undefined = new PairCounts();
  readonly #walk = new RunWalk((run, used, firstRow) => this.#count(run, used, firstRow));
  #taken = 0;
  #lastRun = NONE;
  /** The rows of runs whose rows do not follow each other; they are not counted. */
  readonly scattered = new Map<number, number[]>();
  /** The first rows of runs that are too wide to be counted; scattered ones may be among them. */
  readonly wide: number[] = [];

  constructor(steps: Blocks<RunColumn>, runs: Runs) {
    this.#steps = steps;
    this.#runs = runs;
  }

  /** Steps that were looked at. */
  get rows(): number {
    return this.#taken;
  }

  /** Notices where a step stands, as it comes in. */
  notice(run: number, row: number): void {
    if (run !== this.#lastRun) {
      const first = this.#runs.firstStepOf(run);
      if (first === NONE) this.#runs.setFirstStep(run, row);
      else if (!this.scattered.has(run)) this.#scatter(run, first);
      this.#lastRun = run;
    }
    if (this.scattered.size > 0) this.scattered.get(run)?.push(row);
  }

  /** Counts the runs whose last row stands before a row. */
  countTo(row: number): void {
    for (const picked of pick(this.#steps, { from: this.#taken, to: row })) this.#walk.take(picked);
    this.#taken = Math.max(this.#taken, row);
  }

  /** The runs before a row that are counted, as a copy, and the row from which on none is; undefined for one further back. */
  before(row: number): { counts: PairCounts; rows: number } | undefined {
    const rows = this.#walk.firstRow;
    return this.#counts && rows <= row ? { counts: this.#counts.copy(), rows } : undefined;
  }

  #count(run: number, used: Used, firstRow: number): void {
    if (used.plugins.length > WIDE) this.wide.push(firstRow);
    else if (!this.scattered.has(run)) this.#add(used, 1);
  }

  #add(used: Used, sign: 1 | -1): void {
    try {
      this.#counts?.add(used, sign);
    } catch (error) {
      if (!(error instanceof MetricsError)) throw error;
      this.#counts = undefined;
    }
  }

  /** The run came back: what was counted of it is taken off. */
  #scatter(run: number, first: number): void {
    const used = usedFrom(this.#steps, { from: first, to: this.#steps.length });
    if (first < this.#walk.firstRow && used.plugins.length <= WIDE) this.#add(used, -1);
    const rows: number[] = [];
    for (let row = first; row < this.#steps.length && this.#steps.at('run', row) === run; row++) rows.push(row);
    this.scattered.set(run, rows);
  }
}
