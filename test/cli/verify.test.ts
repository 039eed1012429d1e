import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Log } from '../../src/log/log.ts';
import { executionInput, NOW } from '../support/execution-inputs.ts';
import { runProgram, startService, temporaryDirectory } from '../support/program.ts';
import { silent } from '../support/silent-logger.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let environment: Record<string, string>;

beforeEach(async () => {
  directory = await temporaryDirectory();
  environment = { METRICS_DIR: directory.path };
  const log = await Log.open({ directory: directory.path, logger: silent, clock: () => NOW });
  for (const executionId of ['one', 'two']) await log.record([executionInput({ executionId })]);
  await log.close();
});
afterEach(() => directory.remove());

const run = (...args: string[]) => runProgram(['verify', ...args], { environment });
const json = (text: string) =>
  text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));

/** Puts something else where a row stood. */
function damage(): void {
  const path = join(directory.path, 'durations.log');
  const text = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    text.replace(/^.*,one,.*$/m, row => '?'.repeat(row.length)),
  );
}

describe('orchestrator-metrics verify', { timeout: 60_000 }, () => {
  test('of logs that are whole: a summary, exit code 0', async () => {
    const { code, stdout, stderr } = await run();
    expect({ code, stderr: stderr.replace(/^npm.*\n/gm, '') }).toEqual({ code: 0, stderr: '' });
    expect(json(stdout)).toEqual([
      {
        directory: directory.path,
        rows: { journal: 2, durations: 2, success_rates: 2, plugin_usage: 2 },
        bytes: expect.any(Number),
        digests: expect.any(Number),
        archivedFiles: 0,
        errors: 0,
        notes: 0,
        seconds: expect.any(Number),
        rowsPerSecond: expect.any(Number),
      },
    ]);
  });

  test('of logs that are damaged: each finding a line of JSON, exit code 1; --repair asks before it writes, and --yes does it', async () => {
    damage();
    const before = readFileSync(join(directory.path, 'durations.log'), 'utf8');
    const found = await run();
    expect(found.code).toBe(1);
    expect(json(found.stdout)).toContainEqual({
      severity: 'error',
      file: 'durations.log',
      line: 2,
      message: expect.stringContaining('a row is missing'),
    });

    const asked = await run('--repair');
    expect(asked).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/To be appended to durations\.log: 1 rows\n.*,one,.*\nNothing was written/),
    });
    expect(readFileSync(join(directory.path, 'durations.log'), 'utf8')).toBe(before);

    const repaired = await run('--repair', '--yes');
    expect(repaired.stderr).toContain('1 missing rows were appended');
    expect(readFileSync(join(directory.path, 'durations.log'), 'utf8')).toMatch(
      new RegExp(`^${before.replaceAll('?', '\\?')}.*,one,.*\n$`),
    );
    expect(json((await run()).stdout).filter(({ message }) => message?.includes('missing') && message.startsWith('a row'))).toEqual([]);
  });

  test('beside a running service it reads, and repairs nothing', async () => {
    damage();
    const service = await startService(environment);
    try {
      expect((await run()).code).toBe(1);
      expect(await run('--repair', '--yes')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`in use by process ${service.pid}`),
      });
    } finally {
      await service.end();
    }
  });

  test('rows in an archived file are carried over by --repair', async () => {
    await runProgram(['archive'], { environment });
    const row = '2025-12-31T23:59:59Z,late,review,1,human,900,true\n';
    appendFileSync(join(directory.path, 'archive/2025/durations.log'), row);
    expect(json((await run()).stdout)[0]).toMatchObject({ severity: 'error', file: 'archive/2025/durations.log', line: 4 });
    expect(await run('--repair', '--yes')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('To be carried from archive/2025/durations.log:4'),
    });
    expect(readFileSync(join(directory.path, 'durations.log'), 'utf8').endsWith(`\n${row}`)).toBe(true);
  });

  test('a directory without logs is said in one line', async () => {
    expect(await runProgram(['verify'], { environment: { METRICS_DIR: join(directory.path, 'nowhere') } })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('journal.log is missing'),
    });
  });
});
