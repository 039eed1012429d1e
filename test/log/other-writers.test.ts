import { describe, expect, test } from 'vitest';
import { START } from '../../src/log/log.ts';
import { executionInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';

const directory = new MetricsDirectory();

const row = (workflow: string) => `2025-11-07T00:00:00Z,${workflow},test,1,x,1,true`;
const ours = '2025-11-07T10:00:05Z,e,implement,1,express-api-scaffold,1.5,true';

describe('a whole row of another program counts at once', () => {
  test('in a position asked for after it', async () => {
    const log = await directory.open();
    directory.append('durations', `${row('a')}\n`);
    directory.append('success_rates', '2025-11-07T00:00:00Z,p,n,true,1,1,1,""\n');
    directory.append('plugin_usage', '2025-11-07T00:00:00Z,x,5,5,5,0,1,2025-11-07T00:00:00Z\n');
    const position = await log.upToDate();
    const { durations, success_rates, plugin_usage } = await log.read(START, position);
    expect([durations.length, success_rates.length, plugin_usage.length]).toEqual([1, 1, 1]);
    expect(log.position).toEqual(position);
  });

  test('whoever asks, and however often: a position covers every row that was there before the question', async () => {
    const log = await directory.open();
    const asked: Promise<{ wanted: number; covered: number }>[] = [];
    let size = 0;
    for (let index = 0; index < 200; index++) {
      const line = `${row(`w-${index}`)}\n`;
      directory.append('durations', line);
      size += line.length;
      const wanted = size;
      asked.push(log.upToDate().then(position => ({ wanted, covered: position.durations })));
      if (index % 7 === 0) await asked.at(-1);
      if (index % 20 === 0)
        asked.push(record(log, executionInput({ steps: [] })).then(({ position }) => ({ wanted, covered: position.durations })));
    }
    for (const { wanted, covered } of await Promise.all(asked)) expect(covered).toBeGreaterThanOrEqual(wanted);
  });

  test('in the position of the next record', async () => {
    const log = await directory.open();
    directory.append('durations', `${row('a')}\n`);
    const { position } = await record(log, executionInput({ executionId: 'e' }));
    expect((await log.read(START, position)).durations.map(({ workflowId }) => workflowId)).toEqual(['a', 'e']);
  });

  test('and tells those who follow', async () => {
    const log = await directory.open();
    const told: number[] = [];
    const stop = log.onAdvance(({ durations }) => told.push(durations));
    directory.append('durations', `${row('a')}\n`);
    const { durations } = await log.upToDate();
    expect(told.at(-1)).toBe(durations);
    stop();
    directory.append('durations', `${row('b')}\n`);
    await log.upToDate();
    expect(told.at(-1)).toBe(durations);
  });
});

describe('a last line without line feed', () => {
  test('does not count yet, and counts once it is whole', async () => {
    const log = await directory.open();
    directory.append('durations', row('a').slice(0, 30));
    expect((await log.upToDate()).durations).toBe(0);
    directory.append('durations', row('a').slice(30));
    expect((await log.upToDate()).durations).toBe(0);
    directory.append('durations', '\n');
    const position = await log.upToDate();
    expect(position.durations).toBe(row('a').length + 1);
    expect((await log.read(START, position)).durations).toHaveLength(1);
  });

  test('is closed before our row, and counts if it is a row', async () => {
    const log = await directory.open();
    directory.append('durations', row('a'));
    const { position } = await record(log, executionInput({ executionId: 'e' }));
    expect(directory.lines('durations')).toEqual([row('a'), ours]);
    expect((await log.read(START, position)).durations).toHaveLength(2);
  });

  test('is closed before our row, and listed if it is none', async () => {
    const log = await directory.open();
    directory.append('durations', '2025-11-07T00:00:00Z,torn,te');
    const { position } = await record(log, executionInput({ executionId: 'e' }));
    expect(directory.lines('durations')).toEqual(['2025-11-07T00:00:00Z,torn,te', ours]);
    const { durations, rejected } = await log.read(START, position);
    expect(durations).toHaveLength(1);
    expect(rejected).toMatchObject([
      { file: 'durations.log', line: 2, text: '2025-11-07T00:00:00Z,torn,te', reason: expect.stringMatching(/^3 columns/) },
    ]);
  });

  test('is closed by opening', async () => {
    const log = await directory.open();
    directory.append('durations', row('a'));
    await directory.reopen(log);
    expect(directory.lines('durations')).toEqual([row('a')]);
  });
});

describe('a row that lands while ours are being written', () => {
  test('stays as it was, and no line comes between', async () => {
    const log = await directory.open();
    let rows = 0;
    const stop = log.onAdvance(() => directory.append('durations', `${row(`theirs-${++rows}`)}\n`));
    await record(log, executionInput({ executionId: 'e' }));
    stop();
    expect(rows).toBeGreaterThanOrEqual(2);
    const lines = directory.lines('durations');
    expect(lines.filter(line => line !== ours)).toEqual(Array.from({ length: rows }, (_, index) => row(`theirs-${index + 1}`)));
    expect(lines.filter(line => line === ours)).toHaveLength(1);
  });

  test('and half of which has landed, does not spoil ours', async () => {
    const log = await directory.open();
    const half = row('theirs').slice(0, 20);
    const stop = log.onAdvance(() => directory.append('durations', half));
    const { position } = await record(log, executionInput({ executionId: 'e' }));
    stop();
    expect(directory.lines('durations').filter(line => line === ours)).toHaveLength(1);
    expect((await log.read(START, position)).durations).toMatchObject([{ workflowId: 'e' }]);
  });
});

describe('lines that are no rows', () => {
  test('are listed with file, line, text and reason, stay where they are, and stop nothing', async () => {
    const odd = [
      'success_rates.log of old,true,5',
      '2025-11-07T00:00:00Z,p,n,t,1,1,1,""',
      '2025-11-07T00:00:00Z,p,"n,true,1,1,1,""',
      '\0\0\0\0',
    ];
    const good = '2025-11-07T00:00:00Z,p,n,true,1,1,1,""';
    const header = 'timestamp,pattern_id,pattern_name,success,duration_seconds,plugins_used,files_created,notes';
    directory.write('success_rates', [header, odd[0], good, '', odd[1], header, `${good}\r`, odd[2], odd[3], ''].join('\n'));
    const before = directory.bytes('success_rates') ?? '';
    const log = await directory.open();
    const { position } = await record(log, executionInput({ patternId: 'p' }));
    const { success_rates, rejected } = await log.read(START, position);
    expect(success_rates).toHaveLength(3);
    expect(rejected.map(({ file, line, text, reason }) => [file, line, text, reason.slice(0, 40)])).toEqual([
      ['success_rates.log', 2, odd[0], '3 columns (the older shape of success_ra'],
      ['success_rates.log', 5, odd[1], 'success must be true or false; it is "t"'],
      ['success_rates.log', 8, odd[2], 'the quotes do not fit: a field holds a q'],
      ['success_rates.log', 9, odd[3], 'zero bytes: the space was allotted but i'],
    ]);
    expect(directory.bytes('success_rates')?.startsWith(before)).toBe(true);
  });

  test('that are not UTF-8 are listed too, and rows beside them count', async () => {
    const log = await directory.open();
    directory.append('durations', Buffer.from(`${row('caf\xe9')}\n${row('café')}\n`, 'latin1'));
    directory.append('durations', `${row('café')}\n`);
    const { durations, rejected } = await log.read(START, await log.upToDate());
    expect(durations.map(({ workflowId }) => workflowId)).toEqual(['café']);
    expect(rejected).toMatchObject([
      { line: 2, reason: 'not UTF-8' },
      { line: 3, reason: 'not UTF-8' },
    ]);
  });

  test('are numbered as an editor numbers them, far into a file and without header too', async () => {
    const lines = Array.from({ length: 60_000 }, (_, index) => (index % 10_000 === 9_999 ? `odd ${index + 1}` : row(`w-${index}`)));
    directory.write('durations', `${lines.join('\n')}\n`);
    const log = await directory.open();
    const { rejected } = await log.read(START, log.position);
    expect(rejected.map(({ line, text }) => [line, text])).toEqual(
      [1, 2, 3, 4, 5, 6].map(number => [number * 10_000, `odd ${number * 10_000}`]),
    );
  });

  test('that are very long are listed by their beginning', async () => {
    const log = await directory.open();
    directory.append('durations', `${'x'.repeat(3 << 20)}\n${row('a')}\n`);
    const { durations, rejected } = await log.read(START, await log.upToDate(), 4096);
    expect(durations).toHaveLength(1);
    expect(rejected).toMatchObject([{ line: 2, text: 'x'.repeat(500), reason: 'longer than 1048576 characters' }]);
  });
});
