import { readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { appendable, type Finding, type LogName, repairLogs, START, verifyLogs } from '../../src/log/log.ts';
import { executionInput, NOW, stepInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';
import { RecorderProcess } from '../support/recorder-process.ts';

const directory = new MetricsDirectory();
const SHARED = ['durations', 'success_rates', 'plugin_usage'] as const;

async function verify() {
  const errors: Finding[] = [];
  const verified = await verifyLogs({
    directory: directory.path,
    report: finding => {
      if (finding.severity === 'error') errors.push(finding);
    },
  });
  return { errors, rows: appendable(verified) };
}

const repair = () => repairLogs({ directory: directory.path, clock: () => NOW });

/** What a log says in place of a row, of the same length: the rows behind it stay where they are. */
function overwrite(log: LogName, part: string): string {
  const lines = readFileSync(directory.file(log), 'utf8').split('\n');
  const index = lines.findIndex(line => line.includes(part));
  const row = lines[index] ?? '';
  lines[index] = '?'.repeat(Buffer.byteLength(row));
  writeFileSync(directory.file(log), lines.join('\n'));
  return row;
}

beforeEach(async () => {
  const log = await directory.open();
  for (const id of ['one', 'two', 'three']) {
    await record(log, executionInput({ executionId: id, notes: id, steps: [stepInput(), stepInput({ step: 2, plugin: `only-${id}` })] }));
  }
  await directory.close(log);
});

describe('repair', () => {
  test('of logs that are whole does nothing', async () => {
    const before = directory.allBytes();
    expect(await repair()).toBe(0);
    expect(directory.allBytes()).toEqual(before);
  });

  test('appends what is missing, changes no byte that was there, and done again it changes nothing', async () => {
    const owed = {
      durations: [overwrite('durations', ',two,implement,1,')],
      success_rates: [overwrite('success_rates', '"one"')],
      plugin_usage: [overwrite('plugin_usage', ',only-two,')],
    };
    const before = directory.allBytes();
    const { errors, rows } = await verify();
    expect(rows).toEqual(owed);
    expect(errors.length).toBeGreaterThanOrEqual(3);
    expect(directory.allBytes()).toEqual(before);

    expect(await repair()).toBe(3);
    for (const log of SHARED) expect(directory.bytes(log)).toBe(`${before[log]}${owed[log].join('\n')}\n`);
    const after = await verify();
    expect(after.rows).toEqual({ durations: [], success_rates: [], plugin_usage: [] });
    // What was overwritten stays so, and its digest tells.
    expect(after.errors.filter(({ message }) => !message.includes('digest'))).toEqual([]);
    const repaired = directory.allBytes();
    expect(await repair()).toBe(0);
    expect(directory.allBytes()).toEqual(repaired);
  });

  test('leaves totals alone that a later row has counted', async () => {
    overwrite('plugin_usage', ',express-api-scaffold,2,');
    const { errors, rows } = await verify();
    expect(errors).toContainEqual(
      expect.objectContaining({ file: 'plugin_usage.log', line: 4, message: expect.stringContaining('a row is missing') }),
    );
    expect(rows.plugin_usage).toEqual([]);
  });

  test.for(SHARED)('appends nothing to %s.log once bytes were taken out of it', async log => {
    const lines = readFileSync(directory.file(log), 'utf8').split('\n');
    lines.splice(2, 1);
    writeFileSync(directory.file(log), lines.join('\n'));
    const before = directory.allBytes();
    expect((await verify()).errors.length).toBeGreaterThan(0);
    expect(await repair()).toBe(0);
    expect(directory.allBytes()).toEqual(before);
  });

  test('is refused beside a running service', async () => {
    const recorder = new RecorderProcess(['hold', directory.path]);
    await recorder.saidLines(1);
    recorder.go();
    await recorder.saidLines(2);
    await expect(repair()).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining(`process ${recorder.pid} on `),
    });
    await recorder.kill();
  });

  test('of a group that a killed process left incomplete is what the next start does', async () => {
    const journal = directory.bytes('journal');
    for (const log of SHARED) {
      const text = directory.text(log);
      const ours = log === 'success_rates' ? 1 : 2;
      writeFileSync(
        directory.file(log),
        `${text
          .split('\n')
          .slice(0, -1 - ours)
          .join('\n')}\n`,
      );
    }
    expect((await verify()).rows).toMatchObject({
      durations: [expect.any(String), expect.any(String)],
      success_rates: [expect.any(String)],
    });
    expect(await repair()).toBe(5);
    const repaired = directory.allBytes();
    const log = await directory.open();
    expect(directory.allBytes()).toEqual({ ...repaired, journal });
    expect((await log.read(START, log.position)).durations).toHaveLength(6);
  });
});
