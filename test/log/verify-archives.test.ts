import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Finding, repairLogs, verifyLogs } from '../../src/log/log.ts';
import { executionInput, NOW } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';

const directory = new MetricsDirectory();
const archived = (log: string) => join(directory.path, 'archive', '2025', `${log}.log`);
const repair = () => repairLogs({ directory: directory.path, clock: () => NOW });

async function verify() {
  const errors: Finding[] = [];
  const report = (finding: Finding) => {
    if (finding.severity === 'error') errors.push(finding);
  };
  return { ...(await verifyLogs({ directory: directory.path, report })), errors };
}

beforeEach(async () => {
  const log = await directory.open();
  for (const executionId of ['one', 'two']) await record(log, executionInput({ executionId }));
  expect(await log.archive()).toMatchObject({ year: 2025 });
  await record(log, executionInput({ executionId: 'three' }));
  await directory.close(log);
});

describe('archives', () => {
  test('that are as they were sealed pass, and their rows count', async () => {
    expect(await verify()).toMatchObject({ errors: [], archivedFiles: 4, rows: { journal: 3, durations: 3 } });
  });

  test('one changed bit is found, by its seal and by what it says', async () => {
    const bytes = readFileSync(archived('durations'));
    const at = bytes.indexOf('two');
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(archived('durations'), bytes);
    const { errors } = await verify();
    const file = 'archive/2025/durations.log';
    expect(errors).toContainEqual({ severity: 'error', file, line: undefined, message: expect.stringContaining('SHA-256 in its seal') });
    expect(errors).toContainEqual({ severity: 'error', file, line: 3, message: expect.stringMatching(/^a row was changed.*,two,/) });
  });

  test('a file that was cut, or is gone', async () => {
    truncateSync(archived('durations'), 100);
    await expect(verify()).rejects.toMatchObject({
      message: expect.stringMatching(/2025\/durations\.log is \d+ bytes shorter than when it was archived/),
    });
    rmSync(archived('durations'));
    await expect(verify()).rejects.toMatchObject({ message: expect.stringContaining('Put it back from a backup') });
  });
});

describe('rows that were written into an archived file', () => {
  const theirs = (n: number) => `2025-12-31T23:59:59Z,late-${n},review,1,human,900,true\n`;

  test('are told of, and carried over once; repaired again nothing changes, and later ones follow', async () => {
    appendFileSync(archived('durations'), theirs(1) + theirs(2) + theirs(3).slice(0, 20));
    expect((await verify()).errors).toEqual([
      { severity: 'error', file: 'archive/2025/durations.log', line: 4, message: expect.stringContaining('after the file was archived') },
    ]);
    const before = directory.bytes('durations');
    await repair();
    expect(directory.bytes('durations')).toBe(before + theirs(1) + theirs(2));
    expect(await verify()).toMatchObject({ errors: [], rows: { durations: 5 } });
    await repair();
    expect(directory.bytes('durations')).toBe(before + theirs(1) + theirs(2));

    appendFileSync(archived('durations'), theirs(3).slice(20) + theirs(1));
    expect((await verify()).errors).toMatchObject([{ line: 6 }]);
    await repair();
    expect(directory.bytes('durations')).toBe(before + theirs(1) + theirs(2) + theirs(3) + theirs(1));
    expect((await verify()).errors).toEqual([]);
  });

  test('are carried over once though the repair was killed before, between or behind its write', async () => {
    appendFileSync(archived('durations'), theirs(1) + theirs(2));
    const before = directory.text('durations');
    const data = Buffer.byteLength(before) - before.indexOf('\n') - 1;
    const archivedData = readFileSync(archived('durations'), 'utf8').split('\n').slice(1, 3).join('\n').length + 1;
    const carried = { durations: { from: 0, to: theirs(1).length * 2, base: archivedData + data, done: false } };
    for (const written of ['', theirs(1), theirs(1) + theirs(2)]) {
      writeFileSync(directory.file('durations'), before + written);
      writeFileSync(join(directory.path, 'archive/2025/carried'), JSON.stringify(carried));
      await repair();
      expect(directory.text('durations')).toBe(before + theirs(1) + theirs(2));
    }
  });

  test('of totals only those that say more than the latest', async () => {
    const row = (plugin: string, uses: number) => `2025-12-31T23:59:59Z,${plugin},${uses},9,${uses},0,1,2025-12-31T23:59:59Z\n`;
    appendFileSync(archived('plugin_usage'), row('express-api-scaffold', 2) + row('human', 7));
    const before = directory.bytes('plugin_usage');
    await repair();
    expect(directory.bytes('plugin_usage')).toBe(before + row('human', 7));
    expect((await verify()).errors).toEqual([]);
  });
});
