/**
 * The table projection: the logs' rows as columns in memory, for the questions. In flow stretches of the logs; out flow views: the rows
 * up to a position, and what is counted of them beforehand.
 *
 * What always holds:
 * - A view as of a position holds exactly the rows that start before it, whatever is added meanwhile.
 * - A question holds the thread for a few milliseconds at once, and ends when its time is over or its caller is gone.
 * - The file holds what was added up to a position, frame by frame, and nothing here is canonical: without it, or from where it is
 *   damaged on, the rows are read from the logs.
 */
import { MetricsError, messageOf } from '../../errors.ts';
import { type ColumnStretch, type Position, reaches, START, type Stretch } from '../../log/log.ts';
import type { Logger } from '../../logger.ts';
import type { Projection } from '../projection.ts';
import type { PaceOptions } from './pace.ts';
import { SavedRows } from './saved-rows.ts';
import { Slots } from './slots.ts';
import { frameOf, type Mark, markOf, restore, seedOf } from './table-frames.ts';
import { BLOCK_ROWS, TableRows } from './table-rows.ts';
import { type ReadLog, View } from './view.ts';

export type { BlockCounts } from './block-counts.ts';
export { type Blocks, type Numbers, startsOf } from './blocks.ts';
export type { Calendar, CountedStretch } from './calendar-counts.ts';
export { type ExecutionColumn, type JournalColumn, type StepColumn, statusNumber } from './columns.ts';
export type { Alone, Pair, PairCounts } from './pair-counts.ts';
export { keepMembers, keepWhere, type Order, type Picked } from './picked.ts';
export type { RowGroup } from './row-group.ts';
export { boundsOf } from './sketch.ts';
export { type CountedColumn, type Tally, Totals } from './totals.ts';
export type { LastUsage, Usage } from './usage-totals.ts';
export type { Part, Pieces, View } from './view.ts';

export type TableOptions = Readonly<{
  /** Where rows are saved; its folder is created. Without it every start reads the logs from their beginning. */
  path?: string | undefined;
  /** Whether to leave what the file holds and begin anew. */
  anew?: boolean;
  /** What is not kept in memory is read again. */
  read: ReadLog;
  logger: Logger;
  /** Rows of a block, at most 65,535; tests take small ones. */
  blockRows?: number;
}>;

/** Blocks that are added to the file at once, and so many more while the logs hold more. */
const SAVED_BLOCKS = 4;
const SAVED_BLOCKS_BEHIND = 128;
const MAX_QUESTIONS = 8;
const MAX_WAITING = 200;

export class Table implements Projection<Stretch | ColumnStretch> {
  readonly name = 'table';
  readonly disposable = true;
  readonly #options: TableOptions;
  readonly #slots = new Slots(MAX_QUESTIONS, MAX_WAITING);
  readonly #file: SavedRows | undefined;
  #rows: TableRows;
  #position: Position = START;
  #saved: Mark;
  /** Until then nothing is known of the file, and nothing is written to it. */
  #restored: Promise<void> | undefined;
  #counting: NodeJS.Immediate | undefined;
  /** The file could not be written: told once. */
  #unsaved = false;

  private constructor(options: TableOptions, file: SavedRows | undefined) {
    this.#options = options;
    this.#file = file;
    this.#rows = new TableRows(options);
    this.#saved = markOf(this.#rows, START);
  }

  /** `load` takes up what the file holds, unless `anew`. Fails where another process holds the file. */
  static async open(options: TableOptions): Promise<Table> {
    return new Table(options, options.path === undefined ? undefined : await openFile(options.path, options.logger));
  }

  async #restore(): Promise<void> {
    if (this.#options.anew) await this.#file?.clear();
    await this.#takeUp().catch(error => {
      this.#options.logger.warn({ reason: messageOf(error) }, 'the index could not be read: the logs are');
      this.#rows = new TableRows(this.#options);
      this.#position = START;
    });
    this.#saved = markOf(this.#rows, this.#position);
    this.#countBeforehand();
  }

  async #takeUp(): Promise<void> {
    let first = true;
    for await (const frame of this.#file?.read() ?? []) {
      if (first) this.#rows = new TableRows({ ...this.#options, seed: seedOf(frame) });
      first = false;
      const end = restore(this.#rows, this.#position, frame);
      if (!end) break;
      this.#position = end;
    }
  }

  // ---------- The projection ----------

  /** Takes up what was saved, the first time. */
  async load(): Promise<Position> {
    this.#restored ??= this.#restore();
    await this.#restored;
    return this.#position;
  }

  async advance(stretch: Stretch | ColumnStretch, behind = false): Promise<void> {
    this.#rows.append(stretch);
    this.#position = stretch.to;
    this.#countBeforehand();
    const blocks = behind ? SAVED_BLOCKS_BEHIND : SAVED_BLOCKS;
    const { rows } = this.#saved;
    if (this.#rows.rows - rows.journal - rows.durations - rows.success_rates >= blocks * (this.#options.blockRows ?? BLOCK_ROWS))
      await this.#save();
  }

  async reset(): Promise<void> {
    await this.load();
    await this.#file?.clear();
    this.#rows = new TableRows(this.#options);
    this.#position = START;
    this.#saved = markOf(this.#rows, START);
  }

  /** In small parts: after a start there may be much of it. */
  #countBeforehand(): void {
    if (this.#counting || !this.#rows.countBeforehand()) return;
    this.#counting = setImmediate(() => {
      this.#counting = undefined;
      this.#countBeforehand();
    });
  }

  /** Nothing depends on it but the time of the next start. */
  async #save(): Promise<void> {
    if (!this.#file || !this.#restored) return;
    const mark = markOf(this.#rows, this.#position);
    try {
      await this.#file.append(frameOf(this.#rows, this.#saved, mark));
      this.#saved = mark;
      this.#unsaved = false;
    } catch (error) {
      if (!this.#unsaved)
        this.#options.logger.warn({ reason: messageOf(error) }, 'the index cannot be saved: the next start reads more of the logs');
      this.#unsaved = true;
    }
  }

  // ---------- Questions ----------

  /**
   * Answers a question by the rows up to `asOf`, which the table must have reached. OVERLOADED when too many wait, or when its turn
   * takes longer than `timeoutMs` to come; TIMEOUT after `timeoutMs` of work, or when `signal` is aborted.
   */
  ask<Answer>(asOf: Position, question: (view: View) => Promise<Answer>, { timeoutMs, signal }: PaceOptions): Promise<Answer> {
    return this.#slots.use(timeoutMs, () => {
      if (!reaches(this.#position, asOf)) throw new MetricsError('OVERLOADED', 'the index is being built: ask again in a moment');
      return question(new View(this.#rows, asOf, { read: this.#options.read, timeoutMs, signal }));
    });
  }

  async close(): Promise<void> {
    await this.#slots.drain();
    await this.#restored;
    clearImmediate(this.#counting);
    await this.#save();
    await this.#file?.close();
  }
}

/** Where the file cannot be (a folder that is not to be written), it goes without. */
async function openFile(path: string, logger: Logger): Promise<SavedRows | undefined> {
  return SavedRows.open(path).catch(error => {
    if (!('code' in error)) throw error;
    logger.warn({ reason: messageOf(error) }, 'the index cannot be kept: every start reads the logs from their beginning');
    return undefined;
  });
}
