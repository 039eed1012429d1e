/** What a report asks, and the figures it is made of: with the names and units of the API, whoever answers. */
import type { Change, Durations, FilterInput, PatternStats, PhaseStats, PluginStats, Promotion, Rate, Totals } from '../query/query.ts';

export type ReportQuestion = Readonly<{
  filter: FilterInput;
  /** Entries of each table. */
  limit: number;
  /** A position's token; null: everything up to now. */
  asOf: string | null;
}>;

/** `lastUsed` as text, RFC 3339. */
export type PatternFigures = Omit<PatternStats, 'totalUs' | 'lastUsed' | 'status'> & Readonly<{ status: string; lastUsed: string | null }>;
export type PluginFigures = Omit<PluginStats, 'stepUs' | 'lastUsed'> & Readonly<{ lastUsed: string | null }>;

export type ChangeFigures = Omit<Change, 'at'> & Readonly<{ at: string }>;
export type PromotionFigures = Pick<Promotion, 'patternId' | 'name' | 'evidence'> & Readonly<{ status: string; executionsToNext: number }>;

export type Report = Readonly<{
  /** The position's token: asked for again as of it, a report of the same window has the same figures. */
  asOf: string;
  /** The window with its missing edges found in the rows, RFC 3339; null where nothing is counted. */
  from: string | null;
  to: string | null;
  current: Totals;
  /** Of the window of equal length before; null without a window. */
  previous: Totals | null;
  /** Newest first; within the window. */
  changes: readonly ChangeFigures[];
  /** Patterns that at most `DUE` further successes in a row promote, the nearest first; of all runs, whatever the window. */
  promotionsDue: readonly PromotionFigures[];
  /** Best first by the lower end of the rate's interval. */
  topPatterns: readonly PatternFigures[];
  mostUsedPlugins: readonly PluginFigures[];
  phases: readonly PhaseStats[];
  slowPlugins: readonly PluginFigures[];
  problematicPlugins: readonly PluginFigures[];
  /** Of the whole history, whatever the window. */
  all: Readonly<{ from: string | null; to: string | null; executions: number; steps: number }>;
}>;

export type { Durations, PhaseStats, Rate, Totals };

/** What the questions take unless asked otherwise, named here since whoever answers must take the same. */
export const TOP_PATTERNS = { minExecutions: 1, rankBy: 'LOWER_BOUND' } as const;
export const DUE = 5;
export const CHANGES = { minConfidence: 0.99 } as const;
export const SLOW = { minUses: 5 } as const;
export const PROBLEMATIC = { minUses: 5, maxReliability: 0.8 } as const;

type Standing = Pick<Promotion, 'patternId' | 'name' | 'evidence'> & Readonly<{ status: string; executionsToNext: number | null }>;

/** The promotions of a report, of those of all patterns. */
export function due(promotions: readonly Standing[], limit: number): PromotionFigures[] {
  return promotions
    .flatMap(({ executionsToNext, ...rest }) =>
      executionsToNext === null || executionsToNext > DUE ? [] : [{ ...rest, executionsToNext }],
    )
    .sort((a, b) => a.executionsToNext - b.executionsToNext || b.evidence.total - a.evidence.total)
    .slice(0, limit);
}
