import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MetricsError } from '../../src/errors.ts';
import { leftovers } from '../../src/log/leftovers.ts';
import { LOG_NAMES, type Log, type LogName, type LogOptions, type Position, START, type Stretch } from '../../src/log/log.ts';
import { HEADERS } from '../../src/record/record.ts';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, readAll, record } from '../support/metrics-directory.ts';
import { openStage } from '../support/question-stage.ts';

const directory = new MetricsDirectory();

const SHARED = ['durations', 'success_rates', 'plugin_usage'] as const;
const archived = (log: LogName, year = 2025) => join(directory.path, 'archive', String(year), `${log}.log`);
const in2026 = { startedAt: '2026-01-01T00:00:00Z', completedAt: '2026-01-01T00:00:05Z' };
const in2027 = { startedAt: '2027-01-01T00:00:00Z', completedAt: '2027-01-01T00:00:05Z' };

/** The clock of a test, held. */
function at(time: string): Partial<LogOptions> {
  return { clock: () => Date.parse(time) };
}

type Before = { positions: Position[]; stretch: Stretch; first: object };

/** Records of ours and of others in 2025, and lines that are none. */
async function year2025(log: Log): Promise<Before> {
  const first = executionInput();
  const positions = [log.position, (await record(log, first)).position];
  for (let index = 0; index < 5; index++) {
    const steps = Array.from({ length: index + 1 }, (_, step) => stepInput({ step, plugin: `plugin-${step % 3}` }));
    positions.push((await record(log, executionInput({ steps }))).position);
    directory.append('durations', `2025-11-07T00:00:00Z,theirs,test,1,their-plugin,${index},true\nodd ${index}\n`);
    directory.append('plugin_usage', `2025-11-07T00:00:00Z,their-plugin,${index + 1},1,1,0,1,2025-11-07T00:00:00Z\r\n`);
    positions.push(await log.upToDate());
  }
  return { positions, stretch: await readAll(log, START, log.position), first };
}

/** What was answered before is answered again, and recording goes on. */
async function expectUnchanged(log: Log, { positions, stretch, first }: Before): Promise<void> {
  for (const position of positions) await log.checkPosition(position);
  expect(await readAll(log, START, stretch.to)).toEqual(stretch);
  for (const { execution } of stretch.journal) expect(await log.find(execution.executionId)).toEqual(execution);
  expect(await record(log, first)).toMatchObject({ duplicate: true });
}

describe('archiving', () => {
  test('moves each log whole and begins it anew; positions, rows and duplicates stay', async () => {
    directory.copySamples();
    let log = await directory.open();
    const before = await year2025(log);
    const bytes = directory.allBytes();
    // when
    const outcome = await log.archive();
    // then the files of the year hold what the logs held, as the seal says
    expect(log.archivedYears).toEqual([2025]);
    const sealed = JSON.parse(readFileSync(join(directory.path, 'archive/2025/sealed'), 'utf8'));
    expect(outcome).toEqual({ year: 2025, logs: sealed });
    for (const name of LOG_NAMES) {
      const file = readFileSync(archived(name));
      expect(file.toString('latin1')).toBe(bytes[name]);
      const { dataStart, length, sha256 } = sealed[name];
      expect({ dataStart, length, sha256 }).toEqual({
        dataStart: HEADERS[name].length + 1,
        length: file.length - HEADERS[name].length - 1,
        sha256: createHash('sha256').update(file).digest('hex'),
      });
    }
    expect(directory.names().filter(name => name.endsWith('.log') || name.endsWith('.next'))).toEqual(
      LOG_NAMES.map(name => `${name}.log`).toSorted(),
    );
    // and the live ones hold their header, and the latest totals of every plugin
    for (const name of ['journal', 'durations', 'success_rates'] as const) expect(directory.text(name)).toBe(`${HEADERS[name]}\n`);
    const plugins = new Map(before.stretch.plugin_usage.map(row => [row.plugin, row]));
    const carried = (await readAll(log, before.stretch.to, log.position)).plugin_usage;
    expect(carried.map(({ start: _, end: __, ...row }) => row)).toEqual([...plugins.values()].map(({ start: _, end: __, ...row }) => row));
    await expectUnchanged(log, before);
    // and everything goes on, totals and chain included
    await record(log, executionInput({ executionId: 'after', steps: [stepInput({ plugin: 'plugin-0' })] }));
    const used = plugins.get('plugin-0')?.uses ?? 0;
    expect(directory.lines('plugin_usage').at(-1)).toMatch(new RegExp(`,plugin-0,${used + 1},`));
    expect(directory.lines('journal')[0]?.slice(-32, -16)).toBe(before.stretch.journal.at(-1)?.chain.slice(16));
    // and for the next owner, with and without what is derived
    for (const stateDirectory of [join(directory.path, '.state'), join(directory.path, 'other-state')]) {
      await directory.close(log);
      log = await directory.open({ stateDirectory });
      expect(log.archivedYears).toEqual([2025]);
      await expectUnchanged(log, before);
      expect((await readAll(log, START, log.position)).journal).toHaveLength(before.stretch.journal.length + 1);
    }
  });

  test('a second time changes nothing and says so', async () => {
    const log = await directory.open();
    await year2025(log);
    await log.archive();
    const bytes = directory.allBytes();
    expect(await log.archive()).toEqual({ year: undefined, reason: expect.stringContaining('no rows of a year after 2025') });
    // also with late rows of the archived year
    await record(log, executionInput());
    expect(await log.archive()).toMatchObject({ year: undefined });
    expect(directory.bytes('journal')).not.toBe(bytes['journal']);
    expect(log.archivedYears).toEqual([2025]);
    expect(directory.names().filter(name => name.endsWith('.next'))).toEqual([]);
  });

  test.for<readonly [what: string, prepare: (log: Log) => Promise<unknown>, says: RegExp]>([
    ['a directory without rows', async () => undefined, /hold no rows yet/],
    ['a year that is not over', log => record(log, executionInput(in2026)), /reached 2026, which is not over/],
  ])('leaves %s as it is', async ([, prepare, says]) => {
    const log = await directory.open();
    await prepare(log);
    expect(await log.archive()).toEqual({ year: undefined, reason: expect.stringMatching(says) });
    expect(directory.names()).not.toContain('archive');
  });

  test('takes the year from the shared logs where the journal has none', async () => {
    directory.copySamples();
    const log = await directory.open();
    const stretch = await readAll(log, START, log.position);
    expect(await log.archive()).toMatchObject({ year: 2025 });
    expect(await readAll(log, START, stretch.to)).toEqual(stretch);
    // and of later rows there, too
    directory.append('durations', '2026-02-01T00:00:00Z,theirs,test,1,x,1,true\n');
    await directory.close(log);
    const later = await directory.open(at('2027-03-01T00:00:00Z'));
    expect(await later.archive()).toMatchObject({ year: 2026 });
    expect(await readAll(later, START, stretch.to)).toEqual(stretch);
  });

  test('year after year, each behind the other', async () => {
    const log = await directory.open(at('2028-01-01T00:00:00Z'));
    const before = await year2025(log);
    await log.archive();
    await record(log, executionInput(in2026));
    await log.archive();
    await record(log, executionInput(in2027));
    await log.archive();
    expect(log.archivedYears).toEqual([2025, 2026, 2027]);
    await expectUnchanged(log, before);
    const whole = await readAll(log, START, log.position);
    await directory.close(log);
    const again = await directory.open();
    expect(await readAll(again, START, again.position)).toEqual(whole);
    await expectUnchanged(again, before);
  });

  test('the new files are as open to others as the old ones', async () => {
    const log = await directory.open();
    await year2025(log);
    chmodSync(directory.file('durations'), 0o666);
    await log.archive();
    expect(statSync(directory.file('durations')).mode & 0o777).toBe(0o666);
    expect(statSync(directory.file('plugin_usage')).mode & 0o777).toBe(statSync(archived('plugin_usage')).mode & 0o777);
  });

  test('the questions answer the same, at every position, and cover the archived year', async () => {
    let stage = await openStage({ directory: directory.path });
    const ask = async (asOf: Position) => [
      await stage.questions.patternStats({}, asOf),
      await stage.questions.pluginStats({}, asOf),
      await stage.questions.phaseDurations({}, asOf),
      await stage.questions.overview({ filter: { window: { from: '2025-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' } } }, asOf),
    ];
    const { positions } = await year2025(stage.log);
    const answers: unknown[] = [];
    for (const position of positions) answers.push(await ask(position));
    const rejected = (await stage.questions.rejectedRows({ first: 10, after: undefined }, await stage.questions.now())).edges;
    await stage.log.archive();
    const check = async () => {
      for (const [index, position] of positions.entries()) expect(await ask(position)).toEqual(answers[index]);
      expect(await ask(await stage.questions.now())).toEqual(answers.at(-1));
      // what is no row is found where it lies now
      const page = await stage.questions.rejectedRows({ first: 10, after: undefined }, await stage.questions.now());
      expect(page.edges.map(({ node }) => node)).toEqual(rejected.map(({ node }) => ({ ...node, file: 'archive/2025/durations.log' })));
    };
    await check();
    // and without the table's own files
    await stage.close();
    stage = await openStage({ directory: directory.path, stateDirectory: join(directory.path, 'other-state') });
    await check();
    await stage.close();
  });
});

describe('at the turn of the year', () => {
  const open = (options: Partial<LogOptions> = {}) => directory.open({ archive: 'yearly', ...at('2026-01-01T00:01:00Z'), ...options });

  test('the first record of a later year finds new files', async () => {
    const log = await open();
    const before = await year2025(log);
    expect(log.archivedYears).toEqual([]);
    const { position } = await record(log, executionInput(in2026));
    expect(log.archivedYears).toEqual([2025]);
    expect(directory.lines('journal')).toHaveLength(1);
    await log.checkPosition(position);
    await expectUnchanged(log, before);
    // and neither a late record nor the next one moves anything
    const live = statSync(directory.file('journal')).ino;
    await record(log, executionInput());
    await record(log, executionInput(in2026));
    expect(statSync(directory.file('journal')).ino).toBe(live);
    expect(directory.lines('journal')).toHaveLength(3);
  });

  test('callers who record at once notice nothing of it', async () => {
    const log = await open();
    await record(log, executionInput());
    const inputs = Array.from({ length: 60 }, (_, index) => executionInput(index % 2 === 0 ? {} : in2026));
    const outcomes = (await Promise.all(inputs.map(input => log.record([input])))).flat();
    expect(outcomes.filter(outcome => outcome instanceof MetricsError)).toEqual([]);
    expect(log.archivedYears).toEqual([2025]);
    expect((await readAll(log, START, log.position)).journal).toHaveLength(61);
  });

  test('what other programs wrote before us is archived, too', async () => {
    directory.copySamples();
    const log = await open();
    await record(log, executionInput(in2026));
    expect(log.archivedYears).toEqual([2025]);
    expect(directory.lines('durations')).toHaveLength(1);
  });

  test('is not asked for: nothing moves', async () => {
    const log = await directory.open();
    await year2025(log);
    await record(log, executionInput(in2026));
    expect(log.archivedYears).toEqual([]);
  });

  test('where archiving cannot begin, recording goes on', async () => {
    const log = await open();
    await year2025(log);
    writeFileSync(join(directory.path, 'archive'), 'in the way');
    expect(await record(log, executionInput(in2026))).toMatchObject({ duplicate: false });
    expect(log.trouble).toBeUndefined();
    expect(log.archivedYears).toEqual([]);
  });

  test('where it breaks off half way, nothing is recorded until it is ended; questions go on', async () => {
    let log = await open();
    const before = await year2025(log);
    // Given something in the way of the second log
    mkdirSync(`${directory.file('durations')}.next`);
    const input = executionInput(in2026);
    const refused = { code: 'STORAGE_FAILED', message: expect.stringContaining('archive/2025') };
    expect(await log.record([input])).toMatchObject([refused]);
    expect(await log.record([input])).toMatchObject([refused]);
    expect(log.trouble).toMatchObject(refused);
    await log.upToDate();
    for (const position of before.positions) await log.checkPosition(position);
    expect(await readAll(log, START, before.stretch.to)).toEqual(before.stretch);
    // when it is taken away and the service is started again
    rmdirSync(`${directory.file('durations')}.next`);
    await directory.close(log);
    log = await open();
    // then the archive is whole
    expect(log.archivedYears).toEqual([2025]);
    await expectUnchanged(log, before);
    expect(await record(log, input)).toMatchObject({ duplicate: false });
    expect(directory.lines('journal')).toHaveLength(1);
  });
});

describe('a program that keeps an archived file open', () => {
  test('its later bytes do not count, and are listed with file and line', async () => {
    const log = await directory.open();
    const held = openSync(directory.file('durations'), 'a');
    await record(log, executionInput());
    await log.archive();
    expect(await leftovers(directory.path)).toEqual([]);
    const before = await readAll(log, START, log.position);
    writeSync(held, '2025-12-31T23:59:59Z,w,test,1,x,1,true\nnot who');
    expect(await log.upToDate()).toEqual(before.to);
    expect(await leftovers(directory.path)).toEqual([
      {
        year: 2025,
        log: 'durations',
        file: 'archive/2025/durations.log',
        line: 3,
        bytes: Buffer.from('2025-12-31T23:59:59Z,w,test,1,x,1,true\nnot who'),
      },
    ]);
    await directory.close(log);
    const again = await directory.open();
    expect(await readAll(again, START, again.position)).toEqual(before);
  });
});

test('totals that came after the carrying over, before the year was sealed, are carried over when archiving is ended', async () => {
  // Given an archiving that was killed before its last step, while another program still held plugin_usage.log
  const log = await directory.open();
  const held = openSync(directory.file('plugin_usage'), 'a');
  await record(log, executionInput({ steps: [stepInput({ plugin: 'x' }), stepInput({ plugin: 'y' })] }));
  await log.archive();
  await directory.close(log);
  rmSync(join(directory.path, 'archive', '2025', 'sealed'));
  writeSync(held, '2025-11-08T00:00:00Z,x,50,60,50,0,1.2,2025-11-08T00:00:00Z\n');
  closeSync(held);
  // when it is ended
  const again = await directory.open();
  // then the live file says the later totals, once, and ours go on from them
  expect(directory.lines('plugin_usage').filter(line => line.includes(',x,50,'))).toHaveLength(1);
  await record(again, executionInput({ steps: [stepInput({ plugin: 'x' }), stepInput({ plugin: 'y' })] }));
  const latest = new Map((await readAll(again, START, again.position)).plugin_usage.map(row => [row.plugin, row.uses]));
  expect(Object.fromEntries(latest)).toEqual({ x: 51, y: 2 });
  expect(await leftovers(directory.path)).toEqual([]);
  // and the next opening changes nothing
  const before = directory.allBytes();
  await directory.reopen(again);
  expect(directory.allBytes()).toEqual(before);
});

test.for(SHARED)('a last line of %s without line feed is ended before it is moved', async name => {
  const log = await directory.open();
  await record(log, executionInput());
  appendFileSync(directory.file(name), 'not whole');
  await log.archive();
  expect(readFileSync(archived(name), 'utf8').split('\n').slice(-2)).toEqual(['not whole', '']);
  expect((await readAll(log, START, log.position)).rejected).toMatchObject([{ file: `${name}.log`, line: 3, text: 'not whole' }]);
});
