import { truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LOG_NAMES, type LogName, SHARED_LOGS, type SharedLog, START } from '../../src/log/log.ts';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';

const directory = new MetricsDirectory();

const steps = [
  stepInput({ plugin: 'x', durationMs: 1000 }),
  stepInput({ plugin: 'x', durationMs: 1000 }),
  stepInput({ plugin: 'y', status: 'FAILED' }),
];
/** One call, so one group: two executions that count and one that was cancelled. */
const group = (prefix: string) => [
  executionInput({ executionId: `${prefix}-1`, steps }),
  executionInput({ executionId: `${prefix}-2`, steps, status: 'FAILED', notes: `it "failed"\n${prefix}` }),
  executionInput({ executionId: `${prefix}-3`, steps: steps.slice(1), status: 'CANCELLED' }),
];

/** Records groups and closes; answers the files as they were before the last one, and after it. */
async function recorded(...prefixes: string[]) {
  const log = await directory.open();
  let before = directory.allBytes();
  for (const prefix of prefixes) {
    before = directory.allBytes();
    for (const outcome of await log.record(group(prefix))) expect(outcome).toMatchObject({ duplicate: false });
  }
  const { position } = log;
  await directory.close(log);
  return { before, after: directory.allBytes(), position };
}

const size = (content: string | undefined) => content?.length ?? 0;

/** Opens, closes, and opens again: the second time must find nothing to do. */
async function openTwice() {
  const log = await directory.open();
  const { position } = log;
  const bytes = directory.allBytes();
  const again = await directory.reopen(log);
  expect(directory.allBytes()).toEqual(bytes);
  expect(again.position).toEqual(position);
  return again;
}

describe('a group whose derived rows did not all get in is completed by opening', () => {
  test.for(SHARED_LOGS)('%s.log, cut at every byte of the group', async name => {
    const { before, after, position } = await recorded('a', 'b');
    const [start, end] = [size(before[name]), size(after[name])];
    for (let cut = start; cut < end; cut += cut < start + 90 || cut > end - 90 ? 1 : 7) {
      truncateSync(directory.file(name), cut);
      const log = await directory.open();
      expect(directory.allBytes(), `cut at ${cut} of ${start} to ${end}`).toEqual(after);
      expect(log.position).toEqual(position);
      await directory.close(log);
    }
  });

  test('all three, of the first group that was ever written', async () => {
    const { before, after } = await recorded('a');
    for (const name of SHARED_LOGS) truncateSync(directory.file(name), size(before[name]));
    await openTwice();
    expect(directory.allBytes()).toEqual(after);
  });

  test('a row from the middle that was never written comes at the end', async () => {
    const { before, after } = await recorded('a', 'b');
    const rows = after['durations']?.slice(size(before['durations'])).trimEnd().split('\n') ?? [];
    directory.write('durations', [...(before['durations']?.trimEnd().split('\n') ?? []), ...rows.toSpliced(1, 1), ''].join('\n'));
    await openTwice();
    expect(directory.lines('durations').toSorted()).toEqual(after['durations']?.trimEnd().split('\n').slice(1).toSorted());
    expect(directory.lines('durations').at(-1)).toBe(rows[1]);
  });

  test('a fragment that another row has ended stays, listed, and its row is written whole', async () => {
    const { before, after } = await recorded('a', 'b');
    const theirs = '2025-11-07T00:00:00Z,theirs,test,1,z,1,true\n';
    truncateSync(directory.file('durations'), size(before['durations']) + 30);
    directory.append('durations', theirs);
    const log = await openTwice();
    const rows = after['durations']?.slice(size(before['durations'])) ?? '';
    expect(directory.bytes('durations')).toBe(`${before['durations']}${rows.slice(0, 30)}${theirs}${rows}`);
    expect((await log.read(START, log.position)).rejected).toMatchObject([
      { file: 'durations.log', text: `${rows.slice(0, 30)}${theirs}`.trimEnd() },
    ]);
  });

  test("a fragment of another program's is closed and not taken for ours", async () => {
    const { before, after } = await recorded('a', 'b');
    truncateSync(directory.file('durations'), size(before['durations']));
    directory.append('durations', 'not ours');
    await openTwice();
    const rows = after['durations']?.slice(size(before['durations'])) ?? '';
    expect(directory.bytes('durations')).toBe(`${before['durations']}not ours\n${rows}`);
  });

  test('no earlier group is looked at', async () => {
    const { after } = await recorded('a', 'b');
    // A row of the first group changed in place, its length kept: it is missing now, but not owed.
    directory.write('durations', Buffer.from(after['durations']?.replace('a-1,implement', 'A-1,implement') ?? '', 'latin1'));
    const changed = directory.allBytes();
    await openTwice();
    expect(directory.allBytes()).toEqual(changed);
  });
});

describe('totals are owed as a difference', () => {
  const usageOf = (plugin: string) => directory.lines('plugin_usage').filter(line => line.split(',')[1] === plugin);

  test("they go on from another program's row that came after the base", async () => {
    const { before } = await recorded('a', 'b');
    truncateSync(directory.file('plugin_usage'), size(before['plugin_usage']));
    directory.append('plugin_usage', '2025-11-08T00:00:00Z,x,100,100,100,0,1,2025-11-08T00:00:00Z\n');
    await openTwice();
    expect(usageOf('x').at(-1)).toBe('2025-11-07T10:00:05Z,x,105,105,105,0,1,2025-11-08T00:00:00Z');
    expect(usageOf('y').at(-1)).toMatch(/,y,6,9,0,6,1.5,/);
  });

  test("they are not written again where another program's row went on from them", async () => {
    await recorded('a', 'b');
    directory.append('plugin_usage', '2025-11-08T00:00:00Z,x,11,20,11,0,1.818,2025-11-08T00:00:00Z\n');
    const bytes = directory.allBytes();
    await openTwice();
    expect(directory.allBytes()).toEqual(bytes);
  });

  test("they are written where another program's row only looks like a continuation", async () => {
    const { before } = await recorded('a', 'b');
    truncateSync(directory.file('plugin_usage'), size(before['plugin_usage']));
    directory.append('plugin_usage', '2025-11-08T00:00:00Z,x,10,10,10,0,1,2025-11-08T00:00:00Z\n');
    await openTwice();
    expect(usageOf('x').at(-1)).toBe('2025-11-07T10:00:05Z,x,15,15,15,0,1,2025-11-08T00:00:00Z');
  });
});

describe('a torn last line of the journal was never acknowledged', () => {
  test('wherever it is cut, it is closed, listed, and owes nothing', async () => {
    const { before, after } = await recorded('a', 'b');
    const lines = after['journal']?.slice(size(before['journal'])).split('\n') ?? [];
    const last = lines[2] ?? '';
    const start = size(after['journal']) - last.length - 1;
    for (const cut of [1, 24, 40, last.indexOf('"') + 1, last.length - 60, last.length - 33, last.length - 1]) {
      // Given a journal cut within its last row, and none of the group's rows derived
      for (const name of SHARED_LOGS) directory.write(name, before[name] ?? '');
      directory.write('journal', Buffer.from(after['journal'] ?? '', 'latin1'));
      truncateSync(directory.file('journal'), start + cut);
      const log = await openTwice();
      // then the rows before it count, and it does not
      expect(await log.find('b-1')).toBeDefined();
      expect(await log.find('b-2')).toBeDefined();
      expect(await log.find('b-3')).toBeUndefined();
      const { rejected } = await log.read(START, log.position);
      expect(rejected).toHaveLength(1);
      expect(rejected[0]).toMatchObject({ file: 'journal.log', line: 7 });
      const quotes = last.slice(0, cut).split('"').length - 1;
      expect(directory.bytes('journal')?.slice(start)).toBe(`${last.slice(0, cut)}${quotes % 2 === 1 ? '"' : ''}\n`);
      // and its id is free
      expect(await record(log, group('b')[2])).toMatchObject({ duplicate: false });
      await log.checkPosition(log.position);
      await directory.close(log);
    }
  });

  test('cut only of its line feed it is a record whose caller got no answer, and counts', async () => {
    const { before, after } = await recorded('a', 'b');
    for (const name of SHARED_LOGS) truncateSync(directory.file(name), size(before[name]));
    truncateSync(directory.file('journal'), size(after['journal']) - 1);
    const log = await openTwice();
    expect(directory.allBytes()).toEqual(after);
    expect(await log.record(group('b'))).toMatchObject([{ duplicate: true }, { duplicate: true }, { duplicate: true }]);
  });

  test('the row after it goes on the chain of the last row that proved itself', async () => {
    const { after } = await recorded('a');
    directory.append('journal', '2025-11-07T00:00:00.000Z,execution,torn');
    const log = await directory.open();
    await record(log, executionInput());
    const lines = directory.lines('journal');
    expect(lines.at(-1)?.slice(-32, -16)).toBe(after['journal']?.trimEnd().slice(-16));
  });

  test('a line of zero bytes, as a power cut leaves it, is one of them', async () => {
    await recorded('a');
    directory.append('journal', Buffer.alloc(4096));
    const log = await openTwice();
    expect((await log.read(START, log.position)).rejected).toMatchObject([{ file: 'journal.log', line: 5 }]);
    expect(await record(log, executionInput())).toMatchObject({ duplicate: false });
  });
});

describe('opening', () => {
  test('of whole logs changes nothing, however often', async () => {
    const { after, position } = await recorded('a', 'b');
    for (let times = 0; times < 3; times++) {
      const log = await directory.open();
      expect(log.position).toEqual(position);
      await directory.close(log);
    }
    expect(directory.allBytes()).toEqual(after);
  });

  test('of two groups that stand on one base, since the first owed nothing, changes nothing', async () => {
    const log = await directory.open();
    await record(log, executionInput({ status: 'CANCELLED', steps: [] }));
    await log.record(group('a'));
    const bytes = directory.allBytes();
    await directory.close(log);
    await openTwice();
    expect(directory.allBytes()).toEqual(bytes);
  });

  test('knows every id again', async () => {
    const log = await directory.open();
    const inputs = Array.from({ length: 2000 }, (_, index) =>
      executionInput({ executionId: `e-${index}`, workflowId: `w-${index}`, steps: [] }),
    );
    await log.record(inputs);
    const again = await directory.reopen(log);
    expect((await again.record(inputs)).filter(outcome => 'duplicate' in outcome && outcome.duplicate)).toHaveLength(2000);
    expect(await again.record([executionInput({ executionId: 'w-7' })])).toMatchObject([{ code: 'BAD_USER_INPUT', field: ['workflowId'] }]);
    expect(await again.find('e-1999')).toMatchObject({ workflowId: 'w-1999' });
  });

  test.for<readonly [name: SharedLog, cut: number]>([
    ['durations', 1],
    ['success_rates', 10],
    ['plugin_usage', 60],
  ])('is refused where %s.log lacks %i bytes of what was there before the last group', async ([name, cut]) => {
    const { before, after } = await recorded('a', 'b');
    truncateSync(directory.file(name), size(before[name]) - cut);
    const bytes = directory.allBytes();
    await expect(directory.open()).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining(
        `${directory.file(name)} is ${cut} bytes shorter than journal.log says it was: it was cut or badly copied`,
      ),
    });
    expect(directory.allBytes()).toEqual(bytes);
    // Put back, it opens.
    directory.write(name, Buffer.from(after[name] ?? '', 'latin1'));
    await openTwice();
  });

  test('goes on without a journal that was taken away: the shared logs keep their rows', async () => {
    const { after } = await recorded('a');
    const header = after['journal']?.split('\n')[0];
    directory.write('journal', `${header}\n`);
    const log = await openTwice();
    await record(log, executionInput({ executionId: 'a-1', steps: [stepInput({ plugin: 'x' })] }));
    for (const name of SHARED_LOGS) expect(directory.bytes(name)?.startsWith(after[name] ?? '')).toBe(true);
  });

  test.for(LOG_NAMES)('reads %s.log whole where it is larger than a chunk', async (name: LogName) => {
    const long = 'x'.repeat(1_000_000);
    const filler: Record<LogName, string> = {
      journal: `${'x'.repeat(9 << 20)}\n`,
      durations: `${'x'.repeat(9 << 20)}\n`,
      success_rates: `${`2025-11-07T00:00:00Z,other,${long},true,1,1,1,""\n`.repeat(10)}2025-11-07T00:00:00Z,p,n,true,1,1,1,""\n`,
      plugin_usage: ['x', ...Array(10).fill(long)]
        .map(plugin => `2025-11-07T00:00:00Z,${plugin},5,5,5,0,1,2025-11-07T00:00:00Z\n`)
        .join(''),
    };
    await recorded('a');
    directory.append(name, filler[name]);
    const log = await openTwice();
    expect(log.position[name]).toBeGreaterThan(8 << 20);
    await record(log, executionInput({ patternId: 'p', steps: [stepInput({ plugin: 'x' })] }));
    await log.checkPosition(log.position);
    if (name === 'plugin_usage') expect(directory.lines(name).at(-1)).toMatch(/,x,6,/);
    if (name === 'success_rates') expect(directory.lines(name).at(-1)).toMatch(/,p,n,true,/);
  });
});
