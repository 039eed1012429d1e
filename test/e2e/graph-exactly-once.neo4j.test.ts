import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestGraph, type TestGraph } from '../projection/graph/graph-fixture.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { describeWithNeo4j, type OwnNeo4j, startOwnNeo4j } from '../support/neo4j.ts';
import { eventually, type RunningService, startService, temporaryDirectory } from '../support/program.ts';

/** Few, so that most of what is recorded leaves the graph again. */
const RETENTION = '25';
const BATCH = 20;

const RECORD =
  'mutation ($inputs: [RecordExecutionInput!]!) { recordExecutions(inputs: $inputs) { payload { executionId } error { message } } }';
const STATUS = '{ logStatus { position projections { name state position lagBytes } } }';

function input(n: number): object {
  const startedAt = Date.parse('2026-03-01T10:00:00Z') + n * 1_000;
  const status = n % 7 === 0 ? 'FAILED' : n % 11 === 0 ? 'CANCELLED' : 'SUCCESS';
  return {
    executionId: `exec-${n}`,
    patternId: `pattern-${n % 4}`,
    taskDescription: `task ${n}`,
    status,
    startedAt: new Date(startedAt).toISOString(),
    completedAt: new Date(startedAt + 900).toISOString(),
    steps: Array.from({ length: n % 4 }, (_, s) => ({
      step: s,
      phase: 'build',
      plugin: `plugin-${(n + s) % 6}`,
      durationMs: 10 * s,
      status: 'SUCCESS',
    })),
  };
}

describeWithNeo4j('exactly once', () => {
  let own: OwnNeo4j;
  let graph: TestGraph;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let service: RunningService;
  let recorded = 0;
  beforeAll(async () => {
    own = await startOwnNeo4j();
    graph = openTestGraph(own);
  });
  beforeEach(async () => {
    await graph.empty();
    directory = await temporaryDirectory();
    recorded = 0;
  });
  afterEach(async () => {
    await service.end('SIGKILL');
    await directory.remove();
  });
  afterAll(async () => {
    await graph.close();
    await own.stop();
    await own.cleanUp();
  });

  const start = async (uri = own.uri) => {
    const { username, password } = own;
    const neo4j = { GRAPH: 'external', NEO4J_URI: uri, NEO4J_USERNAME: username, NEO4J_PASSWORD: password };
    service = await startService({ METRICS_DIR: directory.path, GRAPH_RETENTION: RETENTION, LOG_LEVEL: 'silent', ...neo4j });
  };

  /** Records until told to stop; what fails, because the service is killed, is sent again with the same ids. */
  function load(): { stop: () => Promise<void> } {
    let going = true;
    const running = (async () => {
      while (going) {
        const inputs = Array.from({ length: BATCH }, (_, n) => input(recorded + n));
        const answer = await service.ask(RECORD, { inputs }).catch(() => undefined);
        if (answer?.data) recorded += BATCH;
        await pause(answer?.data ? 5 : 200);
      }
    })();
    return {
      stop: async () => {
        going = false;
        await running;
      },
    };
  }

  const statusOfGraph = async () => {
    const status = (await service.ask(STATUS).catch(() => undefined))?.data?.logStatus;
    return { end: status?.position, ...status?.projections.find(({ name }: { name: string }) => name === 'graph') };
  };
  const caughtUp = () => eventually(statusOfGraph, ({ end, state, position }) => state === 'LIVE' && position === end, 120_000);
  const archive = () => readFile(join(directory.path, 'archive/graph/executions.csv'), 'utf8');

  /** The graph, and what left it, beside ones that are made of the same logs with nothing going wrong. */
  async function expectSameAsAfresh(): Promise<void> {
    await caughtUp();
    const [survived, left] = [await graph.dump(), await archive()];
    expect(left.split('\n')).toHaveLength(new Set(left.split('\n')).size);
    expect(survived.filter(line => line.includes('"Execution"'))).toHaveLength(4 * Number(RETENTION));
    const { data } = await service.ask('mutation { startGraphTask(task: VERIFY) { state } }');
    expect(data.startGraphTask.state).toBe('RUNNING');
    const { graphTask } = await eventually(
      async () => (await service.ask('{ graphTask { state error differenceCount differences { message } } }')).data,
      answer => answer.graphTask.state !== 'RUNNING',
    );
    expect(graphTask).toEqual({ state: 'DONE', error: null, differenceCount: 0, differences: [] });
    expect(await service.end()).toBe(0);
    await graph.empty();
    await start();
    await caughtUp();
    expect(await graph.dump()).toEqual(survived);
    expect(await archive()).toBe(left);
  }

  test('with the connection cut in the middle of commits, before and after the server has them', { timeout: 300_000 }, async () => {
    const proxy: CuttingProxy = await startCuttingProxy(own.uri);
    await start(proxy.uri);
    await eventually(statusOfGraph, ({ state }) => state === 'LIVE');
    proxy.cutEvery(3);
    const loading = load();
    await eventually(
      async () => proxy.cuts,
      ({ before, after }) => before >= 3 && after >= 3,
      120_000,
    );
    proxy.cutEvery(0);
    await loading.stop();
    await caughtUp();
    await expectSameAsAfresh();
    await proxy.close();
  });

  test('with the service killed under load, again and again', { timeout: 300_000 }, async () => {
    await start();
    const loading = load();
    for (let kill = 0; kill < 3; kill++) {
      const from = recorded;
      await eventually(
        async () => recorded,
        count => count > from + 5 * BATCH,
      );
      await pause(100 + kill * 170);
      await service.end('SIGKILL');
      await start();
    }
    await loading.stop();
    await expectSameAsAfresh();
  });

  test('with Neo4j killed under load, again and again', { timeout: 300_000 }, async () => {
    await start();
    const loading = load();
    for (let kill = 0; kill < 2; kill++) {
      const from = recorded;
      await eventually(
        async () => recorded,
        count => count > from + 10 * BATCH,
      );
      process.kill(own.pid, 'SIGKILL');
      await own.exited;
      const { directory: home, uri } = own;
      const again = await startOwnNeo4j({ directory: home, boltPort: Number(new URL(uri).port) });
      own = { ...again, cleanUp: own.cleanUp };
    }
    await loading.stop();
    await expectSameAsAfresh();
  });
});
