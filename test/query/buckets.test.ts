import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bucket, calendarOf, columnsOf } from '../../src/query/buckets.ts';

const at = (text: string) => Date.parse(text) / 1000;
const iso = (seconds: number) => new Date(seconds * 1000).toISOString().replace(':00.000Z', 'Z');
const columns = (bucket: Bucket, timeZone: string, from: string, to: string, rows = 1) =>
  columnsOf({ bucket, timeZone }, { from: at(from), to: at(to) }, undefined, rows);
/** The edges between the buckets that hold a window, and behind the last. */
const edges = (...asked: Parameters<typeof columns>) => {
  const found = columns(...asked);
  return [...found.map(({ start }) => iso(start)), ...found.slice(-1).map(({ end }) => iso(end))];
};
const hours = (bucket: Bucket, zone: string, from: string, to: string) =>
  columns(bucket, zone, from, to).map(({ start, end }) => (end - start) / 3600);

describe('days', () => {
  test.for([
    ['Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00Z', 23],
    ['Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00Z', 25],
    ['Europe/Berlin', '2026-07-01T22:00:00Z', '2026-07-01T22:00Z', 24],
    ['Europe/Berlin', '2026-07-01T21:59:59Z', '2026-06-30T22:00Z', 24],
    ['Asia/Kathmandu', '2026-03-01T18:14:59Z', '2026-02-28T18:15Z', 24],
    ['Asia/Kathmandu', '2026-03-01T18:15:00Z', '2026-03-01T18:15Z', 24],
    // Half an hour of daylight saving.
    ['Australia/Lord_Howe', '2026-04-05T00:00:00Z', '2026-04-04T13:00Z', 24.5],
    ['Australia/Lord_Howe', '2026-10-04T00:00:00Z', '2026-10-03T13:30Z', 23.5],
    ['America/St_Johns', '2026-03-08T12:00:00Z', '2026-03-08T03:30Z', 23],
    ['America/St_Johns', '2026-11-01T12:00:00Z', '2026-11-01T02:30Z', 25],
    // Until 2011 the clock was put back at 00:01, so that the hour before midnight came again: the day begins with the first midnight.
    ['America/St_Johns', '2006-10-29T02:45:00Z', '2006-10-29T02:30Z', 25],
    // A midnight that the clock leaves out, and one that it shows twice.
    ['Asia/Beirut', '2026-03-29T12:00:00Z', '2026-03-28T22:00Z', 23],
    ['America/Havana', '2026-11-01T12:00:00Z', '2026-11-01T04:00Z', 25],
  ] as const)('in %s the day of %s begins at %s and has %d hours', ([zone, instant, start, length]) => {
    const found = columnsOf({ bucket: 'DAY', timeZone: zone }, undefined, { first: at(instant), last: at(instant) }, 1);
    expect(found.map(column => [iso(column.start), (column.end - column.start) / 3600])).toEqual([[start, length]]);
  });

  test('a date that a zone leaves out has no bucket', () => {
    // Samoa went from the 29th to the 31st of December 2011.
    expect(edges('DAY', 'Pacific/Apia', '2011-12-29T10:00:00Z', '2011-12-31T10:00:00Z')).toEqual([
      '2011-12-29T10:00Z',
      '2011-12-30T10:00Z',
      '2011-12-31T10:00Z',
    ]);
  });

  test('before zones were agreed on, clocks went by the sun', () => {
    expect(edges('DAY', 'Europe/Berlin', '1850-01-01T00:00:00Z', '1850-01-01T12:00:00Z')).toEqual([
      '1849-12-31T23:06:32.000Z',
      '1850-01-01T23:06:32.000Z',
    ]);
  });
});

describe('hours', () => {
  test.for([
    ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', Array(23).fill(1)],
    ['Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', Array(25).fill(1)],
    ['Asia/Kathmandu', '2026-03-01T10:15:00Z', '2026-03-01T12:15:00Z', [1, 1]],
    // The clock goes from 02:00 back to 01:30: the hour of one o'clock goes on.
    ['Australia/Lord_Howe', '2026-04-04T13:00:00Z', '2026-04-04T16:30:00Z', [1, 1.5, 1]],
    // The clock goes from 02:00 on to 02:30: the hour of two o'clock has half.
    ['Australia/Lord_Howe', '2026-10-03T14:30:00Z', '2026-10-03T17:00:00Z', [1, 0.5, 1]],
  ] as const)('in %s from %s to %s', ([zone, from, to, lengths]) => {
    expect(hours('HOUR', zone, from, to)).toEqual(lengths);
  });

  test('begin with the hour of the zone’s clock', () => {
    expect(edges('HOUR', 'Asia/Kathmandu', '2026-03-01T10:20:00Z', '2026-03-01T10:30:00Z')).toEqual([
      '2026-03-01T10:15Z',
      '2026-03-01T11:15Z',
    ]);
    expect(edges('HOUR', 'America/St_Johns', '2026-03-01T10:20:00Z', '2026-03-01T10:31:00Z')).toEqual([
      '2026-03-01T09:30Z',
      '2026-03-01T10:30Z',
      '2026-03-01T11:30Z',
    ]);
  });
});

test.for([
  ['WEEK', 'UTC', '2024-12-31T00:00:00Z', '2025-01-06T00:00:01Z', ['2024-12-30T00:00Z', '2025-01-06T00:00Z', '2025-01-13T00:00Z']],
  ['WEEK', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-29T13:00:00Z', ['2026-03-22T23:00Z', '2026-03-29T22:00Z']],
  ['WEEK', 'UTC', '1969-12-28T00:00:00Z', '1969-12-30T00:00:00Z', ['1969-12-22T00:00Z', '1969-12-29T00:00Z', '1970-01-05T00:00Z']],
  [
    'MONTH',
    'Europe/Berlin',
    '2026-03-15T00:00:00Z',
    '2026-04-01T00:00:00Z',
    ['2026-02-28T23:00Z', '2026-03-31T22:00Z', '2026-04-30T22:00Z'],
  ],
  ['MONTH', 'UTC', '2024-02-29T00:00:00Z', '2024-02-29T00:00:01Z', ['2024-02-01T00:00Z', '2024-03-01T00:00Z']],
  ['QUARTER', 'UTC', '2025-12-31T23:59:59Z', '2026-01-01T00:00:01Z', ['2025-10-01T00:00Z', '2026-01-01T00:00Z', '2026-04-01T00:00Z']],
  [
    'YEAR',
    'Asia/Kathmandu',
    '2025-12-31T18:14:59Z',
    '2025-12-31T18:15:01Z',
    ['2024-12-31T18:15Z', '2025-12-31T18:15Z', '2026-12-31T18:15Z'],
  ],
  ['YEAR', 'UTC', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', ['0000-01-01T00:00Z', '0001-01-01T00:00Z']],
] as const)('%s in %s from %s to %s', ([bucket, zone, from, to, expected]) => {
  expect(edges(bucket, zone, from, to)).toEqual(expected);
});

describe('the window', () => {
  const utc = { bucket: 'DAY', timeZone: 'UTC' } as const;
  const partial = (window: { from?: string; to?: string } | undefined, first: string, last = first) =>
    columnsOf(
      utc,
      window && { from: window.from ? at(window.from) : undefined, to: window.to ? at(window.to) : undefined },
      { first: at(first), last: at(last) },
      1,
    ).map(column => column.partial);

  test('makes the buckets partial that it cuts, and no others', () => {
    const [midnight, later, third] = ['2026-03-01T00:00:00Z', '2026-03-01T00:00:01Z', '2026-03-03T00:00:00Z'];
    expect(partial({ from: midnight, to: third }, later)).toEqual([false, false]);
    expect(partial({ from: later, to: third }, later)).toEqual([true, false]);
    expect(partial({ from: midnight, to: '2026-03-03T00:00:01Z' }, later)).toEqual([false, false, true]);
    expect(partial({ from: later, to: '2026-03-01T00:00:02Z' }, later)).toEqual([true]);
  });

  test('a missing edge is found in the rows and cuts nothing', () => {
    const [first, last] = ['2026-03-01T10:00:00Z', '2026-03-02T23:59:59Z'];
    expect(partial(undefined, first, last)).toEqual([false, false]);
    expect(partial({ from: '2026-03-01T09:00:00Z' }, first, last)).toEqual([true, false]);
    expect(partial({ to: '2026-03-02T23:59:59Z' }, first, first)).toEqual([false, true]);
    expect(partial(undefined, first, '2026-03-03T00:00:00Z')).toEqual([false, false, false]);
  });

  test('without an edge and without rows there is no bucket, nor in a window of no length', () => {
    expect(columnsOf(utc, undefined, undefined, 0)).toEqual([]);
    expect(columnsOf(utc, { from: 0, to: undefined }, undefined, 0)).toEqual([]);
    expect(columns('DAY', 'UTC', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z')).toEqual([]);
    expect(columns('DAY', 'UTC', '2026-03-01T10:00:00Z', '2026-03-01T10:00:01Z', 0)).toHaveLength(1);
  });
});

test('buckets follow each other without a gap and hold the window', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'America/St_Johns',
    'Africa/Casablanca',
    'Asia/Beirut',
  );
  const bucket = fc.constantFrom<Bucket>('HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR');
  const window = fc.tuple(
    fc.integer({ min: at('1890-01-01T00:00:00Z'), max: at('2090-01-01T00:00:00Z') }),
    fc.integer({ min: 1, max: 90 * 86_400 }),
  );
  fc.assert(
    fc.property(zone, bucket, window, (timeZone, bucket, [from, length]) => {
      const found = columnsOf({ bucket, timeZone }, { from, to: from + length }, undefined, 1);
      expect(found[0]?.start).toBeLessThanOrEqual(from);
      expect(found[0]?.end).toBeGreaterThan(from);
      expect(found.at(-1)?.start).toBeLessThan(from + length);
      expect(found.at(-1)?.end).toBeGreaterThanOrEqual(from + length);
      for (const [index, { start, end }] of found.entries()) {
        expect(end).toBeGreaterThan(start);
        if (index > 0) expect(start).toBe(found[index - 1]?.end);
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

describe('limits', () => {
  const tooComplex = expect.objectContaining({ code: 'QUERY_TOO_COMPLEX', field: ['bucket'] });
  const window = (hours: number) => ({ from: 0, to: hours * 3600 });
  const bucketing = { bucket: 'HOUR', timeZone: 'UTC' } as const;

  test.for([
    [200_000, 1],
    [200_000, 0],
    [200, 1000],
  ] as const)('%d buckets for %d rows are answered, one more is not', ([most, rows]) => {
    expect(columnsOf(bucketing, window(most), undefined, rows)).toHaveLength(most);
    expect(() => columnsOf(bucketing, window(most + 1), undefined, rows)).toThrow(tooComplex);
    expect(() => columnsOf(bucketing, { from: 1, to: most * 3600 + 1 }, undefined, rows)).toThrow(tooComplex);
  });

  test('all the years there are are few in years, and too many in hours', () => {
    const all = { from: at('0000-01-01T00:00:00Z'), to: at('9999-12-31T23:59:59Z') + 1 };
    for (const timeZone of ['UTC', 'Europe/Berlin', 'Pacific/Kiritimati'])
      expect(columnsOf({ bucket: 'YEAR', timeZone }, all, undefined, 1).length).toBeGreaterThanOrEqual(10_000);
    expect(() => columnsOf(bucketing, all, undefined, 1)).toThrow(tooComplex);
  });

  test.for(['', 'Nowhere/Land', 'Europe/berlin2', '+02:00', '-0330', '1', 'Europe/Berlin ', 'x'.repeat(1000), '\u0000', 'Etc/../UTC'])(
    'the zone %j is refused',
    timeZone => {
      expect(() => columnsOf({ bucket: 'DAY', timeZone }, undefined, undefined, 0)).toThrow(
        expect.objectContaining({ code: 'BAD_USER_INPUT', field: ['timeZone'], message: expect.stringContaining('Europe/Berlin') }),
      );
    },
  );
});

test('a calendar tells of any time the bucket that a window over it shows', () => {
  const zones = ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Pacific/Apia', 'America/Havana', 'America/St_Johns', 'Asia/Beirut'];
  fc.assert(
    fc.property(
      fc.constantFrom<Bucket>('DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'),
      fc.constantFrom(...zones),
      fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (bucket, timeZone, from, share) => {
        const calendar = calendarOf({ bucket, timeZone });
        for (const { start, end } of columnsOf({ bucket, timeZone }, { from, to: from + 700 * 86_400 }, undefined, 1))
          for (const time of [start, end - 1, Math.floor(start + share * (end - start - 1))])
            expect(calendar?.stretchAt(time)).toEqual({ start, end });
      },
    ),
    { numRuns: 40 },
  );
  expect(calendarOf({ bucket: 'HOUR', timeZone: 'UTC' })).toBeUndefined();
});
