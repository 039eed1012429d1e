import { createServer, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { MetricsError } from '../../src/errors.ts';
import { type GraphAddress, type GraphConnection, graphConnection } from '../../src/projection/graph/graph.ts';
import { createGraphGuard } from '../../src/serve/graph-guard.ts';
import { describeWithNeo4j, type OwnNeo4j, startOwnNeo4j, testNeo4j } from '../support/neo4j.ts';
import { type Api, createApi, plain } from './graph-api.ts';

const BOTH = '{ patterns { patternId } logTime(status: FAILED) { stored } pluginsConnection { totalCount } }';
const AT_ONCE_MS = 250;

const open: GraphConnection[] = [];
function connect(address: Partial<GraphAddress>): GraphConnection {
  const connection = graphConnection({ username: 'neo4j', password: 'secret-word', database: 'neo4j', uri: '', ...address });
  open.push(connection);
  return connection;
}
afterEach(async () => {
  // Not awaited for long: a driver waits for connections that are frozen.
  await Promise.race([Promise.all(open.splice(0).map(connection => connection.close())), pause(500)]);
});

/** Asks both parts at once: the graph's fields say that it is away, in time and without a host's name; the log's answer. */
async function expectAway(api: Api, withinMs: number, message: RegExp = /./) {
  const { data, errors, ms } = await api.ask(BOTH);
  expect(plain(data)).toEqual({ patterns: null, logTime: { stored: 'failed' }, pluginsConnection: null });
  expect(errors).toHaveLength(2);
  for (const { originalError } of errors ?? []) {
    expect(originalError).toBeInstanceOf(MetricsError);
    expect(originalError).toMatchObject({ code: 'GRAPH_UNAVAILABLE', retryable: true });
    expect(originalError?.message).toMatch(message);
    expect(originalError?.message).not.toMatch(/127\.0\.0\.1|localhost|:\d{2,}|secret-word/);
  }
  expect(ms).toBeLessThan(withinMs);
}

describe('without a graph', () => {
  test('its fields say how to get one, and all others answer', async () => {
    await expectAway(await createApi(() => undefined), AT_ONCE_MS, /NEO4J_URI.*Java/);
    const state = () => ({ available: false, reason: 'Neo4j is still starting: ask again in a moment' });
    await expectAway(await createApi(() => undefined, state), AT_ONCE_MS, /still starting/);
  });

  test('what the projection found out is said at once, without asking Neo4j', async () => {
    const connection = connect({ uri: 'bolt://127.0.0.1:1' });
    const api = await createApi(
      () => connection,
      () => ({ available: false, reason: 'Neo4j has gone' }),
    );
    await expectAway(api, AT_ONCE_MS, /has gone/);
  });

  test('a closed port: within 2 s, and at once afterwards', async () => {
    const connection = connect({ uri: 'bolt://127.0.0.1:1' });
    const api = await createApi(() => connection);
    await expectAway(api, 2_000, /does not answer/);
    await expectAway(api, AT_ONCE_MS);
    await pause(600);
    await expectAway(api, AT_ONCE_MS);
  });

  describe('a port that takes connections and says nothing', () => {
    let silent: Server;
    let uri = '';
    beforeAll(async () => {
      silent = createServer(() => {});
      await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
      const address = silent.address();
      uri = `bolt://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    });
    afterAll(() => {
      silent.close();
    });

    test('within 2 s, and at once afterwards', async () => {
      const connection = connect({ uri });
      const api = await createApi(() => connection);
      await expectAway(api, 2_000, /does not answer/);
      await expectAway(api, AT_ONCE_MS);
      await pause(600);
      await expectAway(api, AT_ONCE_MS);
    });
  });
});

describeWithNeo4j('with a Neo4j', () => {
  const started: OwnNeo4j[] = [];
  const start = async (options: { directory?: string } = {}) => {
    const own = await startOwnNeo4j(options);
    started.unshift(own);
    return own;
  };
  afterAll(async () => {
    // The last one first: the first removes the directory that they share.
    for (const own of started) await own.cleanUp();
  }, 60_000);

  test('a wrong password and a wrong database are told apart', async () => {
    const { uri, password } = testNeo4j();
    const wrongPassword = connect({ uri });
    await expectAway(await createApi(() => wrongPassword), 2_000, /NEO4J_PASSWORD/);
    const wrongDatabase = connect({ uri, password, database: 'elsewhere' });
    await expectAway(await createApi(() => wrongDatabase), 2_000, /NEO4J_DATABASE/);
  });

  test('a question that takes too long is a TIMEOUT, and others go on', async () => {
    const connection = connect(testNeo4j());
    const guard = createGraphGuard({ connection: () => connection, graphState: () => ({ available: true }) });
    const run = (cypher: string) =>
      guard(async ({ reader, database }) => {
        const session = reader.session({ database });
        return session.executeRead(transaction => transaction.run(cypher), { timeout: 1_500 }).finally(() => session.close());
      });
    const started = performance.now();
    await expect(run('UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a * b AS c RETURN sum(c)')).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    expect(performance.now() - started).toBeLessThan(2_000);
    expect((await run('RETURN 1 AS one')).records).toHaveLength(1);
  });

  test('frozen, woken, killed and started again', async () => {
    const own = await start();
    let connection = connect(own);
    const api = await createApi(() => connection);
    const expectThere = async () => {
      const { data, errors } = await api.ask(BOTH);
      expect(errors).toBeUndefined();
      expect(plain(data)).toEqual({ patterns: [], logTime: { stored: 'failed' }, pluginsConnection: { totalCount: 0 } });
    };
    await expectThere();

    process.kill(own.pid, 'SIGSTOP');
    await expectAway(api, 2_000, /does not answer/);
    await expectAway(api, AT_ONCE_MS);
    await pause(600);
    await expectAway(api, AT_ONCE_MS);
    process.kill(own.pid, 'SIGCONT');
    await expect.poll(async () => (await api.ask(BOTH)).errors, { timeout: 10_000, interval: 200 }).toBeUndefined();

    process.kill(own.pid, 'SIGKILL');
    await own.exited;
    await expectAway(api, 2_000, /does not answer/);
    await expectAway(api, AT_ONCE_MS);
    connection = connect(await start({ directory: own.directory }));
    await expect.poll(async () => (await api.ask(BOTH)).errors, { timeout: 10_000, interval: 200 }).toBeUndefined();
  }, 180_000);
});
