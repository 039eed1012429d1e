import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningService, runProgram, startService, temporaryDirectory } from '../support/program.ts';

const SAMPLES = fileURLToPath(new URL('samples/', import.meta.url));

describe('the samples', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let service: RunningService;
  let questions: string;

  beforeAll(async () => {
    directory = await temporaryDirectory(join(SAMPLES, 'metrics'));
    questions = await readFile(join(SAMPLES, 'questions.graphql'), 'utf8');
    service = await startService({ METRICS_DIR: directory.path });
  });
  afterAll(async () => {
    await service.end();
    await directory.remove();
  });

  const position = async () => (await service.ask('{ logStatus { position } }')).data.logStatus.position;

  test('existing logs are answered at once, without an import step', async () => {
    const { data } = await service.ask('{ mostUsedPlugins(limit: 1) { plugins { name uses reliability { successes total } } } }');
    expect(data.mostUsedPlugins.plugins).toEqual([{ name: 'jwt-auth-plugin', uses: 1247, reliability: { successes: 1109, total: 1247 } }]);
  });

  test('after an import the questions answer what they always answered', async () => {
    const imported = await runProgram(['import', join(SAMPLES, 'executions.ndjson')], { environment: { METRICS_DIR: directory.path } });
    expect(imported).toMatchObject({ code: 0 });
    expect(JSON.parse(imported.stdout)).toMatchObject({ recorded: 27, duplicates: 0, refused: 0, destination: service.url });

    const answer = await service.ask(questions, { position: await position() });
    await expect(`${JSON.stringify(answer, null, 2)}\n`).toMatchFileSnapshot('samples/answers.json');
  });

  test('an import that is run again records nothing, and an older position still answers the same', async () => {
    const before = await position();
    const { data } = await service.ask(questions, { position: before });
    const again = await runProgram(['import', join(SAMPLES, 'executions.ndjson')], { environment: { METRICS_DIR: directory.path } });
    expect(JSON.parse(again.stdout)).toMatchObject({ recorded: 0, duplicates: 27, refused: 0 });
    expect(await position()).toBe(before);

    await service.ask(
      `mutation { recordExecution(input: { executionId: "later", patternId: "pat_srasearch", taskDescription: "later", status: FAILED,
        startedAt: "2020-12-23T00:00:00Z", completedAt: "2020-12-23T00:00:01Z",
        steps: [{ step: 1, phase: "level-0", plugin: "merge", durationMs: 900, status: FAILED }] }) { executionId } }`,
    );
    expect(await position()).not.toBe(before);
    expect((await service.ask(questions, { position: before })).data).toEqual(data);
  });
});
