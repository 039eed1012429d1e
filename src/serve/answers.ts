/** From the values of the stages to the shapes of the API: times as text, positions as tokens. */
import { formatPosition, type Position } from '../log/log.ts';
import {
  type Change,
  type Column,
  type Outlier,
  type Page,
  Parts,
  type PatternStats,
  type PluginStats,
  type Promotion,
  type TrendPoint,
  type TrendSeries,
} from '../query/query.ts';
import { type Execution, formatMilliseconds } from '../record/record.ts';
import { oncePer } from './once-per.ts';

export function asOf(position: Position): { asOf: string } {
  return { asOf: formatPosition(position) };
}

/** A DateTime from whole seconds. */
function instant(seconds: number): string {
  return formatMilliseconds(seconds * 1000);
}

/** The same; undefined becomes null. */
export function timeOf(seconds: number | undefined): string | null {
  return seconds === undefined ? null : instant(seconds);
}

export function patternAnswer({ totalUs: _, lastUsed, ...stats }: PatternStats) {
  return { ...stats, lastUsed: timeOf(lastUsed) };
}

export function pluginAnswer({ stepUs: _, lastUsed, ...stats }: PluginStats) {
  return { ...stats, lastUsed: timeOf(lastUsed) };
}

export function columnAnswer({ start, end, partial }: Column) {
  return { start: instant(start), end: instant(end), partial };
}

const pointAnswers = oncePer((points: readonly TrendPoint[]) => points.map(point => ({ ...point, ...columnAnswer(point) })));

export function trendAnswer({ points, ...series }: TrendSeries) {
  return { ...series, points: new Parts(points.parts.map(pointAnswers)) };
}

export function outlierAnswer({ timestamp, executionId, ...outlier }: Outlier) {
  return { ...outlier, timestamp: instant(timestamp), executionId: executionId ?? null };
}

export function promotionAnswer({ executionsToNext, changedAt, ...promotion }: Promotion) {
  return { ...promotion, executionsToNext: executionsToNext ?? null, changedAt: timeOf(changedAt) };
}

export function changeAnswer({ at, ...change }: Change) {
  return { ...change, at: instant(at) };
}

/** `direction`, and `durations` of its points, are there where they are selected. */
export type TrendAnswer = ReturnType<typeof trendAnswer>;
export type PatternAnswer = ReturnType<typeof patternAnswer>;
export type PluginAnswer = ReturnType<typeof pluginAnswer>;

export function executionAnswer(execution: Execution) {
  return {
    ...execution,
    startedAt: formatMilliseconds(execution.startedAt),
    completedAt: formatMilliseconds(execution.completedAt),
    errorMessage: execution.errorMessage || null,
    attributes: [...execution.attributes],
    steps: execution.steps.map(step => ({
      ...step,
      startedAt: step.startedAt === undefined ? null : formatMilliseconds(step.startedAt),
      pluginVersion: step.pluginVersion ?? null,
      errorMessage: step.errorMessage ?? null,
    })),
  };
}

/** A page as a Relay connection. */
export function connection<Node, Shown>({ edges, totalCount, hasNextPage, hasPreviousPage }: Page<Node>, show: (node: Node) => Shown) {
  return {
    edges: edges.map(({ cursor, node }) => ({ cursor, node: show(node) })),
    pageInfo: { hasNextPage, hasPreviousPage, startCursor: edges.at(0)?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount,
  };
}
