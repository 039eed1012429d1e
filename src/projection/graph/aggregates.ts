import type { Position } from '../../log/log.ts';

/** A pattern's all-time figures; `successRate` is null without a counted execution, `lastUsed` an ISO 8601 text. */
export type PatternAggregate = Readonly<{
  patternId: string;
  name: string;
  status: string;
  successRate: number | null;
  executions: number;
  lastUsed: string | null;
}>;

/** A plugin's all-time figures; `reliability` is null for a plugin without a counted use, `lastUsed` an ISO 8601 text. */
export type PluginAggregate = Readonly<{ name: string; reliability: number | null; uses: number; lastUsed: string | null }>;

/**
 * The figures that the graph shows beside its nodes: what the questions answer without a filter as of a position. They are handed
 * in, since the questions come after the projections. A pattern or plugin without a counted row may be missing in the answer.
 */
export type GraphAggregates = Readonly<{
  patterns(ids: readonly string[], asOf: Position): Promise<readonly PatternAggregate[]>;
  plugins(names: readonly string[], asOf: Position): Promise<readonly PluginAggregate[]>;
}>;
