/**
 * A real Neo4j for the tests named `*.neo4j.test.ts`: one server a run, started by vitest's `globalSetup` (this file), its jars
 * from the user's cache. Where Java or Maven is missing those tests are skipped and say so; where `CI` is set that is a failure.
 *
 *     describeWithNeo4j('the graph', () => {
 *       const driver = useDriver();            // to the run's server, closed at the end
 *       beforeEach(() => wipe(driver));
 *     });
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import neo4j, { type Driver } from 'neo4j-driver';
import { afterAll, describe, inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { createLogger } from '../../src/logger.ts';
import {
  type EmbeddedNeo4j,
  type EmbeddedNeo4jOptions,
  fetchNeo4jJars,
  findNeo4jTools,
  type Neo4jJars,
  neo4jCacheDir,
  neo4jJarsCached,
  startEmbeddedNeo4j,
} from '../../src/projection/graph/embedded-neo4j.ts';

export interface TestNeo4j {
  readonly uri: string;
  readonly username: string;
  readonly password: string;
  readonly database: 'neo4j';
  /** What `startOwnNeo4j` and tests of the start itself need. */
  readonly java: string;
  readonly jars: Neo4jJars;
}

declare module 'vitest' {
  export interface ProvidedContext {
    neo4j: TestNeo4j | { readonly missing: string };
  }
}

/** Half of a start is Java's second compiler at work on code that a test runs only once. */
const QUICK_JAVA = ['-XX:TieredStopAtLevel=1'];

let shared: { neo4j: EmbeddedNeo4j; directory: string } | undefined;

/** vitest's globalSetup. */
export async function setup(project: TestProject): Promise<void> {
  const { CI } = process.env;
  const cacheDir = neo4jCacheDir(process.env);
  const tools = await findNeo4jTools({ env: process.env, jarsCached: neo4jJarsCached(cacheDir) });
  if (!tools.found) {
    if (CI) throw new Error(`The tests with Neo4j cannot run. ${tools.missing}`);
    console.warn(`SKIPPED: all tests with Neo4j (*.neo4j.test.ts). ${tools.missing}`);
    project.provide('neo4j', { missing: tools.missing });
    return;
  }
  const { java, maven } = tools;
  const logger = createLogger('warn');
  const jars = await fetchNeo4jJars({ cacheDir, maven, env: process.env, logger, onProgress: showProgress });
  const directory = await mkdtemp(join(tmpdir(), 'neo4j-of-tests-'));
  const server = await startEmbeddedNeo4j({ directory, jars, java, logger, javaOptions: QUICK_JAVA });
  shared = { neo4j: server, directory };
  const { uri, username, password, database } = server;
  project.provide('neo4j', { uri, username, password, database, java, jars });
}

/** vitest calls it at the end of the run. */
export async function teardown(): Promise<void> {
  await shared?.neo4j.stop();
  if (shared !== undefined) await rm(shared.directory, { recursive: true, force: true });
  shared = undefined;
}

/** `describe` for tests that need a Neo4j: skipped, with the reason in its name, where the machine cannot run one. */
export function describeWithNeo4j(name: string, tests: () => void): void {
  const provided = inject('neo4j');
  if ('missing' in provided) describe.skip(`${name}: SKIPPED. ${provided.missing}`, tests);
  else describe(name, tests);
}

/** The run's server. Within `describeWithNeo4j` only. */
export function testNeo4j(): TestNeo4j {
  const provided = inject('neo4j');
  if ('missing' in provided) throw new Error(provided.missing);
  return provided;
}

/** A driver for the run's server that is closed after the last test of the block. */
export function useDriver(): Driver {
  const provided = inject('neo4j');
  // Where the block is skipped its body still runs once, to collect the names.
  const { uri, username, password } = 'missing' in provided ? { uri: 'bolt://127.0.0.1:1', username: '', password: '' } : provided;
  const driver = neo4j.driver(uri, neo4j.auth.basic(username, password));
  afterAll(() => driver.close());
  return driver;
}

/** Removes every node and relationship; with `schema`, every constraint and index as well. */
export async function wipe(driver: Driver, options: { readonly schema?: boolean } = {}): Promise<void> {
  const session = driver.session({ database: 'neo4j' });
  try {
    // In batches: a test may leave more than one transaction's memory holds.
    await session.run('MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS');
  } finally {
    await session.close();
  }
  if (options.schema !== true) return;
  // Constraints first: their indexes go with them. The look-up indexes are Neo4j's own.
  await dropAll(driver, 'CONSTRAINT', 'SHOW CONSTRAINTS YIELD name');
  await dropAll(driver, 'INDEX', "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'");
}

async function dropAll(driver: Driver, kind: 'CONSTRAINT' | 'INDEX', list: string): Promise<void> {
  const { records } = await driver.executeQuery(list, {}, { database: 'neo4j' });
  for (const record of records) await driver.executeQuery(`DROP ${kind} \`${record.get('name')}\` IF EXISTS`, {}, { database: 'neo4j' });
}

export interface OwnNeo4j extends EmbeddedNeo4j {
  readonly directory: string;
  /** Stops it and removes its directory, unless the test gave that. */
  cleanUp(): Promise<void>;
}

/** A server for one test that stops or kills it. Give `directory` to start one again on the same data. */
export async function startOwnNeo4j(options: Partial<EmbeddedNeo4jOptions> = {}): Promise<OwnNeo4j> {
  const { java, jars } = testNeo4j();
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'neo4j-of-test-')));
  const removeOwn = async (): Promise<void> => {
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
  };
  const ours = { java, jars, logger: createLogger('silent'), heapMb: 256, javaOptions: QUICK_JAVA };
  const server = await startEmbeddedNeo4j({ ...ours, ...options, directory }).catch(async error => {
    await removeOwn();
    throw error;
  });
  const cleanUp = async (): Promise<void> => {
    await server.stop();
    await removeOwn();
  };
  return { ...server, directory, cleanUp };
}

function showProgress(done: number, total: number): void {
  if (done % 50 === 0 || done === total) process.stderr.write(`fetching Neo4j for the tests: ${done} of ${total} jars\n`);
}
