import type { Position } from '../log/log.ts';
import type { Sources } from '../projection/table/table.ts';
import type { Ask } from './ask.ts';
import { type Bucketing, type Column, columnsOf, extent, spanOf } from './buckets.ts';
import { type Direction, direction, type Trial } from './direction.ts';
import { type Durations, durationsOf } from './durations.ts';
import { executionRows, type Filter } from './filter.ts';
import { compareText, type Rate, rate } from './rate.ts';
import { named, numbers, Params } from './sql.ts';
import { countedOf, gridOf, placed, slotRows } from './time-slots.ts';

/** `points` has one entry a bucket, empty ones included. What the question leaves out is undefined. */
export type TrendSeries = Readonly<{
  patternId: string;
  name: string;
  direction: Direction | undefined;
  points: readonly (Column & TrendValue)[];
}>;
type TrendValue = Readonly<{ rate: Rate; durations: Durations | undefined }>;

/** `durations`, `direction`: whether they are wanted; each looks at all executions, where rates are counted beforehand. */
export type TrendQuestion = Bucketing & Readonly<{ limit: number; durations: boolean; direction: boolean; filter: Filter }>;

/**
 * The patterns with most executions under the filter, ties by pattern_id, and what happened to each bucket by bucket.
 * Errors: as `columnsOf`.
 */
export async function successTrend(ask: Ask, question: TrendQuestion, asOf: Position): Promise<TrendSeries[]> {
  const counted = await countedOf(ask, 'pattern', question.filter, asOf);
  const shown = counted.toSorted((a, b) => b.n - a.n || compareText(a.name, b.name)).slice(0, question.limit);
  const columns = columnsOf(question, question.filter.window, extent(counted), shown.length);
  if (columns.length === 0) return [];
  const picked = { ...question.filter, patternIds: shown.map(({ name }) => name) };
  const [points, trials, names] = await Promise.all([
    pointsOf(ask, { filter: picked, columns, durations: question.durations }, asOf),
    question.direction ? trialsOf(ask, picked, spanOf(question.filter.window, extent(counted)), asOf) : undefined,
    namesOf(ask, picked.patternIds, asOf),
  ]);
  const nothing: TrendValue = { rate: rate(0, 0), durations: question.durations ? durationsOf(undefined) : undefined };
  return picked.patternIds.map(patternId => ({
    patternId,
    name: names.get(patternId) ?? patternId,
    direction: trials && direction(trials.get(patternId) ?? []),
    points: columns.map((column, place) => ({ ...column, ...(points.get(patternId)?.[place] ?? nothing) })),
  }));
}

/** By pattern, then by the place of the column; holes where nothing happened. */
async function pointsOf(ask: Ask, wanted: PointsQuestion, asOf: Position): Promise<Map<string, TrendValue[]>> {
  const rows = await ask(asOf, source => {
    const params = new Params();
    const points = wanted.durations ? pointsWithDurations(wanted, source, params) : pointsWithout(wanted, source, params);
    return { sql: named(points, 'pattern', source), values: params.values };
  });
  const points = new Map<string, TrendValue[]>();
  for (const row of rows) {
    const patternId = String(row['pattern_name']);
    const values = points.get(patternId) ?? [];
    values[Number(row['place'])] = {
      rate: rate(Number(row['successes']), Number(row['total'])),
      durations: wanted.durations ? durationsOf(row) : undefined,
    };
    points.set(patternId, values);
  }
  return points;
}

type PointsQuestion = Readonly<{ filter: Filter; columns: readonly Column[]; durations: boolean }>;

/** Few executions a point: exact percentiles cost less than a sketch of each. */
function pointsWithDurations({ filter, columns }: PointsQuestion, source: Sources, params: Params): string {
  const rows = placed(executionRows(filter, source, params), 'timestamp', gridOf(columns), params);
  const only = filter.success === undefined ? '' : ` FILTER (WHERE success = ${params.add(filter.success)})`;
  return `SELECT pattern, place, count(*) AS total, count(*) FILTER (WHERE success) AS successes, count(*)${only} AS n,
    sum(duration_us)${only} AS sum_us, min(duration_us)${only} AS min_us, max(duration_us)${only} AS max_us,
    quantile_disc(duration_us, 0.5)${only} AS median_us, quantile_disc(duration_us, 0.95)${only} AS p95_us
    FROM ${rows} GROUP BY pattern, place`;
}

function pointsWithout({ filter, columns }: PointsQuestion, source: Sources, params: Params): string {
  const grid = gridOf(columns);
  const slots = slotRows({ by: 'pattern', filter, slot: grid.slot }, source, params);
  return `SELECT pattern, place, sum(n) AS total, sum(successes) AS successes FROM ${placed(slots, 'slot', grid, params)} GROUP BY pattern, place`;
}

const DAY = 86_400;
/** From how many days on a direction is told by what happened on each. */
const LONG = 100;

/**
 * What a direction is told by: the days of a long stretch of time (in UTC), else thousandths of the time between a pattern's first
 * execution and its last. A trend does not turn on less.
 */
async function trialsOf(ask: Ask, filter: Filter, seconds: number, asOf: Position): Promise<Map<string, Trial[]>> {
  const rows = await ask(asOf, source => {
    const params = new Params();
    const trials =
      seconds > LONG * DAY
        ? `SELECT pattern, slot AS time, sum(n) AS total, sum(successes) AS successes
           FROM ${slotRows({ by: 'pattern', filter, slot: DAY }, source, params)} GROUP BY pattern, slot`
        : `WITH counted AS (SELECT pattern, timestamp, success FROM ${executionRows(filter, source, params)}),
           ends AS (SELECT pattern, min(timestamp) AS first, max(timestamp) + 1 AS last FROM counted GROUP BY pattern)
           SELECT pattern, (timestamp - first) * 1000 // (last - first) AS time, count(*) AS total, count(*) FILTER (WHERE success) AS successes
           FROM counted JOIN ends USING (pattern) GROUP BY pattern, time`;
    const lists = `SELECT pattern, list(time::DOUBLE ORDER BY time) AS times, list(total::DOUBLE ORDER BY time) AS totals,
      list(successes::DOUBLE ORDER BY time) AS successes FROM (${trials}) GROUP BY pattern`;
    return { sql: named(lists, 'pattern', source), values: params.values };
  });
  return new Map(
    rows.map(row => {
      const [totals, successes] = [numbers(row['totals']), numbers(row['successes'])];
      const trials = numbers(row['times']).map((time, index) => ({ time, total: totals[index] ?? 0, successes: successes[index] ?? 0 }));
      return [String(row['pattern_name']), trials];
    }),
  );
}

/** The latest ones in success_rates.log, whatever the filter. */
async function namesOf(ask: Ask, patternIds: readonly string[], asOf: Position): Promise<Map<string, string>> {
  const rows = await ask(asOf, source => {
    const params = new Params();
    return {
      sql: `SELECT ids.name AS id, titles.name AS title
            FROM (SELECT pattern, arg_max(title, start) AS title FROM ${source.pattern_titles}
                  WHERE ${params.isNamed('pattern', patternIds, source)} GROUP BY pattern) latest
            JOIN ${source.names} ids ON ids.id = latest.pattern JOIN ${source.names} titles ON titles.id = latest.title`,
      values: params.values,
    };
  });
  return new Map(rows.map(row => [String(row['id']), String(row['title'])]));
}
