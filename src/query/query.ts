/**
 * The questions, one method each. In flow a filter and a position; out flow figures computed from the logs' rows up to that
 * position, by way of the table projection.
 *
 * What always holds:
 * - Asked again as of the same position, a question answers the same figures: sums are whole microseconds, ranks compare
 *   whole numbers, and nothing but `Window.last` without `to` reads the clock.
 * - A question sees every record that was acknowledged before it was asked.
 * - A rate comes with its n and interval, a mean with its median and p95.
 */
export type { Bucket, Column } from './buckets.ts';
export type { Change } from './changes.ts';
export type { Durations } from './durations.ts';
export { type FilterInput, MAX_LIST } from './filter.ts';
export { type Judgement, judging, PROMOTION_POLICIES, type PromotionPolicy } from './judgement/judgement.ts';
export type { Outlier } from './outliers.ts';
export type { Totals } from './overview.ts';
export type { Page } from './page.ts';
export { Parts } from './parts.ts';
export type { PatternRank, PatternStats } from './pattern-stats.ts';
export type { PhaseStats } from './phase-durations.ts';
export type { PlanInput } from './plan-input.ts';
export type { PluginStats } from './plugin-stats.ts';
export type { Promotion } from './promotions.ts';
export { Questions, type QuestionsOptions } from './questions.ts';
export type { Rate } from './rate.ts';
export type { HeatmapRow } from './reliability-heatmap.ts';
export { openStage, type Stage, type StageOptions } from './stage.ts';
export type { TrendPoint, TrendSeries } from './success-trend.ts';
