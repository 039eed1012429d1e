import { rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { RECORD_ALL } from '../../support/api.ts';
import { markdown, PatternFolder } from '../../support/pattern-folder.ts';
import { type Answer, eventually, type RunningService, startService, temporaryDirectory } from '../../support/program.ts';

const STATUS = '{ logStatus { projections { name state lagBytes error } } }';

const services: RunningService[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map(service => service.end('SIGKILL')));
});

async function start(metrics: string, patterns: string): Promise<RunningService> {
  const service = await startService({ METRICS_DIR: metrics, PATTERNS_DIR: patterns });
  services.push(service);
  return service;
}

let number = 0;
async function record(service: RunningService, patternId: string, count: number, status = 'SUCCESS'): Promise<void> {
  const inputs = Array.from({ length: count }, () => ({
    executionId: `e-${number++}`,
    patternId,
    patternName: `name of ${patternId}`,
    taskDescription: 'build it',
    status,
    startedAt: '2026-03-01T10:00:00Z',
    completedAt: '2026-03-01T10:02:00Z',
    steps: [],
  }));
  const { errors, data } = await service.ask(RECORD_ALL, { inputs });
  expect(errors).toBeUndefined();
  expect(data.recordExecutions.map(({ error }: { error: unknown }) => error)).toEqual(inputs.map(() => null));
}

function stateOf({ data }: Answer): { state: string; lagBytes: number; error: string | null } | undefined {
  return data?.logStatus.projections.find(({ name }: { name: string }) => name === 'pattern-files');
}

test('a pattern is promoted: its file changes and moves, also after a kill', { timeout: 60_000 }, async () => {
  const { path: metrics, remove } = await temporaryDirectory();
  const folder = new PatternFolder();
  try {
    folder.write('discovered/api.md', markdown('id: p-api'));
    folder.write('discovered/cli.yaml', 'pattern:\n  name: name of p-cli\n  metrics:\n    total_executions: 0\n    success_rate: 0.0\n');
    folder.write('discovered/none.md', markdown('id: p-none'));
    const files = () => Promise.resolve(folder.list());

    const first = await start(metrics, folder.path);
    await record(first, 'p-api', 4);
    await record(first, 'p-api', 1, 'FAILED');
    await record(first, 'p-api', 1, 'CANCELLED');
    await eventually(files, list => list.includes('validated/api.md'));
    expect(folder.read('validated/api.md')).toBe(
      markdown('id: p-api', 'validated', { rate: '0.8', executions: '5', lastUsed: '2026-03-01T10:02:00Z' }),
    );
    await record(first, 'p-cli', 2);
    await eventually(
      async () => folder.read('discovered/cli.yaml'),
      text => text === 'pattern:\n  name: name of p-cli\n  metrics:\n    total_executions: 2\n    success_rate: 1\n',
    );

    await record(first, 'p-api', 30);
    await first.end('SIGKILL');
    const second = await start(metrics, folder.path);
    await eventually(files, list => list.includes('learned/api.md'));
    expect(folder.list()).toEqual(['discovered/cli.yaml', 'discovered/none.md', 'learned/api.md']);
    expect(folder.read('learned/api.md')).toBe(
      markdown('id: p-api', 'learned', { rate: '0.9714', executions: '35', lastUsed: '2026-03-01T10:02:00Z' }),
    );
    expect(folder.read('discovered/none.md')).toBe(markdown('id: p-none'));
    const live = await eventually(
      async () => stateOf(await second.ask(STATUS)),
      status => status?.state === 'LIVE',
    );
    expect(live).toEqual({ name: 'pattern-files', state: 'LIVE', lagBytes: 0, error: null });

    folder.write('learned/bad.md', 'no front matter\n');
    await record(second, 'p-api', 1);
    const troubled = await eventually(
      async () => stateOf(await second.ask(STATUS)),
      status => status?.error != null,
    );
    expect(troubled?.error).toMatch(/^not kept up to date: learned\/bad\.md: it has no front matter/);
    expect(troubled?.state).toBe('LIVE');

    rmSync(`${folder.path}/learned/bad.md`);
    await record(second, 'p-cli', 1);
    await eventually(
      async () => stateOf(await second.ask(STATUS)),
      status => status?.error === null && status.lagBytes === 0,
    );
    expect(await second.end()).toBe(0);
  } finally {
    await remove();
  }
});

test('without PATTERNS_DIR there is no such projection', async () => {
  const { path: metrics, remove } = await temporaryDirectory();
  try {
    const service = await startService({ METRICS_DIR: metrics });
    services.push(service);
    expect(stateOf(await service.ask(STATUS))).toBeUndefined();
  } finally {
    await remove();
  }
});
