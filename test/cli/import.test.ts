import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgram, temporaryDirectory } from '../support/program.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

const line = (index: number, more: object = {}) =>
  JSON.stringify({
    executionId: `exec_${index}`,
    patternId: 'pat_a',
    taskDescription: 'imported',
    status: 'SUCCESS',
    startedAt: '2025-01-01T00:00:00Z',
    completedAt: '2025-01-01T00:01:00Z',
    steps: [{ step: 1, phase: 'a', plugin: 'p', durationMs: 1, status: 'SUCCESS' }],
    ...more,
  });

test('every good line is recorded; each refused one is named by file and line, and the exit code is 1', async () => {
  const file = join(directory.path, 'history.ndjson');
  const rows = Array.from({ length: 1200 }, (_, index) => line(index));
  rows[7] = '{"executionId": "torn';
  rows[900] = line(900, { steps: [{ step: 1, phase: 'a,b', plugin: 'p', durationMs: 1, status: 'SUCCESS' }] });
  await writeFile(file, `${rows.join('\n')}\n\n`);
  const environment = { METRICS_DIR: join(directory.path, 'metrics') };

  const first = await runProgram(['import', file], { environment });
  expect(first.code).toBe(1);
  expect(JSON.parse(first.stdout)).toMatchObject({ recorded: 1198, duplicates: 0, refused: 2, destination: environment.METRICS_DIR });
  expect(first.stderr).toContain(`${file}:8: BAD_USER_INPUT: the line is not JSON`);
  expect(first.stderr).toContain(`${file}:901: BAD_USER_INPUT: steps.0.phase must be one line without comma`);

  const again = await runProgram(['import', file], { environment });
  expect(JSON.parse(again.stdout)).toMatchObject({ recorded: 0, duplicates: 1198, refused: 2 });
});

test('a file that is not there is said in one line', async () => {
  const { code, stderr } = await runProgram(['import', 'nowhere.ndjson'], { environment: { METRICS_DIR: directory.path } });
  expect({
    code,
    stderr: stderr
      .trim()
      .split('\n')
      .filter(text => !text.startsWith('npm')),
  }).toMatchObject({ code: 1, stderr: [expect.stringContaining('nowhere.ndjson')] });
});
