import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { executionInput } from '../support/execution-inputs.ts';
import { runProgram, startService, temporaryDirectory } from '../support/program.ts';

const SAMPLES = new URL('../data/metrics', import.meta.url).pathname;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  directory = await temporaryDirectory(SAMPLES);
});
afterEach(() => directory.remove());

test('a year that is over is archived and told as JSON; a second time nothing is, with the reason', { timeout: 60_000 }, async () => {
  const environment = { METRICS_DIR: directory.path };
  await runProgram(['record'], { environment, input: JSON.stringify(executionInput()) });
  const first = await runProgram(['archive'], { environment });
  expect(first).toMatchObject({ code: 0, stderr: '' });
  const { year, logs } = JSON.parse(first.stdout);
  expect(year).toBe(2025);
  for (const log of ['journal', 'durations', 'success_rates', 'plugin_usage']) {
    const file = await readFile(join(directory.path, 'archive/2025', `${log}.log`));
    expect(logs[log].dataStart + logs[log].length).toBe(file.length);
    expect(logs[log].sha256).toBe(createHash('sha256').update(file).digest('hex'));
  }
  const again = await runProgram(['archive'], { environment });
  expect({ code: again.code, ...JSON.parse(again.stdout) }).toEqual({
    code: 0,
    year: null,
    reason: 'the live logs hold no rows of a year after 2025, which is archived',
  });
});

test('beside a service it says who has the logs and what to do; the service tells which years are archived', {
  timeout: 60_000,
}, async () => {
  const environment = { METRICS_DIR: directory.path };
  await runProgram(['archive'], { environment });
  const service = await startService(environment);
  const refused = await runProgram(['archive'], { environment });
  const answer = await service.ask('{ logStatus { logs { name archivedYears } } }');
  await service.end();
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain(`is in use by process ${service.pid}`);
  expect(refused.stderr).toContain('stop it and call this again; or set ARCHIVE=yearly');
  expect(answer.data.logStatus.logs).toEqual(
    ['journal', 'durations', 'success_rates', 'plugin_usage'].map(log => ({ name: `${log}.log`, archivedYears: [2025] })),
  );
});
