import type { View } from '../projection/table/table.ts';
import { type Bucketing, type Column, calendarOf, columnsOf, extent, spanOf } from './buckets.ts';
import { type Direction, direction, type Trial } from './direction.ts';
import { type Durations, NO_DURATIONS } from './durations.ts';
import { executionRows, type Filter } from './filter.ts';
import { pointDurations } from './point-durations.ts';
import { compareText, type Rate, rate } from './rate.ts';
import { cellsOf, countedOf, eachOverTime } from './time-cells.ts';

/** `points` has one entry a bucket, empty ones included. What the question leaves out is undefined. */
export type TrendSeries = Readonly<{
  patternId: string;
  name: string;
  direction: Direction | undefined;
  points: readonly (Column & TrendValue)[];
}>;
type TrendValue = Readonly<{ rate: Rate; durations: Durations | undefined }>;

/** `durations`, `direction`: whether they are wanted; durations look at all executions, where rates are counted beforehand. */
export type TrendQuestion = Bucketing & Readonly<{ limit: number; durations: boolean; direction: boolean; filter: Filter }>;

/**
 * The patterns with most executions under the filter, ties by pattern_id, and what happened to each bucket by bucket.
 * Errors: as `columnsOf`.
 */
export async function successTrend(view: View, question: TrendQuestion): Promise<TrendSeries[]> {
  const counted = await countedOf(view, 'pattern', question.filter);
  const shown = counted.toSorted((a, b) => b.n - a.n || compareText(a.name, b.name)).slice(0, question.limit);
  const columns = columnsOf(question, question.filter.window, extent(counted), shown.length);
  if (columns.length === 0) return [];
  const filter = { ...question.filter, patternIds: shown.map(({ name }) => name) };
  const cells = await cellsOf(view, { by: 'pattern', filter, columns, calendar: calendarOf(question) });
  const durations = question.durations ? await pointDurations(view, { filter, columns, cells }) : undefined;
  const seconds = spanOf(question.filter.window, extent(counted));
  const trials = question.direction ? await trialsOf(view, filter, seconds) : undefined;
  return shown.map(({ key, name }) => {
    const [own, ownDurations] = [cells.get(key), durations?.get(key)];
    return {
      patternId: name,
      name: view.nameOf(view.titleOf(key) ?? key),
      direction: trials && direction(trials.get(key) ?? []),
      points: columns.map(({ start, end, partial }, place) => ({
        start,
        end,
        partial,
        rate: rate(own?.successes[place] ?? 0, own?.totals[place] ?? 0),
        durations: durations && (ownDurations?.[place] ?? NO_DURATIONS),
      })),
    };
  });
}

const DAY = 86_400;
/** From how many days on a direction is told by what happened on each. */
const LONG = 100;
const PARTS = 1000;

/**
 * What a direction is told by: the days of a long stretch of time (in UTC), else thousandths of the time between a pattern's first
 * execution and its last. A trend does not turn on less.
 */
async function trialsOf(view: View, filter: Filter, seconds: number): Promise<Map<number, Trial[]>> {
  return seconds > LONG * DAY ? trialsByDay(view, filter) : trialsByPart(view, filter);
}

const UTC_DAYS = calendarOf({ bucket: 'DAY', timeZone: 'UTC' });

async function trialsByDay(view: View, filter: Filter): Promise<Map<number, Trial[]>> {
  const dayOf = (timestamp: number) => Math.floor(timestamp / DAY);
  const byPattern = new Map([...view.numbersOf(filter.patternIds ?? [])].map(pattern => [pattern, new Days()]));
  await eachOverTime(
    view,
    { by: 'pattern', filter, placeAt: dayOf, calendar: UTC_DAYS },
    {
      rows: ({ block, rows, length }) => {
        const { pattern, timestamp, cell } = block.columns;
        for (let index = 0; index < length; index++) {
          const row = rows[index] ?? 0;
          byPattern.get(pattern[row] ?? 0)?.add(dayOf(timestamp[row] ?? 0), 1, (cell[row] ?? 0) & 1);
        }
      },
      counts: ({ keys, totals, successes }, timestamp) => {
        for (let index = 0; index < keys.length; index++)
          byPattern.get(keys[index] ?? 0)?.add(dayOf(timestamp), totals[index] ?? 0, successes[index] ?? 0);
      },
    },
  );
  return new Map([...byPattern].map(([pattern, days]) => [pattern, days.trials()]));
}

/** What happened on each day. Rows stand about in the order of their times, so that a day is seldom changed. */
class Days {
  readonly #trials = new Map<number, Trial>();
  #day = Number.NaN;
  #total = 0;
  #successes = 0;

  add(day: number, total: number, successes: number): void {
    if (day !== this.#day) this.#begin(day);
    this.#total += total;
    this.#successes += successes;
  }

  /** By time. */
  trials(): Trial[] {
    this.#begin(Number.NaN);
    return [...this.#trials.values()].sort((a, b) => a.time - b.time);
  }

  #begin(day: number): void {
    if (this.#total > 0) this.#trials.set(this.#day, { time: this.#day, total: this.#total, successes: this.#successes });
    const known = this.#trials.get(day);
    this.#day = day;
    this.#total = known?.total ?? 0;
    this.#successes = known?.successes ?? 0;
  }
}

async function trialsByPart(view: View, filter: Filter): Promise<Map<number, Trial[]>> {
  const rows = await executionRows(view, filter);
  const ends = new Map<number, { first: number; last: number }>();
  await view.each(rows, ({ block, rows: picked, length }) => {
    const { pattern, timestamp } = block.columns;
    for (let index = 0; index < length; index++) {
      const [key, at] = [pattern[picked[index] ?? 0] ?? 0, timestamp[picked[index] ?? 0] ?? 0];
      const known = ends.get(key);
      if (!known) ends.set(key, { first: at, last: at + 1 });
      else {
        if (at < known.first) known.first = at;
        if (at >= known.last) known.last = at + 1;
      }
    }
  });
  const parts = new Map([...ends.keys()].map(key => [key, { totals: new Float64Array(PARTS), successes: new Float64Array(PARTS) }]));
  await view.each(rows, ({ block, rows: picked, length }) => {
    const { pattern, timestamp, cell } = block.columns;
    for (let index = 0; index < length; index++) {
      const row = picked[index] ?? 0;
      const key = pattern[row] ?? 0;
      const [{ first, last } = { first: 0, last: 1 }, counts] = [ends.get(key), parts.get(key)];
      const part = Math.floor((((timestamp[row] ?? 0) - first) * PARTS) / (last - first));
      if (!counts) continue;
      counts.totals[part] = (counts.totals[part] ?? 0) + 1;
      counts.successes[part] = (counts.successes[part] ?? 0) + ((cell[row] ?? 0) & 1);
    }
  });
  const times = Array.from({ length: PARTS }, (_, part) => part);
  return new Map([...parts].map(([key, { totals, successes }]) => [key, trials(times, totals, successes)]));
}

function trials(times: readonly number[], totals: Float64Array, successes: Float64Array): Trial[] {
  return times.flatMap((time, place) => {
    const total = totals[place] ?? 0;
    return total === 0 ? [] : [{ time, total, successes: successes[place] ?? 0 }];
  });
}
