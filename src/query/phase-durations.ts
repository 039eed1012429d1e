import type { Position } from '../log/log.ts';
import type { Ask } from './ask.ts';
import { type Durations, durationColumns, durationsOf } from './durations.ts';
import { type Filter, stepRows } from './filter.ts';
import { compareText, type Rate, rate } from './rate.ts';
import { Params } from './sql.ts';

export type PhaseStats = Readonly<{ phase: string; durations: Durations; success: Rate }>;

/** How long the steps of each phase take, and how many succeed, by phase name. */
export async function phaseDurations(ask: Ask, filter: Filter, asOf: Position): Promise<PhaseStats[]> {
  const rows = await ask(asOf, source => {
    const params = new Params();
    return {
      sql: `SELECT phase, count(*) AS total, count(*) FILTER (WHERE success) AS successes, ${durationColumns(filter.success, params)}
            FROM ${stepRows(filter, source, params)} GROUP BY phase`,
      values: params.values,
    };
  });
  return rows
    .map(row => ({
      phase: String(row['phase']),
      durations: durationsOf(row),
      success: rate(Number(row['successes']), Number(row['total'])),
    }))
    .sort((a, b) => compareText(a.phase, b.phase));
}
