import type { View } from '../projection/table/table.ts';
import type { Durations } from './durations.ts';
import { compareText, type Rate, rate } from './rate.ts';
import { type SummaryQuestion, stepSummaries } from './totals.ts';

export type PhaseStats = Readonly<{ phase: string; durations: Durations; success: Rate }>;

/** How long the steps of each phase take, and how many succeed, by phase name. */
export async function phaseDurations(view: View, question: SummaryQuestion): Promise<PhaseStats[]> {
  const phases = [...(await stepSummaries(view, 'phase', question))].map(([phase, { durations, successes, total }]) => ({
    phase: view.nameOf(phase),
    durations,
    success: rate(successes, total),
  }));
  return phases.sort((a, b) => compareText(a.phase, b.phase));
}
