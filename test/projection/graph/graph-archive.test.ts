import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphArchive } from '../../../src/projection/graph/graph-archive.ts';
import { execution, step } from './graph-fixture.ts';

const HEADER =
  'pattern_id,journal_position,execution_id,workflow_id,task_description,status,duration_ms,started_at,completed_at,error_message,steps\n';

let directory: string;
let archive: GraphArchive;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'graph-archive-'));
  archive = new GraphArchive(directory);
});
afterEach(async () => {
  await archive.close();
  await rm(directory, { recursive: true });
});

const text = () => readFile(archive.path, 'utf8');
const placed = (n: number, more = {}) => ({ start: n * 100, execution: execution(n, more) });
const ids = async () =>
  (await text())
    .split('\n')
    .slice(1, -1)
    .map(line => line.split(',')[2]);

/** The same file as a service finds it that starts. */
async function reopened(): Promise<GraphArchive> {
  await archive.close();
  archive = new GraphArchive(directory);
  return archive;
}

test('one line an execution, under a header', async () => {
  await archive.append([placed(1, { steps: [step('planner'), step('coder', { status: 'failed', step: 2 })] })]);
  expect(await text()).toBe(
    `${HEADER}rest-api,100,exec-1,wf-1,"task 1",success,5000,2026-03-01T10:01:00.250Z,2026-03-01T10:01:05.250Z,,"planner,1,build,1200,success,coder,2,build,1200,failed"\n`,
  );
});

test('texts stay on their line, and a backslash is doubled', async () => {
  await archive.append([placed(1, { taskDescription: 'say "hi"\r\nin C:\\tmp\\', errorMessage: 'a,b', steps: [] })]);
  const [, row] = (await text()).split('\n');
  expect(row).toContain(',"say ""hi"" in C:\\\\tmp\\\\",success,');
  expect(row).toMatch(/,"a,b",$/);
});

test('what is there is not appended again: in one call, by another, after a start', async () => {
  await archive.append([placed(1), placed(2), placed(2)]);
  await archive.append([placed(1), placed(2), placed(3, { patternId: 'other' }), placed(4)]);
  expect(await ids()).toEqual(['exec-1', 'exec-2', 'exec-3', 'exec-4']);
  await reopened();
  expect(await archive.has('rest-api', 400)).toBe(true);
  expect(await archive.has('rest-api', 500)).toBe(false);
  expect(await archive.has('other', 400)).toBe(false);
  await archive.append([placed(3, { patternId: 'other' }), placed(4), placed(5)]);
  expect(await ids()).toEqual(['exec-1', 'exec-2', 'exec-3', 'exec-4', 'exec-5']);
});

test('cut at any byte, the rest is appended again and the file is as it was', async () => {
  await archive.append([placed(1), placed(2)]);
  const whole = await text();
  for (let length = 0; length < Buffer.byteLength(whole); length += 7) {
    await archive.close();
    await truncate(archive.path, length);
    await reopened();
    await archive.append([placed(1), placed(2)]);
    expect(await text(), `cut at ${length}`).toBe(whole);
  }
});

test('a line longer than what is read at once', async () => {
  await archive.append([placed(1, { taskDescription: 'x'.repeat(9 << 20) }), placed(2)]);
  await reopened();
  expect(await archive.has('rest-api', 200)).toBe(true);
});

test('a folder that cannot be made is told', async () => {
  await writeFile(join(directory, 'archive'), '');
  await expect(archive.append([placed(1)])).rejects.toMatchObject({
    code: 'STORAGE_FAILED',
    message: expect.stringContaining(archive.path),
  });
  await rm(join(directory, 'archive'));
  await archive.append([placed(1)]);
  expect(await ids()).toEqual(['exec-1']);
});

test('a torn line of a killed process is taken back, whole lines stay', async () => {
  await archive.append([placed(1)]);
  await archive.close();
  await appendFile(archive.path, 'rest-api,200,exec-2,wf');
  await reopened();
  await archive.append([placed(2), placed(3)]);
  expect(await ids()).toEqual(['exec-1', 'exec-2', 'exec-3']);
});
