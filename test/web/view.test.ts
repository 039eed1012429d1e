import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { patternPath, placeOf } from '../../web/dashboard/app/place.ts';
import { fromLocal, toLocal } from '../../web/dashboard/controls/local-time.ts';
import { defaultWindow } from '../../web/dashboard/view/default-window.ts';
import { bucketFor, durationMs, spanMs } from '../../web/dashboard/view/span.ts';
import { BUCKETS, readView, type View, writeView } from '../../web/dashboard/view/view.ts';

const DAY_MS = 86_400_000;
const names = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 3 });
const instants = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }).map(date => date.toISOString());
const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/New_York', 'Australia/Lord_Howe');

const views: fc.Arbitrary<View> = fc.record({
  window: fc.oneof(
    fc.constant(undefined),
    fc.constant('all' as const),
    fc.record({ last: fc.constantFrom('P30D', 'PT24H') }),
    fc.record({ last: fc.constantFrom('P30D'), to: instants }),
    fc.record({ from: instants, to: instants }),
    fc.record({ from: instants }),
  ),
  bucket: fc.constantFrom(undefined, ...BUCKETS),
  timeZone: zones,
  patternIds: names,
  plugins: names,
  phases: names,
  colours: fc.constantFrom('cividis' as const, 'red-green' as const),
  page: fc.nat(80),
  earlier: fc.nat(2000),
});

describe('a view and its address', () => {
  test('an address written is read as the same view, whatever the names', () => {
    fc.assert(
      fc.property(views, view => {
        expect(readView(writeView(view))).toEqual(view);
      }),
    );
  });

  test('what is not known is left out', () => {
    expect(readView('bucket=fortnight&tz=Mars/Olympus&colours=pink')).toMatchObject({
      bucket: undefined,
      colours: 'cividis',
      window: undefined,
    });
    expect(() => new Intl.DateTimeFormat('en', { timeZone: readView('tz=Mars/Olympus').timeZone })).not.toThrow();
  });
});

describe('a place and its path', () => {
  test('a name of any characters comes back', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), name => {
        expect(placeOf(patternPath(name))).toEqual({ page: 'patterns', key: name });
      }),
    );
  });

  test.for(['/patterns', '/patterns/', '/patterns/a/b', '/patterns/%E0%A4%A', '/elsewhere/x', '//'])('%s is no page', path =>
    expect(placeOf(path)).toEqual({ page: 'unknown' }),
  );
});

describe('spans and buckets', () => {
  test.for([
    ['P30D', 30 * DAY_MS],
    ['PT24H', DAY_MS],
    ['P1Y', 365 * DAY_MS],
    ['P2W', 14 * DAY_MS],
    ['P1DT12H', 1.5 * DAY_MS],
    ['yesterday', undefined],
  ] as const)('%s', ([text, expected]) => expect(durationMs(text)).toBe(expected));

  test('a window without an edge has that of the history', () => {
    const history = { from: '2026-01-01T00:00:00Z', to: '2026-01-11T00:00:00Z' };
    expect(spanMs('all', history)).toBe(10 * DAY_MS);
    expect(spanMs({ from: '2026-01-06T00:00:00Z' }, history)).toBe(5 * DAY_MS);
    expect(spanMs('all', { from: null, to: null })).toBe(DAY_MS);
  });

  test('no window has more than some dozens of buckets', () => {
    const sizes = { HOUR: 1 / 24, DAY: 1, WEEK: 7, MONTH: 30, QUARTER: 91, YEAR: 365 };
    for (const days of [0.5, 1, 7, 30, 90, 365, 1825, 10_000]) {
      for (const picture of ['lines', 'cells'] as const) expect(days / sizes[bucketFor(picture, days * DAY_MS)]).toBeLessThanOrEqual(50);
    }
  });
});

describe('the default window', () => {
  const part = (executions: number) => ({ current: { executions } });
  const all = (executions: number) => ({
    asOf: '',
    from: '2020-01-01T00:00:00Z',
    to: '2023-05-03T21:17:43Z',
    current: { executions, steps: 0, cancelled: 0 },
  });
  test.for([
    ['a busy month', [1000, 30, 60, 90], { last: 'P30D' }],
    ['a quiet month of a busy quarter', [1000, 29, 60, 90], { last: 'P90D' }],
    ['a quiet quarter of a busy year', [1000, 1, 2, 90], { last: 'P1Y' }],
    ['a quiet year', [1000, 1, 2, 3], 'all'],
    ['a history that ended years ago', [1000, 0, 0, 0], { last: 'P30D', to: '2023-05-03T21:17:43Z' }],
    ['few runs at all', [29, 0, 0, 0], 'all'],
  ] as const)('%s', ([, [total, month, quarter, year], expected]) =>
    expect(defaultWindow({ all: all(total), month: part(month) }, { quarter: part(quarter), year: part(year) })).toEqual(expected),
  );
});

describe('local times', () => {
  test('a minute of any zone comes back, but for the hour that clocks skip', () => {
    fc.assert(
      fc.property(instants, zones, (at, zone) => {
        const local = toLocal(at, zone);
        expect(toLocal(fromLocal(local, zone), zone)).toBe(local);
      }),
    );
  });

  test.for([
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['2026-11-01T00:00', 'Asia/Kathmandu', '2026-10-31T18:15:00.000Z'],
  ] as const)('%s in %s', ([local, zone, expected]) => expect(fromLocal(local, zone)).toBe(expected));
});
