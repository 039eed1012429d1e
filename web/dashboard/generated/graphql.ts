/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** By the score, not the probability. */
export type Advice =
  /** Below 0.50. */
  | 'AVOID'
  /** 0.85 or more. */
  | 'PROCEED'
  /** 0.70 or more. */
  | 'PROCEED_WITH_CARE'
  /** 0.50 or more. */
  | 'REVIEW';

/**
 * A stretch of the calendar of `timeZone`, an IANA name with its daylight saving: a day may have 23 or 25 hours, an hour of a zone that shifts by half an hour 30 or 90 minutes. WEEK
 * is of ISO 8601: it begins on Monday. A bucket begins with the first instant of its first date; an hour that the clock repeats is a bucket each time. Buckets follow each other without
 * a gap, and a row at an edge is in the one that begins there.
 */
export type Bucket =
  | 'DAY'
  | 'HOUR'
  | 'MONTH'
  | 'QUARTER'
  | 'WEEK'
  | 'YEAR';

export type ChangeKind =
  /** How long runs of a pattern take. */
  | 'PATTERN_DURATION'
  /** The success rate of a pattern. */
  | 'PATTERN_SUCCESS'
  /** How long steps of a plugin take, over all patterns. */
  | 'PLUGIN_DURATION'
  /** The share of a plugin's steps that succeed, over all patterns. */
  | 'PLUGIN_RELIABILITY';

export type ChangeTier =
  /**
   * So likely that fewer than 1 % of levels that never move are called changed in 1,000 rows, looked at after every one; with 20 rows or more on either side. Taken back if within 50 rows the level of before returns: it
   * was a spell. docs/benchmarks.md says how long it takes.
   */
  | 'CONFIRMED'
  /** As sure as minConfidence asks, to one who looks once, with 10 rows or more on either side. It may be confirmed, or go away. */
  | 'SUSPECTED';

/** Where a success rate is heading: see SuccessTrend.direction. */
export type Direction =
  | 'DEGRADING'
  | 'IMPROVING'
  | 'STEADY';

export type EstimateBasis =
  /** Nothing is known: p50Seconds and p90Seconds are null, and `explanation` says why. */
  | 'NONE'
  /**
   * The last 200 runs of the pattern in success_rates.log, failures and other programs' included. From 9 runs on p50 and p90 are order statistics, of rank q × (n + 1) with fractional ranks between two, which the
   * next run stays within with a probability of q whatever the distribution (Hyndman and Fan 1996, definition 6; Vovk, Gammerman and Shafer 2005). With fewer, the prediction interval of log-normal durations:
   * Student's t, with the spread within all patterns as prior, so that it is wide for small n.
   */
  | 'PATTERN'
  /**
   * The sum of the steps' durations, each by its plugin and phase (with fewer than 5 of these: by its plugin, by its phase, by all), taken for log-normal with their means and variances added up (Fenton 1960); less
   * what runs side by side, learned from earlier runs by least squares on the longest step of each phase; and widened by the errors of the forecasts before each of the last 200 runs (Lei et al. 2018).
   */
  | 'STEPS';

/** How an execution ended. PARTIAL and FAILED both count as no success; a CANCELLED one says nothing about its pattern and counts only for its plugins and phases. */
export type ExecutionStatus =
  | 'CANCELLED'
  | 'FAILED'
  | 'PARTIAL'
  | 'SUCCESS';

/**
 * Picks rows. window and patternIds: of success_rates.log (pattern questions, successTrend, durationHistogram) or durations.log (plugin and phase questions, pairs, heatmap). plugins and phases on a pattern question, and patternIds
 * on a step question, go through journal.log by workflow_id: rows of other programs, which have no such link, do not count; with both plugins and phases, one finished step must match
 * both. success narrows Durations only, never a Rate. Plugin questions use the all-time totals where neither window, patternIds nor phases is given, else durations.log. A list holds at
 * most 1,000 entries; an empty one picks nothing.
 */
export type MetricFilter = {
  readonly patternIds?: ReadonlyArray<string | number> | null | undefined;
  readonly phases?: ReadonlyArray<string> | null | undefined;
  readonly plugins?: ReadonlyArray<string> | null | undefined;
  readonly success?: boolean | null | undefined;
  readonly window?: Window | null | undefined;
};

/**
 * Where a pattern stands by the promotion policy in force (`promotions` says which), judged on all its rows whatever the filter: LEARNED at >= 20 executions and a success rate >= 0.90,
 * VALIDATED at >= 5 and >= 0.80, DEPRECATED at >= 5 and < 0.60, else DISCOVERED.
 */
export type PatternStatus =
  | 'DEPRECATED'
  | 'DISCOVERED'
  | 'LEARNED'
  | 'VALIDATED';

export type ProjectionState =
  /** Far behind and reading on. */
  | 'BACKFILL'
  /** Its store fails; it tries again by itself. */
  | 'DEGRADED'
  /** With the logs. */
  | 'LIVE'
  /** Not configured, or not possible here. */
  | 'OFF'
  | 'STOPPED';

/** Both ask for the same bars: LEARNED at >= 20 executions and a rate >= 0.90, VALIDATED at >= 5 and >= 0.80, DEPRECATED at >= 5 and < 0.60, else DISCOVERED. */
export type PromotionPolicy =
  /** The success rate itself, compared as whole numbers. Judged after every run it promotes by luck: docs/benchmarks.md says how often. */
  | 'DEFAULT'
  /**
   * The bounds of a confidence sequence at 99 %, which hold for all looks together: a function of (executions, successes) alone. Sources: Robbins 1970; Howard, Ramdas, McAuliffe and
   * Sekhon 2021 (beta-binomial mixture).
   */
  | 'STRICT';

/** How a step ended. A SKIPPED step did not run: it has no row in the shared logs and counts nowhere. */
export type StepStatus =
  | 'FAILED'
  | 'SKIPPED'
  | 'SUCCESS';

/**
 * A stretch of time on the rows' timestamps (whole seconds). A missing edge is the first counted timestamp, or the second after the last; never the clock, but for `last`
 * without `to`. `from` with `last` is BAD_USER_INPUT.
 */
export type Window = {
  /** Inclusive. */
  readonly from?: string | null | undefined;
  /** An ISO 8601 duration in whole numbers back from `to`, else from now: `P30D`, `P6M`, `PT12H`. The one thing that reads the clock. */
  readonly last?: string | null | undefined;
  /** Exclusive. */
  readonly to?: string | null | undefined;
};

export type ChangePartsFragment = { readonly subject: string, readonly kind: ChangeKind, readonly tier: ChangeTier, readonly at: string, readonly before: number, readonly after: number, readonly confidence: number, readonly causes: ReadonlyArray<{ readonly plugin: string, readonly version: string | null, readonly share: number, readonly before: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly after: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } }> };

export type ChangeOfPatternQueryVariables = Exact<{
  before: MetricFilter;
  after: MetricFilter;
}>;


export type ChangeOfPatternQuery = { readonly before: { readonly patterns: ReadonlyArray<{ readonly patternId: string, readonly name: string, readonly durations: { readonly n: number } }> } | null, readonly after: { readonly patterns: ReadonlyArray<{ readonly patternId: string, readonly name: string, readonly durations: { readonly n: number } }> } | null, readonly failing: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: { readonly executionId: string, readonly completedAt: string } }> } | null };

export type ChangeOfPluginQueryVariables = Exact<{
  before: MetricFilter;
  after: MetricFilter;
}>;


export type ChangeOfPluginQuery = { readonly before: { readonly plugins: ReadonlyArray<{ readonly name: string, readonly uses: number }> } | null, readonly after: { readonly plugins: ReadonlyArray<{ readonly name: string, readonly uses: number }> } | null, readonly failing: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: { readonly executionId: string, readonly completedAt: string } }> } | null };

export type AdvancedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type AdvancedSubscription = { readonly advanced: { readonly position: string } | null };

export type RecordedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type RecordedSubscription = { readonly executionRecorded: { readonly executionId: string, readonly patternId: string, readonly patternName: string, readonly status: ExecutionStatus, readonly durationMs: number, readonly completedAt: string } | null };

export type ExecutionPageQueryVariables = Exact<{
  executionId: string | number;
}>;


export type ExecutionPageQuery = { readonly recordedExecution: { readonly workflowId: string, readonly taskDescription: string, readonly startedAt: string, readonly filesCreated: number, readonly notes: string, readonly executionId: string, readonly patternId: string, readonly patternName: string, readonly status: ExecutionStatus, readonly durationMs: number, readonly completedAt: string, readonly errorMessage: string | null, readonly attributes: ReadonlyArray<{ readonly key: string, readonly value: string }>, readonly steps: ReadonlyArray<{ readonly step: number, readonly phase: string, readonly plugin: string, readonly durationMs: number, readonly status: StepStatus, readonly startedAt: string | null, readonly attempt: number, readonly pluginVersion: string | null, readonly errorMessage: string | null }> } | null };

export type UsualDurationQueryVariables = Exact<{
  patternIds: ReadonlyArray<string | number> | string | number;
}>;


export type UsualDurationQuery = { readonly patternStats: { readonly patterns: ReadonlyArray<{ readonly durations: { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null, readonly minSeconds: number | null, readonly maxSeconds: number | null } }> } | null };

export type RatePartsFragment = { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null };

export type DurationPartsFragment = { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null, readonly minSeconds: number | null, readonly maxSeconds: number | null };

export type PluginHeatmapQueryVariables = Exact<{
  filter?: MetricFilter | null | undefined;
  within?: MetricFilter | null | undefined;
  bucket: Bucket;
  timeZone: string;
  limit: number;
}>;


export type PluginHeatmapQuery = { readonly reliabilityHeatmap: { readonly asOf: string, readonly pluginCount: number, readonly columns: ReadonlyArray<{ readonly start: string, readonly end: string, readonly partial: boolean }>, readonly rows: ReadonlyArray<{ readonly plugin: string, readonly uses: ReadonlyArray<number>, readonly successes: ReadonlyArray<number>, readonly lower: ReadonlyArray<number | null>, readonly upper: ReadonlyArray<number | null> }> } | null, readonly all: { readonly phases: ReadonlyArray<{ readonly success: { readonly successes: number, readonly total: number } }> } | null };

export type HeatmapPartsFragment = { readonly asOf: string, readonly pluginCount: number, readonly columns: ReadonlyArray<{ readonly start: string, readonly end: string, readonly partial: boolean }>, readonly rows: ReadonlyArray<{ readonly plugin: string, readonly uses: ReadonlyArray<number>, readonly successes: ReadonlyArray<number>, readonly lower: ReadonlyArray<number | null>, readonly upper: ReadonlyArray<number | null> }> };

export type PluginOrderQueryVariables = Exact<{
  filter?: MetricFilter | null | undefined;
}>;


export type PluginOrderQuery = { readonly pluginStats: { readonly plugins: ReadonlyArray<{ readonly name: string, readonly durations: { readonly n: number } }> } | null };

export type DurationHistogramQueryVariables = Exact<{
  filter?: MetricFilter | null | undefined;
  bins: number;
  outliers: number;
}>;


export type DurationHistogramQuery = { readonly durationHistogram: { readonly asOf: string, readonly bins: ReadonlyArray<{ readonly fromSeconds: number, readonly toSeconds: number, readonly count: number }>, readonly durations: { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null, readonly minSeconds: number | null, readonly maxSeconds: number | null }, readonly outliers: ReadonlyArray<{ readonly patternId: string, readonly timestamp: string, readonly durationSeconds: number, readonly score: number, readonly executionId: string | null }> } | null };

export type RunsWithPluginQueryVariables = Exact<{
  filter: MetricFilter;
}>;


export type RunsWithPluginQuery = { readonly overview: { readonly current: { readonly successRate: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } } } | null };

export type HealthQueryVariables = Exact<{
  filter?: MetricFilter | null | undefined;
}>;


export type HealthQuery = { readonly overview: { readonly asOf: string, readonly from: string | null, readonly to: string | null, readonly current: { readonly executions: number, readonly patterns: number, readonly plugins: number, readonly steps: number, readonly cancelled: number, readonly successRate: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly durations: { readonly n: number, readonly medianSeconds: number | null, readonly p95Seconds: number | null }, readonly medianInterval: { readonly lowerSeconds: number, readonly upperSeconds: number } | null }, readonly previous: { readonly executions: number, readonly patterns: number, readonly plugins: number, readonly steps: number, readonly cancelled: number, readonly successRate: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly durations: { readonly n: number, readonly medianSeconds: number | null, readonly p95Seconds: number | null }, readonly medianInterval: { readonly lowerSeconds: number, readonly upperSeconds: number } | null } | null } | null, readonly recordedExecutions: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: { readonly executionId: string, readonly patternId: string, readonly patternName: string, readonly status: ExecutionStatus, readonly durationMs: number, readonly completedAt: string, readonly errorMessage: string | null } }> } | null };

export type AdviceQueryVariables = Exact<{
  filter?: MetricFilter | null | undefined;
  window?: Window | null | undefined;
  patternIds?: ReadonlyArray<string | number> | string | number | null | undefined;
  plugins?: ReadonlyArray<string> | string | null | undefined;
}>;


export type AdviceQuery = { readonly changes: { readonly asOf: string, readonly changes: ReadonlyArray<{ readonly subject: string, readonly kind: ChangeKind, readonly tier: ChangeTier, readonly at: string, readonly before: number, readonly after: number, readonly confidence: number, readonly causes: ReadonlyArray<{ readonly plugin: string, readonly version: string | null, readonly share: number, readonly before: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly after: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } }> }> } | null, readonly promotions: { readonly inForce: PromotionPolicy, readonly patterns: ReadonlyArray<{ readonly patternId: string, readonly name: string, readonly status: PatternStatus, readonly executionsToNext: number | null, readonly changedAt: string | null, readonly evidence: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } }> } | null, readonly problematicPlugins: { readonly plugins: ReadonlyArray<{ readonly name: string, readonly uses: number, readonly reliability: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } }> } | null, readonly slowPlugins: { readonly plugins: ReadonlyArray<{ readonly name: string, readonly durations: { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null } }> } | null };

export type TotalPartsFragment = { readonly executions: number, readonly patterns: number, readonly plugins: number, readonly steps: number, readonly cancelled: number, readonly successRate: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly durations: { readonly n: number, readonly medianSeconds: number | null, readonly p95Seconds: number | null }, readonly medianInterval: { readonly lowerSeconds: number, readonly upperSeconds: number } | null };

export type RunPartsFragment = { readonly executionId: string, readonly patternId: string, readonly patternName: string, readonly status: ExecutionStatus, readonly durationMs: number, readonly completedAt: string, readonly errorMessage: string | null };

export type BestPatternsQueryVariables = Exact<{
  filter?: MetricFilter | null | undefined;
  limit: number;
}>;


export type BestPatternsQuery = { readonly topPatterns: { readonly patterns: ReadonlyArray<{ readonly patternId: string, readonly name: string, readonly status: PatternStatus, readonly lastUsed: string | null, readonly successRate: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly durations: { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null, readonly minSeconds: number | null, readonly maxSeconds: number | null } }> } | null, readonly byRate: { readonly patterns: ReadonlyArray<{ readonly name: string, readonly successRate: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } }> } | null };

export type MostUsedPluginsQueryVariables = Exact<{
  filter?: MetricFilter | null | undefined;
  limit: number;
}>;


export type MostUsedPluginsQuery = { readonly mostUsedPlugins: { readonly plugins: ReadonlyArray<{ readonly name: string, readonly uses: number, readonly lastUsed: string | null, readonly totalDurationSeconds: number, readonly reliability: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly durations: { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null, readonly minSeconds: number | null, readonly maxSeconds: number | null } }> } | null };

export type PhaseDurationsQueryVariables = Exact<{
  filter?: MetricFilter | null | undefined;
}>;


export type PhaseDurationsQuery = { readonly phaseDurations: { readonly phases: ReadonlyArray<{ readonly phase: string, readonly durations: { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null, readonly minSeconds: number | null, readonly maxSeconds: number | null }, readonly success: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } }> } | null };

export type PatternRowFragment = { readonly patternId: string, readonly name: string, readonly status: PatternStatus, readonly lastUsed: string | null, readonly successRate: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly durations: { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null, readonly minSeconds: number | null, readonly maxSeconds: number | null } };

export type PluginRowFragment = { readonly name: string, readonly uses: number, readonly lastUsed: string | null, readonly totalDurationSeconds: number, readonly reliability: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly durations: { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null, readonly minSeconds: number | null, readonly maxSeconds: number | null } };

export type TrustQueryVariables = Exact<{ [key: string]: never; }>;


export type TrustQuery = { readonly logStatus: { readonly rejectedRows: number, readonly recordingError: string | null, readonly logs: ReadonlyArray<{ readonly name: string, readonly rows: number, readonly bytes: number, readonly lastTimestamp: string | null }>, readonly projections: ReadonlyArray<{ readonly name: string, readonly state: ProjectionState, readonly lagBytes: number, readonly error: string | null }> } | null };

export type RejectedRowsQueryVariables = Exact<{
  first: number;
}>;


export type RejectedRowsQuery = { readonly rejectedRows: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: { readonly file: string, readonly line: number, readonly text: string, readonly reason: string } }> } | null };

export type PluginPairsQueryVariables = Exact<{
  filter?: MetricFilter | null | undefined;
  limit: number;
  minExecutions: number;
}>;


export type PluginPairsQuery = { readonly pluginPairs: { readonly asOf: string, readonly pairs: ReadonlyArray<{ readonly a: string, readonly b: string, readonly executions: number, readonly support: number, readonly lift: number, readonly successTogether: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly successApart: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } }>, readonly plugins: ReadonlyArray<{ readonly name: string, readonly executions: number, readonly reliability: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } }> } | null };

export type PatternPageQueryVariables = Exact<{
  patternId: string | number;
  filter: MetricFilter;
}>;


export type PatternPageQuery = { readonly overview: { readonly asOf: string, readonly from: string | null, readonly to: string | null, readonly current: { readonly executions: number, readonly patterns: number, readonly plugins: number, readonly steps: number, readonly cancelled: number, readonly successRate: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly durations: { readonly n: number, readonly medianSeconds: number | null, readonly p95Seconds: number | null }, readonly medianInterval: { readonly lowerSeconds: number, readonly upperSeconds: number } | null }, readonly previous: { readonly executions: number, readonly patterns: number, readonly plugins: number, readonly steps: number, readonly cancelled: number, readonly successRate: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly durations: { readonly n: number, readonly medianSeconds: number | null, readonly p95Seconds: number | null }, readonly medianInterval: { readonly lowerSeconds: number, readonly upperSeconds: number } | null } | null } | null, readonly all: { readonly patterns: ReadonlyArray<{ readonly patternId: string, readonly name: string, readonly status: PatternStatus, readonly lastUsed: string | null, readonly successRate: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly durations: { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null, readonly minSeconds: number | null, readonly maxSeconds: number | null } }> } | null, readonly pluginStats: { readonly plugins: ReadonlyArray<{ readonly name: string, readonly uses: number, readonly lastUsed: string | null, readonly totalDurationSeconds: number, readonly reliability: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly durations: { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null, readonly minSeconds: number | null, readonly maxSeconds: number | null } }> } | null, readonly phaseDurations: { readonly phases: ReadonlyArray<{ readonly phase: string, readonly durations: { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null, readonly minSeconds: number | null, readonly maxSeconds: number | null }, readonly success: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } }> } | null, readonly recordedExecutions: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: { readonly executionId: string, readonly patternId: string, readonly patternName: string, readonly status: ExecutionStatus, readonly durationMs: number, readonly completedAt: string, readonly errorMessage: string | null } }> } | null, readonly last: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: { readonly executionId: string, readonly patternId: string, readonly patternName: string, readonly status: ExecutionStatus, readonly durationMs: number, readonly completedAt: string, readonly errorMessage: string | null } }> } | null, readonly promotions: { readonly inForce: PromotionPolicy, readonly patterns: ReadonlyArray<{ readonly status: PatternStatus, readonly byDefault: PatternStatus, readonly byStrict: PatternStatus, readonly confidence: number | null, readonly strictLower: number, readonly strictUpper: number, readonly executionsToNext: number | null, readonly changedAt: string | null, readonly evidence: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } }> } | null, readonly estimateDuration: { readonly p50Seconds: number | null, readonly p90Seconds: number | null, readonly basis: EstimateBasis, readonly n: number, readonly explanation: string, readonly calibration: { readonly backtested: number, readonly within90: number } | null } | null, readonly predictSuccess: { readonly probability: number, readonly lower: number, readonly upper: number, readonly n: number, readonly score: number, readonly advice: Advice, readonly basis: string, readonly calibration: { readonly backtested: number, readonly score: number, readonly baseline: number } | null } | null, readonly changes: { readonly changes: ReadonlyArray<{ readonly subject: string, readonly kind: ChangeKind, readonly tier: ChangeTier, readonly at: string, readonly before: number, readonly after: number, readonly confidence: number, readonly causes: ReadonlyArray<{ readonly plugin: string, readonly version: string | null, readonly share: number, readonly before: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly after: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } }> }> } | null, readonly similarPatterns: { readonly patterns: ReadonlyArray<{ readonly patternId: string, readonly similarity: number, readonly shared: number }> } | null };

export type PatternInGraphQueryVariables = Exact<{
  patternId: string | number;
}>;


export type PatternInGraphQuery = { readonly patterns: ReadonlyArray<{ readonly description: string | null, readonly category: string | null, readonly executions: ReadonlyArray<{ readonly executionId: string, readonly status: ExecutionStatus | null, readonly durationMs: number | null, readonly completedAt: string | null, readonly errorMessage: string | null }> }> | null };

export type PluginTrendQueryVariables = Exact<{
  filter?: MetricFilter | null | undefined;
  bucket: Bucket;
  timeZone: string;
}>;


export type PluginTrendQuery = { readonly reliabilityHeatmap: { readonly asOf: string, readonly pluginCount: number, readonly columns: ReadonlyArray<{ readonly start: string, readonly end: string, readonly partial: boolean }>, readonly rows: ReadonlyArray<{ readonly plugin: string, readonly uses: ReadonlyArray<number>, readonly successes: ReadonlyArray<number>, readonly lower: ReadonlyArray<number | null>, readonly upper: ReadonlyArray<number | null> }> } | null };

export type PluginPageQueryVariables = Exact<{
  name: string;
  filter: MetricFilter;
  partners: MetricFilter;
}>;


export type PluginPageQuery = { readonly all: { readonly plugins: ReadonlyArray<{ readonly name: string, readonly uses: number, readonly lastUsed: string | null, readonly totalDurationSeconds: number, readonly reliability: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly durations: { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null, readonly minSeconds: number | null, readonly maxSeconds: number | null } }> } | null, readonly current: { readonly plugins: ReadonlyArray<{ readonly name: string, readonly uses: number, readonly lastUsed: string | null, readonly totalDurationSeconds: number, readonly reliability: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly durations: { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null, readonly minSeconds: number | null, readonly maxSeconds: number | null } }> } | null, readonly runs: { readonly asOf: string, readonly current: { readonly executions: number, readonly patterns: number, readonly plugins: number, readonly steps: number, readonly cancelled: number, readonly successRate: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly durations: { readonly n: number, readonly medianSeconds: number | null, readonly p95Seconds: number | null }, readonly medianInterval: { readonly lowerSeconds: number, readonly upperSeconds: number } | null } } | null, readonly patternStats: { readonly patterns: ReadonlyArray<{ readonly patternId: string, readonly name: string, readonly status: PatternStatus, readonly lastUsed: string | null, readonly successRate: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly durations: { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null, readonly minSeconds: number | null, readonly maxSeconds: number | null } }> } | null, readonly phaseDurations: { readonly phases: ReadonlyArray<{ readonly phase: string, readonly durations: { readonly n: number, readonly meanSeconds: number | null, readonly medianSeconds: number | null, readonly p95Seconds: number | null, readonly minSeconds: number | null, readonly maxSeconds: number | null }, readonly success: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } }> } | null, readonly pluginPairs: { readonly pairs: ReadonlyArray<{ readonly a: string, readonly b: string, readonly executions: number, readonly support: number, readonly lift: number, readonly successTogether: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly successApart: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } }> } | null, readonly last: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: { readonly executionId: string, readonly patternId: string, readonly patternName: string, readonly status: ExecutionStatus, readonly durationMs: number, readonly completedAt: string, readonly errorMessage: string | null } }> } | null, readonly changes: { readonly changes: ReadonlyArray<{ readonly subject: string, readonly kind: ChangeKind, readonly tier: ChangeTier, readonly at: string, readonly before: number, readonly after: number, readonly confidence: number, readonly causes: ReadonlyArray<{ readonly plugin: string, readonly version: string | null, readonly share: number, readonly before: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null }, readonly after: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } }> }> } | null };

export type PluginInGraphQueryVariables = Exact<{
  name: string;
}>;


export type PluginInGraphQuery = { readonly plugins: ReadonlyArray<{ readonly description: string | null, readonly category: string | null, readonly marketplace: string | null, readonly version: string | null, readonly tags: ReadonlyArray<string> | null }> | null };

export type NamesQueryVariables = Exact<{ [key: string]: never; }>;


export type NamesQuery = { readonly patternStats: { readonly patterns: ReadonlyArray<{ readonly patternId: string, readonly name: string, readonly successRate: { readonly total: number } }> } | null, readonly pluginStats: { readonly plugins: ReadonlyArray<{ readonly name: string, readonly uses: number }> } | null, readonly phaseDurations: { readonly phases: ReadonlyArray<{ readonly phase: string, readonly durations: { readonly n: number } }> } | null };

export type SuccessTrendsQueryVariables = Exact<{
  filter?: MetricFilter | null | undefined;
  bucket: Bucket;
  timeZone: string;
  limit: number;
}>;


export type SuccessTrendsQuery = { readonly successTrend: { readonly asOf: string, readonly series: ReadonlyArray<{ readonly patternId: string, readonly name: string, readonly direction: Direction, readonly points: ReadonlyArray<{ readonly start: string, readonly end: string, readonly partial: boolean, readonly rate: { readonly value: number | null, readonly successes: number, readonly total: number, readonly lower: number | null, readonly upper: number | null } }> }> } | null };

export type ExtentQueryVariables = Exact<{ [key: string]: never; }>;


export type ExtentQuery = { readonly all: { readonly asOf: string, readonly from: string | null, readonly to: string | null, readonly current: { readonly executions: number, readonly steps: number, readonly cancelled: number } } | null, readonly month: { readonly current: { readonly executions: number } } | null };

export type LongerExtentQueryVariables = Exact<{ [key: string]: never; }>;


export type LongerExtentQuery = { readonly quarter: { readonly current: { readonly executions: number } } | null, readonly year: { readonly current: { readonly executions: number } } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const RatePartsFragmentDoc = new TypedDocumentString(`
    fragment RateParts on Rate {
  value
  successes
  total
  lower
  upper
}
    `, {"fragmentName":"RateParts"}) as unknown as TypedDocumentString<RatePartsFragment, unknown>;
export const ChangePartsFragmentDoc = new TypedDocumentString(`
    fragment ChangeParts on Change {
  subject
  kind
  tier
  at
  before
  after
  confidence
  causes {
    plugin
    version
    share
    before {
      ...RateParts
    }
    after {
      ...RateParts
    }
  }
}
    fragment RateParts on Rate {
  value
  successes
  total
  lower
  upper
}`, {"fragmentName":"ChangeParts"}) as unknown as TypedDocumentString<ChangePartsFragment, unknown>;
export const HeatmapPartsFragmentDoc = new TypedDocumentString(`
    fragment HeatmapParts on ReliabilityHeatmapResult {
  asOf
  pluginCount
  columns {
    start
    end
    partial
  }
  rows {
    plugin
    uses
    successes
    lower
    upper
  }
}
    `, {"fragmentName":"HeatmapParts"}) as unknown as TypedDocumentString<HeatmapPartsFragment, unknown>;
export const TotalPartsFragmentDoc = new TypedDocumentString(`
    fragment TotalParts on Totals {
  executions
  patterns
  plugins
  steps
  cancelled
  successRate {
    ...RateParts
  }
  durations {
    n
    medianSeconds
    p95Seconds
  }
  medianInterval {
    lowerSeconds
    upperSeconds
  }
}
    fragment RateParts on Rate {
  value
  successes
  total
  lower
  upper
}`, {"fragmentName":"TotalParts"}) as unknown as TypedDocumentString<TotalPartsFragment, unknown>;
export const RunPartsFragmentDoc = new TypedDocumentString(`
    fragment RunParts on RecordedExecution {
  executionId
  patternId
  patternName
  status
  durationMs
  completedAt
  errorMessage
}
    `, {"fragmentName":"RunParts"}) as unknown as TypedDocumentString<RunPartsFragment, unknown>;
export const DurationPartsFragmentDoc = new TypedDocumentString(`
    fragment DurationParts on Durations {
  n
  meanSeconds
  medianSeconds
  p95Seconds
  minSeconds
  maxSeconds
}
    `, {"fragmentName":"DurationParts"}) as unknown as TypedDocumentString<DurationPartsFragment, unknown>;
export const PatternRowFragmentDoc = new TypedDocumentString(`
    fragment PatternRow on PatternStats {
  patternId
  name
  status
  lastUsed
  successRate {
    ...RateParts
  }
  durations {
    ...DurationParts
  }
}
    fragment RateParts on Rate {
  value
  successes
  total
  lower
  upper
}
fragment DurationParts on Durations {
  n
  meanSeconds
  medianSeconds
  p95Seconds
  minSeconds
  maxSeconds
}`, {"fragmentName":"PatternRow"}) as unknown as TypedDocumentString<PatternRowFragment, unknown>;
export const PluginRowFragmentDoc = new TypedDocumentString(`
    fragment PluginRow on PluginStats {
  name
  uses
  lastUsed
  totalDurationSeconds
  reliability {
    ...RateParts
  }
  durations {
    ...DurationParts
  }
}
    fragment RateParts on Rate {
  value
  successes
  total
  lower
  upper
}
fragment DurationParts on Durations {
  n
  meanSeconds
  medianSeconds
  p95Seconds
  minSeconds
  maxSeconds
}`, {"fragmentName":"PluginRow"}) as unknown as TypedDocumentString<PluginRowFragment, unknown>;
export const ChangeOfPatternDocument = new TypedDocumentString(`
    query ChangeOfPattern($before: MetricFilter!, $after: MetricFilter!) {
  before: patternStats(filter: $before) {
    patterns {
      patternId
      name
      durations {
        n
      }
    }
  }
  after: patternStats(filter: $after) {
    patterns {
      patternId
      name
      durations {
        n
      }
    }
  }
  failing: recordedExecutions(
    filter: $after
    first: 3
    statuses: [FAILED, PARTIAL]
  ) {
    totalCount
    edges {
      node {
        executionId
        completedAt
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ChangeOfPatternQuery, ChangeOfPatternQueryVariables>;
export const ChangeOfPluginDocument = new TypedDocumentString(`
    query ChangeOfPlugin($before: MetricFilter!, $after: MetricFilter!) {
  before: pluginStats(filter: $before) {
    plugins {
      name
      uses
    }
  }
  after: pluginStats(filter: $after) {
    plugins {
      name
      uses
    }
  }
  failing: recordedExecutions(
    filter: $after
    first: 3
    statuses: [FAILED, PARTIAL]
  ) {
    totalCount
    edges {
      node {
        executionId
        completedAt
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ChangeOfPluginQuery, ChangeOfPluginQueryVariables>;
export const AdvancedDocument = new TypedDocumentString(`
    subscription Advanced {
  advanced {
    position
  }
}
    `) as unknown as TypedDocumentString<AdvancedSubscription, AdvancedSubscriptionVariables>;
export const RecordedDocument = new TypedDocumentString(`
    subscription Recorded {
  executionRecorded {
    executionId
    patternId
    patternName
    status
    durationMs
    completedAt
  }
}
    `) as unknown as TypedDocumentString<RecordedSubscription, RecordedSubscriptionVariables>;
export const ExecutionPageDocument = new TypedDocumentString(`
    query ExecutionPage($executionId: ID!) {
  recordedExecution(executionId: $executionId) {
    ...RunParts
    workflowId
    taskDescription
    startedAt
    filesCreated
    notes
    attributes {
      key
      value
    }
    steps {
      step
      phase
      plugin
      durationMs
      status
      startedAt
      attempt
      pluginVersion
      errorMessage
    }
  }
}
    fragment RunParts on RecordedExecution {
  executionId
  patternId
  patternName
  status
  durationMs
  completedAt
  errorMessage
}`) as unknown as TypedDocumentString<ExecutionPageQuery, ExecutionPageQueryVariables>;
export const UsualDurationDocument = new TypedDocumentString(`
    query UsualDuration($patternIds: [ID!]!) {
  patternStats(filter: {patternIds: $patternIds}) {
    patterns {
      durations {
        ...DurationParts
      }
    }
  }
}
    fragment DurationParts on Durations {
  n
  meanSeconds
  medianSeconds
  p95Seconds
  minSeconds
  maxSeconds
}`) as unknown as TypedDocumentString<UsualDurationQuery, UsualDurationQueryVariables>;
export const PluginHeatmapDocument = new TypedDocumentString(`
    query PluginHeatmap($filter: MetricFilter, $within: MetricFilter, $bucket: Bucket!, $timeZone: String!, $limit: Int!) {
  reliabilityHeatmap(
    filter: $filter
    bucket: $bucket
    timeZone: $timeZone
    limit: $limit
  ) {
    ...HeatmapParts
  }
  all: phaseDurations(filter: $within) {
    phases {
      success {
        successes
        total
      }
    }
  }
}
    fragment HeatmapParts on ReliabilityHeatmapResult {
  asOf
  pluginCount
  columns {
    start
    end
    partial
  }
  rows {
    plugin
    uses
    successes
    lower
    upper
  }
}`) as unknown as TypedDocumentString<PluginHeatmapQuery, PluginHeatmapQueryVariables>;
export const PluginOrderDocument = new TypedDocumentString(`
    query PluginOrder($filter: MetricFilter) {
  pluginStats(filter: $filter) {
    plugins {
      name
      durations {
        n
      }
    }
  }
}
    `) as unknown as TypedDocumentString<PluginOrderQuery, PluginOrderQueryVariables>;
export const DurationHistogramDocument = new TypedDocumentString(`
    query DurationHistogram($filter: MetricFilter, $bins: Int!, $outliers: Int!) {
  durationHistogram(filter: $filter, bins: $bins, outliers: $outliers) {
    asOf
    bins {
      fromSeconds
      toSeconds
      count
    }
    durations {
      ...DurationParts
    }
    outliers {
      patternId
      timestamp
      durationSeconds
      score
      executionId
    }
  }
}
    fragment DurationParts on Durations {
  n
  meanSeconds
  medianSeconds
  p95Seconds
  minSeconds
  maxSeconds
}`) as unknown as TypedDocumentString<DurationHistogramQuery, DurationHistogramQueryVariables>;
export const RunsWithPluginDocument = new TypedDocumentString(`
    query RunsWithPlugin($filter: MetricFilter!) {
  overview(filter: $filter) {
    current {
      successRate {
        ...RateParts
      }
    }
  }
}
    fragment RateParts on Rate {
  value
  successes
  total
  lower
  upper
}`) as unknown as TypedDocumentString<RunsWithPluginQuery, RunsWithPluginQueryVariables>;
export const HealthDocument = new TypedDocumentString(`
    query Health($filter: MetricFilter) {
  overview(filter: $filter) {
    asOf
    from
    to
    current {
      ...TotalParts
    }
    previous {
      ...TotalParts
    }
  }
  recordedExecutions(filter: $filter, first: 30) {
    totalCount
    edges {
      node {
        ...RunParts
      }
    }
  }
}
    fragment RateParts on Rate {
  value
  successes
  total
  lower
  upper
}
fragment TotalParts on Totals {
  executions
  patterns
  plugins
  steps
  cancelled
  successRate {
    ...RateParts
  }
  durations {
    n
    medianSeconds
    p95Seconds
  }
  medianInterval {
    lowerSeconds
    upperSeconds
  }
}
fragment RunParts on RecordedExecution {
  executionId
  patternId
  patternName
  status
  durationMs
  completedAt
  errorMessage
}`) as unknown as TypedDocumentString<HealthQuery, HealthQueryVariables>;
export const AdviceDocument = new TypedDocumentString(`
    query Advice($filter: MetricFilter, $window: Window, $patternIds: [ID!], $plugins: [String!]) {
  changes(window: $window, patternIds: $patternIds, plugins: $plugins) {
    asOf
    changes {
      ...ChangeParts
    }
  }
  promotions(patternIds: $patternIds) {
    inForce
    patterns {
      patternId
      name
      status
      evidence {
        ...RateParts
      }
      executionsToNext
      changedAt
    }
  }
  problematicPlugins(filter: $filter, limit: 3) {
    plugins {
      name
      uses
      reliability {
        ...RateParts
      }
    }
  }
  slowPlugins(filter: $filter, limit: 3) {
    plugins {
      name
      durations {
        n
        meanSeconds
        medianSeconds
        p95Seconds
      }
    }
  }
}
    fragment ChangeParts on Change {
  subject
  kind
  tier
  at
  before
  after
  confidence
  causes {
    plugin
    version
    share
    before {
      ...RateParts
    }
    after {
      ...RateParts
    }
  }
}
fragment RateParts on Rate {
  value
  successes
  total
  lower
  upper
}`) as unknown as TypedDocumentString<AdviceQuery, AdviceQueryVariables>;
export const BestPatternsDocument = new TypedDocumentString(`
    query BestPatterns($filter: MetricFilter, $limit: Int!) {
  topPatterns(filter: $filter, limit: $limit, rankBy: LOWER_BOUND) {
    patterns {
      ...PatternRow
    }
  }
  byRate: topPatterns(filter: $filter, limit: 50) {
    patterns {
      name
      successRate {
        ...RateParts
      }
    }
  }
}
    fragment RateParts on Rate {
  value
  successes
  total
  lower
  upper
}
fragment DurationParts on Durations {
  n
  meanSeconds
  medianSeconds
  p95Seconds
  minSeconds
  maxSeconds
}
fragment PatternRow on PatternStats {
  patternId
  name
  status
  lastUsed
  successRate {
    ...RateParts
  }
  durations {
    ...DurationParts
  }
}`) as unknown as TypedDocumentString<BestPatternsQuery, BestPatternsQueryVariables>;
export const MostUsedPluginsDocument = new TypedDocumentString(`
    query MostUsedPlugins($filter: MetricFilter, $limit: Int!) {
  mostUsedPlugins(filter: $filter, limit: $limit) {
    plugins {
      ...PluginRow
    }
  }
}
    fragment RateParts on Rate {
  value
  successes
  total
  lower
  upper
}
fragment DurationParts on Durations {
  n
  meanSeconds
  medianSeconds
  p95Seconds
  minSeconds
  maxSeconds
}
fragment PluginRow on PluginStats {
  name
  uses
  lastUsed
  totalDurationSeconds
  reliability {
    ...RateParts
  }
  durations {
    ...DurationParts
  }
}`) as unknown as TypedDocumentString<MostUsedPluginsQuery, MostUsedPluginsQueryVariables>;
export const PhaseDurationsDocument = new TypedDocumentString(`
    query PhaseDurations($filter: MetricFilter) {
  phaseDurations(filter: $filter) {
    phases {
      phase
      durations {
        ...DurationParts
      }
      success {
        ...RateParts
      }
    }
  }
}
    fragment RateParts on Rate {
  value
  successes
  total
  lower
  upper
}
fragment DurationParts on Durations {
  n
  meanSeconds
  medianSeconds
  p95Seconds
  minSeconds
  maxSeconds
}`) as unknown as TypedDocumentString<PhaseDurationsQuery, PhaseDurationsQueryVariables>;
export const TrustDocument = new TypedDocumentString(`
    query Trust {
  logStatus {
    rejectedRows
    recordingError
    logs {
      name
      rows
      bytes
      lastTimestamp
    }
    projections {
      name
      state
      lagBytes
      error
    }
  }
}
    `) as unknown as TypedDocumentString<TrustQuery, TrustQueryVariables>;
export const RejectedRowsDocument = new TypedDocumentString(`
    query RejectedRows($first: Int!) {
  rejectedRows(first: $first) {
    totalCount
    edges {
      node {
        file
        line
        text
        reason
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RejectedRowsQuery, RejectedRowsQueryVariables>;
export const PluginPairsDocument = new TypedDocumentString(`
    query PluginPairs($filter: MetricFilter, $limit: Int!, $minExecutions: Int!) {
  pluginPairs(filter: $filter, limit: $limit, minExecutions: $minExecutions) {
    asOf
    pairs {
      a
      b
      executions
      support
      lift
      successTogether {
        ...RateParts
      }
      successApart {
        ...RateParts
      }
    }
    plugins {
      name
      executions
      reliability {
        ...RateParts
      }
    }
  }
}
    fragment RateParts on Rate {
  value
  successes
  total
  lower
  upper
}`) as unknown as TypedDocumentString<PluginPairsQuery, PluginPairsQueryVariables>;
export const PatternPageDocument = new TypedDocumentString(`
    query PatternPage($patternId: ID!, $filter: MetricFilter!) {
  overview(filter: $filter) {
    asOf
    from
    to
    current {
      ...TotalParts
    }
    previous {
      ...TotalParts
    }
  }
  all: patternStats(filter: {patternIds: [$patternId]}) {
    patterns {
      ...PatternRow
    }
  }
  pluginStats(filter: $filter) {
    plugins {
      ...PluginRow
    }
  }
  phaseDurations(filter: $filter) {
    phases {
      phase
      durations {
        ...DurationParts
      }
      success {
        ...RateParts
      }
    }
  }
  recordedExecutions(filter: $filter, first: 30) {
    totalCount
    edges {
      node {
        ...RunParts
      }
    }
  }
  last: recordedExecutions(filter: {patternIds: [$patternId]}, first: 20) {
    totalCount
    edges {
      node {
        ...RunParts
      }
    }
  }
  promotions(patternIds: [$patternId]) {
    inForce
    patterns {
      status
      byDefault
      byStrict
      confidence
      strictLower
      strictUpper
      executionsToNext
      changedAt
      evidence {
        ...RateParts
      }
    }
  }
  estimateDuration(input: {patternId: $patternId}) {
    p50Seconds
    p90Seconds
    basis
    n
    explanation
    calibration {
      backtested
      within90
    }
  }
  predictSuccess(input: {patternId: $patternId}) {
    probability
    lower
    upper
    n
    score
    advice
    basis
    calibration {
      backtested
      score
      baseline
    }
  }
  changes(patternIds: [$patternId]) {
    changes {
      ...ChangeParts
    }
  }
  similarPatterns(patternId: $patternId, limit: 5) {
    patterns {
      patternId
      similarity
      shared
    }
  }
}
    fragment ChangeParts on Change {
  subject
  kind
  tier
  at
  before
  after
  confidence
  causes {
    plugin
    version
    share
    before {
      ...RateParts
    }
    after {
      ...RateParts
    }
  }
}
fragment RateParts on Rate {
  value
  successes
  total
  lower
  upper
}
fragment DurationParts on Durations {
  n
  meanSeconds
  medianSeconds
  p95Seconds
  minSeconds
  maxSeconds
}
fragment TotalParts on Totals {
  executions
  patterns
  plugins
  steps
  cancelled
  successRate {
    ...RateParts
  }
  durations {
    n
    medianSeconds
    p95Seconds
  }
  medianInterval {
    lowerSeconds
    upperSeconds
  }
}
fragment RunParts on RecordedExecution {
  executionId
  patternId
  patternName
  status
  durationMs
  completedAt
  errorMessage
}
fragment PatternRow on PatternStats {
  patternId
  name
  status
  lastUsed
  successRate {
    ...RateParts
  }
  durations {
    ...DurationParts
  }
}
fragment PluginRow on PluginStats {
  name
  uses
  lastUsed
  totalDurationSeconds
  reliability {
    ...RateParts
  }
  durations {
    ...DurationParts
  }
}`) as unknown as TypedDocumentString<PatternPageQuery, PatternPageQueryVariables>;
export const PatternInGraphDocument = new TypedDocumentString(`
    query PatternInGraph($patternId: ID!) {
  patterns(where: {patternId: {eq: $patternId}}) {
    description
    category
    executions(limit: 20, sort: [{completedAt: DESC}]) {
      executionId
      status
      durationMs
      completedAt
      errorMessage
    }
  }
}
    `) as unknown as TypedDocumentString<PatternInGraphQuery, PatternInGraphQueryVariables>;
export const PluginTrendDocument = new TypedDocumentString(`
    query PluginTrend($filter: MetricFilter, $bucket: Bucket!, $timeZone: String!) {
  reliabilityHeatmap(
    filter: $filter
    bucket: $bucket
    timeZone: $timeZone
    limit: 1
  ) {
    ...HeatmapParts
  }
}
    fragment HeatmapParts on ReliabilityHeatmapResult {
  asOf
  pluginCount
  columns {
    start
    end
    partial
  }
  rows {
    plugin
    uses
    successes
    lower
    upper
  }
}`) as unknown as TypedDocumentString<PluginTrendQuery, PluginTrendQueryVariables>;
export const PluginPageDocument = new TypedDocumentString(`
    query PluginPage($name: String!, $filter: MetricFilter!, $partners: MetricFilter!) {
  all: pluginStats(filter: {plugins: [$name]}) {
    plugins {
      ...PluginRow
    }
  }
  current: pluginStats(filter: $filter) {
    plugins {
      ...PluginRow
    }
  }
  runs: overview(filter: $filter) {
    asOf
    current {
      ...TotalParts
    }
  }
  patternStats(filter: $filter) {
    patterns {
      ...PatternRow
    }
  }
  phaseDurations(filter: $filter) {
    phases {
      phase
      durations {
        ...DurationParts
      }
      success {
        ...RateParts
      }
    }
  }
  pluginPairs(filter: $partners, limit: 1000, minExecutions: 1) {
    pairs {
      a
      b
      executions
      support
      lift
      successTogether {
        ...RateParts
      }
      successApart {
        ...RateParts
      }
    }
  }
  last: recordedExecutions(filter: {plugins: [$name]}, first: 20) {
    totalCount
    edges {
      node {
        ...RunParts
      }
    }
  }
  changes(plugins: [$name]) {
    changes {
      ...ChangeParts
    }
  }
}
    fragment ChangeParts on Change {
  subject
  kind
  tier
  at
  before
  after
  confidence
  causes {
    plugin
    version
    share
    before {
      ...RateParts
    }
    after {
      ...RateParts
    }
  }
}
fragment RateParts on Rate {
  value
  successes
  total
  lower
  upper
}
fragment DurationParts on Durations {
  n
  meanSeconds
  medianSeconds
  p95Seconds
  minSeconds
  maxSeconds
}
fragment TotalParts on Totals {
  executions
  patterns
  plugins
  steps
  cancelled
  successRate {
    ...RateParts
  }
  durations {
    n
    medianSeconds
    p95Seconds
  }
  medianInterval {
    lowerSeconds
    upperSeconds
  }
}
fragment RunParts on RecordedExecution {
  executionId
  patternId
  patternName
  status
  durationMs
  completedAt
  errorMessage
}
fragment PatternRow on PatternStats {
  patternId
  name
  status
  lastUsed
  successRate {
    ...RateParts
  }
  durations {
    ...DurationParts
  }
}
fragment PluginRow on PluginStats {
  name
  uses
  lastUsed
  totalDurationSeconds
  reliability {
    ...RateParts
  }
  durations {
    ...DurationParts
  }
}`) as unknown as TypedDocumentString<PluginPageQuery, PluginPageQueryVariables>;
export const PluginInGraphDocument = new TypedDocumentString(`
    query PluginInGraph($name: String!) {
  plugins(where: {name: {eq: $name}}) {
    description
    category
    marketplace
    version
    tags
  }
}
    `) as unknown as TypedDocumentString<PluginInGraphQuery, PluginInGraphQueryVariables>;
export const NamesDocument = new TypedDocumentString(`
    query Names {
  patternStats {
    patterns {
      patternId
      name
      successRate {
        total
      }
    }
  }
  pluginStats {
    plugins {
      name
      uses
    }
  }
  phaseDurations {
    phases {
      phase
      durations {
        n
      }
    }
  }
}
    `) as unknown as TypedDocumentString<NamesQuery, NamesQueryVariables>;
export const SuccessTrendsDocument = new TypedDocumentString(`
    query SuccessTrends($filter: MetricFilter, $bucket: Bucket!, $timeZone: String!, $limit: Int!) {
  successTrend(
    filter: $filter
    bucket: $bucket
    timeZone: $timeZone
    limit: $limit
  ) {
    asOf
    series {
      patternId
      name
      direction
      points {
        start
        end
        partial
        rate {
          ...RateParts
        }
      }
    }
  }
}
    fragment RateParts on Rate {
  value
  successes
  total
  lower
  upper
}`) as unknown as TypedDocumentString<SuccessTrendsQuery, SuccessTrendsQueryVariables>;
export const ExtentDocument = new TypedDocumentString(`
    query Extent {
  all: overview {
    asOf
    from
    to
    current {
      executions
      steps
      cancelled
    }
  }
  month: overview(filter: {window: {last: "P30D"}}) {
    current {
      executions
    }
  }
}
    `) as unknown as TypedDocumentString<ExtentQuery, ExtentQueryVariables>;
export const LongerExtentDocument = new TypedDocumentString(`
    query LongerExtent {
  quarter: overview(filter: {window: {last: "P90D"}}) {
    current {
      executions
    }
  }
  year: overview(filter: {window: {last: "P1Y"}}) {
    current {
      executions
    }
  }
}
    `) as unknown as TypedDocumentString<LongerExtentQuery, LongerExtentQueryVariables>;