import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runProgram, startService, temporaryDirectory } from '../support/program.ts';

const execution = (executionId: string, more: object = {}) => ({
  executionId,
  patternId: 'pat_a',
  taskDescription: 'Say "hello", twice',
  status: 'SUCCESS',
  startedAt: '2026-01-01T00:00:00Z',
  completedAt: '2026-01-01T00:01:00Z',
  steps: [{ step: 1, phase: 'implement', plugin: 'greeter', durationMs: 60_000, status: 'SUCCESS' }],
  ...more,
});

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));

describe('orchestrator-metrics record', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let environment: Record<string, string>;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    environment = { METRICS_DIR: directory.path };
  });
  afterEach(() => directory.remove());

  test('without a service it records straight into METRICS_DIR: one JSON value', async () => {
    const { code, stdout } = await runProgram(['record'], { environment, input: JSON.stringify(execution('one'), null, 2) });
    expect({ code, answer: lines(stdout) }).toMatchObject({ code: 0, answer: [{ executionId: 'one', duplicate: false, dryRun: false }] });
    expect(await readFile(join(directory.path, 'durations.log'), 'utf8')).toContain(
      '\n2026-01-01T00:01:00Z,one,implement,1,greeter,60,true\n',
    );
  });

  test('NDJSON and lists are taken as well, in order; a refused one stops no other and makes the exit code 1', async () => {
    const input = [execution('one'), execution('two', { status: 'DONE' }), execution('one', { notes: 'other' })]
      .map(value => JSON.stringify(value))
      .join('\n');
    const { code, stdout } = await runProgram(['record', '-'], { environment, input });
    expect(code).toBe(1);
    expect(lines(stdout)).toMatchObject([
      { executionId: 'one' },
      {
        input: 2,
        error: { code: 'BAD_USER_INPUT', field: ['status'], message: expect.stringContaining('SUCCESS, FAILED, PARTIAL, CANCELLED') },
      },
      { input: 3, error: { code: 'EXECUTION_CONFLICT', field: ['notes'] } },
    ]);
    const list = await runProgram(['record'], { environment, input: JSON.stringify([execution('one'), execution('three')]) });
    expect(lines(list.stdout)).toMatchObject([
      { executionId: 'one', duplicate: true },
      { executionId: 'three', duplicate: false },
    ]);
  });

  test('--dry-run writes nothing', async () => {
    await runProgram(['record'], { environment, input: JSON.stringify(execution('one')) });
    const content = async () =>
      Promise.all(
        (await readdir(directory.path)).filter(name => name.endsWith('.log')).map(name => readFile(join(directory.path, name), 'utf8')),
      );
    const before = await content();
    const { code, stdout } = await runProgram(['record', '--dry-run'], {
      environment,
      input: JSON.stringify([execution('one'), execution('two')]),
    });
    expect({ code, answer: lines(stdout) }).toMatchObject({
      code: 0,
      answer: [
        { duplicate: true, dryRun: true },
        { duplicate: false, dryRun: true },
      ],
    });
    expect(await content()).toEqual(before);
  });

  test('where a service owns METRICS_DIR the records go to it, with its key', async () => {
    const service = await startService({ ...environment, API_KEY: 'a-key-of-sixteen-characters' });
    try {
      const refused = await runProgram(['record'], { environment, input: JSON.stringify(execution('one')) });
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Authorization: Bearer') });
      const sent = await runProgram(['record'], {
        environment: { ...environment, API_KEY: 'a-key-of-sixteen-characters' },
        input: JSON.stringify(execution('one')),
      });
      expect({ code: sent.code, answer: lines(sent.stdout) }).toMatchObject({
        code: 0,
        answer: [{ executionId: 'one', duplicate: false }],
      });
      const byUrl = await runProgram(['record', '--url', service.url], {
        environment: { API_KEY: 'a-key-of-sixteen-characters' },
        input: JSON.stringify(execution('one')),
      });
      expect(lines(byUrl.stdout)).toMatchObject([{ executionId: 'one', duplicate: true }]);
    } finally {
      expect(await service.end()).toBe(0);
    }
  });

  test('what cannot be done says what to do', async () => {
    expect(
      await runProgram(['record', '--url', 'http://127.0.0.1:9'], { environment, input: JSON.stringify(execution('one')) }),
    ).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no service answers at http://127.0.0.1:9/graphql'),
    });
    expect(await runProgram(['record', 'missing.json'], { environment })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('missing.json'),
    });
    expect(await runProgram(['record'], { environment, input: '{"executionId":\n{}' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('line 1 is not JSON'),
    });
    expect(await runProgram(['record', '--nonsense'], { environment })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--nonsense'),
    });
    expect(await runProgram(['start'], { environment: { ...environment, PORT: 'http', GRAPH: 'maybe' } })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/PORT must be a whole number.*\nGRAPH must be one of auto, external, embedded, off/),
    });
  });
});

describe('help', () => {
  test.each([[['--help']], [['start', '--help']], [['record', '--help']], [['import', '--help']]])(
    '%s explains itself and ends well',
    async args => {
      const { code, stdout } = await runProgram(args);
      expect(code).toBe(0);
      expect(stdout).toContain('Usage: orchestrator-metrics');
    },
  );

  test('start --help lists every setting', async () => {
    const { stdout } = await runProgram(['start', '--help']);
    for (const name of ['HOST', 'PORT', 'METRICS_DIR', 'STATE_DIR', 'GRAPH', 'NEO4J_URI', 'API_KEY', 'CORS_ORIGINS', 'LOG_LEVEL'])
      expect(stdout).toContain(name);
  });
});
