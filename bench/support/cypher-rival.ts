/** The same figures in Cypher, over a graph of the same executions in a Neo4j of its own. */
import { join } from 'node:path';
import neo4j, { type Driver } from 'neo4j-driver';
import { createLogger } from '../../src/logger.ts';
import {
  fetchNeo4jJars,
  findNeo4jTools,
  neo4jCacheDir,
  neo4jJarsCached,
  startEmbeddedNeo4j,
} from '../../src/projection/graph/embedded-neo4j.ts';
import { median } from './comparison.ts';
import { type Question, questionOf } from './dashboard-questions.ts';
import { say } from './progress.ts';
import type { QuestionClient } from './question-client.ts';
import type { SampleInput } from './sample-executions.ts';
import { timed } from './timed.ts';

export const CYPHERED = ['patternStats', 'pluginStats', 'pluginPairs'] as const;
type Name = (typeof CYPHERED)[number];

/** What a pattern or plugin is called, or a pair's two names; its executions or steps; those with success. */
type Figures = readonly [key: string, total: number, successes: number];

export type CypherRival = Readonly<{
  load(executions: readonly SampleInput[]): Promise<void>;
  ask(question: Name): Promise<Figures[]>;
  stop(): Promise<void>;
}>;

/** After one that warms up and is left out. */
const ROUNDS = 5;

export const HEAP_MB = 1024;
const LOADED_AT_ONCE = 1000;

const SCHEMA = [
  'CREATE CONSTRAINT FOR (n:Pattern) REQUIRE n.pattern_id IS UNIQUE',
  'CREATE CONSTRAINT FOR (n:Plugin) REQUIRE n.name IS UNIQUE',
];

const LOAD = `
  UNWIND $executions AS row
  MERGE (pattern:Pattern {pattern_id: row.patternId}) SET pattern.name = row.patternName
  CREATE (execution:Execution {
    execution_id: row.executionId, status: toLower(row.status), started_at: datetime(row.startedAt), completed_at: datetime(row.completedAt),
    duration_ms: duration.inSeconds(datetime(row.startedAt), datetime(row.completedAt)).milliseconds})
  CREATE (execution)-[:IMPLEMENTS]->(pattern)
  WITH row, execution
  UNWIND row.steps AS step
  MERGE (plugin:Plugin {name: step.plugin})
  CREATE (plugin)-[:EXECUTED_IN {step: step.step, phase: step.phase, duration_ms: step.durationMs, status: toLower(step.status)}]->(execution)`;

/** Counts of success, durations with their median and p95; of pairs what the service answers beside them: each plugin's own executions. */
const QUESTIONS: Record<Name, string> = {
  patternStats: `
    MATCH (e:Execution)-[:IMPLEMENTS]->(p:Pattern)
    RETURN p.pattern_id AS key, count(e) AS total, count(CASE WHEN e.status = 'success' THEN 1 END) AS successes, avg(e.duration_ms) AS mean,
      percentileDisc(e.duration_ms, 0.5) AS median, percentileDisc(e.duration_ms, 0.95) AS p95, max(e.completed_at) AS last_used`,
  pluginStats: `
    MATCH (p:Plugin)-[s:EXECUTED_IN]->(e:Execution)
    RETURN p.name AS key, count(s) AS total, count(CASE WHEN s.status = 'success' THEN 1 END) AS successes, avg(s.duration_ms) AS mean,
      percentileDisc(s.duration_ms, 0.5) AS median, percentileDisc(s.duration_ms, 0.95) AS p95, max(e.completed_at) AS last_used`,
  pluginPairs: `
    MATCH (p:Plugin)-[s:EXECUTED_IN]->(e:Execution)
    WITH e, p, min(CASE WHEN s.status = 'success' THEN 1 ELSE 0 END) AS ok
    WITH e, collect({name: p.name, ok: ok}) AS used
    UNWIND used AS a UNWIND used AS b
    WITH a, b WHERE a.name < b.name
    WITH a.name AS one, b.name AS other, count(*) AS total, sum(a.ok * b.ok) AS successes
    WHERE total >= 2
    RETURN one + ' ' + other AS key, total, successes ORDER BY total DESC, one, other LIMIT 50`,
};

/** Starts one in a folder of its own; undefined, and said aloud, where the machine cannot run it. */
export async function startCypherRival(folder: string): Promise<CypherRival | undefined> {
  const { env } = process;
  const cacheDir = neo4jCacheDir(env);
  const tools = await findNeo4jTools({ env, jarsCached: neo4jJarsCached(cacheDir) });
  if (!tools.found) {
    say(`SKIPPED: the comparison with Neo4j. ${tools.missing}`);
    return undefined;
  }
  const logger = createLogger('warn');
  const jars = await fetchNeo4jJars({ cacheDir, maven: tools.maven, env, logger });
  const server = await startEmbeddedNeo4j({ directory: join(folder, 'neo4j'), jars, java: tools.java, logger, heapMb: HEAP_MB });
  const driver = neo4j.driver(server.uri, neo4j.auth.basic(server.username, server.password), { disableLosslessIntegers: true });
  return {
    load: executions => load(driver, executions),
    ask: async question => {
      const { records } = await driver.executeQuery(QUESTIONS[question], {}, { database: server.database });
      return records.map(record => [record.get('key'), record.get('total'), record.get('successes')] as const);
    },
    stop: async () => {
      await driver.close();
      await server.stop();
    },
  };
}

async function load(driver: Driver, executions: readonly SampleInput[]): Promise<void> {
  for (const statement of SCHEMA) await driver.executeQuery(statement);
  for (let first = 0; first < executions.length; first += LOADED_AT_ONCE) {
    await driver.executeQuery(LOAD, { executions: executions.slice(first, first + LOADED_AT_ONCE) });
  }
}

/** Milliseconds by question; every answer is held against the service's. */
export async function besideCypher(
  rival: CypherRival,
  client: QuestionClient,
  asked: readonly Question[],
): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>();
  for (const name of CYPHERED) {
    const ours = figuresOf(name, (await client.ask(questionOf(asked, name))).value);
    const took: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const { value, ms } = await timed(() => rival.ask(name));
      if (sorted(value) !== sorted(ours)) throw new Error(`${name}: the service ${sorted(ours)}, Neo4j ${sorted(value)}`);
      took.push(ms);
    }
    times.set(name, median(took.slice(1)));
  }
  return times;
}

function sorted(figures: readonly Figures[]): string {
  return figures
    .map(row => row.join(' '))
    .sort()
    .join('; ');
}

type Rate = Readonly<{ total: number; successes: number }>;

function figuresOf(name: Name, value: unknown): Figures[] {
  if (name === 'patternStats') {
    const { patterns } = value as { patterns: { patternId: string; successRate: Rate }[] };
    return patterns.map(({ patternId, successRate }) => [patternId, successRate.total, successRate.successes]);
  }
  if (name === 'pluginStats') {
    const { plugins } = value as { plugins: { name: string; reliability: Rate }[] };
    return plugins.map(({ name, reliability }) => [name, reliability.total, reliability.successes]);
  }
  const { pairs } = value as { pairs: { a: string; b: string; successTogether: Rate }[] };
  return pairs.map(({ a, b, successTogether }) => [`${a} ${b}`, successTogether.total, successTogether.successes]);
}
