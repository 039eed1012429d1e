import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { startService, temporaryDirectory } from '../support/program.ts';

let directory: string;
beforeEach(async () => {
  const { path, remove } = await temporaryDirectory();
  directory = path;
  return remove;
});

/** Threads of a service that is ready. */
async function threads(environment: Record<string, string> = {}): Promise<number> {
  const service = await startService({ METRICS_DIR: directory, ...environment });
  const count = readdirSync(`/proc/${service.pid}/task`).length;
  await service.end();
  return count;
}

describe.skipIf(process.platform !== 'linux')('the threads for syncs and reads (counted in /proc, so on Linux)', () => {
  test('are 16, or as many as the environment says', { timeout: 60_000 }, async () => {
    const byDefault = await threads();
    expect(byDefault - (await threads({ UV_THREADPOOL_SIZE: '4' }))).toBe(12);
    expect(await threads({ UV_THREADPOOL_SIZE: '16' })).toBe(byDefault);
  });
});

test('a service whose reader has gone goes on, and ends as it is told to', { timeout: 60_000 }, async () => {
  let child: ChildProcess | undefined;
  const service = await startService({ METRICS_DIR: directory }, spawned => (child = spawned));
  child?.stdout?.destroy();
  expect(await service.end()).toBe(0);
});

test('functions keep their names in the bundle: @graphql-tools tells by them which resolvers are defaults', {
  timeout: 60_000,
}, async () => {
  const service = await startService({ METRICS_DIR: directory });
  // The default resolver of @neo4j/graphql would answer with the property that the alias names.
  const { data } = await service.ask('{ recordedExecutions { pageInfo { endCursor: hasNextPage } } }');
  await service.end();
  expect(data.recordedExecutions.pageInfo).toEqual({ endCursor: false });
});
