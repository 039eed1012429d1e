import type { View } from '../projection/table/table.ts';
import type { Durations } from './durations.ts';
import { type PatternStatus, type PromotionPolicy, statusBy } from './judgement/judgement.ts';
import { compareFractions, compareRates, compareText, type Rate, rate } from './rate.ts';
import { executionSummaries, type SummaryQuestion, sizeOf, takesWholePatterns } from './totals.ts';

/** `lastUsed` is in seconds since 1970; `totalUs` the sum behind the mean, microseconds. */
export type PatternStats = Readonly<{
  patternId: string;
  name: string;
  successRate: Rate;
  durations: Durations;
  lastUsed: number;
  status: PatternStatus;
  totalUs: bigint;
}>;

/** What happened to each pattern that has rows under the filter, by pattern_id. */
export async function patternStats(
  view: View,
  { policy, ...question }: SummaryQuestion & { policy: PromotionPolicy },
): Promise<PatternStats[]> {
  const under = await executionSummaries(view, question);
  const ever = takesWholePatterns(question.filter) ? under : await everOf(view, under.keys());
  const patterns = [...under].map(([pattern, { total, successes, latest, durations, sumUs }]) => {
    const all = ever.get(pattern) ?? { total: 0, successes: 0 };
    return {
      patternId: view.nameOf(pattern),
      name: view.nameOf(view.titleOf(pattern) ?? pattern),
      successRate: rate(successes, total),
      durations,
      lastUsed: latest,
      status: statusBy(policy, all.successes, all.total),
      totalUs: sumUs,
    };
  });
  return patterns.sort((a, b) => compareText(a.patternId, b.patternId));
}

/** All rows of patterns in success_rates.log, whatever the filter. */
async function everOf(view: View, patterns: Iterable<number>): Promise<Map<number, { total: number; successes: number }>> {
  const { tallies } = await view.totals('pattern', { keys: new Set(patterns) });
  return new Map([...tallies.entries()].flatMap(([pattern, tally]) => (tally ? [[pattern, sizeOf(tally)] as const] : [])));
}

export type PatternRank = 'SUCCESS_RATE' | 'LOWER_BOUND' | 'EXECUTIONS';

type Order = (a: PatternStats, b: PatternStats) => number;

const bySuccessRate: Order = (a, b) => compareRates(b.successRate, a.successRate);
const byLowerBound: Order = (a, b) => (b.successRate.lower ?? 0) - (a.successRate.lower ?? 0);
const byExecutions: Order = (a, b) => b.successRate.total - a.successRate.total;

/** Shortest mean first; a pattern without durations under the filter last. */
const byMean: Order = (a, b) => {
  if (a.durations.n === 0 || b.durations.n === 0) return Math.sign(b.durations.n) - Math.sign(a.durations.n);
  return compareFractions([a.totalUs, BigInt(a.durations.n)], [b.totalUs, BigInt(b.durations.n)]);
};

const RANKS: Record<PatternRank, Order[]> = {
  SUCCESS_RATE: [bySuccessRate, byMean],
  LOWER_BOUND: [byLowerBound, bySuccessRate, byMean],
  EXECUTIONS: [byExecutions, bySuccessRate, byMean],
};

/** Patterns with at least `minExecutions` rows under the filter, best first; ties by pattern_id. */
export function rankPatterns(
  patterns: readonly PatternStats[],
  options: { limit: number; minExecutions: number; rankBy: PatternRank },
): PatternStats[] {
  const orders = RANKS[options.rankBy];
  return patterns
    .filter(({ successRate }) => successRate.total >= options.minExecutions)
    .sort((a, b) => orders.reduce((order, next) => order || next(a, b), 0) || compareText(a.patternId, b.patternId))
    .slice(0, options.limit);
}
