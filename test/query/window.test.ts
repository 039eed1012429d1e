import { describe, expect, test } from 'vitest';
import { resolveWindow, type WindowInput } from '../../src/query/window.ts';

const noClock = () => {
  throw new Error('the clock was read');
};
const iso = (seconds: number | undefined) =>
  seconds === undefined ? undefined : new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
const resolved = (window: WindowInput, now: () => number = noClock) => {
  const { from, to } = resolveWindow(window, now);
  return [iso(from), iso(to)];
};

describe('edges', () => {
  test('given, missing and null', () => {
    expect(resolved({ from: '2026-03-01T00:00:00Z', to: '2026-03-02T01:00:00+01:00' })).toEqual([
      '2026-03-01T00:00:00Z',
      '2026-03-02T00:00:00Z',
    ]);
    expect(resolved({})).toEqual([undefined, undefined]);
    expect(resolved({ from: null, to: null, last: null })).toEqual([undefined, undefined]);
    expect(resolved({ to: '2026-03-02T00:00:00Z' })).toEqual([undefined, '2026-03-02T00:00:00Z']);
  });

  test('between two seconds is the next one, at both ends', () => {
    expect(resolved({ from: '2026-03-01T00:00:00.001Z', to: '2026-03-01T00:00:01.999Z' })).toEqual([
      '2026-03-01T00:00:01Z',
      '2026-03-01T00:00:02Z',
    ]);
  });

  test('may be the same: nothing lies between', () => {
    expect(resolved({ from: '2026-03-01T00:00:00Z', to: '2026-03-01T00:00:00Z' })).toEqual([
      '2026-03-01T00:00:00Z',
      '2026-03-01T00:00:00Z',
    ]);
  });
});

describe('last', () => {
  test.for([
    ['P1D', '2026-03-30T12:00:00Z'],
    ['P30D', '2026-03-01T12:00:00Z'],
    ['P1W', '2026-03-24T12:00:00Z'],
    ['PT12H', '2026-03-31T00:00:00Z'],
    ['PT90M', '2026-03-31T10:30:00Z'],
    ['PT5S', '2026-03-31T11:59:55Z'],
    // A shorter month ends earlier.
    ['P1M', '2026-02-28T12:00:00Z'],
    ['P6M', '2025-09-30T12:00:00Z'],
    ['P25M', '2024-02-29T12:00:00Z'],
    ['P1Y', '2025-03-31T12:00:00Z'],
    ['P1Y2M3DT4H5M6S', '2025-01-28T07:54:54Z'],
    ['P0D', '2026-03-31T12:00:00Z'],
  ] as const)('%s back from `to`', ([last, from]) => {
    expect(resolved({ last, to: '2026-03-31T12:00:00Z' })).toEqual([from, '2026-03-31T12:00:00Z']);
  });

  test('without `to` back from now, the second begun included', () => {
    expect(resolved({ last: 'PT1H' }, () => Date.parse('2026-03-31T12:00:00.250Z'))).toEqual([
      '2026-03-31T11:00:01Z',
      '2026-03-31T12:00:01Z',
    ]);
  });

  test('a year back from the 29th of February', () => {
    expect(resolved({ last: 'P1Y', to: '2024-02-29T00:00:00Z' })).toEqual(['2023-02-28T00:00:00Z', '2024-02-29T00:00:00Z']);
  });
});

test.for([
  [{ from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' }, 'from'],
  [{ from: '2026-03-02' }, 'from'],
  [{ to: '2026-03-02T00:00:00' }, 'to'],
  [{ from: '2026-03-02T00:00:00Z', last: 'P1D' }, 'last'],
  ...['', 'P', 'PT', 'P1DT', '1D', 'P-1D', '-P1D', 'P1.5D', 'P1H', 'PT1D', 'p1d', 'P1D ', 'P9999Y', 'P99999999D'].map(
    last => [{ last, to: '2026-03-01T00:00:00Z' }, 'last'] as const,
  ),
] as const)('%j is refused, and %s is to blame', ([window, field]) => {
  expect(() => resolveWindow(window, noClock)).toThrow(
    expect.objectContaining({
      code: 'BAD_USER_INPUT',
      field: ['filter', 'window', field],
      message: expect.stringContaining(`window.${field} `),
    }),
  );
});
