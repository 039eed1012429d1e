import type { Position } from '../log/log.ts';
import type { Ask } from './ask.ts';
import { type Durations, durationsOf } from './durations.ts';
import { compareText, type Rate, rate } from './rate.ts';
import { named, Params } from './sql.ts';
import { type SummaryQuestion, stepSummary } from './totals.ts';

export type PhaseStats = Readonly<{ phase: string; durations: Durations; success: Rate }>;

/** How long the steps of each phase take, and how many succeed, by phase name. */
export async function phaseDurations(ask: Ask, question: SummaryQuestion, asOf: Position): Promise<PhaseStats[]> {
  const rows = await ask(asOf, source => {
    const params = new Params();
    const phases = stepSummary('phase', question, source, params);
    return { sql: named(phases, 'phase', source), values: params.values };
  });
  return rows
    .map(row => ({
      phase: String(row['phase_name']),
      durations: durationsOf(row),
      success: rate(Number(row['successes']), Number(row['total'])),
    }))
    .sort((a, b) => compareText(a.phase, b.phase));
}
