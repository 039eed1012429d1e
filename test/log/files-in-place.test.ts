import { closeSync, copyFileSync, ftruncateSync, openSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LOG_NAMES, START } from '../../src/log/log.ts';
import { executionInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';

const directory = new MetricsDirectory();

describe.for(LOG_NAMES)('%s.log', name => {
  const put = () => `${directory.file(name)}.put-aside`;
  const aside = () => renameSync(directory.file(name), put());
  const back = () => renameSync(put(), directory.file(name));
  const replacedByCopy = () => {
    aside();
    copyFileSync(put(), directory.file(name));
  };
  const replacedByNothing = () => {
    aside();
    writeFileSync(directory.file(name), '');
  };

  test.for<readonly [how: string, disturb: () => void, says: string]>([
    ['gone', aside, 'is gone'],
    ['replaced by a copy of itself (sed -i, git checkout)', replacedByCopy, 'was replaced by another file'],
    ['replaced by an empty file (logrotate)', replacedByNothing, 'was replaced by another file'],
  ])('%s: nothing is written until it is put back', async ([, disturb, says]) => {
    // Given a log that records
    const log = await directory.open();
    await record(log, executionInput());
    const before = directory.allBytes();
    // when its file is no longer the one that is held
    disturb();
    const input = executionInput({ executionId: 'refused' });
    const refused = { code: 'STORAGE_FAILED', message: expect.stringContaining(`${directory.file(name)} ${says}`) };
    // then recording says which, and writes to none of the four
    expect(await log.record([input])).toMatchObject([refused]);
    expect(log.trouble).toMatchObject(refused);
    expect(directory.allBytes()).toMatchObject({ ...before, [name]: directory.bytes(name) });
    // and goes on by itself once it is back
    rmSync(directory.file(name), { force: true });
    back();
    expect(directory.allBytes()).toEqual(before);
    expect(await record(log, input)).toMatchObject({ duplicate: false });
    expect(log.trouble).toBeUndefined();
    expect(directory.lines('journal')).toHaveLength(2);
    expect(directory.lines('plugin_usage').at(-1)).toMatch(/,express-api-scaffold,2,3,2,0,/);
  });

  test('cut: nothing is written until its bytes are back', async () => {
    const log = await directory.open();
    await record(log, executionInput());
    const before = directory.allBytes();
    truncateSync(directory.file(name), (before[name]?.length ?? 0) - 5);
    const input = executionInput();
    expect(await log.record([input])).toMatchObject([
      { code: 'STORAGE_FAILED', message: expect.stringContaining(`${directory.file(name)} was cut`) },
    ]);
    expect(directory.allBytes()).toEqual({ ...before, [name]: before[name]?.slice(0, -5) });
    directory.append(name, before[name]?.slice(-5) ?? '');
    expect(await record(log, input)).toMatchObject({ duplicate: false });
    expect(log.trouble).toBeUndefined();
  });

  test('cut: questions go on, as of the position before', async () => {
    const first = await directory.open();
    await record(first, executionInput());
    const log = await directory.reopen(first);
    const { position } = log;
    truncateSync(directory.file(name), 30);
    expect(await log.upToDate()).toEqual(position);
    await expect(log.read(START, position)).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringMatching(new RegExp(`${name}\\.log ends \\d+ bytes before a position that it had reached: it was cut`)),
    });
  });

  test('cut to nothing by a program that holds it open', async () => {
    const log = await directory.open();
    const other = openSync(directory.file(name), 'r+');
    await record(log, executionInput());
    ftruncateSync(other, 0);
    closeSync(other);
    expect(await log.record([executionInput()])).toMatchObject([{ code: 'STORAGE_FAILED', message: expect.stringContaining('was cut') }]);
  });
});
