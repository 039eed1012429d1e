import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { describeAsRoot } from '../support/as-root.ts';
import { DISK_TOOLS, Disk } from '../support/disks.ts';
import { executionInput, stepInput, variedExecution } from '../support/execution-inputs.ts';
import { checkHistory } from '../support/history-checker.ts';
import { NotingService } from '../support/noting-service.ts';
import { temporaryDirectory } from '../support/program.ts';

let state: string;
beforeEach(async () => {
  const { path, remove } = await temporaryDirectory();
  state = path;
  return remove;
});

describeAsRoot('on a full disk', DISK_TOOLS, () => {
  test('of the logs alone: nothing acknowledged is lost, questions go on, and recording resumes by itself', {
    timeout: 120_000,
  }, async () => {
    const disk = Disk.tmpfs(256);
    const directory = join(disk.path, 'metrics');
    const service = await NotingService.start({ METRICS_DIR: directory, STATE_DIR: state });
    let next = 0;
    for (const kilobytes of [272, 288, 304]) {
      // Given a disk that is filled up, to the middle of whatever is written last
      const batch = Array.from({ length: 5 }, () => variedExecution('e', next++));
      const told = await service.askThroughout(async () => {
        for (;;) {
          const told = await service.record(...batch);
          if (told.some(each => typeof each === 'object')) return told;
          batch.splice(0, 5, ...Array.from({ length: 5 }, () => variedExecution('e', next++)));
        }
      });
      // then the callers are told, and so is whoever comes next; questions are answered
      const full = { code: 'STORAGE_FULL', retryable: true, message: expect.stringContaining('no space left') };
      expect(told).toEqual(batch.map(() => expect.objectContaining(full)));
      expect(await service.record(variedExecution('later', next))).toMatchObject([full]);
      await service.ask();
      expect(await service.readiness()).toEqual({ status: 503, recording: 'failed' });
      // when there is room again, then recording resumes without anybody calling, and the callers can repeat their calls
      disk.resize(kilobytes);
      await service.resumed();
      const repeated = await service.record(...batch);
      for (const each of repeated) expect(each).toMatch(/^(recorded|duplicate)$/);
      await service.ask();
    }
    expect(await service.end()).toBe(0);
    expect(checkHistory(directory, service.history).faults).toEqual([]);
  });

  test('that the logs share with the index: the same, though the index cannot grow either', { timeout: 120_000 }, async () => {
    const disk = Disk.tmpfs(16 << 10);
    const [directory, ballast] = [join(disk.path, 'metrics'), join(disk.path, 'ballast')];
    const service = await NotingService.start({ METRICS_DIR: directory });
    let next = 0;
    const steps = Array.from({ length: 100 }, (_, step) => stepInput({ step, plugin: `plugin-${step % 7}` }));
    const batch = (executions: number) =>
      Array.from({ length: executions }, () => executionInput({ executionId: `long-${next++}`, steps }));
    // Given an index that is about to move a block of 65,536 rows to its file, on a disk that has no room for them
    for (let rows = 0; rows < 64_000; rows += 8000) expect(new Set(await service.record(...batch(80)))).toEqual(new Set(['recorded']));
    await service.ask();
    await writeFile(ballast, Buffer.alloc(disk.free() - (800 << 10)));
    // when the logs fill what is left
    const waiting = await service.askThroughout(async () => {
      for (;;) {
        const inputs = batch(4);
        const told = await service.record(...inputs);
        if (told.some(each => typeof each === 'object')) return { inputs, told };
      }
    });
    // then more rows were acknowledged than a block has, and each counts
    expect(Object.values((await service.ask()).plugins).reduce((sum, uses) => sum + uses)).toBeGreaterThan(65_536);
    expect(waiting.told).toEqual(waiting.inputs.map(() => expect.objectContaining({ code: 'STORAGE_FULL', retryable: true })));
    // and with room again both go on
    await rm(ballast);
    await service.resumed();
    for (const each of await service.record(...waiting.inputs)) expect(each).toMatch(/^(recorded|duplicate)$/);
    await service.ask();
    expect(await service.end()).toBe(0);
    // and what the index has moved to its file by now is counted as before
    const restarted = await NotingService.start({ METRICS_DIR: directory }, service.history);
    await restarted.ask();
    expect(await restarted.end()).toBe(0);
    expect(checkHistory(directory, service.history).faults).toEqual([]);
  });
});
