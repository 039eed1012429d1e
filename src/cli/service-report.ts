/** A report by a running service, in one request: all its parts are answered at one position. */
import { MetricsError } from '../errors.ts';
import { ownerOf } from '../log/log.ts';
import { askService, type Service } from './graphql-client.ts';
import type { PatternFigures, PhaseStats, PluginFigures, Report, ReportQuestion, Totals } from './report-answers.ts';
import { PROBLEMATIC, SLOW, TOP_PATTERNS } from './report-answers.ts';

const QUESTIONS = `
query ($filter: MetricFilter!, $limit: Int!, $asOf: LogPosition, $patterns: Int!, $slow: Int!, $uses: Int!, $reliability: Float!) {
  overview(filter: $filter, asOf: $asOf) { asOf from to current { ...Totals } previous { ...Totals } }
  topPatterns(limit: $limit, minExecutions: $patterns, rankBy: ${TOP_PATTERNS.rankBy}, filter: $filter, asOf: $asOf) {
    patterns { patternId name status successRate { ...Rate } durations { ...Durations } lastUsed }
  }
  mostUsedPlugins(limit: $limit, filter: $filter, asOf: $asOf) { plugins { ...Plugin } }
  phaseDurations(filter: $filter, asOf: $asOf) { phases { phase success { ...Rate } durations { ...Durations } } }
  slowPlugins(limit: $limit, minUses: $slow, filter: $filter, asOf: $asOf) { plugins { ...Plugin } }
  problematicPlugins(limit: $limit, minUses: $uses, maxReliability: $reliability, filter: $filter, asOf: $asOf) { plugins { ...Plugin } }
  all: overview(asOf: $asOf) { from to current { executions steps } }
}
fragment Rate on Rate { value successes total lower upper }
fragment Durations on Durations { n meanSeconds medianSeconds p95Seconds minSeconds maxSeconds }
fragment Plugin on PluginStats { name uses reliability { ...Rate } durations { ...Durations } totalDurationSeconds lastUsed }
fragment Totals on Totals { executions successRate { ...Rate } durations { ...Durations } patterns plugins steps cancelled }`;

type Data = {
  overview: { asOf: string; from: string | null; to: string | null; current: Totals; previous: Totals | null };
  topPatterns: { patterns: PatternFigures[] };
  mostUsedPlugins: { plugins: PluginFigures[] };
  phaseDurations: { phases: PhaseStats[] };
  slowPlugins: { plugins: PluginFigures[] };
  problematicPlugins: { plugins: PluginFigures[] };
  all: { from: string | null; to: string | null; current: { executions: number; steps: number } };
};

/** The URL of the service that owns a directory; undefined where none serves it. */
export async function runningService(directory: string): Promise<string | undefined> {
  return (await ownerOf(directory))?.url;
}

export async function serviceReport(url: string, apiKey: string | undefined, { filter, limit, asOf }: ReportQuestion): Promise<Report> {
  const variables = {
    filter,
    limit,
    asOf,
    patterns: TOP_PATTERNS.minExecutions,
    slow: SLOW.minUses,
    uses: PROBLEMATIC.minUses,
    reliability: PROBLEMATIC.maxReliability,
  };
  const data = await send({ url, apiKey }, variables);
  const { overview, topPatterns, mostUsedPlugins, phaseDurations, slowPlugins, problematicPlugins, all } = data;
  return {
    ...overview,
    topPatterns: topPatterns.patterns,
    mostUsedPlugins: mostUsedPlugins.plugins,
    phases: phaseDurations.phases,
    slowPlugins: slowPlugins.plugins,
    problematicPlugins: problematicPlugins.plugins,
    all: { from: all.from, to: all.to, ...all.current },
  };
}

async function send(service: Service, variables: object): Promise<Data> {
  const { data, errors } = await askService<Data>(service, QUESTIONS, variables);
  const [error] = errors ?? [];
  if (error) throw new MetricsError(error.extensions?.code ?? 'INTERNAL_SERVER_ERROR', `${service.url}: ${error.message}`);
  if (!data) throw new MetricsError('INTERNAL_SERVER_ERROR', `${service.url}: no answer`);
  return data;
}
