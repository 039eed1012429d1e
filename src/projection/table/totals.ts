/** Rows counted by a key (a plugin, a phase, a pattern), by success, and by bucket of the sketch. */
import type { Block, Numbers } from './blocks.ts';
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

/** Places in a tally's figures. */
const [FIRST, LATEST, FAILED, SUCCEEDED] = [0, 1, 2, 3] as const;
/** From here on a sum is carried over, so that adding a duration (below 2^50 µs) to it stays exact. */
const CARRIED = 2 ** 52;

/** The rows of one key. Timestamps are seconds, durations microseconds. */
export class Tally {
  /** The first and the latest timestamp; the durations of those that failed, and of those that succeeded, as far as they are not carried. */
  readonly figures = Float64Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0);
  readonly #carried: [number, number, bigint, bigint] = [0, 0, 0n, 0n];
  /** The cell that the lists begin with. */
  low = 0;
  counts = new Int32Array(0);
  shortest = new Float64Array(0);
  longest = new Float64Array(0);

  /** Of memory. */
  get bytes(): number {
    return this.counts.byteLength + this.shortest.byteLength + this.longest.byteLength + this.figures.byteLength;
  }

  get first(): number {
    return this.figures[FIRST] ?? 0;
  }

  get latest(): number {
    return this.figures[LATEST] ?? 0;
  }

  /** The durations of those that failed, or that succeeded: exact in any order. */
  sumUs(success: boolean): bigint {
    const place = success ? SUCCEEDED : FAILED;
    return this.#carried[place] + BigInt(this.figures[place] ?? 0);
  }

  /** Counts rows of a block: the one at an index of a list, and those that it leads to by `next`; -1 ends them. */
  count(
    { columns: { timestamp, cell: cells, durationUs } }: Block<CountedColumn>,
    rows: Uint16Array,
    next: Int32Array,
    from: number,
  ): void {
    let { first, latest, low, counts, shortest, longest } = this;
    let [failed, succeeded] = [0, 0];
    for (let index = from; index !== END; index = next[index] ?? END) {
      const row = rows[index] ?? 0;
      const [cell, us, at] = [cells[row] ?? 0, durationUs[row] ?? 0, timestamp[row] ?? 0];
      let place = cell - low;
      if (place < 0 || place >= counts.length) {
        place = this.placeOf(cell);
        ({ low, counts, shortest, longest } = this);
      }
      counts[place] = (counts[place] ?? 0) + 1;
      if (us < (shortest[place] ?? 0)) shortest[place] = us;
      if (us > (longest[place] ?? 0)) longest[place] = us;
      if ((cell & 1) === 1) succeeded += us;
      else failed += us;
      if (failed + succeeded >= CARRIED) {
        this.#sum(failed, succeeded);
        failed = succeeded = 0;
      }
      if (at < first) first = at;
      if (at > latest) latest = at;
    }
    this.#sum(failed, succeeded);
    this.figures[FIRST] = first;
    this.figures[LATEST] = latest;
  }

  /** Where a cell stands in the lists; makes room for it. */
  placeOf(cell: number): number {
    const place = cell - this.low;
    return place >= 0 && place < this.counts.length ? place : this.#makeRoom(cell);
  }

  add(other: Tally): void {
    this.figures[FIRST] = Math.min(this.first, other.first);
    this.figures[LATEST] = Math.max(this.latest, other.latest);
    this.#carried[FAILED] += other.sumUs(false);
    this.#carried[SUCCEEDED] += other.sumUs(true);
    if (this.counts.length === 0) {
      this.low = other.low;
      this.counts = other.counts.slice();
      this.shortest = other.shortest.slice();
      this.longest = other.longest.slice();
      return;
    }
    for (let index = 0; index < other.counts.length; index++) {
      const count = other.counts[index] ?? 0;
      if (count === 0) continue;
      const place = this.placeOf(other.low + index);
      this.counts[place] = (this.counts[place] ?? 0) + count;
      this.shortest[place] = Math.min(this.shortest[place] ?? 0, other.shortest[index] ?? 0);
      this.longest[place] = Math.max(this.longest[place] ?? 0, other.longest[index] ?? 0);
    }
  }

  #sum(failed: number, succeeded: number): void {
    for (const [place, us] of [
      [FAILED, failed],
      [SUCCEEDED, succeeded],
    ] as const) {
      const sum = (this.figures[place] ?? 0) + us;
      // Both are below 2^53: what they come to may not be.
      if (sum < CARRIED) this.figures[place] = sum;
      else {
        this.#carried[place] += BigInt(this.figures[place] ?? 0) + BigInt(us);
        this.figures[place] = 0;
      }
    }
  }

  #makeRoom(cell: number): number {
    const length = this.counts.length;
    const [from, to] = length === 0 ? [cell, cell + 1] : [Math.min(this.low, cell), Math.max(this.low + length, cell + 1)];
    const room = Math.max(ROOM, (to - from) >> 1);
    // On the side that is growing; on both where it begins.
    const low = Math.max(0, length > 0 && from === this.low ? from : from - room);
    const size = (length > 0 && to === this.low + length ? to : to + room) - low;
    const [counts, shortest, longest] = [
      new Int32Array(size),
      new Float64Array(size).fill(Number.POSITIVE_INFINITY),
      new Float64Array(size),
    ];
    counts.set(this.counts, length === 0 ? 0 : this.low - low);
    shortest.set(this.shortest, length === 0 ? 0 : this.low - low);
    longest.set(this.longest, length === 0 ? 0 : this.low - low);
    Object.assign(this, { low, counts, shortest, longest });
    return cell - low;
  }
}

/** Ends a list of rows. */
const END = -1;
/** By key the first row of its list, while rows are counted. */
let heads = new Int32Array(1024).fill(END);
/** By index of a row the next of its list. */
let next = new Int32Array(4096);

function widened(numbers: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(2 * length).fill(END);
  wider.set(numbers);
  return wider;
}

export class Totals {
  /** By key; a hole where a key has no row. */
  readonly tallies: (Tally | undefined)[] = [];

  /** Counts rows by a column that holds their key: those of some keys, or of all. One key after the other: what is counted of it is at hand then. */
  count({ block, rows, length }: Picked<CountedColumn>, keys: Numbers, only?: ReadonlySet<number>): void {
    if (length > next.length) next = widened(next, length);
    const found: number[] = [];
    for (let index = 0; index < length; index++) {
      const key = keys[rows[index] ?? 0] ?? 0;
      if (key >= heads.length) heads = widened(heads, key + 1);
      const head = heads[key] ?? END;
      if (head === END) found.push(key);
      next[index] = head;
      heads[key] = index;
    }
    for (const key of found) {
      if (!only || only.has(key)) this.#tallyOf(key).count(block, rows, next, heads[key] ?? END);
      heads[key] = END;
    }
  }

  /** A copy of those of some keys, or of all. */
  copy(keys?: Iterable<number>): Totals {
    const copy = new Totals();
    for (const key of keys ?? this.tallies.keys()) {
      const tally = this.tallies[key];
      if (tally) copy.#tallyOf(key).add(tally);
    }
    return copy;
  }

  /** Of memory. */
  get bytes(): number {
    return this.tallies.reduce((bytes, tally) => bytes + (tally?.bytes ?? 0), 0);
  }

  /** The rows of all keys together. */
  sum(): Tally | undefined {
    const sum = new Tally();
    for (const tally of this.tallies) if (tally) sum.add(tally);
    return sum.first <= sum.latest ? sum : undefined;
  }

  #tallyOf(key: number): Tally {
    const known = this.tallies[key];
    if (known) return known;
    // Holes in between would make the list a dictionary, and slow.
    while (this.tallies.length < key) this.tallies.push(undefined);
    const tally = new Tally();
    this.tallies[key] = tally;
    return tally;
  }
}
