/** A report by a running service, in one request: all its parts are answered at one position. */
import { ownerOf } from '../log/log.ts';
import type { ChangeFigures, PatternFigures, PhaseStats, PluginFigures, Report, ReportQuestion, Totals } from './report-answers.ts';
import { CHANGES, due, PROBLEMATIC, SLOW, TOP_PATTERNS } from './report-answers.ts';
import { requestService } from './service-request.ts';

const QUESTIONS = `
query ($filter: MetricFilter!, $window: Window, $limit: Int!, $asOf: LogPosition, $patterns: Int!, $slow: Int!, $uses: Int!, $reliability: Float!) {
  overview(filter: $filter, asOf: $asOf) { asOf from to current { ...Totals } previous { ...Totals } }
  topPatterns(limit: $limit, minExecutions: $patterns, rankBy: ${TOP_PATTERNS.rankBy}, filter: $filter, asOf: $asOf) {
    patterns { patternId name status successRate { ...Rate } durations { ...Durations } lastUsed }
  }
  mostUsedPlugins(limit: $limit, filter: $filter, asOf: $asOf) { plugins { ...Plugin } }
  phaseDurations(filter: $filter, asOf: $asOf) { phases { phase success { ...Rate } durations { ...Durations } } }
  slowPlugins(limit: $limit, minUses: $slow, filter: $filter, asOf: $asOf) { plugins { ...Plugin } }
  problematicPlugins(limit: $limit, minUses: $uses, maxReliability: $reliability, filter: $filter, asOf: $asOf) { plugins { ...Plugin } }
  changes(window: $window, minConfidence: ${CHANGES.minConfidence}, asOf: $asOf) {
    changes { subject kind tier at before after confidence causes { plugin version before { ...Rate } after { ...Rate } share } }
  }
  promotions(asOf: $asOf) { patterns { patternId name status evidence { ...Rate } executionsToNext } }
  all: overview(asOf: $asOf) { from to current { executions steps } }
}
fragment Rate on Rate { value successes total lower upper }
fragment Durations on Durations { n meanSeconds medianSeconds p95Seconds minSeconds maxSeconds }
fragment Plugin on PluginStats { name uses reliability { ...Rate } durations { ...Durations } totalDurationSeconds lastUsed }
fragment Totals on Totals { executions successRate { ...Rate } durations { ...Durations } medianInterval { lowerSeconds upperSeconds } patterns plugins steps cancelled }`;

type Data = {
  overview: { asOf: string; from: string | null; to: string | null; current: Totals; previous: Totals | null };
  topPatterns: { patterns: PatternFigures[] };
  mostUsedPlugins: { plugins: PluginFigures[] };
  phaseDurations: { phases: PhaseStats[] };
  slowPlugins: { plugins: PluginFigures[] };
  problematicPlugins: { plugins: PluginFigures[] };
  changes: { changes: ChangeFigures[] };
  promotions: { patterns: Parameters<typeof due>[0] };
  all: { from: string | null; to: string | null; current: { executions: number; steps: number } };
};

/** The URL of the service that owns a directory; undefined where none serves it. */
export async function runningService(directory: string): Promise<string | undefined> {
  return (await ownerOf(directory))?.url;
}

export async function serviceReport(url: string, apiKey: string | undefined, { filter, limit, asOf }: ReportQuestion): Promise<Report> {
  const variables = {
    filter,
    window: filter.window,
    limit,
    asOf,
    patterns: TOP_PATTERNS.minExecutions,
    slow: SLOW.minUses,
    uses: PROBLEMATIC.minUses,
    reliability: PROBLEMATIC.maxReliability,
  };
  const data = (await requestService(url, apiKey, { query: QUESTIONS, variables })) as Data;
  const { overview, topPatterns, mostUsedPlugins, phaseDurations, slowPlugins, problematicPlugins, changes, promotions, all } = data;
  return {
    ...overview,
    changes: changes.changes.slice(0, limit),
    promotionsDue: due(promotions.patterns, limit),
    topPatterns: topPatterns.patterns,
    mostUsedPlugins: mostUsedPlugins.plugins,
    phases: phaseDurations.phases,
    slowPlugins: slowPlugins.plugins,
    problematicPlugins: problematicPlugins.plugins,
    all: { from: all.from, to: all.to, ...all.current },
  };
}
