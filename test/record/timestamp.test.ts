import { describe, expect, test } from 'vitest';
import { formatMilliseconds, formatSeconds, parseTimestamp } from '../../src/record/record.ts';
import { fc } from '../support/properties.ts';

const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

describe('parseTimestamp', () => {
  test.for<readonly [text: string, utc: string]>([
    ['2025-11-07T00:00:00Z', '2025-11-07T00:00:00.000Z'],
    ['2025-11-07T00:00:00.5Z', '2025-11-07T00:00:00.500Z'],
    ['2025-11-07t01:02:03.045z', '2025-11-07T01:02:03.045Z'],
    ['2025-11-07T01:30:00+02:00', '2025-11-06T23:30:00.000Z'],
    ['2025-11-07T23:30:00-05:45', '2025-11-08T05:15:00.000Z'],
    ['2025-11-07T00:00:00-00:00', '2025-11-07T00:00:00.000Z'],
    ['2024-02-29T12:00:00+14:00', '2024-02-28T22:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['0099-12-31T00:00:00Z', '0099-12-31T00:00:00.000Z'],
  ])('%s is %s', ([text, utc]) => {
    expect(formatMilliseconds(parseTimestamp(text) ?? Number.NaN)).toBe(utc);
  });

  test.for([
    '1900-02-29T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2025-04-31T00:00:00Z',
    '2025-11-00T00:00:00Z',
    '2025-11-07T00:00:00+14:01',
    '2025-11-07T00:00:00.Z',
    '2025-11-07T00:00:00.1234567890Z',
    '２025-11-07T00:00:00Z',
  ])('%s is none', text => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  test.for(['9999-12-31T23:59:59-00:01', '0000-01-01T00:00:00+00:01'])(
    '%s lies in a year that four digits cannot say in UTC, and is none',
    text => {
      expect(parseTimestamp(text)).toBeUndefined();
    },
  );

  test('digits past the millisecond are cut, never rounded', () => {
    const nanoseconds = fc.oneof(fc.nat(999_999_999), fc.constantFrom(999_999_999, 999_999, 1_999_999, 998_999_999, 999_500_000));
    fc.assert(
      fc.property(nanoseconds, fc.integer({ min: 1, max: 9 }), (nanos, digits) => {
        const fraction = nanos.toString().padStart(9, '0').slice(0, digits);
        const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
        expect(parseTimestamp(`2025-12-31T23:59:59.${fraction}Z`)).toBe(Date.parse('2025-12-31T23:59:59Z') + milliseconds);
      }),
    );
  });

  test('an instant in any zone is the same instant', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: FIRST_MS + 86_400_000, max: LAST_MS - 86_400_000 }),
        fc.integer({ min: -840, max: 840 }),
        (instant, offset) => {
          const local = formatMilliseconds(instant + offset * 60_000).slice(0, -1);
          const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60].map(part => String(part).padStart(2, '0'));
          expect(parseTimestamp(`${local}${offset < 0 ? '-' : '+'}${hours}:${minutes}`)).toBe(instant);
        },
      ),
    );
  });
});

describe('what is written reads back', () => {
  const instants = fc.oneof(fc.integer({ min: FIRST_MS, max: LAST_MS }), fc.constantFrom(FIRST_MS, LAST_MS, 0, -1));

  test('milliseconds', () => {
    fc.assert(
      fc.property(instants, instant => {
        expect(parseTimestamp(formatMilliseconds(instant))).toBe(instant);
      }),
    );
  });

  test('seconds, always 20 characters', () => {
    fc.assert(
      fc.property(instants, instant => {
        const second = Math.floor(instant / 1000);
        const text = formatSeconds(second);
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        expect(parseTimestamp(text)).toBe(second * 1000);
      }),
    );
  });
});
