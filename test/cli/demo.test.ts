/** The demo as people start it: a process of its own. Its history is held to its stories in test/query/stories.test.ts. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { demoFuture, demoHistory } from '../../src/cli/demo-history.ts';
import { liveClient } from '../support/live-client.ts';
import { eventually, PROGRAM, runProgram, temporaryDirectory } from '../support/program.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Starts the demo with its temporary directory in one of the test's. */
async function startDemo(args: readonly string[] = [], environment: Record<string, string> = {}) {
  const temporary = await temporaryDirectory();
  closers.push(() => temporary.remove());
  const child = spawn(process.execPath, [PROGRAM, 'demo', '--port', '0', ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', TMPDIR: temporary.path, GRAPH: 'off', ...environment },
  });
  closers.push(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', chunk => (said += chunk));
  child.stderr.on('data', chunk => (said += chunk));
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  return {
    child,
    ended,
    said: () => said,
    /** What it has made: directories of its name. */
    directories: () => readdirSync(temporary.path).filter(name => name.startsWith('orchestrator-metrics-demo-')),
    url: () =>
      eventually(
        async () => /Dashboard\s+(\S+)\//.exec(said)?.[1],
        found => found !== undefined || child.exitCode !== null,
      ),
  };
}

async function ask(url: string | undefined, query: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: data has the shape of its question
  return ((await response.json()) as { data: any }).data;
}

describe('orchestrator-metrics demo', { timeout: 120_000 }, () => {
  test('says that it is one, shows its history, records new runs, and leaves nothing behind', async () => {
    const demo = await startDemo(['--every', '0.2']);
    const url = await demo.url();
    expect(demo.said()).toContain('THIS IS A DEMO');
    expect(demo.directories()).toHaveLength(1);
    const data = await ask(
      url,
      `{ overview { current { executions patterns plugins } } rejectedRows { totalCount } changes { changes { subject causes { plugin version } } }
         recordedExecutions(first: 1) { edges { node { executionId } } } }`,
    );
    expect(data.overview.current.executions).toBeGreaterThan(1500);
    // The script has a plugin of its own.
    expect(data.overview.current).toMatchObject({ patterns: 40, plugins: 61 });
    expect(data.rejectedRows.totalCount).toBe(2);
    expect(data.changes.changes).toContainEqual({
      subject: 'schema-validator',
      causes: expect.arrayContaining([{ plugin: 'schema-validator', version: '2.0.0' }]),
    });

    const client = liveClient(url ?? '');
    closers.push(() => client.close());
    const [first, second] = await client.subscribe('subscription { executionRecorded { executionId completedAt } }').arrived(2);
    expect(second.executionRecorded.executionId).not.toBe(first.executionRecorded.executionId);
    expect(Math.abs(Date.now() - Date.parse(second.executionRecorded.completedAt))).toBeLessThan(60_000);

    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(0);
    expect(demo.directories()).toEqual([]);
    expect(demo.said()).not.toContain('could not be recorded');
  });

  test('keeps away from the data that the settings name, and keeps to the others', async () => {
    const directory = await temporaryDirectory();
    closers.push(() => directory.remove());
    const key = 'a-key-of-32-characters-for-tests';
    const settings = {
      API_KEY: key,
      GRAPH: 'external',
      NEO4J_URI: 'bolt://127.0.0.1:1',
      METRICS_DIR: `${directory.path}/metrics`,
      STATE_DIR: `${directory.path}/state`,
      PATTERNS_DIR: directory.path,
    };
    const demo = await startDemo(['--every', '0', '--seed', '7'], settings);
    const url = await demo.url();
    expect(await ask(url, '{ logStatus { position } }')).toBeUndefined();
    const data = await ask(url, '{ logStatus { projections { name state } } }', { authorization: `Bearer ${key}` });
    const states = Object.fromEntries(data.logStatus.projections.map(({ name, state }: { name: string; state: string }) => [name, state]));
    expect(states).toMatchObject({ graph: 'OFF' });
    expect(Object.keys(states)).not.toContain('pattern files');
    demo.child.kill('SIGTERM');
    expect(await demo.ended).toBe(0);
    expect(readdirSync(directory.path)).toEqual([]);
  });

  test('a signal while it still records leaves nothing behind either', async () => {
    const demo = await startDemo();
    await eventually(
      async () => demo.directories().length,
      count => count === 1,
    );
    demo.child.kill('SIGINT');
    await demo.ended;
    expect(demo.directories()).toEqual([]);
  });

  test.for([
    [['--every', 'often'], '--every'],
    [['--every', '-1'], '--every'],
    [['--port', '70000'], '--port'],
    [['--seed', '1.5'], '--seed'],
  ] as const)('%s is refused before anything is made', async ([args, option]) => {
    const temporary = await temporaryDirectory();
    closers.push(() => temporary.remove());
    const { code, stderr } = await runProgram(['demo', ...args], { environment: { TMPDIR: temporary.path, GRAPH: 'off' } });
    expect([code, stderr]).toEqual([2, expect.stringContaining(option)]);
    expect(existsSync(temporary.path) && readdirSync(temporary.path).filter(name => name.includes('demo'))).toEqual([]);
  });
});

test('the future goes on where the history ends: with new ids, and its broken plugin still broken', () => {
  const end = Date.parse('2026-11-22T12:00:00Z');
  const history = demoHistory({ end });
  const next = demoFuture(history, 2);
  const runs = Array.from({ length: 400 }, (_, n) => next(end + (n + 1) * 20_000));
  const told = history.events.flatMap(event => (event.kind === 'record' ? [event.execution.executionId] : []));
  expect(new Set([...told, ...runs.map(({ executionId }) => executionId)]).size).toBe(told.length + runs.length);
  expect(runs.map(({ completedAt }) => Date.parse(completedAt))).toEqual(runs.map((_, n) => end + (n + 1) * 20_000));
  const broken = runs.flatMap(({ steps }) => steps.filter(({ plugin }) => plugin === history.stories.broken.plugin));
  expect(broken.length).toBeGreaterThan(10);
  expect(broken.every(({ pluginVersion }) => pluginVersion === '2.0.0')).toBe(true);
  expect(broken.filter(({ status }) => status === 'SUCCESS').length / broken.length).toBeLessThan(0.6);
});
