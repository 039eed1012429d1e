/**
 * The rows of a pattern or plugin: the last ones each, and what was counted before them. Kept in few blocks of numbers, so that a row costs
 * no object, and a copy no more than copying them.
 */
import { logOf } from './log-normal.ts';
import { noPlaces, type Part, type Places, placeOf } from './parts.ts';
import { type Sums, TALLY } from './sums.ts';

/** A run of a pattern, or a step of a plugin: its timestamp in seconds, its duration in microseconds. */
export type Row = Readonly<{ at: number; success: boolean; us: number; parts: readonly Part[] }>;

/** Rows that are kept at least, to go on from a change with those after it. */
export const TAIL = 100;
/** Rows that are kept at most: then the first ones are forgotten at once. */
const ROOM = 128;

/** Numbers of a row: timestamp, success, microseconds, its first entry and how many entries it has. */
const ROW = 5;
/** Numbers of an entry, what one part did in one row: the part's place, then its tally. */
const ENTRY = 1 + TALLY;
const FIRST_ROWS = 16;
const FIRST_ENTRIES = 8;

/** Row r and entry e stand at r and e modulo the room that there is, a power of two. */
export type Tail = {
  readonly places: Places;
  /** Rows and entries ever added. */
  rows: number;
  entries: number;
  rowRoom: number;
  entryRoom: number;
  ofRows: Float64Array;
  ofEntries: Float64Array;
  /** Of the rows that are kept no more. */
  readonly before: { n: number; successes: number; logs: number; squares: number; us: number; tallies: Float64Array };
};

export function noRows(): Tail {
  return {
    places: noPlaces(),
    rows: 0,
    entries: 0,
    rowRoom: FIRST_ROWS,
    entryRoom: FIRST_ENTRIES,
    ofRows: new Float64Array(FIRST_ROWS * ROW),
    ofEntries: new Float64Array(0),
    before: { n: 0, successes: 0, logs: 0, squares: 0, us: 0, tallies: new Float64Array(0) },
  };
}

export function copyOfTail({ places, rows, entries, rowRoom, entryRoom, ofRows, ofEntries, before }: Tail): Tail {
  return { places, rows, entries, rowRoom, entryRoom, ofRows: ofRows.slice(), ofEntries: ofEntries.slice(), before: copyOfCounted(before) };
}

function copyOfCounted({ n, successes, logs, squares, us, tallies }: Tail['before']): Tail['before'] {
  return { n, successes, logs, squares, us, tallies: tallies.slice() };
}

/** The first row that is kept. */
export function firstRow({ before }: Tail): number {
  return before.n;
}

/** Whether rows have to be forgotten before another one is added. */
export function isFull(tail: Tail): boolean {
  return tail.rows - tail.before.n === ROOM;
}

/** Forgets the first row that is kept: from now on it is counted. */
export function forgetFirst(tail: Tail): void {
  tail.before.tallies = addRow(tail.before, tail, firstRow(tail));
}

export function append(tail: Tail, { at, success, us, parts }: Row): void {
  if (tail.rows - firstRow(tail) === tail.rowRoom) {
    tail.ofRows = relaid(tail.ofRows, ROW, firstRow(tail), tail.rows);
    tail.rowRoom *= 2;
  }
  const first = tail.entries;
  for (let index = 0; index < parts.length; index++) addPart(tail, first, parts[index] as Part);
  const { ofRows } = tail;
  const index = rowIndex(tail, tail.rows);
  ofRows[index] = at;
  ofRows[index + 1] = success ? 1 : 0;
  ofRows[index + 2] = us;
  ofRows[index + 3] = first;
  ofRows[index + 4] = tail.entries - first;
  tail.rows++;
}

/** Adds a part to the entries of the row that begin at `first`: to that of an equal one, or as a new one. */
function addPart(tail: Tail, first: number, part: Part): void {
  const place = placeOf(tail.places, part);
  let entry = first;
  while (entry < tail.entries && tail.ofEntries[entryIndex(tail, entry)] !== place) entry++;
  if (entry === tail.entries) beginEntry(tail, place);
  const { ofEntries } = tail;
  const index = entryIndex(tail, entry);
  ofEntries[index + 1] = (ofEntries[index + 1] as number) + 1;
  if (part.success) ofEntries[index + 2] = (ofEntries[index + 2] as number) + 1;
  ofEntries[index + 3] = (ofEntries[index + 3] as number) + part.blame;
  ofEntries[index + 4] = (ofEntries[index + 4] as number) + part.us;
}

function beginEntry(tail: Tail, place: number): void {
  const oldest = tail.rows === firstRow(tail) ? tail.entries : firstEntry(tail, firstRow(tail));
  if (tail.ofEntries.length === 0) tail.ofEntries = new Float64Array(FIRST_ENTRIES * ENTRY);
  if (tail.entries - oldest === tail.entryRoom) {
    tail.ofEntries = relaid(tail.ofEntries, ENTRY, oldest, tail.entries);
    tail.entryRoom *= 2;
  }
  const index = entryIndex(tail, tail.entries++);
  const { ofEntries } = tail;
  ofEntries[index] = place;
  for (let each = 1; each < ENTRY; each++) ofEntries[index + each] = 0;
}

/** The same with twice the room. */
function relaid(numbers: Float64Array, width: number, from: number, to: number): Float64Array {
  const [room, wider] = [numbers.length / width, new Float64Array(numbers.length * 2)];
  for (let each = from; each < to; each++) {
    const index = (each % room) * width;
    wider.set(numbers.subarray(index, index + width), (each % (room * 2)) * width);
  }
  return wider;
}

function rowIndex({ rowRoom }: Tail, row: number): number {
  return (row & (rowRoom - 1)) * ROW;
}

function entryIndex({ entryRoom }: Tail, entry: number): number {
  return (entry & (entryRoom - 1)) * ENTRY;
}

function firstEntry(tail: Tail, row: number): number {
  return tail.ofRows[rowIndex(tail, row) + 3] as number;
}

export function timestampOf(tail: Tail, row: number): number {
  return tail.ofRows[rowIndex(tail, row)] as number;
}

/** 1 or 0. */
export function outcomeOf(tail: Tail, row: number): number {
  return tail.ofRows[rowIndex(tail, row) + 1] as number;
}

export function microsecondsOf(tail: Tail, row: number): number {
  return tail.ofRows[rowIndex(tail, row) + 2] as number;
}

/** What had been counted before a row that is kept, or before the next one. */
export function sumsBefore(tail: Tail, row: number): Sums {
  const sums = copyOfCounted(tail.before);
  for (let each = firstRow(tail); each < row; each++) sums.tallies = addRow(sums, tail, each);
  return { ...sums, places: tail.places };
}

/** Adds what a row counts to sums, and answers their tallies: longer ones where a part is new. */
function addRow(sums: Tail['before'], tail: Tail, row: number): Float64Array {
  const index = rowIndex(tail, row);
  const { ofRows } = tail;
  const [success, us] = [ofRows[index + 1] as number, ofRows[index + 2] as number];
  const [first, count] = [ofRows[index + 3] as number, ofRows[index + 4] as number];
  const log = logOf(us);
  sums.n++;
  sums.successes += success;
  sums.logs += log;
  sums.squares += log * log;
  sums.us += us;
  let { tallies } = sums;
  for (let entry = first; entry < first + count; entry++) {
    const from = entryIndex(tail, entry);
    const to = (tail.ofEntries[from] as number) * TALLY;
    if (to >= tallies.length) tallies = longer(tallies, to + TALLY);
    for (let each = 0; each < TALLY; each++)
      tallies[to + each] = (tallies[to + each] as number) + (tail.ofEntries[from + 1 + each] as number);
  }
  return tallies;
}

function longer(tallies: Float64Array, length: number): Float64Array {
  const grown = new Float64Array(length);
  grown.set(tallies);
  return grown;
}
