import type { Position } from '../../log/log.ts';

/** The statuses of a pattern, each with a folder of its name. */
export const STATUSES = ['discovered', 'validated', 'learned', 'deprecated'] as const;
export type PatternStatus = (typeof STATUSES)[number];

/** A pattern's all-time figures: `successRate` from 0 to 1, `lastUsed` as ISO 8601 text with `Z`. */
export type PatternFigure = Readonly<{
  patternId: string;
  name: string;
  status: PatternStatus;
  successRate: number;
  executions: number;
  lastUsed: string;
}>;

/**
 * What the questions answer about all patterns without a filter, as of a position. Handed in, since the questions come after the
 * projections. A pattern without a counted execution is missing in the answer.
 */
export type PatternFigures = (asOf: Position) => Promise<readonly PatternFigure[]>;
