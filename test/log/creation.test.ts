import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LOG_NAMES, OwnedError } from '../../src/log/log.ts';
import { LogFile, storageError } from '../../src/log/log-file.ts';
import { executionInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';

const HEADERS = {
  journal:
    'timestamp,kind,execution_id,workflow_id,pattern_id,pattern_name,task_description,status,started_at,completed_at,duration_ms,error_message,files_created,notes,steps,attributes,base,chain\n',
  durations: 'timestamp,workflow_id,phase,step,plugin,duration_seconds,success\n',
  success_rates: 'timestamp,pattern_id,pattern_name,success,duration_seconds,plugins_used,files_created,notes\n',
  plugin_usage: 'timestamp,plugin_name,execution_count,total_duration_seconds,success_count,failure_count,avg_duration_seconds,last_used\n',
};
const LOG_FILES = ['durations.log', 'journal.log', 'plugin_usage.log', 'success_rates.log'];

const directory = new MetricsDirectory();

describe('opening creates what is missing', () => {
  test('the four logs, each with its header and nothing else', async () => {
    await directory.open();
    expect(directory.allBytes()).toEqual(HEADERS);
    expect(directory.names()).toEqual([...LOG_FILES.slice(0, 2), 'lock', ...LOG_FILES.slice(2)]);
  });

  test('the directory, and the ones above it', async () => {
    rmSync(directory.path, { recursive: true });
    const log = await directory.open({ directory: join(directory.path, 'a', 'b') });
    expect(log.position).toEqual({ journal: 0, durations: 0, success_rates: 0, plugin_usage: 0, chain: '00000000' });
  });

  test('one log that is missing beside three that are there', async () => {
    directory.copySamples();
    const samples = directory.allBytes();
    await directory.open();
    expect(directory.allBytes()).toEqual({ ...samples, journal: HEADERS.journal });
  });

  test('files that others may read', async () => {
    await directory.open();
    for (const log of LOG_NAMES) expect(statSync(directory.file(log)).mode & 0o777).toBe(0o644 & ~process.umask());
  });

  test('the header of a file that is empty', async () => {
    for (const log of LOG_NAMES) directory.write(log, '');
    await directory.open();
    expect(directory.allBytes()).toEqual(HEADERS);
  });
});

describe('of many that create at once', () => {
  test('all programs hold the same whole file, however their steps fall together', async () => {
    for (let round = 0; round < 20; round++) {
      // Given programs of which each begins a little later than the one before
      const path = join(directory.path, `round-${round}`);
      mkdirSync(path);
      const turns = async (count: number) => {
        for (let turn = 0; turn < count; turn++) await new Promise(resolve => setImmediate(resolve));
      };
      const open = async (index: number) => {
        await turns(index * round);
        return LogFile.open(path, 'durations');
      };
      const files = await Promise.all(Array.from({ length: 10 }, (_, index) => open(index)));
      // when each appends a line
      for (const [index, file] of files.entries()) await file.append(Buffer.from(`${index}\n`));
      // then all lines stand in one file, behind one header, and nothing lies beside it
      expect(readFileSync(join(path, 'durations.log'), 'utf8')).toBe(
        `${HEADERS.durations}${files.map((_, index) => `${index}\n`).join('')}`,
      );
      expect(readdirSync(path)).toEqual(['durations.log']);
      for (const file of files) await file.close();
    }
  });

  test.for([2, 20])('%i opens in one process: one owner, whole headers', async count => {
    const opens = await Promise.allSettled(Array.from({ length: count }, () => directory.open()));
    const refusals = opens.flatMap(open => (open.status === 'rejected' ? [open.reason] : []));
    expect(refusals).toHaveLength(count - 1);
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(OwnedError);
    expect(directory.allBytes()).toEqual(HEADERS);
    expect(directory.names()).toEqual([...LOG_FILES.slice(0, 2), 'lock', ...LOG_FILES.slice(2)]);
  });
});

describe('an error of the operating system', () => {
  test('names the log', async () => {
    const file = await LogFile.open(directory.path, 'success_rates');
    await file.close();
    const named = { code: 'STORAGE_FAILED', message: expect.stringContaining(directory.file('success_rates')) };
    await expect(file.append(Buffer.from('row\n'))).rejects.toMatchObject(named);
  });

  test.for(['ENOSPC', 'EDQUOT'] as const)('%s is no failure for good: the call may be made again', code => {
    expect(storageError('/data/durations.log', Object.assign(new Error('write'), { errno: -constants.errno[code] }))).toMatchObject({
      code: 'STORAGE_FULL',
      retryable: true,
      message: expect.stringContaining('/data/durations.log: no space left'),
    });
  });
});

describe('opening fails, saying where', () => {
  test('a path that is no directory', async () => {
    directory.write('durations', '');
    const path = directory.file('durations');
    await expect(directory.open({ directory: path })).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining(path),
    });
  });

  test('a log that is a directory', async () => {
    mkdirSync(directory.file('plugin_usage'));
    const path = directory.file('plugin_usage');
    await expect(directory.open()).rejects.toMatchObject({ code: 'STORAGE_FAILED', message: expect.stringContaining(path) });
  });

  test.for(['/dev/null', '/dev/full'])('a log that keeps nothing, being %s', async device => {
    symlinkSync(device, directory.file('plugin_usage'));
    const path = directory.file('plugin_usage');
    await expect(directory.open()).rejects.toMatchObject({ code: 'STORAGE_FAILED', message: `${path} is no regular file` });
  });

  test('and leaves the directory to the next owner', async () => {
    mkdirSync(directory.file('plugin_usage'));
    await expect(directory.open()).rejects.toThrow();
    rmSync(directory.file('plugin_usage'), { recursive: true });
    expect(await record(await directory.open(), executionInput())).toMatchObject({ duplicate: false });
  });
});
