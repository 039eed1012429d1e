import type { Position } from '../log/log.ts';
import type { Ask } from './ask.ts';
import { type Durations, durationsOf } from './durations.ts';
import type { Filter } from './filter.ts';
import { type Rate, rate } from './rate.ts';
import { Params } from './sql.ts';
import { executionSummary, executionTotals, journalTotals, type SummaryQuestion, stepTotals } from './totals.ts';
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
export async function overview(ask: Ask, question: SummaryQuestion, asOf: Position): Promise<Overview> {
  const { filter } = question;
  const { from, to } = await edges(ask, filter, asOf);
  const before = filter.window && from !== undefined && to !== undefined ? { from: from - (to - from), to: from } : undefined;
  const [current, previous] = await Promise.all([
    totals(ask, question, asOf),
    before ? totals(ask, { ...question, filter: { ...filter, window: before } }, asOf) : undefined,
  ]);
  return { from, to, current, previous };
}

/** A missing edge is the first counted timestamp, or the second after the last; never the clock. */
async function edges(ask: Ask, filter: Filter, asOf: Position): Promise<Window> {
  const { from, to } = filter.window ?? { from: undefined, to: undefined };
  if (from !== undefined && to !== undefined) return { from, to };
  const [row] = await ask(asOf, source => {
    const params = new Params();
    const [executions, steps] = [executionTotals(filter, source, params), stepTotals('phase', filter, source, params)];
    return {
      sql: `SELECT min(first) AS first, max(latest) AS latest FROM (
              SELECT first, latest FROM ${executions} UNION ALL SELECT first, latest FROM ${steps})`,
      values: params.values,
    };
  });
  const first = row?.['first'] ?? undefined;
  const last = row?.['latest'] ?? undefined;
  return { from: from ?? (first === undefined ? undefined : Number(first)), to: to ?? (last === undefined ? undefined : Number(last) + 1) };
}

async function totals(ask: Ask, question: SummaryQuestion, asOf: Position): Promise<Totals> {
  const { filter } = question;
  const [[row], [counts]] = await Promise.all([
    ask(asOf, source => {
      const params = new Params();
      return {
        sql: executionSummary('all', question, source, params),
        values: params.values,
      };
    }),
    ask(asOf, source => {
      const params = new Params();
      return {
        sql: `SELECT * FROM
                (SELECT count(DISTINCT pattern) AS patterns FROM ${executionTotals(filter, source, params)}),
                (SELECT sum(n) AS steps, count(DISTINCT plugin) AS plugins FROM ${stepTotals('plugin', filter, source, params)}),
                (SELECT sum(n) AS cancelled FROM ${journalTotals(filter, source, params)} WHERE status = 'cancelled')`,
        values: params.values,
      };
    }),
  ]);
  const executions = Number(row?.['total'] ?? 0);
  return {
    executions,
    successRate: rate(Number(row?.['successes'] ?? 0), executions),
    durations: durationsOf(row),
    patterns: Number(counts?.['patterns'] ?? 0),
    plugins: Number(counts?.['plugins'] ?? 0),
    steps: Number(counts?.['steps'] ?? 0),
    cancelled: Number(counts?.['cancelled'] ?? 0),
  };
}
