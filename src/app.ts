import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config, Environment } from './config.ts';
import { bytesBetween, Log, type Position, START } from './log/log.ts';
import type { Logger } from './logger.ts';
import { projectUrl } from './project.ts';
import { type GraphAggregates, GraphProjection, GraphTasks, Neo4jSupply, type SupplyState } from './projection/graph/graph.ts';
import { type PatternFigures, PatternFilesProjection, positionsOf } from './projection/pattern-files/pattern-files.ts';
import { crowding, Follower, type FollowerStatus } from './projection/projection.ts';
import { MAX_LIST, openStage, type PatternStats, type Questions } from './query/query.ts';
import { formatMilliseconds, formatSeconds } from './record/record.ts';
import { createSchema, type GraphState, type Service, serve } from './serve/serve.ts';

/** What the app is given beside its settings. */
export type AppEffects = Readonly<{
  logger: Logger;
  /** Milliseconds since 1970. */
  clock: () => number;
  environment: Environment;
  /** Told when the graph's Neo4j is fetched, starting, up or off. */
  onGraphChange?: (state: SupplyState) => void;
  onGraphFetch?: (done: number, total: number) => void;
}>;

export type App = Readonly<{
  url: string;
  /** Ends running requests, commits what waits, and closes everything in reverse. */
  close(): Promise<void>;
}>;

/** Of each log in one batch: some 4,000 executions. Neo4j waits while the first of them are made ready, so fewer would cost a share of the time. */
export const GRAPH_BATCH_BYTES = 4 << 20;
/** A question does not wait for it; what nobody asks about may lag this much. */
const QUESTIONS_GATHER_MS = 200;
const GRAPH_GATHER_MS = 100;
const FILES_GATHER_MS = 1000;

/** Stands beside this program where it is built. */
const LEARNING_THREAD = new URL('./learning-thread.js', import.meta.url);

/**
 * Builds the whole service in the order in which data flows: log, table, questions, graph, pattern files, HTTP. When it resolves, recording
 * and questions work; the graph joins when it is there.
 */
export async function startApp(config: Config, effects: AppEffects): Promise<App> {
  const { logger, clock } = effects;
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const { metricsDir: directory, stateDir: stateDirectory, archive } = config;
    const log = await Log.take({ directory, stateDirectory, archive, learningThread: LEARNING_THREAD, logger, clock });
    closers.push(() => log.close());
    // What was derived may stand further than what is known yet. Where nothing was, it is built while the logs are learned.
    if (log.ownsState) await log.ready;

    const path = join(config.stateDir, 'index');
    const stage = await openStage({
      log,
      table: { path, anew: !log.ownsState },
      promotionPolicy: config.promotionPolicy,
      gatherMs: QUESTIONS_GATHER_MS,
      timeoutMs: config.questionTimeoutMs,
      clock,
      logger,
    });
    closers.push(() => stage.close());
    const { questions } = stage;
    await log.ready;

    const graph = await startGraph(config, effects, { logs: log, aggregates: graphAggregates(questions) });
    closers.push(() => graph.close());

    const files = startPatternFiles(config, effects, { log, figures: patternFigures(questions) });
    if (files) closers.push(() => files.close());

    const projections = () => [...stage.projections(), graph.status(), ...(files ? [files.status()] : [])];
    const schema = await createSchema({ projections, graph });
    const service = await listen(config, { schema, log, questions, projections, logger });
    closers.push(() => service.close());
    await log.announceUrl(service.url);
    return { url: service.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function listen(
  config: Config,
  parts: Pick<Parameters<typeof serve>[0], 'schema' | 'log' | 'questions' | 'projections' | 'logger'>,
): Promise<Service> {
  const { host, port, apiKey, corsOrigins, maxBodyBytes } = config;
  return serve({ ...parts, host, port, apiKey, corsOrigins, maxBodyBytes });
}

/** The figures beside the graph's nodes: what the questions answer, as of the graph's position. */
export function graphAggregates(questions: Questions): GraphAggregates {
  const timeOf = (seconds: number) => formatMilliseconds(seconds * 1000);
  return {
    patterns: async (ids, asOf) => {
      const patterns = await inParts(ids, patternIds => questions.patternStats({ filter: { patternIds } }, asOf));
      return patterns.map(({ patternId, name, status, successRate: { value, total }, lastUsed }) => {
        return { patternId, name, status, successRate: value, executions: total, lastUsed: timeOf(lastUsed) };
      });
    },
    plugins: async (names, asOf) => {
      const plugins = await inParts(names, part => questions.pluginStats({ filter: { plugins: part } }, asOf));
      return plugins.map(({ name, reliability, uses, lastUsed }) => ({
        name,
        reliability: reliability.value,
        uses,
        lastUsed: timeOf(lastUsed),
      }));
    },
  };
}

/** The figures in pattern files. */
function patternFigures(questions: Questions): PatternFigures {
  const figureOf = ({ patternId, name, status, successRate: { value, total }, lastUsed }: PatternStats) => {
    return { patternId, name, status, successRate: value ?? 0, executions: total, lastUsed: formatSeconds(lastUsed) };
  };
  return async asOf => (await questions.patternStats({}, asOf)).map(figureOf);
}

/** Asks about any number of keys, as many at once as a filter takes. */
async function inParts<Answer>(keys: readonly string[], ask: (part: readonly string[]) => Promise<Answer[]>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < keys.length; start += MAX_LIST) answers.push(...(await ask(keys.slice(start, start + MAX_LIST))));
  return answers;
}

type Graph = {
  connection: () => Neo4jSupply['connection'];
  state: () => GraphState;
  status: () => FollowerStatus;
  tasks: GraphTasks;
  close: () => Promise<void>;
};

/** The graph joins when its Neo4j is there: its follower starts with the first connection and goes on through every later one. */
async function startGraph(config: Config, effects: AppEffects, parts: { logs: Log; aggregates: GraphAggregates }): Promise<Graph> {
  const { logger, clock } = effects;
  const constraints = await readFile(projectUrl('schema/constraints.cypher'), 'utf8');
  const projection = new GraphProjection({
    ...parts,
    connection: () => supply.connection,
    metricsDirectory: config.metricsDir,
    retention: config.graphRetention,
    constraints,
    logger,
  });
  const pace = { maxBytes: GRAPH_BATCH_BYTES, gatherMs: GRAPH_GATHER_MS, crowded: crowding() };
  const follower = new Follower(projection, parts.logs, { ...pace, logger, clock });
  const supply: Neo4jSupply = new Neo4jSupply({
    mode: config.graph,
    external: externalAddress(config),
    embedded: { directory: join(config.stateDir, 'neo4j'), heapMb: config.neo4j.heapMb, boltPort: config.neo4j.boltPort },
    environment: effects.environment,
    logger,
    onChange: state => {
      if (state.kind === 'up') follower.start();
      effects.onGraphChange?.(state);
    },
    onProgress: (done, total) => effects.onGraphFetch?.(done, total),
  });
  const tasks = new GraphTasks({ projection, supply: () => supply.state, logger, clock });
  const since = clock();
  supply.start();
  return {
    connection: () => supply.connection,
    state: () => graphState(supply.state, follower.status()),
    status: () => (supply.state.kind === 'up' ? withLag(follower.status(), parts.logs.position) : waitingStatus(supply.state, since)),
    tasks,
    close: async () => {
      await Promise.all([projection.close(), tasks.close(), follower.stop()]);
      await supply.close();
    },
  };
}

type PatternFiles = { status: () => FollowerStatus; close: () => Promise<void> };

/** Undefined where no folder of pattern files is named. */
function startPatternFiles(config: Config, effects: AppEffects, parts: { log: Log; figures: PatternFigures }): PatternFiles | undefined {
  const { patternsDir: directory } = config;
  if (directory === undefined) return undefined;
  const { logger, clock } = effects;
  const { log, figures } = parts;
  const projection = new PatternFilesProjection({ directory, figures, logEnd: () => log.position, logger, clock });
  const follower = new Follower(projection, positionsOf(log), {
    maxBytes: Number.POSITIVE_INFINITY,
    gatherMs: FILES_GATHER_MS,
    logger,
    clock,
  });
  follower.start();
  return {
    status: () => {
      const status = follower.status();
      return { ...status, error: status.error ?? projection.trouble() };
    },
    close: () => {
      projection.stop();
      return follower.stop();
    },
  };
}

function externalAddress({ neo4j: { uri, username, password, database } }: Config) {
  return uri === undefined ? undefined : { uri, username, password: password ?? '', database };
}

function graphState(supply: SupplyState, status: FollowerStatus): GraphState {
  if (supply.kind !== 'up') return { available: false, reason: supply.detail };
  return status.state === 'degraded' ? { available: false, reason: status.error } : { available: true };
}

/** Until it is known where the graph stands, all of the logs may be before it. */
function withLag(status: FollowerStatus, end: Position): FollowerStatus {
  return status.position ? status : { ...status, lagBytes: bytesBetween(START, end) };
}

function waitingStatus({ kind, detail }: SupplyState, since: number): FollowerStatus {
  return { name: 'graph', state: kind === 'off' ? 'off' : 'degraded', position: undefined, lagBytes: 0, since, error: detail };
}
