import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { LOG_NAMES } from '../../src/log/log.ts';
import { describeAsRoot } from '../support/as-root.ts';
import { variedExecution } from '../support/execution-inputs.ts';
import { checkHistory } from '../support/history-checker.ts';
import { Injection } from '../support/injection.ts';
import { NotingService } from '../support/noting-service.ts';
import { temporaryDirectory } from '../support/program.ts';
import { ShellLoop } from '../support/shell-loop.ts';

let directory: string;
beforeEach(async () => {
  const { path, remove } = await temporaryDirectory();
  directory = path;
  return async () => {
    chattr('-a');
    await remove();
  };
});

const file = (log: string) => join(directory, `${log}.log`);
const chattr = (flag: '+a' | '-a') => execFileSync('chattr', [flag, ...LOG_NAMES.map(file)]);

describeAsRoot('logs that the file system lets nobody but append to', ['chattr', 'strace'], () => {
  test('are recorded to, completed after failures and kills, and shared as any others', { timeout: 120_000 }, async () => {
    const first = await NotingService.start({ METRICS_DIR: directory });
    chattr('+a');
    let next = 0;
    const batch = (size: number) => Array.from({ length: size }, () => variedExecution('e', next++));
    // beside another writer
    const shell = new ShellLoop(directory, 'beside');
    try {
      for (const told of await first.record(...batch(50))) expect(told).toBe('recorded');
      // after writes that failed
      for (const log of LOG_NAMES) {
        const injection = await Injection.into(first.pid, { calls: 'write', effect: 'error=ENOSPC', files: [file(log)] });
        const failed = batch(5);
        expect(await first.record(...failed)).toEqual(failed.map(() => expect.objectContaining({ code: 'STORAGE_FULL' })));
        await injection.end();
        await first.resumed();
        for (const told of await first.record(...failed)) expect(told).toMatch(/^(recorded|duplicate)$/);
      }
      await first.ask();
    } finally {
      await shell.stop();
    }
    first.history.witness(directory);
    // after a kill amid a recording
    const dying = first.record(...batch(500)).catch(() => 'nobody answered');
    await first.end('SIGKILL');
    await dying;
    // and after torn lines, ours and theirs
    appendFileSync(file('journal'), '2025-11-07T10:00:05.250Z,execution,torn,torn,p,"quo');
    appendFileSync(file('durations'), '2025-11-07T10:00:05Z,shell-torn');
    const second = await NotingService.start({ METRICS_DIR: directory }, first.history);
    for (const told of await second.record(...batch(5))) expect(told).toBe('recorded');
    await second.ask();
    expect(await second.end()).toBe(0);
    expect(checkHistory(directory, first.history).faults).toEqual([]);
  });
});
