import { describe, expect, test } from 'vitest';
import {
  bytesBetween,
  formatPosition,
  LOG_NAMES,
  type Log,
  type Position,
  parsePosition,
  reaches,
  START,
  type Stretch,
} from '../../src/log/log.ts';
import type { JournalRow } from '../../src/record/record.ts';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';
import { fc } from '../support/properties.ts';

const directory = new MetricsDirectory();

const end = fc.oneof(fc.nat(1000), fc.maxSafeNat());
const position: fc.Arbitrary<Position> = fc.record(
  {
    journal: end,
    durations: end,
    success_rates: end,
    plugin_usage: end,
    chain: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 8, maxLength: 8 }),
  },
  { noNullPrototype: true },
);

describe('a token', () => {
  test('reads back as its position', () => {
    fc.assert(
      fc.property(position, each => {
        expect(formatPosition(each)).toMatch(/^[0-9a-z-]{17,}$/);
        expect(parsePosition(formatPosition(each))).toEqual(each);
      }),
    );
  });

  test.for([
    '',
    'now',
    '0-0-0-0',
    '0-0-0-0-0000000',
    '0-0-0-0-000000000',
    '0-0-0-0-0000000G',
    '-1-0-0-0-00000000',
    'A-0-0-0-00000000',
    'zzzzzzzzzzz-0-0-0-00000000',
    ' 0-0-0-0-00000000',
    '0-0-0-0-00000000\n',
    'x'.repeat(1e6),
  ])('%.40s is none', token => {
    expect(() => parsePosition(token)).toThrow(expect.objectContaining({ code: 'POSITION_UNKNOWN', field: ['asOf'] }));
    expect(() => parsePosition(token)).toThrow(/^.{0,200}$/s);
  });
});

describe('positions are ordered', () => {
  test('one reaches another where it does in every log', () => {
    fc.assert(
      fc.property(position, position, (a, b) => {
        expect(reaches(a, a)).toBe(true);
        expect(reaches(a, START)).toBe(true);
        expect(reaches(a, b) && reaches(b, a)).toBe(LOG_NAMES.every(log => a[log] === b[log]));
        expect(reaches(a, b)).toBe(LOG_NAMES.every(log => a[log] >= b[log]));
      }),
    );
  });

  test('each acknowledgement reaches those before it, and the lag is the bytes between', async () => {
    const log = await directory.open();
    const positions: Position[] = [log.position];
    for (let index = 0; index < 5; index++) positions.push((await record(log, executionInput())).position);
    for (const [index, each] of positions.entries()) {
      expect(reaches(log.position, each)).toBe(true);
      expect(reaches(each, log.position)).toBe(index === 5);
    }
    const bytes = LOG_NAMES.map(name => directory.lines(name).join('\n').length + 1);
    expect(bytesBetween(START, log.position)).toBe(bytes.reduce((sum, each) => sum + each));
    expect(bytesBetween(log.position, START)).toBe(0);
  });

  test('a position lies after the last byte of each log', async () => {
    directory.copySamples();
    const log = await directory.open();
    await record(log, executionInput());
    for (const name of LOG_NAMES) expect(log.position[name]).toBe(directory.bytes(name)?.replace(/^[^\n]*\n/, '').length);
    expect(log.fileSizes()).toEqual(Object.fromEntries(LOG_NAMES.map(name => [name, directory.bytes(name)?.length])));
  });
});

describe('a position is known', () => {
  test('if it was ever answered: before, after more records, after a restart, in a copy', async () => {
    directory.copySamples();
    let log = await directory.open();
    const positions = [log.position];
    for (let index = 0; index < 10; index++) {
      positions.push((await record(log, executionInput({ notes: 'n'.repeat(index * 5000) }))).position);
      directory.append('durations', '2025-11-07T00:00:00Z,w,test,1,x,1,true\n');
      positions.push(await log.upToDate());
      if (index % 4 === 3) log = await directory.reopen(log);
    }
    for (const each of [START, ...positions]) await log.checkPosition(parsePosition(formatPosition(each)));
  });

  test('also behind a torn line of the journal', async () => {
    const first = await directory.open();
    await record(first, executionInput());
    await directory.close(first);
    directory.append('journal', '2025-11-07T00:00:00.000Z,execution,torn,"te');
    const log = await directory.open();
    await log.checkPosition(log.position);
    await record(log, executionInput());
    await log.checkPosition(log.position);
    expect((await log.read(START, log.position)).rejected).toMatchObject([
      { file: 'journal.log', line: 3, text: expect.stringContaining('execution,torn') },
    ]);
  });
});

describe('a position is not known', () => {
  const unknown = (log: Log, changed: Partial<Position>) => expect(log.checkPosition({ ...log.position, ...changed })).rejects;
  const open = async () => {
    const log = await directory.open();
    await record(log, executionInput());
    return log;
  };

  test.for(LOG_NAMES)('beyond the end of %s.log', async name => {
    const log = await open();
    await unknown(log, { [name]: log.position[name] + 1 }).toMatchObject({
      code: 'POSITION_UNKNOWN',
      field: ['asOf'],
      message: expect.stringMatching(
        new RegExp(`position ${formatPosition({ ...log.position, [name]: log.position[name] + 1 })}: it lies beyond ${name}.log`),
      ),
    });
  });

  test.for(LOG_NAMES)('inside a line of %s.log', async name => {
    const log = await open();
    for (const place of [1, Math.floor(log.position[name] / 2), log.position[name] - 1]) {
      await unknown(log, { [name]: place }).toMatchObject({
        code: 'POSITION_UNKNOWN',
        message: expect.stringContaining(`inside a line of ${name}.log`),
      });
    }
  });

  test('with another chain', async () => {
    const log = await open();
    const first = log.position;
    await record(log, executionInput());
    const another = { message: expect.stringContaining('journal.log holds another history there') };
    await unknown(log, { chain: '00000000' }).toMatchObject(another);
    await unknown(log, { chain: first.chain }).toMatchObject(another);
    await unknown(log, { journal: first.journal }).toMatchObject(another);
    await unknown(log, { journal: 0 }).toMatchObject(another);
  });

  test('of other logs that are as long', async () => {
    const log = await open();
    const before = log.position;
    await directory.close(log);
    for (const name of LOG_NAMES) directory.write(name, '');
    const other = await directory.open();
    await record(other, executionInput({ executionId: 'execution-x', taskDescription: 'Burn a REST API' }));
    await expect(other.checkPosition({ ...before, ...other.position, chain: before.chain })).rejects.toMatchObject({
      code: 'POSITION_UNKNOWN',
    });
  });
});

describe('reading', () => {
  /** Rows of us and of others, lines that are none, long lines and many. */
  async function history(): Promise<Log> {
    directory.copySamples();
    const log = await directory.open();
    for (let index = 0; index < 12; index++) {
      const steps = Array.from({ length: index * 2 }, (_, step) => stepInput({ step, plugin: `plugin-${step % 3}` }));
      await log.record([executionInput({ steps, notes: 'é'.repeat(index * 100) }), executionInput({ steps: [], status: 'CANCELLED' })]);
      directory.append('durations', `2025-11-07T00:00:00Z,w,test,1,x,${index},true\nodd ${index}\n\n`);
      directory.append('success_rates', `odd ${index}${'x'.repeat(2000)}\r\n`);
      if (index % 3 === 0) directory.append('plugin_usage', 'not whole');
    }
    await log.upToDate();
    return log;
  }

  async function inPieces(log: Log, to: Position, sizes: readonly number[]): Promise<Stretch[]> {
    const stretches: Stretch[] = [];
    for (let from = START; !reaches(from, to); from = stretches.at(-1)?.to ?? to) {
      stretches.push(await log.read(from, to, sizes[stretches.length % sizes.length]));
    }
    return stretches;
  }

  test('in pieces of any size gives the same rows and lines as at once, ending at positions that are known', async () => {
    const log = await history();
    const whole = await log.read(START, log.position, 1 << 30);
    expect(whole.to).toEqual(log.position);
    expect(whole.rejected.length).toBeGreaterThan(20);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 10 }), async sizes => {
        const pieces = await inPieces(log, log.position, sizes);
        for (const name of LOG_NAMES) expect(pieces.flatMap(piece => [...piece[name]])).toEqual(whole[name]);
        for (const name of LOG_NAMES) {
          const ofLog = (stretch: Stretch) => stretch.rejected.filter(({ file }) => file === `${name}.log`);
          expect(pieces.flatMap(ofLog)).toEqual(ofLog(whole));
        }
        for (const { to } of pieces) await log.checkPosition(to);
        expect(pieces.at(-1)?.to).toEqual(log.position);
      }),
      { numRuns: 25 },
    );
  });

  test('places every row: the bytes between start and end are its line', async () => {
    const log = await history();
    const whole = await log.read(START, log.position);
    for (const name of LOG_NAMES) {
      const data = Buffer.from(directory.bytes(name)?.replace(/^[^\n]*\n/, '') ?? '', 'latin1');
      let before = 0;
      for (const { start, end } of whole[name]) {
        expect(start).toBeGreaterThanOrEqual(before);
        expect(data.subarray(start, end).indexOf('\n')).toBe(end - start - 1);
        before = end;
      }
    }
    for (const { start, execution } of whole.journal) expect(await log.executionsAt([start])).toEqual([execution]);
  });

  test('finds executions in the order they are asked for, near each other and far apart, short and long', async () => {
    const log = await history();
    await log.record(Array.from({ length: 300 }, (_, index) => executionInput({ notes: 'x'.repeat(index % 20 === 0 ? 9_000 : 20) })));
    const { journal } = await log.read(START, log.position, 1 << 30);
    expect(journal.at(-1)?.end).toBeGreaterThan(200_000);
    const inOrderOf = (place: (index: number) => number) => journal.map((_, index) => journal[place(index) % journal.length] as JournalRow);
    for (const asked of [journal, inOrderOf(index => index * 7), inOrderOf(index => index * 101), inOrderOf(() => 5), []])
      expect(await log.executionsAt(asked.map(({ start }) => start))).toEqual(asked.map(({ execution }) => execution));
    await expect(log.executionsAt([journal[1]?.start ?? 0, (journal[3]?.start ?? 0) + 1])).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
    });
  });

  test('finds executions that were just written beside those that stand in the files alone', async () => {
    const log = await history();
    const before = log.position;
    for (let n = 0; n < 3; n++) await log.record([executionInput(), executionInput({ notes: 'é, "quoted"' })]);
    const { journal } = await log.read(START, log.position, 1 << 30);
    expect(journal.filter(({ start }) => start >= before.journal)).toHaveLength(6);
    const asked = journal.toSorted((a, b) => (a.start % 7) - (b.start % 7));
    expect(await log.executionsAt(asked.map(({ start }) => start))).toEqual(asked.map(({ execution }) => execution));
    await expect(log.executionsAt([(journal.at(-1)?.start ?? 0) + 1])).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  });

  test('up to an older position is the same after more records', async () => {
    const log = await history();
    const older = log.position;
    const before = await log.read(START, older);
    await record(log, executionInput());
    expect(await log.read(START, older)).toEqual(before);
    expect((await log.read(older, log.position)).journal).toHaveLength(1);
  });

  test('nothing gives nothing', async () => {
    const log = await history();
    const { position } = log;
    expect(await log.read(position, position)).toEqual({
      from: position,
      to: position,
      journal: [],
      durations: [],
      success_rates: [],
      plugin_usage: [],
      rejected: [],
    });
  });
});
