/** Rows counted by a key (a plugin, a phase, a pattern), by success, and by bucket of the sketch. */
import type { Numbers } from './blocks.ts';
import type { Picked } from './picked.ts';
import { bucketOf } from './sketch.ts';

/** A bucket and whether the row succeeded, as one number: what a column `cell` holds. */
export function cellOf(durationUs: number, success: boolean): number {
  return 2 * bucketOf(durationUs) + (success ? 1 : 0);
}

/** The columns that are counted. */
export type CountedColumn = 'cell' | 'durationUs';

/** Cells that a tally begins with, and grows by at least. */
const ROOM = 64;

/** About what a tally takes beside its counts. */
const TALLY_BYTES = 400;

/** So few durations a tally holds as they are: what is said of them need not come from buckets. */
export const FEW = 32;

/** Places in a tally's figures; of those from SUM on there are two, for rows that failed and rows that succeeded. */
const [FIRST, LATEST, SUM, SHORTEST, LONGEST, ROWS] = [0, 1, 2, 4, 6, 8] as const;
/** From here on a sum is carried over, so that adding a duration (below 2^50 µs) to it stays exact. */
const CARRIED = 2 ** 52;

/** What a tally knows of its rows beside the counts of cells. Timestamps are seconds, durations microseconds. */
export type Figures = Readonly<{
  first: number;
  latest: number;
  /** By success: the sum of the durations, the shortest above 0, the longest. */
  sumUs: readonly [bigint, bigint];
  shortestUs: readonly [number, number];
  longestUs: readonly [number, number];
  /** Where there are no more than FEW, the durations as they are: each as twice its microseconds, and 1 where the row succeeded. */
  few: readonly number[] | undefined;
}>;

/** The rows of one key. */
export class Tally {
  /** A sum is here as far as it is not carried. */
  readonly #figures = Float64Array.of(
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    0,
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    0,
    0,
    0,
    0,
  );
  readonly #carried: [bigint, bigint] = [0n, 0n];
  /** The cell that the counts begin with. */
  low = 0;
  counts = new Int32Array(0);
  #few: number[] | undefined = [];

  get first(): number {
    return this.#figures[FIRST] ?? 0;
  }

  get latest(): number {
    return this.#figures[LATEST] ?? 0;
  }

  get figures(): Figures {
    const both = (place: number) => [this.#figures[place] ?? 0, this.#figures[place + 1] ?? 0] as const;
    return {
      first: this.first,
      latest: this.latest,
      sumUs: [this.sumUs(false), this.sumUs(true)],
      shortestUs: both(SHORTEST),
      longestUs: both(LONGEST),
      few: this.#few?.slice(),
    };
  }

  /** How many rows: of those that failed or succeeded, or of all. */
  size(success?: boolean): number {
    const figures = this.#figures;
    return success === undefined ? (figures[ROWS] ?? 0) + (figures[ROWS + 1] ?? 0) : (figures[ROWS + Number(success)] ?? 0);
  }

  /** The durations of those that failed, or that succeeded: exact in any order. */
  sumUs(success: boolean): bigint {
    const of = Number(success) as 0 | 1;
    return this.#carried[of] + BigInt(this.#figures[SUM + of] ?? 0);
  }

  /** The shortest duration above 0 and the longest, of those that failed or succeeded or of all; infinite and 0 where there is none. */
  extremes(success: boolean | undefined): { shortestUs: number; longestUs: number } {
    const figures = this.#figures;
    const [one, other] = success === undefined ? [0, 1] : [Number(success), Number(success)];
    return {
      shortestUs: Math.min(figures[SHORTEST + one] ?? 0, figures[SHORTEST + other] ?? 0),
      longestUs: Math.max(figures[LONGEST + one] ?? 0, figures[LONGEST + other] ?? 0),
    };
  }

  /** The durations themselves where they are few: of those that failed or succeeded, or of all. */
  few(success: boolean | undefined): Float64Array | undefined {
    const picked = this.#few?.filter(value => success === undefined || value % 2 === Number(success));
    return picked && Float64Array.from(picked, value => Math.floor(value / 2));
  }

  /** Counts a row: microseconds, and seconds since 1970. */
  count(cell: number, us: number, timestamp: number): void {
    const figures = this.#figures;
    const place = this.placeOf(cell);
    const counts = this.counts;
    counts[place] = (counts[place] ?? 0) + 1;
    const of = cell & 1;
    figures[ROWS + of] = (figures[ROWS + of] ?? 0) + 1;
    if (us < (figures[SHORTEST + of] ?? 0) && us > 0) figures[SHORTEST + of] = us;
    if (us > (figures[LONGEST + of] ?? 0)) figures[LONGEST + of] = us;
    const sum = (figures[SUM + of] ?? 0) + us;
    figures[SUM + of] = sum < CARRIED ? sum : this.#carry(of, sum);
    if (timestamp < (figures[FIRST] ?? 0)) figures[FIRST] = timestamp;
    if (timestamp > (figures[LATEST] ?? 0)) figures[LATEST] = timestamp;
    if (this.#few) this.#note(2 * us + of);
  }

  /** Adds counts of cells, which ascend, from one place in both lists to another; what else is known of these rows `addFigures` adds. */
  addCounts(cells: Numbers, counts: Numbers, { begin, end }: { begin: number; end: number }): void {
    if (begin === end) return;
    this.placeOf(cells[begin] ?? 0);
    this.placeOf(cells[end - 1] ?? 0);
    const { low, counts: own } = this;
    const figures = this.#figures;
    for (let at = begin; at < end; at++) {
      const [cell, n] = [cells[at] ?? 0, counts[at] ?? 0];
      own[cell - low] = (own[cell - low] ?? 0) + n;
      figures[ROWS + (cell & 1)] = (figures[ROWS + (cell & 1)] ?? 0) + n;
    }
  }

  addFigures({ first, latest, sumUs, shortestUs, longestUs, few }: Figures): void {
    const figures = this.#figures;
    figures[FIRST] = Math.min(this.first, first);
    figures[LATEST] = Math.max(this.latest, latest);
    for (const of of [0, 1] as const) {
      this.#carried[of] += sumUs[of];
      figures[SHORTEST + of] = Math.min(figures[SHORTEST + of] ?? 0, shortestUs[of]);
      figures[LONGEST + of] = Math.max(figures[LONGEST + of] ?? 0, longestUs[of]);
    }
    if (!few) this.#few = undefined;
    else for (const value of few) this.#note(value);
  }

  add(other: Tally): void {
    if (other.size() === 0) return;
    if (this.size() === 0) {
      this.#copy(other);
      return;
    }
    this.addFigures(other.figures);
    for (const place of [ROWS, ROWS + 1]) this.#figures[place] = (this.#figures[place] ?? 0) + (other.#figures[place] ?? 0);
    this.placeOf(other.low);
    this.placeOf(other.low + other.counts.length - 1);
    const { low, counts } = this;
    for (let index = 0; index < other.counts.length; index++) {
      const place = other.low + index - low;
      counts[place] = (counts[place] ?? 0) + (other.counts[index] ?? 0);
    }
  }

  #copy(other: Tally): void {
    this.#figures.set(other.#figures);
    for (const of of [0, 1] as const) this.#carried[of] = other.#carried[of];
    this.#few = other.#few?.slice();
    this.low = other.low;
    this.counts = other.counts.slice();
  }

  /** Where a cell stands in the counts; makes room for it. */
  placeOf(cell: number): number {
    const place = cell - this.low;
    return place >= 0 && place < this.counts.length ? place : this.#makeRoom(cell);
  }

  #note(value: number): void {
    if (this.#few && this.#few.push(value) > FEW) this.#few = undefined;
  }

  #carry(of: number, sum: number): number {
    this.#carried[of as 0 | 1] += BigInt(sum);
    return 0;
  }

  #makeRoom(cell: number): number {
    const length = this.counts.length;
    const [from, to] = length === 0 ? [cell, cell + 1] : [Math.min(this.low, cell), Math.max(this.low + length, cell + 1)];
    const room = Math.max(ROOM, (to - from) >> 1);
    // On the side that is growing; on both where it begins.
    const low = Math.max(0, length > 0 && from === this.low ? from : from - room);
    const counts = new Int32Array((length > 0 && to === this.low + length ? to : to + room) - low);
    counts.set(this.counts, length === 0 ? 0 : this.low - low);
    Object.assign(this, { low, counts });
    return cell - low;
  }
}

export class Totals {
  /** By key; a hole where a key has no row. */
  readonly tallies: (Tally | undefined)[] = [];

  /** Counts rows by a column that holds their key: those of some keys, or of all. */
  count({ block, rows, length }: Picked<CountedColumn>, keys: Numbers, only?: ReadonlySet<number>): void {
    const { timestamp, cell, durationUs } = block.columns;
    const base = block.bases.timestamp;
    for (let index = 0; index < length; index++) {
      const row = rows[index] ?? 0;
      const key = keys[row] ?? 0;
      if (!only || only.has(key)) this.tallyOf(key).count(cell[row] ?? 0, durationUs[row] ?? 0, base + (timestamp[row] ?? 0));
    }
  }

  /** Of the timestamps; infinite where there is no row. */
  get earliest(): number {
    return this.tallies.reduce((least, tally) => Math.min(least, tally?.first ?? least), Number.POSITIVE_INFINITY);
  }

  get latest(): number {
    return this.tallies.reduce((most, tally) => Math.max(most, tally?.latest ?? most), Number.NEGATIVE_INFINITY);
  }

  /** About what it takes in memory. */
  get bytes(): number {
    return this.tallies.reduce((sum, tally) => sum + (tally ? TALLY_BYTES + tally.counts.byteLength : 0), 0);
  }

  /** Adds those of some keys, or of all. */
  add(other: Totals, keys: Iterable<number> = other.tallies.keys()): void {
    for (const key of keys) {
      const tally = other.tallies[key];
      if (tally) this.tallyOf(key).add(tally);
    }
  }

  /** The rows of all keys together. */
  sum(): Tally | undefined {
    const sum = new Tally();
    for (const tally of this.tallies) if (tally) sum.add(tally);
    return sum.size() > 0 ? sum : undefined;
  }

  /** Of a key; an empty one where it has none. */
  tallyOf(key: number): Tally {
    const known = this.tallies[key];
    if (known) return known;
    // Holes in between would make the list a dictionary, and slow.
    while (this.tallies.length < key) this.tallies.push(undefined);
    const tally = new Tally();
    this.tallies[key] = tally;
    return tally;
  }
}
