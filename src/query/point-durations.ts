/** Durations of the points of a trend: exact, since few executions make a point; and worked out once, since most points are over. */
import type { View } from '../projection/table/table.ts';
import type { Column } from './buckets.ts';
import { type Durations, durationsOfAll, NO_DURATIONS } from './durations.ts';
import { executionRows, type Filter, throughJournal } from './filter.ts';
import { type Cells, placing } from './time-cells.ts';
import type { Window } from './window.ts';

type Points = Readonly<{ filter: Filter; columns: readonly Column[]; cells: ReadonlyMap<number, Cells> }>;

/** About what durations take. */
const DURATIONS_BYTES = 200;

/** By pattern, then by place of the column. */
export async function pointDurations(view: View, { filter, columns, cells }: Points): Promise<Map<number, Durations[]>> {
  const stretches = columns.map(column => within(column, filter.window));
  const series = [...cells].map(([pattern, counts]) => {
    const sizes = columns.map((_, place) => sizeOf(counts, place, filter.success));
    const names = sizes.map((n, place) =>
      n === 0 || throughJournal(filter) ? undefined : nameOf(pattern, stretches[place], filter.success, n),
    );
    return { pattern, sizes, names, durations: names.map(name => (name === undefined ? undefined : view.recall<Durations>(name))) };
  });
  const missing = new Map(
    series.map(({ pattern, sizes, durations }) => [pattern, new Lists(sizes.map((n, place) => (durations[place] ? 0 : n)))]),
  );
  const [from, to] = edgesOf(stretches.filter((_, place) => [...missing.values()].some(lists => lists.has(place))));
  if (from < to) await fill(view, { filter: { ...filter, window: { from, to } }, columns, lists: missing });
  return new Map(
    series.map(({ pattern, names, durations }) => [
      pattern,
      durations.map((known, place) => {
        if (known) return known;
        const values = missing.get(pattern)?.at(place);
        if (!values) return NO_DURATIONS;
        const found = durationsOfAll(values);
        const name = names[place];
        if (name !== undefined) view.remember(name, found, DURATIONS_BYTES);
        return found;
      }),
    ]),
  );
}

type Stretch = Readonly<{ start: number; end: number }>;

/** The part of a column that a window leaves. */
function within({ start, end }: Column, window: Window | undefined): Stretch {
  return { start: Math.max(start, window?.from ?? start), end: Math.min(end, window?.to ?? end) };
}

function sizeOf({ totals, successes }: Cells, place: number, success: boolean | undefined): number {
  const [total, succeeded] = [totals[place] ?? 0, successes[place] ?? 0];
  if (success === undefined) return total;
  return success ? succeeded : total - succeeded;
}

/** Executions are only added, so that those of a pattern in a stretch of time are the same ones where they are as many. */
function nameOf(pattern: number, stretch: Stretch | undefined, success: boolean | undefined, n: number): string {
  return `durations ${pattern} ${stretch?.start} ${stretch?.end} ${success} ${n}`;
}

function edgesOf(stretches: readonly Stretch[]): [from: number, to: number] {
  return [Math.min(...stretches.map(({ start }) => start)), Math.max(...stretches.map(({ end }) => end))];
}

type Filling = Readonly<{ filter: Filter; columns: readonly Column[]; lists: ReadonlyMap<number, Lists> }>;

async function fill(view: View, { filter, columns, lists }: Filling): Promise<void> {
  const byPattern: Lists[] = [];
  for (const [pattern, own] of lists) byPattern[pattern] = own;
  const placeAt = placing(columns);
  await view.each(await executionRows(view, filter), ({ block, rows, length }) => {
    const { pattern, timestamp, cell, durationUs } = block.columns;
    const base = block.bases.timestamp;
    for (let index = 0; index < length; index++) {
      const row = rows[index] ?? 0;
      if (filter.success !== undefined && ((cell[row] ?? 0) & 1) !== Number(filter.success)) continue;
      byPattern[pattern[row] ?? 0]?.add(placeAt(base + (timestamp[row] ?? 0)), durationUs[row] ?? 0);
    }
  });
}

/** Lists of numbers in one array: how long each becomes is known. What belongs to an empty one is left out. */
class Lists {
  readonly #starts: number[] = [];
  readonly #ends: (number | undefined)[] = [];
  readonly #values: Float64Array;

  constructor(lengths: readonly number[]) {
    let start = 0;
    for (const length of lengths) {
      this.#starts.push(start);
      this.#ends.push(length === 0 ? undefined : start);
      start += length;
    }
    this.#values = new Float64Array(start);
  }

  has(place: number): boolean {
    return this.#ends[place] !== undefined;
  }

  add(place: number, value: number): void {
    const end = this.#ends[place];
    if (end === undefined) return;
    this.#values[end] = value;
    this.#ends[place] = end + 1;
  }

  /** Undefined for an empty one. */
  at(place: number): Float64Array | undefined {
    return this.has(place) ? this.#values.subarray(this.#starts[place], this.#ends[place]) : undefined;
  }
}
