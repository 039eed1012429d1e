import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OwnedError } from '../../src/log/log.ts';
import { executionInput, NOW } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';
import { RecorderProcess } from '../support/recorder-process.ts';

const directory = new MetricsDirectory();
const lock = () => readFileSync(join(directory.path, 'lock'), 'utf8');

async function owner(): Promise<RecorderProcess> {
  const process = new RecorderProcess(['hold', directory.path]);
  process.go();
  await process.saidLines(2);
  expect(process.said).toEqual(['waiting', 'owner']);
  return process;
}

describe('a directory has one owner', () => {
  test('a second process is refused, naming the first', async () => {
    const { pid } = await owner();
    await expect(directory.open()).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringMatching(new RegExp(`^${directory.path} is in use by process ${pid} on ${hostname()}, since 20\\d\\d-`)),
      owner: { pid, host: hostname() },
    });
  });

  test('also while the first is stopped', async () => {
    const first = await owner();
    first.signal('SIGSTOP');
    await expect(directory.open()).rejects.toMatchObject({ owner: { pid: first.pid } });
    await expect(directory.open()).rejects.toBeInstanceOf(OwnedError);
    first.signal('SIGCONT');
  });

  test('kill -9 frees it', async () => {
    const first = await owner();
    await first.kill();
    const log = await directory.open();
    expect(await record(log, executionInput())).toMatchObject({ duplicate: false });
    expect(JSON.parse(lock())).toMatchObject({ pid: process.pid });
  });

  test('kill -9 frees it, also of one that was stopped', async () => {
    const first = await owner();
    first.signal('SIGSTOP');
    await first.kill();
    await directory.open();
  });

  test('closing frees it, and leaves no name behind', async () => {
    const log = await directory.open();
    await directory.close(log);
    expect(lock()).toBe('');
    await owner();
  });

  test('the same process is refused as well', async () => {
    await directory.open();
    await expect(directory.open()).rejects.toMatchObject({ owner: { pid: process.pid } });
  });

  test('it tells where it serves', async () => {
    const log = await directory.open();
    const expected = { pid: process.pid, host: hostname(), since: new Date(NOW).toISOString() };
    expect(JSON.parse(lock())).toEqual(expected);
    await log.announceUrl('http://127.0.0.1:4000');
    expect(JSON.parse(lock())).toEqual({ ...expected, url: 'http://127.0.0.1:4000' });
    await expect(directory.open()).rejects.toThrow(`since ${expected.since}, at http://127.0.0.1:4000. Only one process writes it`);
  });

  test('a refused second one changes no file', async () => {
    const log = await directory.open();
    await record(log, executionInput());
    const [bytes, name] = [directory.allBytes(), lock()];
    await expect(directory.open()).rejects.toThrow();
    expect([directory.allBytes(), lock()]).toEqual([bytes, name]);
  });

  test('after it is closed nothing more is recorded through it', async () => {
    const log = await directory.open();
    const waiting = log.record([executionInput()]);
    await directory.close(log);
    expect(await waiting).toMatchObject([{ duplicate: false }]);
    expect(await log.record([executionInput()])).toMatchObject([{ code: 'OVERLOADED', retryable: true }]);
    expect(directory.lines('journal')).toHaveLength(1);
  });
});

describe('processes that create a directory at once', () => {
  test.for([2, 20])('%i of them: one owner, whole headers', { timeout: 60_000 }, async count => {
    // Given processes that are ready to open
    const processes = Array.from({ length: count }, () => new RecorderProcess(['hold', directory.path]));
    await Promise.all(processes.map(each => each.saidLines(1)));
    // when all are let go
    for (const each of processes) each.go();
    await Promise.all(processes.map(each => each.saidLines(2)));
    // then one owns it, the others name it, and the logs are whole
    const owners = processes.filter(({ said }) => said[1] === 'owner');
    expect(owners).toHaveLength(1);
    const who = new RegExp(`^refused: .* is in use by (process ${owners[0]?.pid} on|another process)`);
    for (const { said } of processes.filter(each => each !== owners[0])) expect(said[1]).toMatch(who);
    for (const name of ['journal', 'durations', 'success_rates', 'plugin_usage'] as const) {
      expect(directory.text(name)).toMatch(/^timestamp,[a-z_,]+\n$/);
    }
    expect(directory.names()).toEqual(['durations.log', 'journal.log', 'lock', 'plugin_usage.log', 'success_rates.log']);
  });
});
