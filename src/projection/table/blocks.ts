/** Rows of a log in columns, a block of them after the other. Rows are only added, and never change. */
import { lastAtOrBelow } from '../../ascending.ts';

/** A column of a block: in the narrowest of these that holds all its values. */
export type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** What a block may not go without: how far each row starts behind the one before, and its timestamp in seconds since 1970. */
type Placed = 'gap' | 'timestamp';

export type Block<Column extends string> = {
  /** The positions at which its first row starts, and its last. */
  readonly origin: number;
  end: number;
  length: number;
  /** Of the timestamps. */
  earliest: number;
  latest: number;
  readonly columns: Record<Column | Placed, Numbers>;
  /** What is to be added to a column for its values: 0 unless its layout is `near`. */
  readonly bases: Record<Column | Placed, number>;
};

/** Values of rows, by column; `first` holds the position at which the first of them starts, whose gap does not matter. */
export type Values<Column extends string> = Readonly<Record<Column | Placed | 'first', ArrayLike<number>>>;

/**
 * Which columns a log has beside its positions and timestamps, and in how many bits each begins: most stay so narrow. `near`: 16, of what
 * each value is above the base of its block, while all of them are so near each other.
 */
export type Layout<Column extends string> = Readonly<Record<Column, Width>>;
type Width = 8 | 16 | 32 | 'near';

const NARROWEST = { 8: Uint8Array, 16: Uint16Array, 32: Uint32Array, near: Uint16Array } as const;

/** How far a base is below the first value of its block, to begin with: for rows that come late. */
const NEAR_BELOW = 1 << 12;
const MOST_NEAR = 0xffff;

/** Blocks whose memory is taken at once: to take it array by array takes longer than to fill it. */
const SLAB_BLOCKS = 16;

export class Blocks<Column extends string> {
  readonly #layout: Layout<Column | Placed>;
  /** All but the gaps. */
  readonly columns: readonly string[];
  /** Rows a block holds; all but the last are full. */
  readonly size: number;
  readonly list: Block<Column>[] = [];
  length = 0;
  /** Memory for the next blocks' columns: as wide as these begin. */
  #slab: Record<Column | Placed, Numbers> | undefined;

  constructor(layout: Layout<Column>, size: number) {
    this.#layout = { gap: 8, timestamp: 'near', ...layout };
    this.columns = [...Object.keys(layout), 'timestamp'];
    this.size = size;
  }

  append(values: Values<Column>, count: number): void {
    for (let from = 0, start = values.first[0] ?? 0; from < count; ) {
      const block = this.#open(start);
      const rows = { from, to: Math.min(count, from + this.size - block.length) };
      for (const column of this.columns as (Column | 'timestamp')[]) {
        if (block.length === 0 && this.#layout[column] === 'near') block.bases[column] = (values[column][from] ?? 0) - NEAR_BELOW;
        fill(block, column, values[column], rows);
      }
      // The first one here is behind the block's last one.
      fill(block, 'gap', [start - block.end], { from: 0, to: 1 });
      fill(block, 'gap', values.gap, { from: from + 1, to: rows.to }, block.length + 1);
      for (let row = from + 1; row < rows.to; row++) start += values.gap[row] ?? 0;
      block.end = start;
      const [earliest, latest] = extremes(values.timestamp, rows);
      block.earliest = Math.min(block.earliest, earliest);
      block.latest = Math.max(block.latest, latest);
      block.length += rows.to - from;
      this.length += rows.to - from;
      from = rows.to;
      start += values.gap[from] ?? 0;
    }
  }

  /** How many rows start before a position. */
  rowsBefore(position: number): number {
    const place = lastAtOrBelow(this.list.length, index => this.list[index]?.origin ?? 0, position - 1);
    const block = this.list[place];
    if (!block) return 0;
    return place * this.size + (block.end < position ? block.length : startsOf(block).findIndex(start => start >= position));
  }

  /** The value of a row. */
  at(column: Column | Placed, row: number): number {
    const block = this.list[Math.floor(row / this.size)];
    return block ? block.bases[column] + (block.columns[column][row % this.size] ?? 0) : 0;
  }

  /** The position at which a row starts. */
  startOf(row: number): number {
    const block = this.list[Math.floor(row / this.size)];
    return block ? (startsOf(block)[row % this.size] ?? 0) : 0;
  }

  /** The last block while it has room, else a new one. */
  #open(origin: number): Block<Column> {
    const last = this.list.at(-1);
    if (last && last.length < this.size) return last;
    const block = {
      origin,
      end: origin,
      length: 0,
      earliest: Number.POSITIVE_INFINITY,
      latest: Number.NEGATIVE_INFINITY,
      columns: this.#columns(),
      bases: each(this.#layout, () => 0),
    };
    this.list.push(block);
    return block;
  }

  /** The next piece of each column of the slab. */
  #columns(): Record<Column | Placed, Numbers> {
    const place = (this.list.length % SLAB_BLOCKS) * this.size;
    if (!this.#slab || place === 0) this.#slab = each(this.#layout, bits => new NARROWEST[bits](SLAB_BLOCKS * this.size));
    return each(this.#slab, column => column.subarray(place, place + this.size));
  }
}

function each<Name extends string, From, To>(of: Readonly<Record<Name, From>>, make: (value: From) => To): Record<Name, To> {
  return Object.fromEntries(Object.entries<From>(of).map(([name, value]) => [name, make(value)])) as Record<Name, To>;
}

type Stretch = Readonly<{ from: number; to: number }>;

function fill<Column extends string>(
  block: Block<Column>,
  column: Column | Placed,
  values: ArrayLike<number>,
  { from, to }: Stretch,
  place = block.length,
): void {
  const done = put(block.columns[column], values, { base: block.bases[column], from, to }, place);
  if (from + done === to) return;
  refit(block, column, { values, from: from + done, to }, place + done);
  put(block.columns[column], values, { base: block.bases[column], from: from + done, to }, place + done);
}

type Above = Stretch & Readonly<{ base: number }>;

/** Puts values from a place on, until one does not fit; answers how many did. */
function put(numbers: Numbers, values: ArrayLike<number>, above: Above, place: number): number {
  const { base, from, to } = above;
  if (base === 0 && values.constructor === numbers.constructor) {
    numbers.set((values as Numbers).subarray(from, to), place);
    return to - from;
  }
  if (numbers instanceof Uint16Array && values instanceof Uint32Array) return putNear(numbers, values, above, place);
  for (let row = from, at = place; row < to; row++, at++) {
    const number = (values[row] ?? 0) - base;
    numbers[at] = number;
    if (numbers[at] !== number) return row - from;
  }
  return to - from;
}

/** The same. By far most values come this way, and a loop that never meets arrays of other kinds is faster. */
function putNear(numbers: Uint16Array, values: Uint32Array, { base, from, to }: Above, place: number): number {
  for (let row = from, at = place; row < to; row++, at++) {
    const number = (values[row] ?? 0) - base;
    if (number < 0 || number > MOST_NEAR) return row - from;
    numbers[at] = number;
  }
  return to - from;
}

/**
 * Makes a column, filled up to a place, hold values that it cannot hold as it is: above another base where all are near each other still, in
 * a wider array otherwise.
 */
function refit<Column extends string>(
  block: Block<Column>,
  column: Column | Placed,
  { values, from, to }: Stretch & Readonly<{ values: ArrayLike<number> }>,
  place: number,
): void {
  const base = block.bases[column];
  const numbers = block.columns[column];
  const [lowest, highest] = extremes(numbers, { from: 0, to: place });
  const [low, high] = extremes(values, { from, to });
  const [least, most] = [Math.min(low, base + lowest), Math.max(high, base + highest)];
  const spare = MOST_NEAR - (most - least);
  const next = base !== 0 && spare >= 0 ? least - Math.floor(spare / 2) : 0;
  const fitting = new (narrowestFor(least - next, most - next))(numbers.length);
  for (let at = 0; at < place; at++) fitting[at] = base + (numbers[at] ?? 0) - next;
  block.columns[column] = fitting;
  block.bases[column] = next;
}

/** Positions at which rows start, as `Values` say them. */
export function placesOf(starts: ArrayLike<number>): Readonly<Record<'first' | 'gap', Float64Array>> {
  const gap = new Float64Array(starts.length);
  for (let row = 1; row < gap.length; row++) gap[row] = (starts[row] ?? 0) - (starts[row - 1] ?? 0);
  return { first: Float64Array.of(starts[0] ?? 0), gap };
}

/** The position at which each row of a block starts. */
export function startsOf<Column extends string>({ origin, length, columns: { gap } }: Block<Column>): Float64Array {
  const starts = new Float64Array(length);
  for (let row = 0, start = origin; row < length; row++) {
    start += gap[row] ?? 0;
    starts[row] = start;
  }
  return starts;
}

/** Whole numbers in the narrowest array that holds them all. */
export function narrowest(values: ArrayLike<number>): Numbers {
  return narrowestFor(...extremes(values, { from: 0, to: values.length })).from(values);
}

function narrowestFor(least: number, most: number) {
  if (least < 0 || most >= 2 ** 32) return Float64Array;
  if (most < 2 ** 8) return Uint8Array;
  return most < 2 ** 16 ? Uint16Array : Uint32Array;
}

function extremes(values: ArrayLike<number>, { from, to }: Stretch): [least: number, most: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = from; row < to; row++) {
    const value = values[row] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}
