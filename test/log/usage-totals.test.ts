import { describe, expect, test } from 'vitest';
import { START } from '../../src/log/log.ts';
import { missingBytes, owedBy } from '../../src/log/owed.ts';
import { completeExecution, parseExecutionInput } from '../../src/record/record.ts';
import { executionInput, NOW, stepInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';

const directory = new MetricsDirectory();

const HEADER = 'timestamp,plugin_name,execution_count,total_duration_seconds,success_count,failure_count,avg_duration_seconds,last_used\n';
const use = (fields: Record<string, unknown> = {}) => executionInput({ steps: [stepInput({ plugin: 'x', durationMs: 1000 })], ...fields });
const at = (completedAt: string) => ({ startedAt: completedAt, completedAt, durationMs: 0 });
const last = () => directory.lines('plugin_usage').at(-1);

describe('totals continue from the last row of the plugin, whoever wrote it', () => {
  test('our own, over calls and restarts', async () => {
    let log = await directory.open();
    for (const expected of ['1,1,1,0,1', '2,2,2,0,1', '3,3,3,0,1']) {
      await record(log, use());
      expect(last()).toBe(`2025-11-07T10:00:05Z,x,${expected},2025-11-07T10:00:05Z`);
      log = await directory.reopen(log);
    }
  });

  test("another program's, appended between two groups", async () => {
    const log = await directory.open();
    await record(log, use());
    directory.append('plugin_usage', '2025-11-08T00:00:00Z,x,100,250.5,90,10,2.505,2025-11-08T00:00:00Z\n');
    await record(log, use());
    expect(last()).toBe('2025-11-07T10:00:05Z,x,101,251.5,91,10,2.49,2025-11-08T00:00:00Z');
  });

  test("another program's that counts less: the last in the file holds", async () => {
    const log = await directory.open();
    await log.record([use(), use()]);
    directory.append('plugin_usage', '2025-11-08T00:00:00Z,x,0,0,0,0,0,2025-11-01T00:00:00Z\n');
    await record(log, use());
    expect(last()).toBe('2025-11-07T10:00:05Z,x,1,1,1,0,1,2025-11-07T10:00:05Z');
  });

  test("another program's row of another plugin changes nothing", async () => {
    const log = await directory.open();
    await record(log, use());
    directory.append('plugin_usage', '2025-11-08T00:00:00Z,y,100,250.5,90,10,2.505,2025-11-08T00:00:00Z\n');
    await record(log, use());
    expect(last()).toMatch(/,x,2,2,2,0,1,/);
  });

  test('not from a line that is no row', async () => {
    const log = await directory.open();
    await record(log, use());
    directory.append('plugin_usage', '2025-11-08T00:00:00Z,x,100,nan,90,10,2.505,2025-11-08T00:00:00Z\n');
    await record(log, use());
    expect(last()).toMatch(/,x,2,2,2,0,1,/);
  });

  test('with counts that need not add up', async () => {
    directory.write('plugin_usage', `${HEADER}2025-11-08T00:00:00Z,x,10,1,2,3,9.9,2025-11-08T00:00:00Z\n`);
    await record(await directory.open(), use({ steps: [stepInput({ plugin: 'x', status: 'FAILED', durationMs: 500 })] }));
    expect(last()).toMatch(/,x,11,1.5,2,4,0.136,/);
  });

  test('with microseconds, summed exactly', async () => {
    directory.write('plugin_usage', `${HEADER}2025-11-08T00:00:00Z,x,1,9007199254.7409931,1,0,1,2025-11-08T00:00:00Z\n`);
    await record(await directory.open(), use());
    expect(last()).toMatch(/,x,2,9007199255.740993,2,0,4503599627.87,/);
  });
});

describe('one row a plugin and group', () => {
  test('counts every use of the group', async () => {
    const log = await directory.open();
    const steps = [
      stepInput({ plugin: 'x', durationMs: 1000 }),
      stepInput({ plugin: 'y' }),
      stepInput({ plugin: 'x', durationMs: 500, status: 'FAILED' }),
    ];
    await log.record([use({ steps }), use(), use({ steps: [stepInput({ plugin: 'x', status: 'SKIPPED' })] })]);
    expect(directory.lines('plugin_usage')).toEqual([
      '2025-11-07T10:00:05Z,x,3,2.5,2,1,0.833,2025-11-07T10:00:05Z',
      '2025-11-07T10:00:05Z,y,1,1.5,1,0,1.5,2025-11-07T10:00:05Z',
    ]);
  });

  test('carries the newest completion of the group, and the latest use ever', async () => {
    const log = await directory.open();
    await log.record([use(at('2025-11-03T00:00:00Z')), use(at('2025-11-05T00:00:00Z')), use(at('2025-11-04T00:00:00Z'))]);
    expect(last()).toMatch(/^2025-11-05T00:00:00Z,x,3,.*,2025-11-05T00:00:00Z$/);
  });

  test('of old records that are imported late: their day, and still the latest use ever', async () => {
    const log = await directory.open();
    await record(log, use(at('2025-11-05T00:00:00Z')));
    await log.record([use(at('2024-01-02T00:00:00Z')), use(at('2024-01-03T00:00:00.999Z'))]);
    expect(last()).toBe('2024-01-03T00:00:00Z,x,3,3,3,0,1,2025-11-05T00:00:00Z');
    await record(log, use(at('2025-11-04T00:00:00Z')));
    expect(last()).toBe('2025-11-04T00:00:00Z,x,4,4,4,0,1,2025-11-05T00:00:00Z');
  });
});

describe('totals of another program that leave no room', () => {
  const MOST = '9'.repeat(15);

  test.for<readonly [why: string, theirs: string, ours: RegExp]>([
    ['uses', `2025-11-08T00:00:00Z,x,${MOST},1,1,0,0,2025-11-08T00:00:00Z`, new RegExp(`,x,${MOST},2,2,0,`)],
    ['successes', `2025-11-08T00:00:00Z,x,1,1,${MOST},0,0,2025-11-08T00:00:00Z`, new RegExp(`,x,2,2,${MOST},0,`)],
    ['seconds', `2025-11-08T00:00:00Z,x,1,${MOST}.9999999,1,0,0,2025-11-08T00:00:00Z`, new RegExp(`,x,2,${MOST}\\.999,2,0,`)],
    [
      'seconds of one use',
      `2025-11-08T00:00:00Z,x,0,${MOST}.9,1,0,0,2025-11-08T00:00:00Z`,
      new RegExp(`,x,1,${MOST}\\.999,2,0,${MOST}\\.999,`),
    ],
  ])('%s: they stay at the most that a row can say, and recording goes on', async ([, theirs, ours]) => {
    directory.write('plugin_usage', `${HEADER}${theirs}\n`);
    const log = await directory.open();
    await record(log, use());
    await record(await directory.reopen(log), use());
    expect(directory.lines('plugin_usage')).toHaveLength(3);
    expect(directory.lines('plugin_usage')[1]).toMatch(ours);
  });

  test('a last use out of this world is no row', async () => {
    directory.write('plugin_usage', `${HEADER}2025-11-08T00:00:00Z,x,5,5,5,0,1,9999-12-31T23:59:59-01:00\n`);
    const log = await directory.open();
    await record(log, use());
    expect(last()).toMatch(/,x,1,1,1,0,1,2025-11-07T10:00:05Z$/);
    expect((await log.read(START, log.position)).rejected).toMatchObject([{ file: 'plugin_usage.log', line: 2 }]);
  });

  test('a last use in the future stays', async () => {
    expect(NOW).toBeLessThan(Date.parse('9999-12-31T23:59:59Z'));
    directory.write('plugin_usage', `${HEADER}2025-11-08T00:00:00Z,x,5,5,5,0,1,9999-12-31T23:59:59Z\n`);
    await record(await directory.open(), use());
    expect(last()).toMatch(/,x,6,6,6,0,1,9999-12-31T23:59:59Z$/);
  });
});

describe('another program appends at the same moment', () => {
  test('a row that came in after the group was begun is counted on, not over', async () => {
    // Given rows of the same plugin that land whenever the position moves: also between the last look at the file and the write
    const log = await directory.open();
    let theirs = 0;
    const stop = log.onAdvance(() => {
      theirs++;
      directory.append('plugin_usage', `2025-11-08T00:00:00Z,x,${theirs * 100},${theirs * 100},${theirs * 100},0,1,2025-11-08T00:00:00Z\n`);
    });
    // when one use is recorded
    await record(log, use());
    stop();
    // then our row goes on from the row right before it
    const rows = directory.lines('plugin_usage').filter(line => line !== '');
    const ours = rows.filter(line => line.startsWith('2025-11-07'));
    expect(ours).toHaveLength(1);
    const [row = ''] = ours;
    const before = Number(rows[rows.indexOf(row) - 1]?.split(',')[2]);
    expect(row).toContain(`,x,${before + 1},${before + 1},${before + 1},0,1,`);
  });

  const ours = owedBy([completeExecution(parseExecutionInput(use(), NOW), 'REST')]);
  const row = (uses: number, time = '2025-11-08T00:00:00Z') => `${time},x,${uses},${uses},${uses},0,1,2025-11-08T00:00:00Z\n`;
  const our = (uses: number) => row(uses, '2025-11-07T10:00:05Z');

  test.for<readonly [what: string, tail: string, missing: string]>([
    ['nobody else: ours is there', our(11), ''],
    ['theirs before our look: ours goes on from it', row(20) + our(21), ''],
    ['theirs between our look and our write: another of ours counts both', row(20) + our(11), our(21)],
    ['that one is there', row(20) + our(11) + our(21), ''],
    ['theirs after ours: it knows of ours', our(11) + row(12), ''],
    ['theirs after ours that knew nothing of it: one share is lost, none counts twice', row(20) + our(11) + row(12), ''],
    ['theirs alone', row(20), our(21)],
  ])('%s', ([, tail, missing]) => {
    const before = {
      timestamp: 0,
      plugin: 'x',
      uses: 10,
      totalDurationUs: 10_000_000n,
      successes: 10,
      failures: 0,
      lastUsed: Date.parse('2025-11-08T00:00:00Z') / 1000,
    };
    expect(missingBytes('plugin_usage', ours, Buffer.from(tail), new Map([['x', before]])).toString()).toBe(missing);
  });
});
