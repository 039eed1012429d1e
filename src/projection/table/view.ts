/** What a question may read: the rows up to a position, whatever is added meanwhile. */
import { LOG_NAMES, type LogName, type Position, type Stretch } from '../../log/log.ts';
import type { PluginUsageRow, RejectedLine } from '../../record/record.ts';
import type { BlockCounts } from './block-counts.ts';
import type { Blocks } from './blocks.ts';
import type { Calendar, CountedStretch } from './calendar-counts.ts';
import type { ExecutionColumn, JournalColumn, StepColumn } from './columns.ts';
import { Pace, type PaceOptions } from './pace.ts';
import { PairCounts, type Used, WIDE } from './pair-counts.ts';
import { keepMembers, liesWithin, meets, type Order, type Picked, pick, type Range } from './picked.ts';
import type { RejectedPlace } from './rejected.ts';
import type { RowGroup, Rows, Summand } from './row-group.ts';
import { type RunColumn, RunWalk, usedBy, usedFrom } from './run-walk.ts';
import type { Narrowing } from './running-totals.ts';
import { type CalendarLog, KEPT_LOGS, type KeptLog, type TableRows } from './table-rows.ts';
import { Totals } from './totals.ts';
import type { Usage } from './usage-totals.ts';

type ColumnOf = { journal: JournalColumn; durations: StepColumn; success_rates: ExecutionColumn };

/** By what all rows are counted beforehand, and in which log. */
const COUNTED = { plugin: 'durations', phase: 'durations', pattern: 'success_rates' } as const;
export type TotalsKey = keyof typeof COUNTED;

/** Rows that can be gone through again and again, a block at a time; a piece is gone when the next is asked for. */
export type Pieces<Column extends string> = Iterable<Picked<Column>>;

/** A part of a log for who counts rows by time: counts of rows between two timestamps, both inclusive, or rows to look at. */
export type Part<Column extends string> = { counts: BlockCounts; earliest: number; latest: number } | { picked: Picked<Column> };

/** Reads what the logs hold between two positions. */
export type ReadLog = (from: Position, to: Position, maxBytes: number) => Promise<Pick<Stretch, 'to' | 'plugin_usage' | 'rejected'>>;

const READ_BYTES = 4 << 20;

export class View {
  readonly asOf: Position;
  readonly #rows: TableRows;
  readonly #pace: Pace;
  readonly #read: ReadLog;
  readonly #ends: Readonly<Record<KeptLog, number>>;

  constructor(rows: TableRows, asOf: Position, { read, ...pace }: PaceOptions & { read: ReadLog }) {
    this.asOf = asOf;
    this.#rows = rows;
    this.#pace = new Pace(pace);
    this.#read = read;
    const [journal = 0, durations = 0, success_rates = 0] = KEPT_LOGS.map(log => rows[log].rowsBefore(asOf[log]));
    this.#ends = { journal, durations, success_rates };
  }

  // ---------- Names ----------

  /** The numbers of names; those that no row bears are left out. */
  numbersOf(names: readonly string[]): Set<number> {
    return new Set(names.map(name => this.#rows.names.find(name)).filter(number => number !== undefined));
  }

  nameOf(number: number): string {
    return this.#rows.names.textOf(number);
  }

  /** Numbers of names are below this. */
  get nameCount(): number {
    return this.#rows.names.size;
  }

  /** The latest name of a pattern, by numbers; undefined for one without rows in success_rates.log. */
  titleOf(pattern: number): number | undefined {
    return this.#rows.titles.before(this.#ends.success_rates, pattern);
  }

  // ---------- Rows ----------

  /** How many rows a log holds. */
  count(log: KeptLog): number {
    return this.#ends[log];
  }

  /** How many rows a log holds, and the newest timestamp among them. */
  size(log: KeptLog): { rows: number; lastTimestamp: number | undefined } {
    let latest = Number.NEGATIVE_INFINITY;
    for (const part of this.partsIn(log, undefined, () => true)) {
      if ('counts' in part) latest = Math.max(latest, part.latest);
      else
        for (let index = 0; index < part.picked.length; index++)
          latest = Math.max(latest, this.#rows[log].at('timestamp', part.picked.first + (part.picked.rows[index] ?? 0)));
    }
    return { rows: this.#ends[log], lastTimestamp: this.#ends[log] === 0 ? undefined : latest };
  }

  /** The blocks of a log, for what looks up single rows. */
  blocks<Log extends KeptLog>(log: Log): Blocks<ColumnOf[Log]> {
    return this.#rows[log] as unknown as Blocks<ColumnOf[Log]>;
  }

  /** The rows of a log in a window. */
  rowsIn<Log extends KeptLog>(log: Log, window?: Range, order?: Order): Pieces<ColumnOf[Log]> {
    const [blocks, to] = [this.blocks(log), this.#ends[log]];
    return { [Symbol.iterator]: () => pick(blocks, { from: 0, to }, window, order) };
  }

  /** The rows of a log from one number on and before another. */
  rowsBetween<Log extends KeptLog>(log: Log, from: number, to: number): Pieces<ColumnOf[Log]> {
    const [blocks, end] = [this.blocks(log), Math.min(to, this.#ends[log])];
    return { [Symbol.iterator]: () => pick(blocks, { from, to: end }) };
  }

  /** The same as `rowsIn`, but full blocks that lie within one stretch of time come as their counts. `isWhole` is told the timestamps of a block. */
  *partsIn<Log extends KeptLog>(
    log: Log,
    window: Range | undefined,
    isWhole: (earliest: number, latest: number) => boolean,
  ): Generator<Part<ColumnOf[Log]>> {
    const [blocks, end] = [this.blocks(log), this.#ends[log]];
    for (let place = 0, first = 0; first < end; place++, first += blocks.size) {
      const block = blocks.list[place];
      if (!block || !meets(block, window)) continue;
      const counts = first + blocks.size <= end ? this.#rows.counts[log][place] : undefined;
      const { earliest, latest } = block;
      if (counts && liesWithin(block, window) && isWhole(earliest, latest)) yield { counts, earliest, latest };
      else for (const picked of pick(blocks, { from: first, to: Math.min(end, first + blocks.size) }, window)) yield { picked };
    }
  }

  /**
   * The rows of a log in a window by a calendar: `visit` is shown what is counted of its whole stretches, at once and before more is counted;
   * answered are the rows besides. Undefined, and nothing shown, where that is not at hand: for a view of long ago, or where there are too
   * many counts to be kept.
   */
  async rowsBeside<Log extends CalendarLog>(
    log: Log,
    calendar: Calendar,
    { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: Partial<Range>,
    visit: (stretch: CountedStretch) => void,
  ): Promise<Pieces<ColumnOf[Log]> | undefined> {
    const [blocks, end, counted] = [this.blocks(log), this.#ends[log], this.#rows.countsBy(log, calendar)];
    const settled = this.#rows.settled(log, end);
    await this.each(
      counted.counting(settled, place => this.#rows.counts[log][place]),
      () => undefined,
    );
    // Another question may have counted on meanwhile.
    if (counted.rows > end || counted.tooMany) return undefined;
    const { whole, cut } = counted.within({ from, to });
    for (const stretch of whole) visit(stretch);
    const row = counted.rows;
    return {
      *[Symbol.iterator]() {
        for (const { start, end: edge } of cut)
          yield* pick(blocks, { from: 0, to: row }, { from: Math.max(start, from), to: Math.min(edge, to) });
        yield* pick(blocks, { from: row, to: end }, { from, to });
      },
    };
  }

  /** Goes through pieces while others have their turn in between. Errors: TIMEOUT. */
  each<Piece>(pieces: Iterable<Piece>, visit: (piece: Piece) => void): Promise<void> {
    return this.#pace.each(pieces, visit);
  }

  /** Of a step of a piece the execution that it is of, by its row in the journal; -1 for another writer's. */
  executionsOf(picked: Picked<StepColumn>): (row: number) => number {
    return this.#rows.stepPatterns.executionsOf(this.#placeOf(picked));
  }

  /** Keeps the steps whose execution is of one of some patterns: 1 at the number of its name. */
  keepOfPatterns(picked: Picked<StepColumn>, patterns: Uint8Array): void {
    const members = new Uint8Array(patterns.length + 1);
    members.set(patterns, 1);
    keepMembers(picked, this.#rows.stepPatterns.of(this.#placeOf(picked)), members);
  }

  #placeOf({ first }: Picked<StepColumn>): number {
    return first / this.#rows.durations.size;
  }

  // ---------- What is counted beforehand ----------

  /** Rows by a key in a window: of some keys, or of all. */
  async totals(by: TotalsKey, narrowing: Narrowing = {}): Promise<Totals> {
    const { window, keys } = narrowing;
    const [running, log] = [this.#rows.totals[by], COUNTED[by]];
    const end = this.#ends[log];
    const newest = running.rows <= end ? running.newest(narrowing) : undefined;
    const { from, to } = newest?.rows ?? { from: end, to: end };
    const totals = newest?.totals ?? new Totals();
    const around = [running.summands({ from: 0, to: from }, window), running.summands({ from: to, to: end }, window)];
    const summands = around.flatMap(parts => parts.summands);
    totals.add(await this.#sumOf(by, summands, () => new Totals()), keys);
    const loose = piecesOf<StepColumn | ExecutionColumn>(
      this.blocks(log),
      around.flatMap(parts => parts.loose),
      window,
    );
    await this.each(loose, picked => running.count(totals, picked, keys));
    return totals;
  }

  /** Executions in a window: groups of which all are among them, and the rows besides. */
  executionParts(window?: Range): { groups: RowGroup[]; loose: Pieces<ExecutionColumn> } {
    const { groups, loose } = this.#rows.totals.pattern.parts({ from: 0, to: this.#ends.success_rates }, window);
    return { groups, loose: { [Symbol.iterator]: () => piecesOf(this.#rows.success_rates, loose, window) } };
  }

  /** The executions that a group stands for. */
  executionsIn({ rows }: RowGroup): Pieces<ExecutionColumn> {
    return { [Symbol.iterator]: () => pick(this.#rows.success_rates, rows) };
  }

  /** The runs with steps in a window by pairs of the plugins that they used in it. */
  async pairsIn(window?: Range): Promise<PairCounts> {
    const { durations, pairs } = this.#rows;
    const end = this.#ends.durations;
    // All as it is now: a run that comes back meanwhile does so with rows beyond this view.
    const scattered = new Map(pairs.scattered);
    const newest = window ? undefined : pairs.before(end);
    const { counted, loose } = pairs.parts({ from: newest?.rows ?? 0, to: end }, window);
    const sum = await this.#sumOf('pairs', counted, () => new PairCounts());
    const counts = newest?.counts ?? sum.copy();
    if (newest) counts.addAll(sum);
    const stretches = [...(newest ? [{ from: 0, to: newest.rows }] : []), ...counted.map(({ rows }) => rows)];
    for (const rows of stretches)
      for (const first of pairs.wideIn(rows))
        if (!scattered.has(durations.at('run', first))) await this.#countRun(counts, usedFrom(durations, { from: first, to: rows.to }));
    await this.#countRuns(piecesOf(durations, loose, window), counts, scattered);
    const isIn = (row: number) => {
      const timestamp = durations.at('timestamp', row);
      return row < end && liesWithin({ earliest: timestamp, latest: timestamp }, window);
    };
    for (const rows of scattered.values()) {
      const own = rows.filter(isIn);
      if (own.length > 0) await this.#countRun(counts, usedBy(durations, own));
    }
    return counts;
  }

  /** What groups of rows add to a sum, not to be changed: remembered, since for minutes the same ones lie in a window that reaches to now. */
  async #sumOf<Sum extends { readonly bytes: number }>(what: string, groups: readonly Summand<Sum>[], begin: () => Sum): Promise<Sum> {
    if (groups.length === 0) return begin();
    const names = `${what} ${groups.map(({ name }) => name).join(' ')}`;
    const known = this.recall<Sum>(names);
    if (known) return known;
    const sum = begin();
    await this.each(groups, group => group.addTo(sum));
    this.remember(names, sum, names.length + sum.bytes);
    return sum;
  }

  /** Some steps' runs by pairs of the plugins that they used. */
  async pairsOf(steps: Pieces<RunColumn>): Promise<PairCounts> {
    const counts = new PairCounts();
    const scattered = new Map([...this.#rows.pairs.scattered.keys()].map(run => [run, [] as number[]]));
    await this.#countRuns(steps, counts, scattered, ({ block, first, rows, length }) => {
      const { columns, bases } = block;
      for (let index = 0; index < length; index++)
        scattered.get(bases.run + (columns.run[rows[index] ?? 0] ?? 0))?.push(first + (rows[index] ?? 0));
    });
    for (const rows of scattered.values()) if (rows.length > 0) await this.#countRun(counts, usedBy(this.#rows.durations, rows));
    return counts;
  }

  /** Counts the runs whose rows follow each other; of the others, `gather` is shown the rows. */
  async #countRuns(
    steps: Pieces<RunColumn>,
    counts: PairCounts,
    scattered: ReadonlyMap<number, unknown>,
    gather?: (picked: Picked<RunColumn>) => void,
  ): Promise<void> {
    const wide: Used[] = [];
    const walk = new RunWalk((run, used) => {
      if (scattered.has(run)) return;
      if (used.plugins.length > WIDE) wide.push(used);
      else counts.add(used);
    });
    await this.each(steps, picked => {
      walk.take(picked);
      if (scattered.size > 0) gather?.(picked);
    });
    walk.end();
    for (const used of wide) await this.#countRun(counts, used);
  }

  #countRun(counts: PairCounts, used: Used): Promise<void> {
    return this.each(counts.adding(used), () => undefined);
  }

  /** What an earlier question worked out of some rows. No other rows may bear their name, whatever is added later. */
  recall<Value extends object>(rows: string): Value | undefined {
    return this.#rows.remembered.get(rows) as Value | undefined;
  }

  /** `bytes`: about what it takes. */
  remember(rows: string, value: object, bytes: number): void {
    this.#rows.remembered.set(rows, value, { size: bytes });
  }

  // ---------- What is read again from the logs ----------

  /** What plugin_usage.log says last of each plugin. */
  usage(): Promise<Usage> {
    return this.#rows.usage.at(this.asOf, async (start, to) => {
      const rows: PluginUsageRow[] = [];
      for (let from = { ...to, plugin_usage: start }; from.plugin_usage < to.plugin_usage; ) {
        const stretch = await this.#read(from, to, READ_BYTES);
        rows.push(...stretch.plugin_usage);
        from = { ...to, plugin_usage: stretch.to.plugin_usage };
      }
      return rows;
    });
  }

  /** How many lines of each log are no rows. */
  rejectedCounts(): Record<LogName, number> {
    return Object.fromEntries(LOG_NAMES.map(log => [log, this.#rows.rejected.count(log, this.asOf[log])])) as Record<LogName, number>;
  }

  /** Where the n-th of these stands in its log, from 0. */
  rejectedAt(log: LogName, n: number): RejectedPlace {
    return this.#rows.rejected.at(log, n);
  }

  /** How many of these stand before a position of their log. */
  rejectedBefore(log: LogName, position: number): number {
    return this.#rows.rejected.count(log, Math.min(position, this.asOf[log]));
  }

  async rejectedLine({ log, start, end }: RejectedPlace): Promise<RejectedLine | undefined> {
    const { rejected } = await this.#read({ ...this.asOf, [log]: start }, { ...this.asOf, [log]: end }, READ_BYTES);
    return rejected[0];
  }
}

function* piecesOf<Column extends string>(blocks: Blocks<Column>, stretches: readonly Rows[], window?: Range): Generator<Picked<Column>> {
  for (const rows of stretches) yield* pick(blocks, rows, window);
}
