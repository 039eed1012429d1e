import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { execution, RECORD, startApi } from '../support/api.ts';
import { describeAsRoot } from '../support/as-root.ts';
import { DISK_TOOLS, Disk } from '../support/disks.ts';
import { executionInput, stepInput, variedExecution } from '../support/execution-inputs.ts';
import { rounds } from '../support/faults.ts';
import { History } from '../support/history.ts';
import { checkHistory } from '../support/history-checker.ts';
import { Injection } from '../support/injection.ts';
import { NotingService } from '../support/noting-service.ts';
import { eventually, type RunningService, startService, temporaryDirectory } from '../support/program.ts';

let directory: string;
beforeEach(async () => {
  const { path, remove } = await temporaryDirectory();
  directory = path;
  return remove;
});

/** Each has steps, and so a row in every log. */
const nth = (number: number) => variedExecution('e', number * 10 + 1);

describeAsRoot('a disk that', DISK_TOOLS, () => {
  test.for<readonly [what: string, happens: (disk: Disk) => void]>([
    ['is gone', disk => disk.shutDown()],
    ['can only be read from now on', disk => disk.becomeReadOnly()],
  ])('%s: told by a code, and once it is back a restart goes on', { timeout: 120_000 }, async ([, happens]) => {
    const disk = Disk.ext4(32);
    const settings = { METRICS_DIR: join(disk.path, 'metrics'), STATE_DIR: directory };
    const service = await NotingService.start(settings);
    expect(await service.record(nth(0), nth(1))).toEqual(['recorded', 'recorded']);
    await service.ask();
    service.history.witness(settings.METRICS_DIR);
    happens(disk);
    const failed = { code: 'STORAGE_FAILED', retryable: false, message: expect.stringContaining(settings.METRICS_DIR) };
    await service.askThroughout(async () => {
      for (let time = 0; time < 3; time++) expect(await service.record(nth(2))).toMatchObject([failed]);
      expect(await service.readiness()).toEqual({ status: 503, recording: 'failed' });
    });
    // It cannot even say that it no longer owns the directory, but it ends.
    await service.end();
    await disk.comeBack();

    const restarted = await NotingService.start(settings, service.history);
    for (const told of await restarted.record(nth(2))) expect(told).toMatch(/^(recorded|duplicate)$/);
    await restarted.ask();
    expect(await restarted.end()).toBe(0);
    expect(checkHistory(settings.METRICS_DIR, service.history).faults).toEqual([]);
  });

  test('can only be read: a start says so', { timeout: 120_000 }, async () => {
    const disk = Disk.ext4(32);
    const settings = { METRICS_DIR: join(disk.path, 'metrics'), STATE_DIR: directory };
    mkdirSync(settings.METRICS_DIR);
    disk.becomeReadOnly();
    await expect(startService(settings)).rejects.toThrow(new RegExp(`ended with 1 .*${settings.METRICS_DIR}.*read-only file system`, 's'));
  });
});

describeAsRoot('a process that', ['prlimit', 'strace'], () => {
  test('may open no further file: goes on recording and answering where it is connected', { timeout: 120_000 }, async () => {
    const service = await NotingService.start({ METRICS_DIR: directory });
    const limit = (files: string) => spawnSync('prlimit', ['--pid', String(service.pid), `--nofile=${files}:`]).status;
    // Given a client's connection: one call after the other, so that there is no second one
    expect(await service.record(nth(0))).toEqual(['recorded']);
    await service.ask();
    // when no more than what is open can be
    expect(limit('3')).toBe(0);
    // then the client goes on
    for (const number of [1, 2, 3]) {
      expect(await service.record(nth(number))).toEqual(['recorded']);
      await service.ask();
    }
    expect(limit('1024')).toBe(0);
    expect(await service.readiness()).toEqual({ status: 200, recording: 'ready' });
    expect(await service.end()).toBe(0);
    expect(checkHistory(directory, service.history).faults).toEqual([]);
  });

  test.for(['journal', 'durations', 'success_rates', 'plugin_usage'])(
    'waits for a slow disk to hold %s.log: questions are answered meanwhile, without what is not durable',
    { timeout: 180_000 },
    async log => {
      const service = await NotingService.start({ METRICS_DIR: directory });
      expect(await service.record(nth(0))).toEqual(['recorded']);
      const before = await service.ask();
      const file = join(directory, `${log}.log`);
      const { size } = statSync(file);
      // Given a record that is written and does not get durable
      const injection = await Injection.into(service.pid, { calls: 'fdatasync', effect: 'delay_enter=100s', files: [file] });
      let told: unknown;
      const call = service.record(nth(1)).then(answer => (told = answer));
      await eventually(
        async () => statSync(file).size,
        written => written > size,
      );
      // then questions are answered, again and again
      for (let time = 0; time < 3; time++) expect(await service.ask()).toEqual(before);
      expect(told).toBeUndefined();
      await injection.end();
      await call;
      expect(await service.ask()).not.toEqual(before);
      expect(await service.end()).toBe(0);
      expect(checkHistory(directory, service.history).faults).toEqual([]);
    },
  );

  test('waits for a slow disk: what exceeds the queue is refused at once', { timeout: 240_000 }, async () => {
    const service = await NotingService.start({ METRICS_DIR: directory });
    const steps = Array.from({ length: 10_000 }, (_, step) => stepInput({ step, phase: 'p', plugin: 'q', durationMs: 1 }));
    // Given a disk on which a sync takes longer than all of it takes to send, and more than the queue takes
    const injection = await Injection.into(service.pid, {
      calls: 'fdatasync',
      effect: 'delay_enter=100s',
      files: [join(directory, 'journal.log')],
    });
    const calls = Array.from({ length: 75 }, (_, n) => service.record(executionInput({ executionId: `long-${n}`, steps })));
    // then the first to be answered is one that is refused, and told to come back; questions are answered
    expect(await Promise.race(calls)).toEqual([
      expect.objectContaining({ code: 'OVERLOADED', retryable: true, message: expect.stringContaining('in a moment') }),
    ]);
    await service.ask();
    // and once the disk is fast again, everything that waited is recorded
    await injection.end();
    const told = (await Promise.all(calls)).flat();
    const recorded = told.filter(each => each === 'recorded').length;
    expect(told.filter(each => typeof each === 'object' && each.code === 'OVERLOADED')).toHaveLength(told.length - recorded);
    expect(recorded).toBeGreaterThan(0);
    expect(await service.record(nth(0))).toEqual(['recorded']);
    expect(await service.end()).toBe(0);
    expect(checkHistory(directory, service.history).faults).toEqual([]);
  });
});

describe('a clock that jumps back two hours', () => {
  test('refuses no record and changes no answer', async () => {
    let now = Date.parse('2026-11-01T12:00:00Z');
    const history = new History();
    const api = await startApi({}, { clock: () => now, directory });
    const record = async (executionId: string) => {
      history.call(executionId);
      const { data } = await api.ask(RECORD, {
        input: execution(executionId, { startedAt: '2026-11-01T11:58:00Z', completedAt: '2026-11-01T12:00:00Z' }),
      });
      history.acknowledge(executionId, data.recordExecution.position);
      return data.recordExecution.duplicate;
    };
    try {
      expect(await record('before')).toBe(false);
      const question = '{ overview(filter: { window: { from: "2026-11-01T11:00:00Z" } }) { asOf current { executions } } }';
      const before = (await api.ask(question)).data.overview;
      now -= 2 * 3_600_000;
      expect((await api.ask(question)).data.overview).toEqual(before);
      expect(await record('before')).toBe(true);
      expect(await record('after')).toBe(false);
      expect((await api.ask(question)).data.overview.current).toEqual({ executions: 2 });
      // `last` ends at the clock: what is past it is not in the window.
      const last = await api.ask('{ overview(filter: { window: { last: "PT1H" } }) { current { executions } } }');
      expect(last.data.overview.current).toEqual({ executions: 0 });
    } finally {
      await api.close();
    }
    // and so it is for whoever opens the directory then
    const restarted = await startApi({}, { clock: () => now, directory });
    await restarted.close();
    expect(checkHistory(directory, history).faults).toEqual([]);
  });
});

describe('one owner', () => {
  test('that is stopped: a second start is told who it is, and the first goes on', { timeout: 120_000 }, async () => {
    const first = await NotingService.start({ METRICS_DIR: directory });
    expect(await first.record(nth(0))).toEqual(['recorded']);
    process.kill(first.pid, 'SIGSTOP');
    const who = `${directory} is in use by process ${first.pid} on ${hostname()}, since \\d{4}-\\S+Z, at ${first.url}`;
    await expect(startService({ METRICS_DIR: directory })).rejects.toThrow(new RegExp(`ended with 1 .*${who}`, 's'));
    process.kill(first.pid, 'SIGCONT');
    expect(await first.record(nth(1))).toEqual(['recorded']);
    expect(await first.end()).toBe(0);
    expect(checkHistory(directory, first.history).faults).toEqual([]);
  });

  const starts = rounds(4, 20);
  test(`${starts} starts at once give one service`, { timeout: 300_000 }, async () => {
    const results = await Promise.allSettled(Array.from({ length: starts }, () => startService({ METRICS_DIR: directory })));
    const services = results.filter((each): each is PromiseFulfilledResult<RunningService> => each.status === 'fulfilled');
    try {
      expect(services).toHaveLength(1);
      for (const each of results) if (each.status === 'rejected') expect(String(each.reason)).toMatch(/ended with 1 .* is in use by /s);
      expect((await services[0]?.value.ask('{ logStatus { recordingError } }'))?.data).toEqual({ logStatus: { recordingError: null } });
    } finally {
      for (const { value } of services) await value.end();
    }
  });
});
