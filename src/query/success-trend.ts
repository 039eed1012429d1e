import type { View } from '../projection/table/table.ts';
import { type Bucketing, type Column, calendarOf, columnsOf, extent, spanOf } from './buckets.ts';
import { type Direction, direction, type Trial } from './direction.ts';
import { type Durations, NO_DURATIONS } from './durations.ts';
import { executionRows, type Filter } from './filter.ts';
import { type ColumnPart, KeptSeries } from './kept-series.ts';
import { Parts } from './parts.ts';
import { pointDurations } from './point-durations.ts';
import { compareText, type Rate, rate } from './rate.ts';
import { type Cells, cellsOf, countedOf, eachOverTime } from './time-cells.ts';
import { executionTotals } from './totals.ts';

/** `points` has one entry a bucket, empty ones included. What the question leaves out is undefined. */
export type TrendSeries = Readonly<{
  patternId: string;
  name: string;
  direction: Direction | undefined;
  points: Parts<TrendPoint>;
}>;
export type TrendPoint = Column & Readonly<{ rate: Rate; durations: Durations | undefined }>;

/** `durations`, `direction`: whether they are wanted; durations look at all executions, where rates are counted beforehand. */
export type TrendQuestion = Bucketing & Readonly<{ limit: number; durations: boolean; direction: boolean; filter: Filter }>;

/** About what a point takes, with its text. */
const POINT_BYTES = 700;

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
  const name = `trend ${question.durations} ${filter.success}`;
  const kept = new KeptSeries<readonly TrendPoint[]>(view, {
    name,
    bytes: POINT_BYTES,
    by: 'pattern',
    bucketing: question,
    filter,
    columns,
    cells,
  });
  const missing = kept.firstMissing;
  const durations = question.durations ? await pointDurations(view, pointsFrom(missing, { filter, columns, cells })) : undefined;
  const seconds = spanOf(question.filter.window, extent(counted));
  const trials = question.direction ? await trialsOf(view, filter, seconds) : undefined;
  return shown.map(({ key, name }) => {
    const pointsOf = (part: ColumnPart, own: Cells | undefined) =>
      columns.slice(part.from, part.to).map((column, index) => {
        const place = part.from + index;
        return {
          ...column,
          rate: rate(own?.successes[place] ?? 0, own?.totals[place] ?? 0),
          durations: durations && (durations.get(key)?.[place - missing] ?? NO_DURATIONS),
        };
      });
    return {
      patternId: name,
      name: view.nameOf(view.titleOf(key) ?? key),
      direction: trials && direction(trials.get(key) ?? []),
      points: new Parts(kept.of(key, pointsOf)),
    };
  });
}

const DAY = 86_400;
/** Beyond so many days a direction is told by what happened on each of them, which is counted beforehand. */
const LONG = 28;
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
        const base = block.bases.timestamp;
        for (let index = 0; index < length; index++) {
          const row = rows[index] ?? 0;
          byPattern.get(pattern[row] ?? 0)?.add(dayOf(base + (timestamp[row] ?? 0)), 1, (cell[row] ?? 0) & 1);
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
  const { tallies } = await executionTotals(view, filter);
  const counts = tallies.map(
    tally => tally && { first: tally.first, span: tally.latest + 1 - tally.first, parts: new Uint32Array(2 * PARTS) },
  );
  await view.each(await executionRows(view, filter), ({ block, rows, length }) => {
    const { pattern, timestamp, cell } = block.columns;
    const base = block.bases.timestamp;
    for (let index = 0; index < length; index++) {
      const row = rows[index] ?? 0;
      const own = counts[pattern[row] ?? 0];
      if (!own) continue;
      const place = 2 * Math.floor(((base + (timestamp[row] ?? 0) - own.first) * PARTS) / own.span);
      own.parts[place] = (own.parts[place] ?? 0) + 1;
      own.parts[place + 1] = (own.parts[place + 1] ?? 0) + ((cell[row] ?? 0) & 1);
    }
  });
  return new Map(counts.flatMap((own, pattern) => (own ? [[pattern, trials(own.parts)]] : [])));
}

/** `parts`: how many executions each part holds, and how many of them succeeded, side by side. */
function trials(parts: Uint32Array): Trial[] {
  const trials: Trial[] = [];
  for (let time = 0; time < PARTS; time++) {
    const total = parts[2 * time] ?? 0;
    if (total > 0) trials.push({ time, total, successes: parts[2 * time + 1] ?? 0 });
  }
  return trials;
}

type Points = Parameters<typeof pointDurations>[1];

/** The points from a place on. */
function pointsFrom(place: number, { filter, columns, cells }: Points): Points {
  const rest = ({ totals, successes }: Cells) => ({ totals: totals.subarray(place), successes: successes.subarray(place) });
  return { filter, columns: columns.slice(place), cells: new Map([...cells].map(([key, own]) => [key, rest(own)])) };
}
