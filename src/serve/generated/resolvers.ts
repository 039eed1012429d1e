import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { PayloadParent } from '../recording.ts';
import type { TrendAnswer } from '../answers.ts';
import type { HeatmapRow as HeatmapRowInParts } from '../../query/query.ts';
import type { RequestContext } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  /** The `ID` scalar type represents a unique identifier, often used to refetch an object or as key for a cache. The ID type appears in a JSON response as a String; however, it is not intended to be human-readable. When expected as an input type, any string (such as `"4"`) or integer (such as `4`) input value will be accepted as an ID. */
  ID: { input: string; output: string; }
  /** The `String` scalar type represents textual data, represented as UTF-8 character sequences. The String type is most often used by GraphQL to represent free-form human-readable text. */
  String: { input: string; output: string; }
  /** The `Boolean` scalar type represents `true` or `false`. */
  Boolean: { input: boolean; output: boolean; }
  /** The `Int` scalar type represents non-fractional signed whole numeric values. Int can represent values between -(2^31) and 2^31 - 1. */
  Int: { input: number; output: number; }
  /** The `Float` scalar type represents signed double-precision fractional values as specified by [IEEE 754](https://en.wikipedia.org/wiki/IEEE_floating_point). */
  Float: { input: number; output: number; }
  DateTime: { input: string; output: string; }
  LogPosition: { input: string; output: string; }
  SafeInt: { input: number; output: number; }
};

export type Advice =
  | 'AVOID'
  | 'PROCEED'
  | 'PROCEED_WITH_CARE'
  | 'REVIEW';

export type Attribute = {
  readonly key: Scalars['String']['output'];
  readonly value: Scalars['String']['output'];
};

export type AttributeInput = {
  readonly key: Scalars['String']['input'];
  readonly value: Scalars['String']['input'];
};

export type BrierScore = {
  readonly backtested: Scalars['SafeInt']['output'];
  readonly baseline: Scalars['Float']['output'];
  readonly score: Scalars['Float']['output'];
};

export type Bucket =
  | 'DAY'
  | 'HOUR'
  | 'MONTH'
  | 'QUARTER'
  | 'WEEK'
  | 'YEAR';

export type Calibration = {
  readonly backtested: Scalars['SafeInt']['output'];
  readonly within90: Scalars['Float']['output'];
};

export type Cause = {
  readonly after: Rate;
  readonly before: Rate;
  readonly plugin: Scalars['String']['output'];
  readonly share: Scalars['Float']['output'];
  readonly version: Maybe<Scalars['String']['output']>;
};

export type Change = {
  readonly after: Scalars['Float']['output'];
  readonly at: Scalars['DateTime']['output'];
  readonly before: Scalars['Float']['output'];
  readonly causes: ReadonlyArray<Cause>;
  readonly confidence: Scalars['Float']['output'];
  readonly kind: ChangeKind;
  readonly subject: Scalars['String']['output'];
  readonly tier: ChangeTier;
};

export type ChangeKind =
  | 'PATTERN_DURATION'
  | 'PATTERN_SUCCESS'
  | 'PLUGIN_DURATION'
  | 'PLUGIN_RELIABILITY';

export type ChangeTier =
  | 'CONFIRMED'
  | 'SUSPECTED';

export type ChangesResult = {
  readonly asOf: Scalars['LogPosition']['output'];
  readonly changes: ReadonlyArray<Change>;
};

export type Direction =
  | 'DEGRADING'
  | 'IMPROVING'
  | 'STEADY';

export type DurationEstimate = {
  readonly asOf: Scalars['LogPosition']['output'];
  readonly basis: EstimateBasis;
  readonly calibration: Maybe<Calibration>;
  readonly explanation: Scalars['String']['output'];
  readonly n: Scalars['SafeInt']['output'];
  readonly p50Seconds: Maybe<Scalars['Float']['output']>;
  readonly p90Seconds: Maybe<Scalars['Float']['output']>;
};

export type DurationHistogramResult = {
  readonly asOf: Scalars['LogPosition']['output'];
  readonly bins: ReadonlyArray<HistogramBin>;
  readonly durations: Durations;
  readonly outliers: ReadonlyArray<Outlier>;
};

export type DurationInterval = {
  readonly lowerSeconds: Scalars['Float']['output'];
  readonly upperSeconds: Scalars['Float']['output'];
};

export type Durations = {
  readonly maxSeconds: Maybe<Scalars['Float']['output']>;
  readonly meanSeconds: Maybe<Scalars['Float']['output']>;
  readonly medianSeconds: Maybe<Scalars['Float']['output']>;
  readonly minSeconds: Maybe<Scalars['Float']['output']>;
  readonly n: Scalars['SafeInt']['output'];
  readonly p95Seconds: Maybe<Scalars['Float']['output']>;
};

export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'EXECUTION_CONFLICT'
  | 'FORBIDDEN'
  | 'GRAPH_UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR'
  | 'OVERLOADED'
  | 'POSITION_UNKNOWN'
  | 'QUERY_TOO_COMPLEX'
  | 'STORAGE_FAILED'
  | 'STORAGE_FULL'
  | 'TIMEOUT'
  | 'UNAUTHENTICATED';

export type EstimateBasis =
  | 'NONE'
  | 'PATTERN'
  | 'STEPS';

export type EstimateInput = {
  readonly patternId?: InputMaybe<Scalars['ID']['input']>;
  readonly steps?: InputMaybe<ReadonlyArray<PlannedStep>>;
  readonly taskDescription?: InputMaybe<Scalars['String']['input']>;
};

export type ExecutionRecorded = {
  readonly completedAt: Scalars['DateTime']['output'];
  readonly durationMs: Scalars['SafeInt']['output'];
  readonly executionId: Scalars['ID']['output'];
  readonly patternId: Scalars['ID']['output'];
  readonly patternName: Scalars['String']['output'];
  readonly position: Scalars['LogPosition']['output'];
  readonly status: ExecutionStatus;
};

export type ExecutionStatus =
  | 'cancelled'
  | 'failed'
  | 'partial'
  | 'success';

export type Factor = {
  readonly explanation: Scalars['String']['output'];
  readonly name: Scalars['String']['output'];
  readonly value: Scalars['Float']['output'];
  readonly weight: Scalars['Float']['output'];
};

export type GraphDifference = {
  readonly key: Scalars['String']['output'];
  readonly message: Scalars['String']['output'];
  readonly node: Scalars['String']['output'];
};

export type GraphTask =
  | 'PRUNE'
  | 'REBUILD'
  | 'VERIFY';

export type GraphTaskState =
  | 'DONE'
  | 'FAILED'
  | 'RUNNING';

export type GraphTaskStatus = {
  readonly asOf: Maybe<Scalars['LogPosition']['output']>;
  readonly differenceCount: Scalars['SafeInt']['output'];
  readonly differences: ReadonlyArray<GraphDifference>;
  readonly done: Scalars['SafeInt']['output'];
  readonly error: Maybe<Scalars['String']['output']>;
  readonly executions: Scalars['SafeInt']['output'];
  readonly patterns: Scalars['SafeInt']['output'];
  readonly plugins: Scalars['SafeInt']['output'];
  readonly removed: Scalars['SafeInt']['output'];
  readonly seconds: Scalars['Float']['output'];
  readonly since: Scalars['DateTime']['output'];
  readonly state: GraphTaskState;
  readonly steps: Scalars['SafeInt']['output'];
  readonly task: GraphTask;
  readonly total: Scalars['SafeInt']['output'];
};

export type HeatmapColumn = {
  readonly end: Scalars['DateTime']['output'];
  readonly partial: Scalars['Boolean']['output'];
  readonly start: Scalars['DateTime']['output'];
};

export type HeatmapRow = {
  readonly lower: ReadonlyArray<Maybe<Scalars['Float']['output']>>;
  readonly plugin: Scalars['String']['output'];
  readonly successes: ReadonlyArray<Scalars['SafeInt']['output']>;
  readonly upper: ReadonlyArray<Maybe<Scalars['Float']['output']>>;
  readonly uses: ReadonlyArray<Scalars['SafeInt']['output']>;
};

export type HistogramBin = {
  readonly count: Scalars['SafeInt']['output'];
  readonly fromSeconds: Scalars['Float']['output'];
  readonly toSeconds: Scalars['Float']['output'];
};

export type LogAdvanced = {
  readonly position: Scalars['LogPosition']['output'];
};

export type LogFile = {
  readonly archivedYears: ReadonlyArray<Scalars['Int']['output']>;
  readonly bytes: Scalars['SafeInt']['output'];
  readonly lastTimestamp: Maybe<Scalars['DateTime']['output']>;
  readonly name: Scalars['String']['output'];
  readonly rows: Scalars['SafeInt']['output'];
};

export type LogStatus = {
  readonly accepted: Scalars['SafeInt']['output'];
  readonly duplicates: Scalars['SafeInt']['output'];
  readonly logs: ReadonlyArray<LogFile>;
  readonly position: Scalars['LogPosition']['output'];
  readonly projections: ReadonlyArray<ProjectionStatus>;
  readonly recordingError: Maybe<Scalars['String']['output']>;
  readonly refused: Scalars['SafeInt']['output'];
  readonly rejectedRows: Scalars['SafeInt']['output'];
  readonly since: Scalars['DateTime']['output'];
};

export type MetricFilter = {
  readonly patternIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  readonly phases?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly plugins?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly success?: InputMaybe<Scalars['Boolean']['input']>;
  readonly window?: InputMaybe<Window>;
};

export type Mutation = {
  readonly recordExecution: Maybe<RecordExecutionPayload>;
  readonly recordExecutions: Maybe<ReadonlyArray<RecordExecutionResult>>;
  readonly startGraphTask: Maybe<GraphTaskStatus>;
};


export type MutationRecordExecutionArgs = {
  dryRun?: Scalars['Boolean']['input'];
  input: RecordExecutionInput;
};


export type MutationRecordExecutionsArgs = {
  dryRun?: Scalars['Boolean']['input'];
  inputs: ReadonlyArray<RecordExecutionInput>;
};


export type MutationStartGraphTaskArgs = {
  task: GraphTask;
};

export type Outlier = {
  readonly durationSeconds: Scalars['Float']['output'];
  readonly executionId: Maybe<Scalars['ID']['output']>;
  readonly patternId: Scalars['ID']['output'];
  readonly score: Scalars['Float']['output'];
  readonly timestamp: Scalars['DateTime']['output'];
};

export type Overview = {
  readonly asOf: Scalars['LogPosition']['output'];
  readonly current: Totals;
  readonly from: Maybe<Scalars['DateTime']['output']>;
  readonly previous: Maybe<Totals>;
  readonly to: Maybe<Scalars['DateTime']['output']>;
};

export type PageInfo = {
  readonly endCursor: Maybe<Scalars['String']['output']>;
  readonly hasNextPage: Scalars['Boolean']['output'];
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

export type PatternRank =
  | 'EXECUTIONS'
  | 'LOWER_BOUND'
  | 'SUCCESS_RATE';

export type PatternStats = {
  readonly durations: Durations;
  readonly lastUsed: Maybe<Scalars['DateTime']['output']>;
  readonly name: Scalars['String']['output'];
  readonly patternId: Scalars['ID']['output'];
  readonly status: PatternStatus;
  readonly successRate: Rate;
};

export type PatternStatsResult = {
  readonly asOf: Scalars['LogPosition']['output'];
  readonly patterns: ReadonlyArray<PatternStats>;
};

export type PatternStatus =
  | 'deprecated'
  | 'discovered'
  | 'learned'
  | 'validated';

export type Percentiles =
  | 'EXACT'
  | 'SKETCH';

export type PhaseStats = {
  readonly durations: Durations;
  readonly phase: Scalars['String']['output'];
  readonly success: Rate;
};

export type PhaseStatsResult = {
  readonly asOf: Scalars['LogPosition']['output'];
  readonly phases: ReadonlyArray<PhaseStats>;
};

export type PlannedStep = {
  readonly phase?: InputMaybe<Scalars['String']['input']>;
  readonly plugin: Scalars['String']['input'];
  readonly required?: Scalars['Boolean']['input'];
};

export type PluginNode = {
  readonly executions: Scalars['SafeInt']['output'];
  readonly name: Scalars['String']['output'];
  readonly reliability: Rate;
};

export type PluginPair = {
  readonly a: Scalars['String']['output'];
  readonly b: Scalars['String']['output'];
  readonly executions: Scalars['SafeInt']['output'];
  readonly lift: Scalars['Float']['output'];
  readonly successApart: Rate;
  readonly successTogether: Rate;
  readonly support: Scalars['Float']['output'];
};

export type PluginPairsResult = {
  readonly asOf: Scalars['LogPosition']['output'];
  readonly pairs: ReadonlyArray<PluginPair>;
  readonly plugins: ReadonlyArray<PluginNode>;
};

export type PluginStats = {
  readonly durations: Durations;
  readonly lastUsed: Maybe<Scalars['DateTime']['output']>;
  readonly name: Scalars['String']['output'];
  readonly reliability: Rate;
  readonly totalDurationSeconds: Scalars['Float']['output'];
  readonly uses: Scalars['SafeInt']['output'];
};

export type PluginStatsResult = {
  readonly asOf: Scalars['LogPosition']['output'];
  readonly plugins: ReadonlyArray<PluginStats>;
};

export type ProjectionState =
  | 'backfill'
  | 'degraded'
  | 'live'
  | 'off'
  | 'stopped';

export type ProjectionStatus = {
  readonly error: Maybe<Scalars['String']['output']>;
  readonly lagBytes: Scalars['SafeInt']['output'];
  readonly name: Scalars['String']['output'];
  readonly position: Maybe<Scalars['LogPosition']['output']>;
  readonly since: Scalars['DateTime']['output'];
  readonly state: ProjectionState;
};

export type Promotion = {
  readonly byDefault: PatternStatus;
  readonly byStrict: PatternStatus;
  readonly changedAt: Maybe<Scalars['DateTime']['output']>;
  readonly confidence: Maybe<Scalars['Float']['output']>;
  readonly evidence: Rate;
  readonly executionsToNext: Maybe<Scalars['Int']['output']>;
  readonly name: Scalars['String']['output'];
  readonly patternId: Scalars['ID']['output'];
  readonly status: PatternStatus;
  readonly strictLower: Scalars['Float']['output'];
  readonly strictUpper: Scalars['Float']['output'];
};

export type PromotionPolicy =
  | 'default'
  | 'strict';

export type PromotionsResult = {
  readonly asOf: Scalars['LogPosition']['output'];
  readonly inForce: PromotionPolicy;
  readonly patterns: ReadonlyArray<Promotion>;
};

export type Query = {
  readonly changes: Maybe<ChangesResult>;
  readonly durationHistogram: Maybe<DurationHistogramResult>;
  readonly estimateDuration: Maybe<DurationEstimate>;
  readonly graphTask: Maybe<GraphTaskStatus>;
  readonly logStatus: Maybe<LogStatus>;
  readonly mostUsedPlugins: Maybe<PluginStatsResult>;
  readonly overview: Maybe<Overview>;
  readonly patternStats: Maybe<PatternStatsResult>;
  readonly phaseDurations: Maybe<PhaseStatsResult>;
  readonly pluginPairs: Maybe<PluginPairsResult>;
  readonly pluginStats: Maybe<PluginStatsResult>;
  readonly predictSuccess: Maybe<SuccessPrediction>;
  readonly problematicPlugins: Maybe<PluginStatsResult>;
  readonly promotions: Maybe<PromotionsResult>;
  readonly recordedExecution: Maybe<RecordedExecution>;
  readonly recordedExecutions: Maybe<RecordedExecutionConnection>;
  readonly rejectedRows: Maybe<RejectedRowConnection>;
  readonly reliabilityHeatmap: Maybe<ReliabilityHeatmapResult>;
  readonly similarPatterns: Maybe<SimilarPatternsResult>;
  readonly slowPlugins: Maybe<PluginStatsResult>;
  readonly successTrend: Maybe<SuccessTrendResult>;
  readonly topPatterns: Maybe<PatternStatsResult>;
};


export type QueryChangesArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  minConfidence?: Scalars['Float']['input'];
  patternIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  plugins?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  window?: InputMaybe<Window>;
};


export type QueryDurationHistogramArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  bins?: Scalars['Int']['input'];
  filter?: InputMaybe<MetricFilter>;
  outliers?: Scalars['Int']['input'];
};


export type QueryEstimateDurationArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  input: EstimateInput;
};


export type QueryMostUsedPluginsArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  filter?: InputMaybe<MetricFilter>;
  limit?: Scalars['Int']['input'];
};


export type QueryOverviewArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  filter?: InputMaybe<MetricFilter>;
};


export type QueryPatternStatsArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  filter?: InputMaybe<MetricFilter>;
  percentiles?: Percentiles;
};


export type QueryPhaseDurationsArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  filter?: InputMaybe<MetricFilter>;
  percentiles?: Percentiles;
};


export type QueryPluginPairsArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  filter?: InputMaybe<MetricFilter>;
  limit?: Scalars['Int']['input'];
  minExecutions?: Scalars['Int']['input'];
};


export type QueryPluginStatsArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  filter?: InputMaybe<MetricFilter>;
  percentiles?: Percentiles;
};


export type QueryPredictSuccessArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  input: EstimateInput;
};


export type QueryProblematicPluginsArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  filter?: InputMaybe<MetricFilter>;
  limit?: Scalars['Int']['input'];
  maxReliability?: Scalars['Float']['input'];
  minUses?: Scalars['Int']['input'];
};


export type QueryPromotionsArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  patternIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};


export type QueryRecordedExecutionArgs = {
  executionId: Scalars['ID']['input'];
};


export type QueryRecordedExecutionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  filter?: InputMaybe<MetricFilter>;
  first?: Scalars['Int']['input'];
  statuses?: InputMaybe<ReadonlyArray<ExecutionStatus>>;
};


export type QueryRejectedRowsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};


export type QueryReliabilityHeatmapArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  bucket?: Bucket;
  filter?: InputMaybe<MetricFilter>;
  limit?: Scalars['Int']['input'];
  timeZone?: Scalars['String']['input'];
};


export type QuerySimilarPatternsArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  filter?: InputMaybe<MetricFilter>;
  limit?: Scalars['Int']['input'];
  minSimilarity?: Scalars['Float']['input'];
  patternId: Scalars['ID']['input'];
};


export type QuerySlowPluginsArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  filter?: InputMaybe<MetricFilter>;
  limit?: Scalars['Int']['input'];
  minUses?: Scalars['Int']['input'];
};


export type QuerySuccessTrendArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  bucket?: Bucket;
  filter?: InputMaybe<MetricFilter>;
  limit?: Scalars['Int']['input'];
  timeZone?: Scalars['String']['input'];
};


export type QueryTopPatternsArgs = {
  asOf?: InputMaybe<Scalars['LogPosition']['input']>;
  filter?: InputMaybe<MetricFilter>;
  limit?: Scalars['Int']['input'];
  minExecutions?: Scalars['Int']['input'];
  rankBy?: PatternRank;
};

export type Rate = {
  readonly lower: Maybe<Scalars['Float']['output']>;
  readonly successes: Scalars['SafeInt']['output'];
  readonly total: Scalars['SafeInt']['output'];
  readonly upper: Maybe<Scalars['Float']['output']>;
  readonly value: Maybe<Scalars['Float']['output']>;
};

export type RecordError = {
  readonly code: ErrorCode;
  readonly field: ReadonlyArray<Scalars['String']['output']>;
  readonly message: Scalars['String']['output'];
  readonly retryable: Scalars['Boolean']['output'];
};

export type RecordExecutionInput = {
  readonly attributes?: InputMaybe<ReadonlyArray<AttributeInput>>;
  readonly completedAt: Scalars['DateTime']['input'];
  readonly durationMs?: InputMaybe<Scalars['SafeInt']['input']>;
  readonly errorMessage?: InputMaybe<Scalars['String']['input']>;
  readonly executionId: Scalars['ID']['input'];
  readonly filesCreated?: InputMaybe<Scalars['Int']['input']>;
  readonly notes?: InputMaybe<Scalars['String']['input']>;
  readonly patternId: Scalars['ID']['input'];
  readonly patternName?: InputMaybe<Scalars['String']['input']>;
  readonly startedAt: Scalars['DateTime']['input'];
  readonly status: ExecutionStatus;
  readonly steps: ReadonlyArray<StepInput>;
  readonly taskDescription: Scalars['String']['input'];
  readonly workflowId?: InputMaybe<Scalars['ID']['input']>;
};

export type RecordExecutionPayload = {
  readonly dryRun: Scalars['Boolean']['output'];
  readonly duplicate: Scalars['Boolean']['output'];
  readonly executionId: Scalars['ID']['output'];
  readonly pattern: Maybe<PatternStats>;
  readonly position: Scalars['LogPosition']['output'];
};

export type RecordExecutionResult = {
  readonly error: Maybe<RecordError>;
  readonly executionId: Scalars['ID']['output'];
  readonly payload: Maybe<RecordExecutionPayload>;
};

export type RecordedExecution = {
  readonly attributes: ReadonlyArray<Attribute>;
  readonly completedAt: Scalars['DateTime']['output'];
  readonly durationMs: Scalars['SafeInt']['output'];
  readonly errorMessage: Maybe<Scalars['String']['output']>;
  readonly executionId: Scalars['ID']['output'];
  readonly filesCreated: Scalars['Int']['output'];
  readonly notes: Scalars['String']['output'];
  readonly patternId: Scalars['ID']['output'];
  readonly patternName: Scalars['String']['output'];
  readonly startedAt: Scalars['DateTime']['output'];
  readonly status: ExecutionStatus;
  readonly steps: ReadonlyArray<RecordedStep>;
  readonly taskDescription: Scalars['String']['output'];
  readonly workflowId: Scalars['ID']['output'];
};

export type RecordedExecutionConnection = {
  readonly asOf: Scalars['LogPosition']['output'];
  readonly edges: ReadonlyArray<RecordedExecutionEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['SafeInt']['output'];
};

export type RecordedExecutionEdge = {
  readonly cursor: Scalars['String']['output'];
  readonly node: RecordedExecution;
};

export type RecordedStep = {
  readonly attempt: Scalars['Int']['output'];
  readonly durationMs: Scalars['SafeInt']['output'];
  readonly errorMessage: Maybe<Scalars['String']['output']>;
  readonly phase: Scalars['String']['output'];
  readonly plugin: Scalars['String']['output'];
  readonly pluginVersion: Maybe<Scalars['String']['output']>;
  readonly startedAt: Maybe<Scalars['DateTime']['output']>;
  readonly status: StepStatus;
  readonly step: Scalars['Int']['output'];
};

export type RejectedRow = {
  readonly file: Scalars['String']['output'];
  readonly line: Scalars['SafeInt']['output'];
  readonly reason: Scalars['String']['output'];
  readonly text: Scalars['String']['output'];
};

export type RejectedRowConnection = {
  readonly edges: ReadonlyArray<RejectedRowEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['SafeInt']['output'];
};

export type RejectedRowEdge = {
  readonly cursor: Scalars['String']['output'];
  readonly node: RejectedRow;
};

export type ReliabilityHeatmapResult = {
  readonly asOf: Scalars['LogPosition']['output'];
  readonly columns: ReadonlyArray<HeatmapColumn>;
  readonly pluginCount: Scalars['SafeInt']['output'];
  readonly rows: ReadonlyArray<HeatmapRow>;
};

export type SimilarPattern = {
  readonly patternId: Scalars['ID']['output'];
  readonly plugins: Scalars['SafeInt']['output'];
  readonly shared: Scalars['SafeInt']['output'];
  readonly sharedPlugins: ReadonlyArray<Scalars['String']['output']>;
  readonly similarity: Scalars['Float']['output'];
};

export type SimilarPatternsResult = {
  readonly asOf: Scalars['LogPosition']['output'];
  readonly patterns: ReadonlyArray<SimilarPattern>;
};

export type StepInput = {
  readonly attempt?: InputMaybe<Scalars['Int']['input']>;
  readonly durationMs: Scalars['SafeInt']['input'];
  readonly errorMessage?: InputMaybe<Scalars['String']['input']>;
  readonly phase: Scalars['String']['input'];
  readonly plugin: Scalars['String']['input'];
  readonly pluginVersion?: InputMaybe<Scalars['String']['input']>;
  readonly startedAt?: InputMaybe<Scalars['DateTime']['input']>;
  readonly status: StepStatus;
  readonly step: Scalars['Int']['input'];
};

export type StepStatus =
  | 'failed'
  | 'skipped'
  | 'success';

export type Subscription = {
  readonly advanced: Maybe<LogAdvanced>;
  readonly executionRecorded: Maybe<ExecutionRecorded>;
};


export type SubscriptionExecutionRecordedArgs = {
  patternId?: InputMaybe<Scalars['ID']['input']>;
  since?: InputMaybe<Scalars['LogPosition']['input']>;
};

export type SuccessPrediction = {
  readonly advice: Advice;
  readonly asOf: Scalars['LogPosition']['output'];
  readonly basis: Scalars['String']['output'];
  readonly calibration: Maybe<BrierScore>;
  readonly factors: ReadonlyArray<Factor>;
  readonly lower: Scalars['Float']['output'];
  readonly n: Scalars['SafeInt']['output'];
  readonly probability: Scalars['Float']['output'];
  readonly score: Scalars['Float']['output'];
  readonly upper: Scalars['Float']['output'];
};

export type SuccessTrend = {
  readonly direction: Direction;
  readonly name: Scalars['String']['output'];
  readonly patternId: Scalars['ID']['output'];
  readonly points: ReadonlyArray<TrendPoint>;
};

export type SuccessTrendResult = {
  readonly asOf: Scalars['LogPosition']['output'];
  readonly series: ReadonlyArray<SuccessTrend>;
};

export type Totals = {
  readonly cancelled: Scalars['SafeInt']['output'];
  readonly durations: Durations;
  readonly executions: Scalars['SafeInt']['output'];
  readonly medianInterval: Maybe<DurationInterval>;
  readonly patterns: Scalars['SafeInt']['output'];
  readonly plugins: Scalars['SafeInt']['output'];
  readonly steps: Scalars['SafeInt']['output'];
  readonly successRate: Rate;
};

export type TrendPoint = {
  readonly durations: Durations;
  readonly end: Scalars['DateTime']['output'];
  readonly partial: Scalars['Boolean']['output'];
  readonly rate: Rate;
  readonly start: Scalars['DateTime']['output'];
};

export type Window = {
  readonly from?: InputMaybe<Scalars['DateTime']['input']>;
  readonly last?: InputMaybe<Scalars['String']['input']>;
  readonly to?: InputMaybe<Scalars['DateTime']['input']>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Advice: Advice;
  Attribute: ResolverTypeWrapper<Attribute>;
  AttributeInput: AttributeInput;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  BrierScore: ResolverTypeWrapper<BrierScore>;
  Bucket: Bucket;
  Calibration: ResolverTypeWrapper<Calibration>;
  Cause: ResolverTypeWrapper<Cause>;
  Change: ResolverTypeWrapper<Change>;
  ChangeKind: ChangeKind;
  ChangeTier: ChangeTier;
  ChangesResult: ResolverTypeWrapper<ChangesResult>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Direction: Direction;
  DurationEstimate: ResolverTypeWrapper<DurationEstimate>;
  DurationHistogramResult: ResolverTypeWrapper<DurationHistogramResult>;
  DurationInterval: ResolverTypeWrapper<DurationInterval>;
  Durations: ResolverTypeWrapper<Durations>;
  ErrorCode: ErrorCode;
  EstimateBasis: EstimateBasis;
  EstimateInput: EstimateInput;
  ExecutionRecorded: ResolverTypeWrapper<ExecutionRecorded>;
  ExecutionStatus: null;
  Factor: ResolverTypeWrapper<Factor>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  GraphDifference: ResolverTypeWrapper<GraphDifference>;
  GraphTask: GraphTask;
  GraphTaskState: GraphTaskState;
  GraphTaskStatus: ResolverTypeWrapper<GraphTaskStatus>;
  HeatmapColumn: ResolverTypeWrapper<HeatmapColumn>;
  HeatmapRow: ResolverTypeWrapper<HeatmapRowInParts>;
  HistogramBin: ResolverTypeWrapper<HistogramBin>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  LogAdvanced: ResolverTypeWrapper<LogAdvanced>;
  LogFile: ResolverTypeWrapper<LogFile>;
  LogPosition: ResolverTypeWrapper<Scalars['LogPosition']['output']>;
  LogStatus: ResolverTypeWrapper<LogStatus>;
  MetricFilter: MetricFilter;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Outlier: ResolverTypeWrapper<Outlier>;
  Overview: ResolverTypeWrapper<Overview>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PatternRank: PatternRank;
  PatternStats: ResolverTypeWrapper<PatternStats>;
  PatternStatsResult: ResolverTypeWrapper<PatternStatsResult>;
  PatternStatus: null;
  Percentiles: Percentiles;
  PhaseStats: ResolverTypeWrapper<PhaseStats>;
  PhaseStatsResult: ResolverTypeWrapper<PhaseStatsResult>;
  PlannedStep: PlannedStep;
  PluginNode: ResolverTypeWrapper<PluginNode>;
  PluginPair: ResolverTypeWrapper<PluginPair>;
  PluginPairsResult: ResolverTypeWrapper<PluginPairsResult>;
  PluginStats: ResolverTypeWrapper<PluginStats>;
  PluginStatsResult: ResolverTypeWrapper<PluginStatsResult>;
  ProjectionState: null;
  ProjectionStatus: ResolverTypeWrapper<ProjectionStatus>;
  Promotion: ResolverTypeWrapper<Promotion>;
  PromotionPolicy: null;
  PromotionsResult: ResolverTypeWrapper<PromotionsResult>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Rate: ResolverTypeWrapper<Rate>;
  RecordError: ResolverTypeWrapper<RecordError>;
  RecordExecutionInput: RecordExecutionInput;
  RecordExecutionPayload: ResolverTypeWrapper<PayloadParent>;
  RecordExecutionResult: ResolverTypeWrapper<Omit<RecordExecutionResult, 'payload'> & { payload?: Maybe<ResolversTypes['RecordExecutionPayload']> }>;
  RecordedExecution: ResolverTypeWrapper<RecordedExecution>;
  RecordedExecutionConnection: ResolverTypeWrapper<RecordedExecutionConnection>;
  RecordedExecutionEdge: ResolverTypeWrapper<RecordedExecutionEdge>;
  RecordedStep: ResolverTypeWrapper<RecordedStep>;
  RejectedRow: ResolverTypeWrapper<RejectedRow>;
  RejectedRowConnection: ResolverTypeWrapper<RejectedRowConnection>;
  RejectedRowEdge: ResolverTypeWrapper<RejectedRowEdge>;
  ReliabilityHeatmapResult: ResolverTypeWrapper<Omit<ReliabilityHeatmapResult, 'rows'> & { rows: ReadonlyArray<ResolversTypes['HeatmapRow']> }>;
  SafeInt: ResolverTypeWrapper<Scalars['SafeInt']['output']>;
  SimilarPattern: ResolverTypeWrapper<SimilarPattern>;
  SimilarPatternsResult: ResolverTypeWrapper<SimilarPatternsResult>;
  StepInput: StepInput;
  StepStatus: null;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SuccessPrediction: ResolverTypeWrapper<SuccessPrediction>;
  SuccessTrend: ResolverTypeWrapper<TrendAnswer>;
  SuccessTrendResult: ResolverTypeWrapper<Omit<SuccessTrendResult, 'series'> & { series: ReadonlyArray<ResolversTypes['SuccessTrend']> }>;
  Totals: ResolverTypeWrapper<Totals>;
  TrendPoint: ResolverTypeWrapper<TrendPoint>;
  Window: Window;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Attribute: Attribute;
  AttributeInput: AttributeInput;
  Boolean: Scalars['Boolean']['output'];
  BrierScore: BrierScore;
  Calibration: Calibration;
  Cause: Cause;
  Change: Change;
  ChangesResult: ChangesResult;
  DateTime: Scalars['DateTime']['output'];
  DurationEstimate: DurationEstimate;
  DurationHistogramResult: DurationHistogramResult;
  DurationInterval: DurationInterval;
  Durations: Durations;
  EstimateInput: EstimateInput;
  ExecutionRecorded: ExecutionRecorded;
  Factor: Factor;
  Float: Scalars['Float']['output'];
  GraphDifference: GraphDifference;
  GraphTaskStatus: GraphTaskStatus;
  HeatmapColumn: HeatmapColumn;
  HeatmapRow: HeatmapRowInParts;
  HistogramBin: HistogramBin;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  LogAdvanced: LogAdvanced;
  LogFile: LogFile;
  LogPosition: Scalars['LogPosition']['output'];
  LogStatus: LogStatus;
  MetricFilter: MetricFilter;
  Mutation: Record<PropertyKey, never>;
  Outlier: Outlier;
  Overview: Overview;
  PageInfo: PageInfo;
  PatternStats: PatternStats;
  PatternStatsResult: PatternStatsResult;
  PhaseStats: PhaseStats;
  PhaseStatsResult: PhaseStatsResult;
  PlannedStep: PlannedStep;
  PluginNode: PluginNode;
  PluginPair: PluginPair;
  PluginPairsResult: PluginPairsResult;
  PluginStats: PluginStats;
  PluginStatsResult: PluginStatsResult;
  ProjectionStatus: ProjectionStatus;
  Promotion: Promotion;
  PromotionsResult: PromotionsResult;
  Query: Record<PropertyKey, never>;
  Rate: Rate;
  RecordError: RecordError;
  RecordExecutionInput: RecordExecutionInput;
  RecordExecutionPayload: PayloadParent;
  RecordExecutionResult: Omit<RecordExecutionResult, 'payload'> & { payload?: Maybe<ResolversParentTypes['RecordExecutionPayload']> };
  RecordedExecution: RecordedExecution;
  RecordedExecutionConnection: RecordedExecutionConnection;
  RecordedExecutionEdge: RecordedExecutionEdge;
  RecordedStep: RecordedStep;
  RejectedRow: RejectedRow;
  RejectedRowConnection: RejectedRowConnection;
  RejectedRowEdge: RejectedRowEdge;
  ReliabilityHeatmapResult: Omit<ReliabilityHeatmapResult, 'rows'> & { rows: ReadonlyArray<ResolversParentTypes['HeatmapRow']> };
  SafeInt: Scalars['SafeInt']['output'];
  SimilarPattern: SimilarPattern;
  SimilarPatternsResult: SimilarPatternsResult;
  StepInput: StepInput;
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  SuccessPrediction: SuccessPrediction;
  SuccessTrend: TrendAnswer;
  SuccessTrendResult: Omit<SuccessTrendResult, 'series'> & { series: ReadonlyArray<ResolversParentTypes['SuccessTrend']> };
  Totals: Totals;
  TrendPoint: TrendPoint;
  Window: Window;
};

export type AttributeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Attribute'] = ResolversParentTypes['Attribute']> = {
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type BrierScoreResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['BrierScore'] = ResolversParentTypes['BrierScore']> = {
  backtested?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  baseline?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type CalibrationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Calibration'] = ResolversParentTypes['Calibration']> = {
  backtested?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  within90?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type CauseResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Cause'] = ResolversParentTypes['Cause']> = {
  after?: Resolver<ResolversTypes['Rate'], ParentType, ContextType>;
  before?: Resolver<ResolversTypes['Rate'], ParentType, ContextType>;
  plugin?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  share?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Change'] = ResolversParentTypes['Change']> = {
  after?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  before?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  causes?: Resolver<ReadonlyArray<ResolversTypes['Cause']>, ParentType, ContextType>;
  confidence?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ChangeKind'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  tier?: Resolver<ResolversTypes['ChangeTier'], ParentType, ContextType>;
};

export type ChangesResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ChangesResult'] = ResolversParentTypes['ChangesResult']> = {
  asOf?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  changes?: Resolver<ReadonlyArray<ResolversTypes['Change']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DurationEstimateResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DurationEstimate'] = ResolversParentTypes['DurationEstimate']> = {
  asOf?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  basis?: Resolver<ResolversTypes['EstimateBasis'], ParentType, ContextType>;
  calibration?: Resolver<Maybe<ResolversTypes['Calibration']>, ParentType, ContextType>;
  explanation?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  n?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  p50Seconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  p90Seconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type DurationHistogramResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DurationHistogramResult'] = ResolversParentTypes['DurationHistogramResult']> = {
  asOf?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  bins?: Resolver<ReadonlyArray<ResolversTypes['HistogramBin']>, ParentType, ContextType>;
  durations?: Resolver<ResolversTypes['Durations'], ParentType, ContextType>;
  outliers?: Resolver<ReadonlyArray<ResolversTypes['Outlier']>, ParentType, ContextType>;
};

export type DurationIntervalResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DurationInterval'] = ResolversParentTypes['DurationInterval']> = {
  lowerSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  upperSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type DurationsResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Durations'] = ResolversParentTypes['Durations']> = {
  maxSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  meanSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  medianSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  minSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  n?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  p95Seconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type ExecutionRecordedResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ExecutionRecorded'] = ResolversParentTypes['ExecutionRecorded']> = {
  completedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  durationMs?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  executionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  patternId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  patternName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ExecutionStatus'], ParentType, ContextType>;
};

export type ExecutionStatusResolvers = { CANCELLED: 'cancelled', FAILED: 'failed', PARTIAL: 'partial', SUCCESS: 'success' };

export type FactorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Factor'] = ResolversParentTypes['Factor']> = {
  explanation?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  weight?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type GraphDifferenceResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['GraphDifference'] = ResolversParentTypes['GraphDifference']> = {
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type GraphTaskStatusResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['GraphTaskStatus'] = ResolversParentTypes['GraphTaskStatus']> = {
  asOf?: Resolver<Maybe<ResolversTypes['LogPosition']>, ParentType, ContextType>;
  differenceCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  differences?: Resolver<ReadonlyArray<ResolversTypes['GraphDifference']>, ParentType, ContextType>;
  done?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  executions?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  patterns?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  plugins?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  removed?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  seconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['GraphTaskState'], ParentType, ContextType>;
  steps?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  task?: Resolver<ResolversTypes['GraphTask'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type HeatmapColumnResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['HeatmapColumn'] = ResolversParentTypes['HeatmapColumn']> = {
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  partial?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type HeatmapRowResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['HeatmapRow'] = ResolversParentTypes['HeatmapRow']> = {
  lower?: Resolver<ReadonlyArray<Maybe<ResolversTypes['Float']>>, ParentType, ContextType>;
  plugin?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  successes?: Resolver<ReadonlyArray<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  upper?: Resolver<ReadonlyArray<Maybe<ResolversTypes['Float']>>, ParentType, ContextType>;
  uses?: Resolver<ReadonlyArray<ResolversTypes['SafeInt']>, ParentType, ContextType>;
};

export type HistogramBinResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['HistogramBin'] = ResolversParentTypes['HistogramBin']> = {
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  fromSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  toSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type LogAdvancedResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LogAdvanced'] = ResolversParentTypes['LogAdvanced']> = {
  position?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
};

export type LogFileResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LogFile'] = ResolversParentTypes['LogFile']> = {
  archivedYears?: Resolver<ReadonlyArray<ResolversTypes['Int']>, ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  lastTimestamp?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rows?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export interface LogPositionScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['LogPosition'], any> {
  name: 'LogPosition';
}

export type LogStatusResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LogStatus'] = ResolversParentTypes['LogStatus']> = {
  accepted?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  duplicates?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  logs?: Resolver<ReadonlyArray<ResolversTypes['LogFile']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  projections?: Resolver<ReadonlyArray<ResolversTypes['ProjectionStatus']>, ParentType, ContextType>;
  recordingError?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  refused?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  rejectedRows?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  recordExecution?: Resolver<Maybe<ResolversTypes['RecordExecutionPayload']>, ParentType, ContextType, RequireFields<MutationRecordExecutionArgs, 'dryRun' | 'input'>>;
  recordExecutions?: Resolver<Maybe<ReadonlyArray<ResolversTypes['RecordExecutionResult']>>, ParentType, ContextType, RequireFields<MutationRecordExecutionsArgs, 'dryRun' | 'inputs'>>;
  startGraphTask?: Resolver<Maybe<ResolversTypes['GraphTaskStatus']>, ParentType, ContextType, RequireFields<MutationStartGraphTaskArgs, 'task'>>;
};

export type OutlierResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Outlier'] = ResolversParentTypes['Outlier']> = {
  durationSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  executionId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  patternId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  timestamp?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type OverviewResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Overview'] = ResolversParentTypes['Overview']> = {
  asOf?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  current?: Resolver<ResolversTypes['Totals'], ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  previous?: Resolver<Maybe<ResolversTypes['Totals']>, ParentType, ContextType>;
  to?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PatternStatsResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PatternStats'] = ResolversParentTypes['PatternStats']> = {
  durations?: Resolver<ResolversTypes['Durations'], ParentType, ContextType>;
  lastUsed?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  patternId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PatternStatus'], ParentType, ContextType>;
  successRate?: Resolver<ResolversTypes['Rate'], ParentType, ContextType>;
};

export type PatternStatsResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PatternStatsResult'] = ResolversParentTypes['PatternStatsResult']> = {
  asOf?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  patterns?: Resolver<ReadonlyArray<ResolversTypes['PatternStats']>, ParentType, ContextType>;
};

export type PatternStatusResolvers = { DEPRECATED: 'deprecated', DISCOVERED: 'discovered', LEARNED: 'learned', VALIDATED: 'validated' };

export type PhaseStatsResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PhaseStats'] = ResolversParentTypes['PhaseStats']> = {
  durations?: Resolver<ResolversTypes['Durations'], ParentType, ContextType>;
  phase?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  success?: Resolver<ResolversTypes['Rate'], ParentType, ContextType>;
};

export type PhaseStatsResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PhaseStatsResult'] = ResolversParentTypes['PhaseStatsResult']> = {
  asOf?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  phases?: Resolver<ReadonlyArray<ResolversTypes['PhaseStats']>, ParentType, ContextType>;
};

export type PluginNodeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PluginNode'] = ResolversParentTypes['PluginNode']> = {
  executions?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reliability?: Resolver<ResolversTypes['Rate'], ParentType, ContextType>;
};

export type PluginPairResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PluginPair'] = ResolversParentTypes['PluginPair']> = {
  a?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  b?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  executions?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  lift?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  successApart?: Resolver<ResolversTypes['Rate'], ParentType, ContextType>;
  successTogether?: Resolver<ResolversTypes['Rate'], ParentType, ContextType>;
  support?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type PluginPairsResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PluginPairsResult'] = ResolversParentTypes['PluginPairsResult']> = {
  asOf?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  pairs?: Resolver<ReadonlyArray<ResolversTypes['PluginPair']>, ParentType, ContextType>;
  plugins?: Resolver<ReadonlyArray<ResolversTypes['PluginNode']>, ParentType, ContextType>;
};

export type PluginStatsResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PluginStats'] = ResolversParentTypes['PluginStats']> = {
  durations?: Resolver<ResolversTypes['Durations'], ParentType, ContextType>;
  lastUsed?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reliability?: Resolver<ResolversTypes['Rate'], ParentType, ContextType>;
  totalDurationSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  uses?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type PluginStatsResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PluginStatsResult'] = ResolversParentTypes['PluginStatsResult']> = {
  asOf?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  plugins?: Resolver<ReadonlyArray<ResolversTypes['PluginStats']>, ParentType, ContextType>;
};

export type ProjectionStateResolvers = { BACKFILL: 'backfill', DEGRADED: 'degraded', LIVE: 'live', OFF: 'off', STOPPED: 'stopped' };

export type ProjectionStatusResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ProjectionStatus'] = ResolversParentTypes['ProjectionStatus']> = {
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  lagBytes?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['LogPosition']>, ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ProjectionState'], ParentType, ContextType>;
};

export type PromotionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Promotion'] = ResolversParentTypes['Promotion']> = {
  byDefault?: Resolver<ResolversTypes['PatternStatus'], ParentType, ContextType>;
  byStrict?: Resolver<ResolversTypes['PatternStatus'], ParentType, ContextType>;
  changedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  confidence?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  evidence?: Resolver<ResolversTypes['Rate'], ParentType, ContextType>;
  executionsToNext?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  patternId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PatternStatus'], ParentType, ContextType>;
  strictLower?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  strictUpper?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type PromotionPolicyResolvers = { DEFAULT: 'default', STRICT: 'strict' };

export type PromotionsResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PromotionsResult'] = ResolversParentTypes['PromotionsResult']> = {
  asOf?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  inForce?: Resolver<ResolversTypes['PromotionPolicy'], ParentType, ContextType>;
  patterns?: Resolver<ReadonlyArray<ResolversTypes['Promotion']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  changes?: Resolver<Maybe<ResolversTypes['ChangesResult']>, ParentType, ContextType, RequireFields<QueryChangesArgs, 'minConfidence'>>;
  durationHistogram?: Resolver<Maybe<ResolversTypes['DurationHistogramResult']>, ParentType, ContextType, RequireFields<QueryDurationHistogramArgs, 'bins' | 'outliers'>>;
  estimateDuration?: Resolver<Maybe<ResolversTypes['DurationEstimate']>, ParentType, ContextType, RequireFields<QueryEstimateDurationArgs, 'input'>>;
  graphTask?: Resolver<Maybe<ResolversTypes['GraphTaskStatus']>, ParentType, ContextType>;
  logStatus?: Resolver<Maybe<ResolversTypes['LogStatus']>, ParentType, ContextType>;
  mostUsedPlugins?: Resolver<Maybe<ResolversTypes['PluginStatsResult']>, ParentType, ContextType, RequireFields<QueryMostUsedPluginsArgs, 'limit'>>;
  overview?: Resolver<Maybe<ResolversTypes['Overview']>, ParentType, ContextType, Partial<QueryOverviewArgs>>;
  patternStats?: Resolver<Maybe<ResolversTypes['PatternStatsResult']>, ParentType, ContextType, RequireFields<QueryPatternStatsArgs, 'percentiles'>>;
  phaseDurations?: Resolver<Maybe<ResolversTypes['PhaseStatsResult']>, ParentType, ContextType, RequireFields<QueryPhaseDurationsArgs, 'percentiles'>>;
  pluginPairs?: Resolver<Maybe<ResolversTypes['PluginPairsResult']>, ParentType, ContextType, RequireFields<QueryPluginPairsArgs, 'limit' | 'minExecutions'>>;
  pluginStats?: Resolver<Maybe<ResolversTypes['PluginStatsResult']>, ParentType, ContextType, RequireFields<QueryPluginStatsArgs, 'percentiles'>>;
  predictSuccess?: Resolver<Maybe<ResolversTypes['SuccessPrediction']>, ParentType, ContextType, RequireFields<QueryPredictSuccessArgs, 'input'>>;
  problematicPlugins?: Resolver<Maybe<ResolversTypes['PluginStatsResult']>, ParentType, ContextType, RequireFields<QueryProblematicPluginsArgs, 'limit' | 'maxReliability' | 'minUses'>>;
  promotions?: Resolver<Maybe<ResolversTypes['PromotionsResult']>, ParentType, ContextType, Partial<QueryPromotionsArgs>>;
  recordedExecution?: Resolver<Maybe<ResolversTypes['RecordedExecution']>, ParentType, ContextType, RequireFields<QueryRecordedExecutionArgs, 'executionId'>>;
  recordedExecutions?: Resolver<Maybe<ResolversTypes['RecordedExecutionConnection']>, ParentType, ContextType, RequireFields<QueryRecordedExecutionsArgs, 'first'>>;
  rejectedRows?: Resolver<Maybe<ResolversTypes['RejectedRowConnection']>, ParentType, ContextType, RequireFields<QueryRejectedRowsArgs, 'first'>>;
  reliabilityHeatmap?: Resolver<Maybe<ResolversTypes['ReliabilityHeatmapResult']>, ParentType, ContextType, RequireFields<QueryReliabilityHeatmapArgs, 'bucket' | 'limit' | 'timeZone'>>;
  similarPatterns?: Resolver<Maybe<ResolversTypes['SimilarPatternsResult']>, ParentType, ContextType, RequireFields<QuerySimilarPatternsArgs, 'limit' | 'minSimilarity' | 'patternId'>>;
  slowPlugins?: Resolver<Maybe<ResolversTypes['PluginStatsResult']>, ParentType, ContextType, RequireFields<QuerySlowPluginsArgs, 'limit' | 'minUses'>>;
  successTrend?: Resolver<Maybe<ResolversTypes['SuccessTrendResult']>, ParentType, ContextType, RequireFields<QuerySuccessTrendArgs, 'bucket' | 'limit' | 'timeZone'>>;
  topPatterns?: Resolver<Maybe<ResolversTypes['PatternStatsResult']>, ParentType, ContextType, RequireFields<QueryTopPatternsArgs, 'limit' | 'minExecutions' | 'rankBy'>>;
};

export type RateResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Rate'] = ResolversParentTypes['Rate']> = {
  lower?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  successes?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  upper?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type RecordErrorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RecordError'] = ResolversParentTypes['RecordError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  field?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  retryable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type RecordExecutionPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RecordExecutionPayload'] = ResolversParentTypes['RecordExecutionPayload']> = {
  dryRun?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  executionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  pattern?: Resolver<Maybe<ResolversTypes['PatternStats']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
};

export type RecordExecutionResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RecordExecutionResult'] = ResolversParentTypes['RecordExecutionResult']> = {
  error?: Resolver<Maybe<ResolversTypes['RecordError']>, ParentType, ContextType>;
  executionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  payload?: Resolver<Maybe<ResolversTypes['RecordExecutionPayload']>, ParentType, ContextType>;
};

export type RecordedExecutionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RecordedExecution'] = ResolversParentTypes['RecordedExecution']> = {
  attributes?: Resolver<ReadonlyArray<ResolversTypes['Attribute']>, ParentType, ContextType>;
  completedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  durationMs?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  errorMessage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  executionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  filesCreated?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  notes?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  patternId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  patternName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ExecutionStatus'], ParentType, ContextType>;
  steps?: Resolver<ReadonlyArray<ResolversTypes['RecordedStep']>, ParentType, ContextType>;
  taskDescription?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  workflowId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type RecordedExecutionConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RecordedExecutionConnection'] = ResolversParentTypes['RecordedExecutionConnection']> = {
  asOf?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['RecordedExecutionEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type RecordedExecutionEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RecordedExecutionEdge'] = ResolversParentTypes['RecordedExecutionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['RecordedExecution'], ParentType, ContextType>;
};

export type RecordedStepResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RecordedStep'] = ResolversParentTypes['RecordedStep']> = {
  attempt?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  durationMs?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  errorMessage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  phase?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  plugin?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  pluginVersion?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['StepStatus'], ParentType, ContextType>;
  step?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type RejectedRowResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RejectedRow'] = ResolversParentTypes['RejectedRow']> = {
  file?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  line?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RejectedRowConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RejectedRowConnection'] = ResolversParentTypes['RejectedRowConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['RejectedRowEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type RejectedRowEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RejectedRowEdge'] = ResolversParentTypes['RejectedRowEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['RejectedRow'], ParentType, ContextType>;
};

export type ReliabilityHeatmapResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ReliabilityHeatmapResult'] = ResolversParentTypes['ReliabilityHeatmapResult']> = {
  asOf?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  columns?: Resolver<ReadonlyArray<ResolversTypes['HeatmapColumn']>, ParentType, ContextType>;
  pluginCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  rows?: Resolver<ReadonlyArray<ResolversTypes['HeatmapRow']>, ParentType, ContextType>;
};

export interface SafeIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['SafeInt'], any> {
  name: 'SafeInt';
}

export type SimilarPatternResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SimilarPattern'] = ResolversParentTypes['SimilarPattern']> = {
  patternId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  plugins?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  shared?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  sharedPlugins?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  similarity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type SimilarPatternsResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SimilarPatternsResult'] = ResolversParentTypes['SimilarPatternsResult']> = {
  asOf?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  patterns?: Resolver<ReadonlyArray<ResolversTypes['SimilarPattern']>, ParentType, ContextType>;
};

export type StepStatusResolvers = { FAILED: 'failed', SKIPPED: 'skipped', SUCCESS: 'success' };

export type SubscriptionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  advanced?: SubscriptionResolver<Maybe<ResolversTypes['LogAdvanced']>, "advanced", ParentType, ContextType>;
  executionRecorded?: SubscriptionResolver<Maybe<ResolversTypes['ExecutionRecorded']>, "executionRecorded", ParentType, ContextType, Partial<SubscriptionExecutionRecordedArgs>>;
};

export type SuccessPredictionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SuccessPrediction'] = ResolversParentTypes['SuccessPrediction']> = {
  advice?: Resolver<ResolversTypes['Advice'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  basis?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  calibration?: Resolver<Maybe<ResolversTypes['BrierScore']>, ParentType, ContextType>;
  factors?: Resolver<ReadonlyArray<ResolversTypes['Factor']>, ParentType, ContextType>;
  lower?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  n?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  probability?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  upper?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type SuccessTrendResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SuccessTrend'] = ResolversParentTypes['SuccessTrend']> = {
  direction?: Resolver<ResolversTypes['Direction'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  patternId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  points?: Resolver<ReadonlyArray<ResolversTypes['TrendPoint']>, ParentType, ContextType>;
};

export type SuccessTrendResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SuccessTrendResult'] = ResolversParentTypes['SuccessTrendResult']> = {
  asOf?: Resolver<ResolversTypes['LogPosition'], ParentType, ContextType>;
  series?: Resolver<ReadonlyArray<ResolversTypes['SuccessTrend']>, ParentType, ContextType>;
};

export type TotalsResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Totals'] = ResolversParentTypes['Totals']> = {
  cancelled?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  durations?: Resolver<ResolversTypes['Durations'], ParentType, ContextType>;
  executions?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  medianInterval?: Resolver<Maybe<ResolversTypes['DurationInterval']>, ParentType, ContextType>;
  patterns?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  plugins?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  steps?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  successRate?: Resolver<ResolversTypes['Rate'], ParentType, ContextType>;
};

export type TrendPointResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TrendPoint'] = ResolversParentTypes['TrendPoint']> = {
  durations?: Resolver<ResolversTypes['Durations'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  partial?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  rate?: Resolver<ResolversTypes['Rate'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestContext> = {
  Attribute?: AttributeResolvers<ContextType>;
  BrierScore?: BrierScoreResolvers<ContextType>;
  Calibration?: CalibrationResolvers<ContextType>;
  Cause?: CauseResolvers<ContextType>;
  Change?: ChangeResolvers<ContextType>;
  ChangesResult?: ChangesResultResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DurationEstimate?: DurationEstimateResolvers<ContextType>;
  DurationHistogramResult?: DurationHistogramResultResolvers<ContextType>;
  DurationInterval?: DurationIntervalResolvers<ContextType>;
  Durations?: DurationsResolvers<ContextType>;
  ExecutionRecorded?: ExecutionRecordedResolvers<ContextType>;
  ExecutionStatus?: ExecutionStatusResolvers;
  Factor?: FactorResolvers<ContextType>;
  GraphDifference?: GraphDifferenceResolvers<ContextType>;
  GraphTaskStatus?: GraphTaskStatusResolvers<ContextType>;
  HeatmapColumn?: HeatmapColumnResolvers<ContextType>;
  HeatmapRow?: HeatmapRowResolvers<ContextType>;
  HistogramBin?: HistogramBinResolvers<ContextType>;
  LogAdvanced?: LogAdvancedResolvers<ContextType>;
  LogFile?: LogFileResolvers<ContextType>;
  LogPosition?: GraphQLScalarType;
  LogStatus?: LogStatusResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Outlier?: OutlierResolvers<ContextType>;
  Overview?: OverviewResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PatternStats?: PatternStatsResolvers<ContextType>;
  PatternStatsResult?: PatternStatsResultResolvers<ContextType>;
  PatternStatus?: PatternStatusResolvers;
  PhaseStats?: PhaseStatsResolvers<ContextType>;
  PhaseStatsResult?: PhaseStatsResultResolvers<ContextType>;
  PluginNode?: PluginNodeResolvers<ContextType>;
  PluginPair?: PluginPairResolvers<ContextType>;
  PluginPairsResult?: PluginPairsResultResolvers<ContextType>;
  PluginStats?: PluginStatsResolvers<ContextType>;
  PluginStatsResult?: PluginStatsResultResolvers<ContextType>;
  ProjectionState?: ProjectionStateResolvers;
  ProjectionStatus?: ProjectionStatusResolvers<ContextType>;
  Promotion?: PromotionResolvers<ContextType>;
  PromotionPolicy?: PromotionPolicyResolvers;
  PromotionsResult?: PromotionsResultResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Rate?: RateResolvers<ContextType>;
  RecordError?: RecordErrorResolvers<ContextType>;
  RecordExecutionPayload?: RecordExecutionPayloadResolvers<ContextType>;
  RecordExecutionResult?: RecordExecutionResultResolvers<ContextType>;
  RecordedExecution?: RecordedExecutionResolvers<ContextType>;
  RecordedExecutionConnection?: RecordedExecutionConnectionResolvers<ContextType>;
  RecordedExecutionEdge?: RecordedExecutionEdgeResolvers<ContextType>;
  RecordedStep?: RecordedStepResolvers<ContextType>;
  RejectedRow?: RejectedRowResolvers<ContextType>;
  RejectedRowConnection?: RejectedRowConnectionResolvers<ContextType>;
  RejectedRowEdge?: RejectedRowEdgeResolvers<ContextType>;
  ReliabilityHeatmapResult?: ReliabilityHeatmapResultResolvers<ContextType>;
  SafeInt?: GraphQLScalarType;
  SimilarPattern?: SimilarPatternResolvers<ContextType>;
  SimilarPatternsResult?: SimilarPatternsResultResolvers<ContextType>;
  StepStatus?: StepStatusResolvers;
  Subscription?: SubscriptionResolvers<ContextType>;
  SuccessPrediction?: SuccessPredictionResolvers<ContextType>;
  SuccessTrend?: SuccessTrendResolvers<ContextType>;
  SuccessTrendResult?: SuccessTrendResultResolvers<ContextType>;
  Totals?: TotalsResolvers<ContextType>;
  TrendPoint?: TrendPointResolvers<ContextType>;
};

