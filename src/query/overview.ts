import type { Position } from '../log/log.ts';
import type { Ask } from './ask.ts';
import { type Durations, durationColumns, durationsOf } from './durations.ts';
import { executionRows, type Filter, journalRows, stepRows } from './filter.ts';
import { type Rate, rate } from './rate.ts';
import { Params } from './sql.ts';
import type { Window } from './window.ts';

export type Totals = Readonly<{
  executions: number;
  successRate: Rate;
  durations: Durations;
  patterns: number;
  plugins: number;
  steps: number;
  cancelled: number;
}>;

/** `from` and `to` in seconds since 1970; undefined where no row is counted and the window leaves them open. */
export type Overview = Readonly<{ from: number | undefined; to: number | undefined; current: Totals; previous: Totals | undefined }>;

/** What happened in the window, and in the window of equal length before it. */
export async function overview(ask: Ask, filter: Filter, asOf: Position): Promise<Overview> {
  const { from, to } = await edges(ask, filter, asOf);
  const before = filter.window && from !== undefined && to !== undefined ? { from: from - (to - from), to: from } : undefined;
  const [current, previous] = await Promise.all([
    totals(ask, filter, asOf),
    before ? totals(ask, { ...filter, window: before }, asOf) : undefined,
  ]);
  return { from, to, current, previous };
}

/** A missing edge is the first counted timestamp, or the second after the last; never the clock. */
async function edges(ask: Ask, filter: Filter, asOf: Position): Promise<Window> {
  const { from, to } = filter.window ?? { from: undefined, to: undefined };
  if (from !== undefined && to !== undefined) return { from, to };
  const [row] = await ask(asOf, source => {
    const params = new Params();
    return {
      sql: `SELECT min(timestamp) AS first, max(timestamp) AS last FROM (
              SELECT timestamp FROM ${executionRows(filter, source, params)} UNION ALL SELECT timestamp FROM ${stepRows(filter, source, params)})`,
      values: params.values,
    };
  });
  const first = row?.['first'] ?? undefined;
  const last = row?.['last'] ?? undefined;
  return { from: from ?? (first === undefined ? undefined : Number(first)), to: to ?? (last === undefined ? undefined : Number(last) + 1) };
}

async function totals(ask: Ask, filter: Filter, asOf: Position): Promise<Totals> {
  const [row] = await ask(asOf, source => {
    const params = new Params();
    return {
      sql: `SELECT * FROM
              (SELECT count(*) AS executions, count(*) FILTER (WHERE success) AS successes, count(DISTINCT pattern_id) AS patterns,
                 ${durationColumns(filter.success, params)} FROM ${executionRows(filter, source, params)}),
              (SELECT count(*) AS steps, count(DISTINCT plugin) AS plugins FROM ${stepRows(filter, source, params)}),
              (SELECT count(*) AS cancelled FROM ${journalRows(filter, source, params)} WHERE status = 'cancelled')`,
      values: params.values,
    };
  });
  const executions = Number(row?.['executions'] ?? 0);
  return {
    executions,
    successRate: rate(Number(row?.['successes'] ?? 0), executions),
    durations: durationsOf(row),
    patterns: Number(row?.['patterns'] ?? 0),
    plugins: Number(row?.['plugins'] ?? 0),
    steps: Number(row?.['steps'] ?? 0),
    cancelled: Number(row?.['cancelled'] ?? 0),
  };
}
