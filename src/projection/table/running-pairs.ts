/** Pairs of plugins of all runs, counted as their steps come in, up to some way behind the newest: all together, and one group of them after the other. */
import { MetricsError } from '../../errors.ts';
import type { Blocks } from './blocks.ts';
import { type PackedPairs, PairCounts, type Used, WIDE } from './pair-counts.ts';
import { liesWithin, pick, type Range } from './picked.ts';
import type { Rows, Summand } from './row-group.ts';
import { type RunColumn, RunWalk, usedFrom } from './run-walk.ts';
import type { Runs } from './runs.ts';

const NONE = -1;
/** Blocks of a group: fewer than for totals, since a run at the edge of a window takes far longer to count than a row does. */
const PAIR_GROUP_BLOCKS = 8;
/** A group with more pairs takes as long to add as its rows take to count. */
const ROWS_A_PAIR = 4;
/** What is not worth a rule. */
const SMALL_ROWS = 4096;

/**
 * The runs between two rows, each of them whole. No timestamp of theirs is before `earliest` or after `latest`. `packed`: undefined where
 * they are to be counted when asked. `off`: what was counted of runs that came back afterwards.
 */
type RunGroup = Readonly<{ rows: Rows; earliest: number; latest: number; packed: PackedPairs | undefined; off: Used[] }>;

/** Whole runs that were counted. */
type CountedRuns = Summand<PairCounts> & Readonly<{ rows: Rows }>;

export class RunningPairs {
  readonly #steps: Blocks<RunColumn>;
  readonly #runs: Runs;
  /** Of the runs in groups. Undefined where there are more pairs than should be kept: they are counted when asked. */
  #closed: PairCounts | undefined = new PairCounts();
  readonly #walk = new RunWalk((run, used, firstRow) => this.#count(run, used, firstRow));
  /** Of the runs behind the last group. */
  #open = new PairCounts();
  readonly #groups: RunGroup[] = [];
  #taken = 0;
  #lastRun = NONE;
  /** The rows of runs whose rows do not follow each other; they are not counted. */
  readonly scattered = new Map<number, number[]>();
  /** The first rows of runs that are too wide to be counted. */
  readonly #wide: number[] = [];

  constructor(steps: Blocks<RunColumn>, runs: Runs) {
    this.#steps = steps;
    this.#runs = runs;
  }

  /** Steps that were looked at. */
  get rows(): number {
    return this.#taken;
  }

  /** Notices where steps stand, as they come in: the run of each, from a row on. */
  notice(runs: ArrayLike<number>, firstRow: number): void {
    for (let place = 0; place < runs.length; place++) {
      const run = runs[place] ?? 0;
      if (run !== this.#lastRun) this.#meet(run, firstRow + place);
      if (this.scattered.size > 0) this.scattered.get(run)?.push(firstRow + place);
    }
  }

  /** A run follows another one. */
  #meet(run: number, row: number): void {
    const first = this.#runs.firstStepOf(run);
    if (first === NONE) this.#runs.setFirstStep(run, row);
    else if (!this.scattered.has(run)) this.#scatter(run, first);
    this.#lastRun = run;
  }

  /** Counts the runs whose last row stands before a row. */
  countTo(row: number): void {
    for (const picked of pick(this.#steps, { from: this.#taken, to: row })) {
      this.#walk.take(picked);
      this.#taken += picked.length;
      if (this.#walk.firstRow - this.#openRow >= PAIR_GROUP_BLOCKS * this.#steps.size) this.#close();
    }
  }

  /** What is counted now of whole runs between two rows and in a window; and the rows besides, none of which is of such a run. */
  parts({ from, to }: Rows, window: Range | undefined): { counted: CountedRuns[]; loose: Rows[] } {
    const counted: CountedRuns[] = [];
    const loose: Rows[] = [];
    let next = from;
    for (const { rows, packed, off, ...times } of this.#groups) {
      if (!packed || rows.from < next || rows.to > to || !liesWithin(times, window)) continue;
      // Of those that came back until now the rows are at hand, of others they are not.
      const offNow = off.slice();
      loose.push({ from: next, to: rows.from });
      counted.push({
        name: `${rows.from}-${offNow.length}`,
        rows,
        addTo: counts => {
          counts.addPacked(packed);
          for (const used of offNow) counts.add(used, -1);
        },
      });
      next = rows.to;
    }
    return { counted, loose: [...loose, { from: next, to }] };
  }

  /** The first rows of runs between two rows that are too wide to be counted; scattered ones may be among them. */
  wideIn({ from, to }: Rows): number[] {
    return this.#wide.filter(first => first >= from && first < to);
  }

  /** The runs before a row that are counted, as a copy, and the row from which on none is; undefined for one further back. */
  before(row: number): { counts: PairCounts; rows: number } | undefined {
    const rows = this.#walk.firstRow;
    if (!this.#closed || rows > row) return undefined;
    const counts = this.#closed.copy();
    counts.addAll(this.#open);
    return { counts, rows };
  }

  #count(run: number, used: Used, firstRow: number): void {
    if (used.plugins.length > WIDE) this.#wide.push(firstRow);
    else if (!this.scattered.has(run)) this.#open.add(used);
  }

  /** Where the rows of the next group begin. */
  get #openRow(): number {
    return this.#groups.at(-1)?.rows.to ?? 0;
  }

  /** The runs that were told since the last group make one. */
  #close(): void {
    const rows = { from: this.#openRow, to: this.#walk.firstRow };
    const blocks = this.#steps.list.slice(Math.floor(rows.from / this.#steps.size), Math.ceil(rows.to / this.#steps.size));
    this.#addToClosed(this.#open);
    const few = this.#open.size * ROWS_A_PAIR <= Math.max(rows.to - rows.from, SMALL_ROWS);
    this.#groups.push({
      rows,
      earliest: Math.min(...blocks.map(({ earliest }) => earliest)),
      latest: Math.max(...blocks.map(({ latest }) => latest)),
      packed: few ? this.#open.packed() : undefined,
      off: [],
    });
    this.#open = new PairCounts();
  }

  #addToClosed(counts: PairCounts): void {
    try {
      this.#closed?.addAll(counts);
    } catch (error) {
      if (!(error instanceof MetricsError)) throw error;
      this.#closed = undefined;
    }
  }

  /** The run came back: what was counted of it is taken off. */
  #scatter(run: number, first: number): void {
    const used = usedFrom(this.#steps, { from: first, to: this.#steps.length });
    if (first < this.#walk.firstRow && used.plugins.length <= WIDE) {
      if (first >= this.#openRow) this.#open.add(used, -1);
      else {
        this.#closed?.add(used, -1);
        this.#groups.find(({ rows }) => first < rows.to)?.off.push(used);
      }
    }
    const rows: number[] = [];
    for (let row = first; row < this.#steps.length && this.#steps.at('run', row) === run; row++) rows.push(row);
    this.scattered.set(run, rows);
  }
}
