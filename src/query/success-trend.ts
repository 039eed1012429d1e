import { DuckDBListValue } from '@duckdb/node-api';
import type { Position } from '../log/log.ts';
import type { Row } from '../projection/table/table.ts';
import type { Ask } from './ask.ts';
import { type Bucketing, type Column, columnsOf, extent } from './buckets.ts';
import { type Direction, direction, type Trial } from './direction.ts';
import { type Durations, durationColumns, durationsOf } from './durations.ts';
import { executionRows, type Filter } from './filter.ts';
import { compareText, type Rate, rate } from './rate.ts';
import { Params, placed } from './sql.ts';

/** `points` has one entry a bucket, empty ones included. */
export type TrendSeries = Readonly<{ patternId: string; name: string; direction: Direction; points: readonly (Column & TrendValue)[] }>;
type TrendValue = Readonly<{ rate: Rate; durations: Durations }>;

export type TrendQuestion = Bucketing & Readonly<{ limit: number; filter: Filter }>;

/**
 * The patterns with most executions under the filter, ties by pattern_id, and what happened to each bucket by bucket.
 * Errors: as `columnsOf`.
 */
export async function successTrend(ask: Ask, question: TrendQuestion, asOf: Position): Promise<TrendSeries[]> {
  const counted = await patterns(ask, question.filter, asOf);
  const shown = counted.toSorted((a, b) => b.total - a.total || compareText(a.patternId, b.patternId)).slice(0, question.limit);
  const columns = columnsOf(question, question.filter.window, extent(counted), shown.length);
  if (columns.length === 0) return [];
  const picked = { ...question.filter, patternIds: shown.map(({ patternId }) => patternId) };
  const [points, trials, names] = await Promise.all([
    pointsOf(ask, picked, columns, asOf),
    trialsOf(ask, picked, asOf),
    namesOf(ask, picked.patternIds, asOf),
  ]);
  const nothing: TrendValue = { rate: rate(0, 0), durations: durationsOf(undefined) };
  return shown.map(({ patternId }) => ({
    patternId,
    name: names.get(patternId) ?? patternId,
    direction: direction(trials.get(patternId) ?? []),
    points: columns.map((column, place) => ({ ...column, ...(points.get(patternId)?.[place] ?? nothing) })),
  }));
}

type Counted = Readonly<{ patternId: string; total: number; first: number; last: number }>;

async function patterns(ask: Ask, filter: Filter, asOf: Position): Promise<Counted[]> {
  const rows = await ask(asOf, source => {
    const params = new Params();
    return {
      sql: `SELECT pattern_id, count(*) AS total, min(timestamp) AS first, max(timestamp) AS last
            FROM ${executionRows(filter, source, params)} GROUP BY pattern_id`,
      values: params.values,
    };
  });
  return rows.map(row => ({
    patternId: String(row['pattern_id']),
    total: Number(row['total']),
    first: Number(row['first']),
    last: Number(row['last']),
  }));
}

/** By pattern, then by the place of the column; holes where nothing happened. */
async function pointsOf(ask: Ask, filter: Filter, columns: readonly Column[], asOf: Position): Promise<Map<string, TrendValue[]>> {
  const starts = columns.map(({ start }) => start);
  const rows = await ask(asOf, source => {
    const params = new Params();
    const placedRows = placed(executionRows(filter, source, params), 'timestamp', starts, params);
    return {
      sql: `SELECT pattern_id, place, count(*) AS total, count(*) FILTER (WHERE success) AS successes, ${durationColumns(filter.success, params)}
            FROM ${placedRows} GROUP BY pattern_id, place`,
      values: params.values,
    };
  });
  const points = new Map<string, TrendValue[]>();
  for (const row of rows) {
    const patternId = String(row['pattern_id']);
    const values = points.get(patternId) ?? [];
    values[Number(row['place'])] = { rate: rate(Number(row['successes']), Number(row['total'])), durations: durationsOf(row) };
    points.set(patternId, values);
  }
  return points;
}

/** What a direction is told by, a thousand times a pattern at most: a trend does not turn on less. */
async function trialsOf(ask: Ask, filter: Filter, asOf: Position): Promise<Map<string, Trial[]>> {
  const rows = await ask(asOf, source => {
    const params = new Params();
    return {
      sql: `WITH counted AS (SELECT pattern_id, timestamp, success FROM ${executionRows(filter, source, params)}),
            ends AS (SELECT pattern_id, min(timestamp) AS first, max(timestamp) + 1 AS last FROM counted GROUP BY pattern_id),
            trials AS (
              SELECT pattern_id, (timestamp - first) * 1000 // (last - first) AS time, count(*) AS total, count(*) FILTER (WHERE success) AS successes
              FROM counted JOIN ends USING (pattern_id) GROUP BY ALL)
            SELECT pattern_id, list(time::DOUBLE ORDER BY time) AS times, list(total::DOUBLE ORDER BY time) AS totals,
              list(successes::DOUBLE ORDER BY time) AS successes
            FROM trials GROUP BY pattern_id`,
      values: params.values,
    };
  });
  return new Map(
    rows.map(row => {
      const [times, totals, successes] = [numbers(row, 'times'), numbers(row, 'totals'), numbers(row, 'successes')];
      return [
        String(row['pattern_id']),
        times.map((time, index) => ({ time, total: totals[index] ?? 0, successes: successes[index] ?? 0 })),
      ];
    }),
  );
}

function numbers(row: Row, column: string): number[] {
  const list = row[column];
  return list instanceof DuckDBListValue ? list.items.map(Number) : [];
}

/** The latest ones in success_rates.log, whatever the filter. */
async function namesOf(ask: Ask, patternIds: readonly string[], asOf: Position): Promise<Map<string, string>> {
  const rows = await ask(asOf, source => {
    const params = new Params();
    return {
      sql: `SELECT pattern_id, arg_max(pattern_name, start) AS name FROM ${source.success_rates}
            WHERE ${params.isIn('pattern_id', patternIds)} GROUP BY pattern_id`,
      values: params.values,
    };
  });
  return new Map(rows.map(row => [String(row['pattern_id']), String(row['name'])]));
}
