import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Log, ReadOnlyLog, START } from '../../src/log/log.ts';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';

const directory = new MetricsDirectory();

async function fill(log: Log): Promise<void> {
  for (let index = 0; index < 4; index++) {
    await record(log, executionInput({ executionId: `e-${index}`, steps: [stepInput({}), stepInput({ step: 2, plugin: 'other' })] }));
    directory.append('durations', `odd ${index}\r\n2025-11-07T00:00:00Z,theirs,test,1,their-plugin,${index},true\n`);
  }
  await log.upToDate();
}

/** Each file's content and time of change. */
function filesOf(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
    .map(file => `${file} ${statSync(file).mtimeMs} ${readFileSync(file, 'utf8')}`);
}

async function reading<Result>(work: (log: ReadOnlyLog) => Promise<Result>): Promise<Result> {
  const log = await ReadOnlyLog.open(directory.path);
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

/** Of everything at once. */
const MANY_BYTES = 1 << 30;

describe('the logs, only read', () => {
  test('have the position, the rows and the lines that are none of their owner, beside it and when it has gone', async () => {
    const owner = await directory.open();
    await fill(owner);
    const theirs = { position: owner.position, rows: await owner.read(START, owner.position, MANY_BYTES) };
    const read = (log: ReadOnlyLog) => log.read(START, log.position, MANY_BYTES).then(rows => ({ position: log.position, rows }));
    expect(await reading(read)).toEqual(theirs);
    await directory.close(owner);
    const before = filesOf(directory.path);
    expect(await reading(read)).toEqual(theirs);
    expect(filesOf(directory.path)).toEqual(before);
  });

  test('are the same behind an archive: rows, executions, positions of before', async () => {
    const owner = await directory.open();
    await fill(owner);
    const { position } = owner;
    const rows = await owner.read(START, position, MANY_BYTES);
    await directory.close(owner);
    const later = await directory.open({ clock: () => Date.parse('2026-02-01T00:00:00Z') });
    expect(await later.archive()).toMatchObject({ year: 2025 });
    await record(later, executionInput({ executionId: 'later', startedAt: '2026-01-31T00:00:00Z', completedAt: '2026-01-31T00:01:00Z' }));
    await reading(async log => {
      expect(log.position).toEqual(later.position);
      await log.checkPosition(position);
      expect(await log.read(START, position, MANY_BYTES)).toEqual(rows);
      expect(log.fileAt('journal', 0)).toBe('archive/2025/journal.log');
      for (const { start, execution } of rows.journal) expect(await log.executionsAt([start])).toEqual([execution]);
      for (const id of ['e-2', 'later']) expect(await log.find(id)).toEqual(await later.find(id));
      expect(await log.find('none')).toBeUndefined();
    });
  });

  test('stay as they were at the opening, and a line without its line feed does not count', async () => {
    const owner = await directory.open();
    await fill(owner);
    const { position } = owner;
    appendFileSync(directory.file('durations'), '2025-11-07T00:00:00Z,theirs,test,1,their-plu');
    await reading(async log => {
      expect(log.position).toEqual(position);
      await record(owner, executionInput({ executionId: 'more' }));
      expect(await log.upToDate()).toEqual(position);
      await expect(log.checkPosition(owner.position)).rejects.toMatchObject({ code: 'POSITION_UNKNOWN', field: ['asOf'] });
    });
  });

  test('of a folder that lacks one: STORAGE_FAILED, and nothing is created', async () => {
    await expect(ReadOnlyLog.open(directory.path)).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringMatching(/journal\.log is missing/),
    });
    expect(readdirSync(directory.path)).toEqual([]);
  });
});
