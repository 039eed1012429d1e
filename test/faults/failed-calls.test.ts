import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { LOG_NAMES, type LogName } from '../../src/log/log.ts';
import { describeAsRoot } from '../support/as-root.ts';
import { variedExecution } from '../support/execution-inputs.ts';
import { isLong } from '../support/faults.ts';
import { checkHistory } from '../support/history-checker.ts';
import { Injection } from '../support/injection.ts';
import { NotingService } from '../support/noting-service.ts';
import { temporaryDirectory } from '../support/program.ts';

let directory: string;
beforeEach(async () => {
  const { path, remove } = await temporaryDirectory();
  directory = path;
  return remove;
});

const file = (log: string) => join(directory, `${log}.log`);
/** Each has steps, and so a row in every log. */
const nth = (number: number) => variedExecution('e', number * 10 + 1);

type WriteFailure = Readonly<{ error: string; code: string; retryable: boolean }>;
const BROKEN: WriteFailure = { error: 'EIO', code: 'STORAGE_FAILED', retryable: false };
const FULL: WriteFailure = { error: 'ENOSPC', code: 'STORAGE_FULL', retryable: true };
const OVER_QUOTA: WriteFailure = { error: 'EDQUOT', code: 'STORAGE_FULL', retryable: true };

describeAsRoot('a write that fails', ['strace'], () => {
  const logs = isLong ? LOG_NAMES : (['journal', 'durations'] as const);

  test.for(logs)('to %s: told by its code, and made good by itself', { timeout: 120_000 }, async log => {
    const service = await NotingService.start({ METRICS_DIR: directory });
    expect(await service.record(nth(0))).toEqual(['recorded']);
    for (const [index, failure] of [BROKEN, FULL].entries()) await failWriting(service, log, failure, index * 2 + 1);
    expect(await service.end()).toBe(0);
    expect(checkHistory(directory, service.history).faults).toEqual([]);
  });

  // libuv has no name for this error on Linux, and the code is told by names.
  test('since the quota is used up: told as a full disk', { timeout: 120_000 }, async () => {
    await failWriting(await NotingService.start({ METRICS_DIR: directory }), 'journal', OVER_QUOTA, 1);
  });
});

async function failWriting(service: NotingService, log: LogName, { error, code, retryable }: WriteFailure, number: number): Promise<void> {
  const [first, second] = [nth(number), nth(number + 1)];
  // Given writes that fail, for as long as it takes
  const injection = await Injection.into(service.pid, { calls: 'write', effect: `error=${error}`, files: [file(log)] });
  await service.askThroughout(async () => {
    // when something is recorded, then the answer says which file, with a code; again, and for something else as well
    for (const input of [first, first, second]) {
      expect(await service.record(input)).toMatchObject([{ code, retryable, message: expect.stringContaining(file(log)) }]);
    }
    expect(await service.recordingError()).toContain(file(log));
    expect(await service.readiness()).toEqual({ status: 503, recording: 'failed' });
  });
  // and once writing works again, so does recording, and the caller can repeat its call
  await injection.end();
  await service.resumed();
  // What got into the journal before another log failed is completed: it is recorded, though nobody was told so.
  expect(await service.record(first)).toEqual([log === 'journal' ? 'recorded' : 'duplicate']);
  expect(await service.record(second)).toEqual(['recorded']);
  await service.ask();
}

describeAsRoot('a sync that fails', ['strace'], () => {
  const failures = isLong
    ? LOG_NAMES.flatMap(log => [{ log, times: 'once' } as const, { log, times: 'for ever' } as const])
    : ([
        { log: 'journal', times: 'once' },
        { log: 'plugin_usage', times: 'for ever' },
      ] as const);

  test.for(failures)(
    'of $log, $times: nothing is acknowledged from then on, and a restart makes it good',
    {
      timeout: 120_000,
    },
    async ({ log, times }) => {
      const service = await NotingService.start({ METRICS_DIR: directory });
      expect(await service.record(nth(0))).toEqual(['recorded']);
      await service.ask();
      const injection = await Injection.into(service.pid, { calls: 'fdatasync', effect: 'error=EIO', files: [file(log)] });
      const failed = { code: 'STORAGE_FAILED', retryable: false, message: expect.stringMatching(/could not be synced.* restarted$/) };
      await service.askThroughout(async () => {
        expect(await service.record(nth(1))).toMatchObject([failed]);
        // A further sync may well say ok: the kernel has forgotten what it could not write.
        if (times === 'once') await injection.end();
        expect(await service.record(nth(1))).toMatchObject([failed]);
        expect(await service.record(nth(2))).toMatchObject([failed]);
        expect(await service.readiness()).toEqual({ status: 503, recording: 'failed' });
      });
      expect(await service.end()).toBe(0);
      await injection.end();

      const restarted = await NotingService.start({ METRICS_DIR: directory }, service.history);
      // Its journal row was written whole before the sync failed.
      expect(await restarted.record(nth(1))).toEqual(['duplicate']);
      expect(await restarted.record(nth(2))).toEqual(['recorded']);
      await restarted.ask();
      expect(await restarted.end()).toBe(0);
      expect(checkHistory(directory, service.history).faults).toEqual([]);
    },
  );
});
