import type { Position } from '../log/log.ts';
import type { Row } from '../projection/table/table.ts';
import type { Ask } from './ask.ts';
import { type Durations, durationsOf } from './durations.ts';
import { type PatternStatus, type PromotionPolicy, statusBy } from './judgement/judgement.ts';
import { compareFractions, compareRates, compareText, type Rate, rate } from './rate.ts';
import { named, Params } from './sql.ts';
import { executionSummary, type SummaryQuestion } from './totals.ts';

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
  ask: Ask,
  { policy, ...question }: SummaryQuestion & { policy: PromotionPolicy },
  asOf: Position,
): Promise<PatternStats[]> {
  const rows = await ask(asOf, source => {
    const params = new Params();
    const under = executionSummary('pattern', question, source, params);
    const ever = `SELECT pattern, sum(n) AS ever_total, sum(n) FILTER (WHERE success) AS ever_successes FROM ${source.pattern_totals} GROUP BY pattern`;
    const titles = `SELECT pattern, arg_max(title, start) AS title FROM ${source.pattern_titles} GROUP BY pattern`;
    const patterns = `SELECT * FROM (${under}) LEFT JOIN (${ever}) USING (pattern) LEFT JOIN (${titles}) USING (pattern)`;
    return {
      sql: `SELECT answer.*, names.name AS title_name FROM (${named(patterns, 'pattern', source)}) answer
            LEFT JOIN ${source.names} names ON names.id = answer.title`,
      values: params.values,
    };
  });
  return rows.map(row => toPatternStats(row, policy)).sort((a, b) => compareText(a.patternId, b.patternId));
}

function toPatternStats(row: Row, policy: PromotionPolicy): PatternStats {
  const patternId = String(row['pattern_name']);
  return {
    patternId,
    name: String(row['title_name'] ?? patternId),
    successRate: rate(Number(row['successes']), Number(row['total'])),
    durations: durationsOf(row),
    lastUsed: Number(row['latest']),
    status: statusBy(policy, Number(row['ever_successes'] ?? 0), Number(row['ever_total'] ?? 0)),
    totalUs: BigInt(String(row['sum_us'] ?? 0)),
  };
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
