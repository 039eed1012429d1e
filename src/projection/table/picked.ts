/** Rows of a block that a question is about: the first `length` entries of `rows`, ascending. */
import type { Block, Blocks, Numbers } from './blocks.ts';

export type Picked<Column extends string> = {
  readonly block: Block<Column>;
  /** The number of the block's first row in its log. */
  readonly first: number;
  rows: Uint16Array;
  length: number;
  /** For those that are left where it is narrowed. */
  readonly room: Room;
};

/** Taken when the first piece is narrowed, for all pieces that follow it: most questions look at whole ones. */
class Room {
  readonly #size: number;
  #rows: Uint16Array | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  get rows(): Uint16Array {
    this.#rows ??= new Uint16Array(this.#size);
    return this.#rows;
  }
}

/** All rows of any block, which share it: it is only read. */
const ALL = Uint16Array.from({ length: 2 ** 16 }, (_, row) => row);

/** `from` inclusive, `to` exclusive; a missing edge is open. */
export type Range = Readonly<{ from: number | undefined; to: number | undefined }>;

/** Of timestamps, both inclusive. */
type Extent = Readonly<{ earliest: number; latest: number }>;

/** Whether all timestamps between two lie in a window. */
export function liesWithin({ earliest, latest }: Extent, window?: Range): boolean {
  return earliest >= (window?.from ?? earliest) && (window?.to === undefined || latest < window.to);
}

/** Whether any timestamp between two may lie in a window. */
export function meets({ earliest, latest }: Extent, window?: Range): boolean {
  return latest >= (window?.from ?? latest) && (window?.to === undefined || earliest < window.to);
}

/** In which order blocks come: as they stand in the log, or from its end. */
export type Order = 'as logged' | 'from the end';

/**
 * The rows from one number on and before another whose timestamps lie in a window, a block at a time. Each piece is gone when the
 * next is asked for.
 */
export function* pick<Column extends string>(
  blocks: Blocks<Column>,
  numbers: { from: number; to: number },
  window?: Range,
  order: Order = 'as logged',
): Generator<Picked<Column>> {
  const room = new Room(blocks.size);
  const [begin, end] = [Math.floor(numbers.from / blocks.size), Math.ceil(numbers.to / blocks.size)];
  for (let step = 0; step < end - begin; step++) {
    const place = order === 'as logged' ? begin + step : end - 1 - step;
    const block = blocks.list[place];
    if (!block || !meets(block, window)) continue;
    const first = place * blocks.size;
    const [from, to] = [Math.max(0, numbers.from - first), Math.min(block.length, numbers.to - first)];
    const picked = { block, first, rows: ALL.subarray(from, to), length: to - from, room };
    if (!liesWithin(block, window)) {
      const base = block.bases.timestamp;
      const [earliest, after] = [window?.from ?? Number.NEGATIVE_INFINITY, window?.to ?? Number.POSITIVE_INFINITY];
      keepBetween(picked, block.columns.timestamp, { from: earliest - base, to: after - base });
    }
    yield picked;
  }
}

/** Keeps the rows whose value is at least `from` and below `to`. */
export function keepBetween(picked: Picked<string>, numbers: Numbers, { from, to }: { from: number; to: number }): void {
  const { rows, length } = picked;
  const room = picked.room.rows;
  let kept = 0;
  for (let index = 0; index < length; index++) {
    const row = rows[index] ?? 0;
    const value = numbers[row] ?? 0;
    if (value >= from && value < to) room[kept++] = row;
  }
  picked.rows = room;
  picked.length = kept;
}

/** Keeps the rows whose value is one of the members: 1 at their place. */
export function keepMembers(picked: Picked<string>, numbers: Numbers, members: Uint8Array): void {
  const { rows, length } = picked;
  const room = picked.room.rows;
  let kept = 0;
  for (let index = 0; index < length; index++) {
    const row = rows[index] ?? 0;
    if (members[numbers[row] ?? 0] === 1) room[kept++] = row;
  }
  picked.rows = room;
  picked.length = kept;
}

/** Keeps the rows that a condition holds for; it is told the row within the block. */
export function keepWhere(picked: Picked<string>, holds: (row: number) => boolean): void {
  const { rows, length } = picked;
  const room = picked.room.rows;
  let kept = 0;
  for (let index = 0; index < length; index++) {
    const row = rows[index] ?? 0;
    if (holds(row)) room[kept++] = row;
  }
  picked.rows = room;
  picked.length = kept;
}
