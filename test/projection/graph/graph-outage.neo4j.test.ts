import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Position } from '../../../src/log/log.ts';
import { type GraphAddress, type GraphConnection, GraphProjection, graphConnection } from '../../../src/projection/graph/graph.ts';
import { describeWithNeo4j, type OwnNeo4j, startOwnNeo4j } from '../../support/neo4j.ts';
import { execution, FakeLogs, openTestGraph, projectionOptions, silent, step, type TestGraph } from './graph-fixture.ts';

/** Large enough that a transaction is under way for a while. */
function manyExecutions(): FakeLogs {
  const logs = new FakeLogs();
  for (let n = 0; n < 1_000; n++) {
    logs.record(
      execution(n, { patternId: `p-${n % 20}`, steps: Array.from({ length: 5 }, (_, s) => step(`plugin-${(n + s) % 30}`, { step: s })) }),
    );
  }
  return logs;
}

/** Some transactions of the stretch may have been committed, each with its position. */
const executionsUpTo = (logs: FakeLogs, position: Position) => logs.journal.filter(({ end }) => end <= position.journal).length;

async function executionsIn(graph: TestGraph): Promise<unknown> {
  return (await graph.run('MATCH (e:Execution) RETURN toFloat(count(e)) AS executions'))[0]?.['executions'];
}

describeWithNeo4j('the graph projection while Neo4j is away', () => {
  let own: OwnNeo4j;
  let graph: TestGraph;
  const open: GraphConnection[] = [];
  beforeAll(async () => {
    own = await startOwnNeo4j();
    graph = openTestGraph(own);
  });
  afterEach(async () => {
    await Promise.race([Promise.all(open.splice(0).map(connection => connection.close())), pause(500)]);
  });
  afterAll(async () => {
    await graph.close();
    await own.cleanUp();
  });

  function projectionTo(address: Partial<GraphAddress>) {
    const { uri, username, password, database } = own;
    const connection = graphConnection({ uri, username, password, database, ...address });
    open.push(connection);
    return new GraphProjection({ ...projectionOptions(new FakeLogs(), graph.metricsDirectory), connection: () => connection });
  }

  test.each([
    ['a closed port', { uri: 'bolt://127.0.0.1:1' }, /does not answer/],
    ['a wrong password', { password: 'wrong-word' }, /NEO4J_PASSWORD/],
    ['a wrong database', { database: 'elsewhere' }, /NEO4J_DATABASE/],
  ])('%s is told apart, and takes 10 s at most', async (_name, address, message) => {
    const started = performance.now();
    const failure = await projectionTo(address)
      .load()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'GRAPH_UNAVAILABLE', message: expect.stringMatching(message) });
    expect(String(failure)).not.toMatch(/127\.0\.0\.1|wrong-word/);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('without a connection yet, it says so', async () => {
    const projection = new GraphProjection({ ...projectionOptions(new FakeLogs(), graph.metricsDirectory), connection: () => undefined });
    await expect(projection.load()).rejects.toMatchObject({ code: 'GRAPH_UNAVAILABLE', message: 'Neo4j is not up yet' });
  });

  test('a stretch that is too much for its memory goes in by halves, and the graph is the same', { timeout: 180_000 }, async () => {
    const logs = new FakeLogs();
    for (let n = 0; n < 1_000; n++) logs.record(execution(n, { patternId: `p-${n % 20}`, taskDescription: 'x'.repeat(30_000) }));
    const small = await startOwnNeo4j({ heapMb: 128 });
    const tight = openTestGraph(small);
    const warned: unknown[] = [];
    const projection = tight.projection(logs, { logger: { ...silent, warn: fields => warned.push(fields) } });
    await projection.load();
    await projection.advance(logs.stretch());
    expect(warned.length).toBeGreaterThan(0);
    expect(await projection.load()).toEqual(logs.end);
    const differences: unknown[] = [];
    await projection.verify(
      difference => differences.push(difference),
      () => undefined,
    );
    expect(differences).toEqual([]);
    expect(await tight.run('MATCH (e:Execution) RETURN toFloat(count(e)) AS count')).toEqual([{ count: 1_000 }]);
    await tight.close();
    await small.cleanUp();
  });

  test('frozen in the middle of a transaction: given up in seconds, and after waking the graph is the same', async () => {
    const logs = manyExecutions();
    const projection = graph.projection(logs);
    await projection.load();
    const advancing = projection.advance(logs.stretch()).catch((error: unknown) => error);
    await pause(150);
    process.kill(own.pid, 'SIGSTOP');
    const started = performance.now();
    const outcome = await advancing;
    expect(outcome).toMatchObject({ code: 'GRAPH_UNAVAILABLE' });
    expect(performance.now() - started).toBeLessThan(8_000);
    await expect(projection.load()).rejects.toMatchObject({ code: 'GRAPH_UNAVAILABLE' });
    process.kill(own.pid, 'SIGCONT');

    const position = await projection.load();
    expect(await executionsIn(graph)).toBe(executionsUpTo(logs, position));
    await projection.advance(logs.stretch(position));
    const afterwards = await graph.dump();
    await graph.empty();
    const again = graph.projection(manyExecutions());
    await again.advance(manyExecutions().stretch());
    expect(await graph.dump()).toEqual(afterwards);
  });

  test('killed in the middle of a transaction: started again, the graph is as its position says', async () => {
    await graph.empty();
    const logs = manyExecutions();
    const projection = graph.projection(logs);
    await projection.load();
    const advancing = projection.advance(logs.stretch()).catch((error: unknown) => error);
    await pause(150);
    process.kill(own.pid, 'SIGKILL');
    await own.exited;
    const outcome = await advancing;
    // On a fast machine it may have got through.
    if (outcome !== undefined) expect(outcome).toMatchObject({ code: 'GRAPH_UNAVAILABLE' });

    const restarted = await startOwnNeo4j({ directory: own.directory });
    const later = openTestGraph(restarted);
    const continued = later.projection(logs);
    const position = await continued.load();
    if (outcome === undefined) expect(position).toEqual(logs.end);
    expect(await executionsIn(later)).toBe(executionsUpTo(logs, position));
    await continued.advance(logs.stretch(position));
    expect(await later.run('MATCH ()-[r:EXECUTED_IN]->() RETURN toString(count(r)) AS steps')).toEqual([{ steps: '5000' }]);
    await later.close();
    await restarted.stop();
  }, 180_000);
});
