/** The graph: how fast it follows, beside the bare driver; how far it lags; how long it is built anew; what its questions cost. */
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GRAPH_BATCH_BYTES, graphAggregates } from '../src/app.ts';
import { Log, START, type Stretch } from '../src/log/log.ts';
import { createLogger } from '../src/logger.ts';
import {
  fetchNeo4jJars,
  findNeo4jTools,
  neo4jCacheDir,
  neo4jJarsCached,
  startEmbeddedNeo4j,
} from '../src/projection/graph/embedded-neo4j.ts';
import { type GraphConnection, GraphProjection, graphConnection } from '../src/projection/graph/graph.ts';
import { Retained } from '../src/projection/graph/retained.ts';
import { REMOVE_RETIRED } from '../src/projection/graph/statements.ts';
import { partsOf } from '../src/projection/graph/stretch-parts.ts';
import { creations } from '../src/projection/graph/writings.ts';
import { openStage } from '../src/query/query.ts';
import { count, KINDS, type Length, median, rateOf, STEPS, seconds, share, table } from './support/comparison.ts';
import { GRAPH_QUESTIONS } from './support/graph-questions.ts';
import { writeHistory } from './support/history.ts';
import { post } from './support/post.ts';
import { childrenCpuUs, cpuUs, measure, recordBeside, type Server, startService, withFolder } from './support/processes.ts';
import { say } from './support/progress.ts';
import { quantile } from './support/quantile.ts';
import { plansOf } from './support/query-plans.ts';
import { sampleInput } from './support/sample-executions.ts';

export type GraphSizes = Readonly<{
  /** Executions that are followed, in all rounds. */
  followed: number;
  rounds: number;
  /** Of a steady load of `perSecond`. */
  steadySeconds: number;
  perSecond: number;
  /** Of recording as fast as it goes, beside graphs in trouble. */
  beside: Length;
  /** Executions in the graph that is built, verified and asked. */
  built: number;
  /** How often each question is asked. */
  askings: number;
}>;

/** Executions that the bare driver writes in a transaction: with fewer it is slower, with more Neo4j's heap is too small. */
const BARE_AT_ONCE = 1_000;
const RECORDED_AT_ONCE = 1_000;
const RETENTION = 1_000;
/** Small, so that after the first round nearly every execution pushes one out. */
const FOLLOWED_RETENTION = 100;
const POLL_MS = 50;
/** Rounds before those that count: until then Java compiles what it runs, on the cores that are measured. */
const WARM_UPS = 3;

type Neo4j = Awaited<ReturnType<typeof startEmbeddedNeo4j>>;

async function startNeo4j(folder: string): Promise<Neo4j> {
  const { env } = process;
  const cacheDir = neo4jCacheDir(env);
  const tools = await findNeo4jTools({ env, jarsCached: neo4jJarsCached(cacheDir) });
  if (!tools.found) throw new Error(`the graph cannot be measured. ${tools.missing}`);
  const logger = createLogger('warn');
  const jars = await fetchNeo4jJars({ cacheDir, maven: tools.maven, env, logger });
  return startEmbeddedNeo4j({ directory: join(folder, 'neo4j'), jars, java: tools.java, logger });
}

// ---------- Following ----------

/** Records executions and lets the graph follow them; the same rows then go through the bare driver, in turn. */
async function follow(folder: string, { followed, rounds }: GraphSizes): Promise<string> {
  const logger = createLogger('warn');
  const neo4j = await startNeo4j(folder);
  const directory = join(folder, 'followed');
  const log = await Log.open({ directory, logger, clock: Date.now });
  const index = { path: join(directory, '.state/index'), anew: true };
  const stage = await openStage({
    log,
    table: index,
    promotionPolicy: 'default',
    gatherMs: 100,
    timeoutMs: 60_000,
    clock: Date.now,
    logger,
  });
  const connection = graphConnection(neo4j);
  const projection = new GraphProjection({
    connection: () => connection,
    logs: log,
    metricsDirectory: directory,
    retention: FOLLOWED_RETENTION,
    aggregates: graphAggregates(stage.questions),
    constraints: await readFile(new URL('../schema/constraints.cypher', import.meta.url), 'utf8'),
    logger,
  });
  const speeds: Record<'ours' | 'creating' | 'replacing', Speed[]> = { ours: [], creating: [], replacing: [] };
  const creating: BareGraph = { name: 'creating', firstPosition: 2 ** 40, retained: undefined };
  const replacing: BareGraph = { name: 'replacing', firstPosition: 2 ** 41, retained: new Retained(FOLLOWED_RETENTION) };
  let position = await projection.load();
  let archivedAtFirst = 0;
  // The first round warms Neo4j up, and fills the graph so that what comes pushes something out.
  for (let round = 0; round <= rounds; round++) {
    say(`following: round ${round} of ${rounds}`);
    const executions = Math.round(followed / (rounds + 1));
    for (let first = 0; first < executions; first += RECORDED_AT_ONCE) {
      const inputs = Array.from({ length: RECORDED_AT_ONCE }, (_, n) => sampleInput('graph', round * executions + first + n, STEPS));
      await log.record(inputs);
    }
    await stage.reached(log.position, 60_000);
    const stretches: Stretch[] = [];
    for (let from = position; from.journal < log.position.journal; from = stretches.at(-1)?.to ?? START) {
      stretches.push(await log.read(from, log.position, GRAPH_BATCH_BYTES));
    }
    const ours = await speedOf(neo4j, stretches, stretch => projection.advance(stretch));
    const parts = stretches.flatMap(stretch => partsOf(stretch, BARE_AT_ONCE));
    const created = await bareSpeed(neo4j, connection, parts, creating);
    const replaced = await bareSpeed(neo4j, connection, parts, replacing);
    if (round > 0) {
      speeds.ours.push(ours);
      speeds.creating.push(created);
      speeds.replacing.push(replaced);
    } else archivedAtFirst = await archivedIn(directory);
    position = log.position;
  }
  await projection.close();
  await stage.close();
  await log.close();
  await connection.close();
  await neo4j.stop();
  const measured = (followed * rounds) / (rounds + 1);
  const pushedOut = Math.round((((await archivedIn(directory)) - archivedAtFirst) / measured) * 100);
  return [
    `The embedded Neo4j with its heap of 512 MB, on the same machine. Executions of ${STEPS} steps a second, ${count(followed)} of 60 patterns in ${rounds + 1} rounds of which the first is left out; ${pushedOut} % of`,
    `them pushed an older one out. Beside the bare driver, which writes the same rows by the same statement, up to ${count(BARE_AT_ONCE)} executions in a transaction, and nothing else: no figures, no position, no archive. It removes`,
    'nothing, or as many as it writes, also by the same statement. CPU time is of the process, in µs an execution.',
    '',
    table(
      ['', 'executions a second', 'CPU of Node', 'CPU of Neo4j'],
      [
        speedRow('the projection', speeds.ours),
        speedRow('the bare driver, removing as many', speeds.replacing),
        speedRow('the bare driver, removing none', speeds.creating),
      ],
    ),
    '',
    `The projection follows at ${share(ratesOf(speeds.ours), ratesOf(speeds.replacing))} of the bare driver that removes as many, at ${share(ratesOf(speeds.ours), ratesOf(speeds.creating))} of the one that removes none.`,
  ].join('\n');
}

const ratesOf = (speeds: readonly Pick<Speed, 'rate'>[]) => speeds.map(({ rate }) => rate);

function speedRow(title: string, speeds: readonly Speed[]): string[] {
  const of = (name: keyof Speed) => count(median(speeds.map(speed => speed[name])));
  return [title, of('rate'), of('nodeUs'), of('neo4jUs')];
}

/** Lines of the archive of what left the graph. */
async function archivedIn(directory: string): Promise<number> {
  return (await readFile(join(directory, 'archive/graph/executions.csv'), 'utf8').catch(() => '')).split('\n').length;
}

/** Executions a second, and the CPU time that one took of either process, in microseconds. */
type Speed = Readonly<{ rate: number; nodeUs: number; neo4jUs: number }>;

async function speedOf({ pid }: Neo4j, stretches: readonly Stretch[], write: (stretch: Stretch) => Promise<void>): Promise<Speed> {
  const [startedAt, node, neo4j] = [performance.now(), process.cpuUsage(), await cpuUs(pid)];
  for (const stretch of stretches) await write(stretch);
  const { user, system } = process.cpuUsage(node);
  const executions = stretches.reduce((sum, { journal }) => sum + journal.length, 0);
  const rate = executions / ((performance.now() - startedAt) / 1000);
  return { rate, nodeUs: (user + system) / executions, neo4jUs: ((await cpuUs(pid)) - neo4j) / executions };
}

/** What a bare driver writes, apart from the others' nodes by its names and positions. `retained`: what stays of it; undefined for all. */
type BareGraph = Readonly<{ name: string; firstPosition: number; retained: Retained | undefined }>;

/**
 * The same statements with the same rows, and nothing else: between nodes of other names, so that neither finds its relationships among
 * those of the other.
 */
async function bareSpeed(
  neo4j: Neo4j,
  { writer, database }: GraphConnection,
  stretches: readonly Stretch[],
  { name, firstPosition, retained }: BareGraph,
): Promise<Speed> {
  const own = (key: string) => `${name}-${key}`;
  const written = new Map(
    stretches.map(stretch => {
      const journal = stretch.journal.map(({ start, execution }) => {
        const steps = execution.steps.map(step => ({ ...step, plugin: own(step.plugin) }));
        return {
          start: firstPosition + start,
          execution: { ...execution, executionId: own(execution.executionId), patternId: own(execution.patternId), steps },
        };
      });
      const removed = journal.flatMap(({ execution, start }) => retained?.push(execution.patternId, start) ?? []);
      return [stretch, { journal, removed }];
    }),
  );
  const executions = [...written.values()].flatMap(({ journal }) => journal.map(({ execution }) => execution));
  const patterns = new Set(executions.map(({ patternId }) => patternId));
  const plugins = new Set(executions.flatMap(({ steps }) => steps.map(({ plugin }) => plugin)));
  const session = writer.session({ database });
  await session.run('UNWIND $ids AS id MERGE (:Pattern {pattern_id: id})', { ids: [...patterns] });
  await session.run('UNWIND $names AS name MERGE (:Plugin {name: name})', { names: [...plugins] });
  const speed = await speedOf(neo4j, stretches, stretch =>
    session.executeWrite(async transaction => {
      const { journal = [], removed = [] } = written.get(stretch) ?? {};
      for (const [statement, parameters] of creations(journal)) await transaction.run(statement, parameters);
      if (removed.length > 0) await transaction.run(REMOVE_RETIRED, { rows: removed });
    }),
  );
  await session.close();
  return speed;
}

// ---------- The service ----------

type Status = { end: string; state: string; position: string | null; lagBytes: number };

async function ask<Data>({ url }: Server, query: string): Promise<Data> {
  const answer = (await (
    await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) })
  ).json()) as { data: Data; errors?: { message: string }[] };
  if (answer.errors) throw new Error(`${query}: ${answer.errors[0]?.message}`);
  return answer.data;
}

async function statusOf(server: Server): Promise<Status> {
  const { logStatus } = await ask<{ logStatus: { position: string; projections: (Omit<Status, 'end'> & { name: string })[] } }>(
    server,
    '{ logStatus { position projections { name state position lagBytes } } }',
  );
  const graph = logStatus.projections.find(({ name }) => name === 'graph');
  return { end: logStatus.position, state: graph?.state ?? 'OFF', position: graph?.position ?? null, lagBytes: graph?.lagBytes ?? 0 };
}

async function untilCaughtUp(server: Server): Promise<void> {
  for (;;) {
    const { state, position, end } = await statusOf(server).catch(() => ({ state: '', position: '', end: ' ' }));
    if (state === 'LIVE' && position === end) return;
    await pause(POLL_MS);
  }
}

const WITH_GRAPH = { GRAPH: 'embedded' };

/** How long what is recorded at a steady rate takes to be in the graph, and what recording is like with it and without. */
async function lag(folder: string, { perSecond, steadySeconds }: GraphSizes): Promise<string> {
  const rows: string[][] = [];
  let lags: number[] = [];
  for (const environment of [{ GRAPH: 'off' }, WITH_GRAPH]) {
    const withGraph = environment.GRAPH !== 'off';
    say(`a steady load, ${withGraph ? 'with' : 'without'} the graph`);
    const server = await startService(join(folder, `steady-${environment.GRAPH}`), [], environment);
    if (withGraph) await untilCaughtUp(server);
    const load = (run: string) =>
      recordBeside({ url: server.url, perSecond, steps: STEPS, run, startsAt: Date.parse('2025-01-01T00:00:00Z') });
    const warm = load('warm');
    // Until then Java compiles what it runs, on the cores that are measured.
    await pause(steadySeconds * 2000);
    await warm.stop();
    if (withGraph) await untilCaughtUp(server);
    const recording = load('steady');
    if (withGraph) lags = await lagsOf(server, steadySeconds);
    else await pause(steadySeconds * 1000);
    const { executions, seconds: took, p50, p99 } = await recording.stop();
    rows.push([withGraph ? 'with the graph' : 'without', count(executions / took), `${p50.toFixed(1)} ms`, `${p99.toFixed(0)} ms`]);
    await server.stop();
  }
  const how = `${seconds(median(lags))} (median), ${seconds(quantile(lags, 0.95))} (p95), at most ${seconds(Math.max(...lags))}`;
  return [
    `At ${count(perSecond)} executions a second for ${steadySeconds} s, after ${2 * steadySeconds} s of the same to warm up, an execution that was acknowledged is in the graph after ${how}. Recording meanwhile, beside a service without a graph:`,
    '',
    table(['', 'recorded a second', 'median', 'p99'], rows),
  ].join('\n');
}

/**
 * What recording as fast as it goes is like beside a graph whose Neo4j is away, and beside one that cannot keep up; shares of a service
 * without. The graph that was left behind catches up before the next service is measured.
 */
async function beside(folder: string, { rounds, seconds }: Length): Promise<string[][]> {
  const away = { GRAPH: 'auto', NEO4J_URI: 'bolt://127.0.0.1:1', NEO4J_PASSWORD: 'nobody is there' };
  const servers: Server[] = [];
  for (const [index, environment] of [{ GRAPH: 'off' }, away, WITH_GRAPH].entries()) {
    const server = await startService(join(folder, `beside-${index}`), [], environment);
    if (environment === WITH_GRAPH) await untilCaughtUp(server);
    servers.push(server);
  }
  const rows: string[][] = [];
  for (const { name, title, connections, batch } of KINDS) {
    const results: { rate: number; neo4jCores: number }[][] = servers.map(() => []);
    for (let round = 1 - WARM_UPS; round <= rounds; round++) {
      for (const [index, server] of servers.entries()) {
        say(`${title} beside graphs: round ${round + WARM_UPS} of ${rounds + WARM_UPS}, server ${index + 1} of ${servers.length}`);
        const before = await childrenCpuUs(server.pid);
        const measured = await measure({ url: server.url, connections, batch, seconds, steps: STEPS, run: `${name}-${round}` });
        const neo4jCores = ((await childrenCpuUs(server.pid)) - before) / 1e6 / measured.seconds;
        if (round > 0) results[index]?.push({ rate: rateOf(measured), neo4jCores });
        if (server === servers.at(-1)) await untilCaughtUp(server);
      }
    }
    const [without = [], ...others] = results.map(ratesOf);
    const cores = results.at(-1)?.map(({ neo4jCores }) => neo4jCores) ?? [];
    rows.push([
      title,
      count(median(without)),
      ...others.map(some => share(some, without)),
      `${median(cores).toFixed(2)}, at most ${Math.max(...cores).toFixed(2)}`,
    ]);
  }
  for (const server of servers) await server.stop();
  return rows;
}

/** How long ago the logs ended where the graph stands, again and again; in milliseconds. */
async function lagsOf(server: Server, steadySeconds: number): Promise<number[]> {
  const ends: { journal: number; at: number }[] = [];
  const lags: number[] = [];
  const journalOf = (token: string) => Number.parseInt(token.split('-')[0] ?? '', 36);
  for (const end = performance.now() + steadySeconds * 1000; performance.now() < end; await pause(POLL_MS)) {
    const status = await statusOf(server);
    ends.push({ journal: journalOf(status.end), at: performance.now() });
    const reached = journalOf(status.position ?? '0');
    const missing = ends.find(({ journal }) => journal > reached);
    lags.push(missing ? performance.now() - missing.at : 0);
  }
  return lags;
}

// ---------- Building, and asking ----------

/** Executions of so many patterns that all of them stay in the graph. */
async function historyToBuild(folder: string, executions: number): Promise<string> {
  const directory = join(folder, 'built');
  const patterns = Math.max(10, Math.ceil(executions / RETENTION));
  const inputOf = (number: number) => {
    return { ...sampleInput('graph', number, STEPS), patternId: `pat_${number % patterns}`, patternName: `pattern ${number % patterns}` };
  };
  await writeHistory(directory, executions, { steps: STEPS, inputOf });
  return directory;
}

type Task = { graphTask: { state: string; seconds: number; differenceCount: number; error: string | null } };

async function verify(server: Server): Promise<number> {
  await ask(server, 'mutation { startGraphTask(task: VERIFY) { state } }');
  for (;;) {
    const { graphTask } = await ask<Task>(server, '{ graphTask { state seconds differenceCount error } }');
    if (graphTask.error !== null) throw new Error(graphTask.error);
    if (graphTask.differenceCount > 0) throw new Error(`the graph that was built differs in ${graphTask.differenceCount} places`);
    if (graphTask.state === 'DONE') return graphTask.seconds * 1000;
    await pause(POLL_MS);
  }
}

/** Builds the graph of a history from nothing, as the service does it by itself, verifies it and asks it. */
async function buildAndAsk(folder: string, { built, askings }: GraphSizes): Promise<{ building: string[][]; asking: string[][] }> {
  const directory = await historyToBuild(folder, built);
  say(`building the graph of ${count(built)} executions`);
  const server = await startService(directory, [], { ...WITH_GRAPH, NEO4J_BOLT_PORT: '17699' });
  while (!['BACKFILL', 'LIVE'].includes((await statusOf(server)).state)) await pause(POLL_MS);
  const startedAt = performance.now();
  await untilCaughtUp(server);
  const took = performance.now() - startedAt;
  say('verifying it');
  const verified = await verify(server);
  const row = (title: string, ms: number) => [title, seconds(ms), count(built / (ms / 1000))];
  const building = [row('built from nothing, as `graph rebuild` does', took), row('`graph verify`', verified)];
  say('asking it');
  const asking = await questions(server, directory, askings);
  await server.stop();
  return { building, asking };
}

async function questions(server: Server, directory: string, askings: number): Promise<string[][]> {
  const agent = new Agent({ keepAlive: true });
  const times = GRAPH_QUESTIONS.map((): number[] => []);
  // In turn, so that what the machine does meanwhile falls on all; the first rounds warm Neo4j and its plans up.
  for (let round = -Math.ceil(askings / 4); round < askings; round++) {
    for (const [index, { query }] of GRAPH_QUESTIONS.entries()) {
      const startedAt = performance.now();
      const answer = await post(agent, server.url, JSON.stringify({ query }));
      // A cold Neo4j on a busy machine may take longer than a question may.
      if (round >= 0 && answer.includes('"errors"')) throw new Error(`${query}: ${answer.subarray(0, 300)}`);
      if (round >= 0) times[index]?.push(performance.now() - startedAt);
    }
  }
  agent.destroy();
  const password = (await readFile(join(directory, '.state/neo4j/password'), 'utf8')).trim();
  const planned = GRAPH_QUESTIONS.filter(({ plan }) => plan);
  const address = { uri: 'bolt://127.0.0.1:17699', username: 'neo4j', password, database: 'neo4j' };
  const plans = await plansOf(
    address,
    planned.map(({ query }) => query),
  );
  return GRAPH_QUESTIONS.map((question, index) => {
    const plan = plans[planned.indexOf(question)] ?? [];
    const begins = [...new Set(plan.flatMap(({ leaves }) => leaves))].map(leaf => `\`${leaf}\``).join(', ');
    const hits = plan.reduce((sum, one) => sum + one.hits, 0);
    const ms = times[index] ?? [];
    return [
      question.title,
      `${quantile(ms, 0.5).toFixed(0)} ms`,
      `${quantile(ms, 0.95).toFixed(0)} ms`,
      begins,
      question.plan ? count(hits) : '',
    ];
  });
}

/** The section of docs/benchmarks.md. */
export function graph(sizes: GraphSizes): Promise<string> {
  return withFolder(async folder => {
    const following = await follow(folder, sizes);
    const lagging = await lag(folder, sizes);
    const recording = await beside(folder, sizes.beside);
    const { building, asking } = await buildAndAsk(folder, sizes);
    return [
      following,
      '',
      lagging,
      '',
      'Recording as fast as it goes, each service in turn: without a graph, and the share of that with a graph whose Neo4j is away, or which follows but cannot keep up; and the cores that Neo4j takes of that one meanwhile:',
      '',
      table(['', 'without', 'away', 'following', 'cores of Neo4j'], recording),
      '',
      `The graph as a whole, ${count(sizes.built)} executions of which all stay:`,
      '',
      table(['', 'takes', 'executions a second'], building),
      '',
      `Questions over HTTP to a graph of ${count(sizes.built)} executions, ${sizes.askings} times each, one at a time; where Neo4j begins (\`PROFILE\`), and how often it touches its store:`,
      '',
      table(['', 'median', 'p95', 'begins at', 'hits'], asking),
      '',
      'Not documented, since they read every match: a connection over all executions (pages: `recordedExecutions`), `executions` picked by a property of their pattern or plugin (ask the pattern for its executions), the',
      'latest executions of a plugin that nearly all use (`recordedExecutions` with `filter: { plugins }`).',
    ].join('\n');
  });
}
