import { type Log, type Position, parsePosition } from '../log/log.ts';
import type { Follower } from '../projection/projection.ts';
import type { Replay } from '../projection/replay/replay.ts';
import type { Table, View } from '../projection/table/table.ts';
import type { Execution, RejectedLine } from '../record/record.ts';
import type { Bucketing } from './buckets.ts';
import { type Change, changes } from './changes.ts';
import { type DurationEstimate, durationEstimate } from './duration-estimate.ts';
import { type DurationHistogram, durationHistogram } from './duration-histogram.ts';
import type { Percentiles } from './durations.ts';
import { checkedList, type FilterInput, resolveFilter } from './filter.ts';
import type { Judgement, PromotionPolicy } from './judgement/judgement.ts';
import { type LogCounts, logCounts, rejectedRows } from './log-status.ts';
import { type Overview, overview } from './overview.ts';
import { checkLimit, checkRange, type Page } from './page.ts';
import { type PatternRank, type PatternStats, patternStats, rankPatterns } from './pattern-stats.ts';
import { type PhaseStats, phaseDurations } from './phase-durations.ts';
import { type PlanInput, planOf } from './plan-input.ts';
import { type PluginPairs, pluginPairs } from './plugin-pairs.ts';
import { mostUsed, type PluginStats, pluginStats, problematic, slow } from './plugin-stats.ts';
import { type Promotion, promotions } from './promotions.ts';
import { type ExecutionsQuestion, recordedExecutions } from './recorded-executions.ts';
import { type ReliabilityHeatmap, reliabilityHeatmap } from './reliability-heatmap.ts';
import { type SimilarPattern, similarPatterns } from './similar-patterns.ts';
import { type SuccessPrediction, successPrediction } from './success-prediction.ts';
import { successTrend, type TrendSeries } from './success-trend.ts';
import { resolveWindowArgument, type WindowInput } from './window.ts';

const MAX_BINS = 1000;
/** Of durations.log and success_rates.log: some 50,000 steps. */
const SHORT_BYTES = 4 << 20;

/** SKETCH unless set. */
type WithPercentiles = { percentiles?: Percentiles };

type Filtered = { filter?: FilterInput | null | undefined };

export type QuestionsOptions = Readonly<{
  log: Pick<Log, 'upToDate' | 'checkPosition' | 'find' | 'executionsAt' | 'fileAt'>;
  table: Table;
  /** What keeps the table up with the log. */
  follower: Follower;
  /** What history says of each pattern and plugin, and what keeps that up with the log. */
  judgement: Readonly<{ replay: Pick<Replay<Judgement>, 'at'>; follower: Follower }>;
  /** Decides the status of patterns. */
  promotionPolicy: PromotionPolicy;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** How long a question may take, waiting for the table included; milliseconds. */
  timeoutMs: number;
  /** How long the logs may be for percentiles to be exact without being asked so; tests set it. Bytes. */
  shortBytes?: number;
  /** Aborted when nobody waits for the answers any more: what runs is ended. */
  signal?: AbortSignal;
}>;

export class Questions {
  readonly #options: QuestionsOptions;

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** Answers by the rows up to a position. */
  async #ask<Answer>(asOf: Position, question: (view: View) => Promise<Answer>): Promise<Answer> {
    const { follower, table, timeoutMs, signal } = this.#options;
    await follower.reached(asOf, timeoutMs);
    return table.ask(asOf, question, { timeoutMs, signal });
  }

  /** The same questions for one request: each ends early, with TIMEOUT, once `signal` is aborted; `onClock` is told when one reads the clock. */
  during({ signal, onClock }: { signal: AbortSignal; onClock: () => void }): Questions {
    const clock = () => {
      onClock();
      return this.#options.clock();
    };
    return new Questions({ ...this.#options, clock, signal });
  }

  /** The position at which a question without `asOf` is answered: everything acknowledged, and other programs' whole rows. */
  now(): Promise<Position> {
    return this.#options.log.upToDate();
  }

  /** The position that a token stands for. POSITION_UNKNOWN where these logs do not know it. */
  async at(token: string): Promise<Position> {
    const position = parsePosition(token);
    await this.#options.log.upToDate();
    await this.#options.log.checkPosition(position);
    return position;
  }

  #filter({ filter }: Filtered) {
    return resolveFilter(filter, this.#options.clock);
  }

  /** Short logs are read whole: the percentiles of few runs are theirs. A function of the position, as answers must be. */
  #percentiles({ percentiles = 'SKETCH' }: WithPercentiles, asOf: Position): Percentiles {
    const { shortBytes = SHORT_BYTES } = this.#options;
    return asOf.durations + asOf.success_rates <= shortBytes ? 'EXACT' : percentiles;
  }

  overview(question: Filtered, asOf: Position): Promise<Overview> {
    return this.#ask(asOf, view => overview(view, { filter: this.#filter(question), percentiles: this.#percentiles({}, asOf) }));
  }

  patternStats(question: Filtered & WithPercentiles, asOf: Position): Promise<PatternStats[]> {
    const { promotionPolicy: policy } = this.#options;
    return this.#ask(asOf, view =>
      patternStats(view, { filter: this.#filter(question), percentiles: this.#percentiles(question, asOf), policy }),
    );
  }

  async topPatterns(
    question: Filtered & { limit: number; minExecutions: number; rankBy: PatternRank },
    asOf: Position,
  ): Promise<PatternStats[]> {
    checkLimit(question.limit, 'limit');
    return rankPatterns(await this.patternStats(question, asOf), question);
  }

  pluginStats(question: Filtered & WithPercentiles, asOf: Position): Promise<PluginStats[]> {
    return this.#ask(asOf, view => pluginStats(view, { filter: this.#filter(question), percentiles: this.#percentiles(question, asOf) }));
  }

  async mostUsedPlugins(question: Filtered & { limit: number }, asOf: Position): Promise<PluginStats[]> {
    checkLimit(question.limit, 'limit');
    return mostUsed(await this.pluginStats(question, asOf), question.limit);
  }

  async problematicPlugins(
    question: Filtered & { limit: number; maxReliability: number; minUses: number },
    asOf: Position,
  ): Promise<PluginStats[]> {
    checkLimit(question.limit, 'limit');
    checkRange(question.maxReliability, 'maxReliability', 0, 1);
    return problematic(await this.pluginStats(question, asOf), question);
  }

  async slowPlugins(question: Filtered & { limit: number; minUses: number }, asOf: Position): Promise<PluginStats[]> {
    checkLimit(question.limit, 'limit');
    return slow(await this.pluginStats(question, asOf), question);
  }

  phaseDurations(question: Filtered & WithPercentiles, asOf: Position): Promise<PhaseStats[]> {
    return this.#ask(asOf, view =>
      phaseDurations(view, { filter: this.#filter(question), percentiles: this.#percentiles(question, asOf) }),
    );
  }

  async successTrend(
    question: Filtered & Bucketing & { limit: number; durations?: boolean; direction?: boolean },
    asOf: Position,
  ): Promise<TrendSeries[]> {
    checkLimit(question.limit, 'limit');
    const { durations = true, direction = true } = question;
    return this.#ask(asOf, view => successTrend(view, { ...question, durations, direction, filter: this.#filter(question) }));
  }

  async reliabilityHeatmap(question: Filtered & Bucketing & { limit: number }, asOf: Position): Promise<ReliabilityHeatmap> {
    checkLimit(question.limit, 'limit');
    return this.#ask(asOf, view => reliabilityHeatmap(view, { ...question, filter: this.#filter(question) }));
  }

  async durationHistogram(question: Filtered & { bins: number; outliers: number }, asOf: Position): Promise<DurationHistogram> {
    checkRange(question.bins, 'bins', 1, MAX_BINS);
    checkLimit(question.outliers, 'outliers');
    const percentiles = this.#percentiles({}, asOf);
    return this.#ask(asOf, view =>
      durationHistogram(view, this.#options.log, { ...question, percentiles, filter: this.#filter(question) }),
    );
  }

  async pluginPairs(question: Filtered & { limit: number; minExecutions: number }, asOf: Position): Promise<PluginPairs> {
    checkLimit(question.limit, 'limit');
    return this.#ask(asOf, view => pluginPairs(view, { ...question, filter: this.#filter(question) }));
  }

  async similarPatterns(
    question: Filtered & { patternId: string; limit: number; minSimilarity: number },
    asOf: Position,
  ): Promise<SimilarPattern[]> {
    checkLimit(question.limit, 'limit');
    checkRange(question.minSimilarity, 'minSimilarity', 0, 1);
    return this.#ask(asOf, view => similarPatterns(view, { ...question, filter: this.#filter(question) }));
  }

  recordedExecution(executionId: string): Promise<Execution | undefined> {
    return this.#options.log.find(executionId);
  }

  async recordedExecutions(question: Omit<ExecutionsQuestion, 'filter'> & Filtered, asOf: Position): Promise<Page<Execution>> {
    checkLimit(question.first, 'first');
    return this.#ask(asOf, view => recordedExecutions(view, this.#options.log, { ...question, filter: this.#filter(question) }));
  }

  logCounts(asOf: Position): Promise<LogCounts> {
    return this.#ask(asOf, logCounts);
  }

  async rejectedRows(question: { first: number; after: string | undefined }, asOf: Position): Promise<Page<RejectedLine>> {
    checkLimit(question.first, 'first');
    return this.#ask(asOf, view => rejectedRows(view, this.#options.log, question));
  }

  /** What was known as of a position. */
  async #judgement(asOf: Position): Promise<Judgement> {
    const { judgement, timeoutMs } = this.#options;
    await judgement.follower.reached(asOf, timeoutMs);
    return judgement.replay.at(asOf, timeoutMs);
  }

  async promotions(question: { patternIds?: readonly string[] | null | undefined }, asOf: Position): Promise<Promotion[]> {
    const patternIds = checkedList(question.patternIds, ['patternIds']);
    return promotions(await this.#judgement(asOf), this.promotionPolicy, patternIds);
  }

  async estimateDuration(question: { input: PlanInput }, asOf: Position): Promise<DurationEstimate> {
    const plan = planOf(question.input);
    return durationEstimate(await this.#judgement(asOf), plan);
  }

  async predictSuccess(question: { input: PlanInput }, asOf: Position): Promise<SuccessPrediction> {
    const plan = planOf(question.input);
    return successPrediction(await this.#judgement(asOf), plan);
  }

  async changes(
    question: {
      patternIds?: readonly string[] | null | undefined;
      plugins?: readonly string[] | null | undefined;
      window?: WindowInput | null | undefined;
      minConfidence: number;
    },
    asOf: Position,
  ): Promise<Change[]> {
    checkRange(question.minConfidence, 'minConfidence', 0, 1);
    const picked = {
      patternIds: checkedList(question.patternIds, ['patternIds']),
      plugins: checkedList(question.plugins, ['plugins']),
      window: question.window ? resolveWindowArgument(question.window, this.#options.clock) : undefined,
      minConfidence: question.minConfidence,
    };
    return changes(await this.#judgement(asOf), picked);
  }

  /** The one in force. */
  get promotionPolicy(): PromotionPolicy {
    return this.#options.promotionPolicy;
  }
}
