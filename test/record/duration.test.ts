import { describe, expect, test } from 'vitest';
import { formatDuration, formatMean, formatMicroseconds, toMicroseconds } from '../../src/record/duration.ts';
import { fc } from '../support/properties.ts';

/** `numerator / denominator`, rounded half up, in whole numbers. */
function roundedHalfUp(numerator: bigint, denominator: bigint): bigint {
  const [quotient, rest] = [numerator / denominator, numerator % denominator];
  return rest * 2n >= denominator ? quotient + 1n : quotient;
}

const digits = (lengths: { minLength: number; maxLength: number }) => fc.string({ unit: fc.constantFrom(...'0123456789'), ...lengths });

describe('toMicroseconds', () => {
  test.for<readonly [seconds: string, microseconds: bigint]>([
    ['0', 0n],
    ['120', 120_000_000n],
    ['0.25', 250_000n],
    ['61.042', 61_042_000n],
    ['0.1', 100_000n],
    ['0.000001', 1n],
    ['0.0000005', 1n],
    ['0.00000049999999999999999999', 0n],
    ['0.9999995', 1_000_000n],
    ['1.0000015', 1_000_002n],
    ['007.50', 7_500_000n],
    ['1000000000', 1_000_000_000_000_000n],
    ['999999999999999.999999', 999_999_999_999_999_999_999n],
  ])('%s s is %s µs', ([seconds, microseconds]) => {
    expect(toMicroseconds(seconds)).toBe(microseconds);
  });

  test('is exact for any decimal, rounded half up', () => {
    fc.assert(
      fc.property(digits({ minLength: 1, maxLength: 15 }), digits({ minLength: 1, maxLength: 30 }), (whole, fraction) => {
        const exact = roundedHalfUp(BigInt(whole + fraction) * 1_000_000n, 10n ** BigInt(fraction.length));
        expect(toMicroseconds(`${whole}.${fraction}`)).toBe(exact);
      }),
    );
  });
});

describe('seconds as the logs write them', () => {
  test.for<readonly [milliseconds: number, seconds: string]>([
    [0, '0'],
    [1, '0.001'],
    [10, '0.01'],
    [250, '0.25'],
    [999, '0.999'],
    [1000, '1'],
    [120_000, '120'],
    [61_042, '61.042'],
    [334_812_500, '334812.5'],
    [1e12, '1000000000'],
  ])('%i ms is %s', ([milliseconds, seconds]) => {
    expect(formatDuration(milliseconds)).toBe(seconds);
  });

  const SHORTEST = /^(0|[1-9]\d*)(\.\d*[1-9])?$/;

  test('milliseconds read back, in the shortest form', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), milliseconds => {
        expect(formatDuration(milliseconds)).toMatch(SHORTEST);
        expect(toMicroseconds(formatDuration(milliseconds))).toBe(BigInt(milliseconds) * 1000n);
      }),
    );
  });

  test('microseconds read back, in the shortest form, past 2^53 too', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 21n - 1n }), microseconds => {
        expect(formatMicroseconds(microseconds)).toMatch(SHORTEST);
        expect(toMicroseconds(formatMicroseconds(microseconds))).toBe(microseconds);
      }),
    );
  });
});

describe('formatMean', () => {
  test.for<readonly [totalUs: bigint, count: number, seconds: string]>([
    [0n, 0, '0'],
    [5n, 0, '0'],
    [334_812_500_000n, 1248, '268.279'],
    [1_000_000n, 3, '0.333'],
    [2_000_000n, 3, '0.667'],
    [1_500n, 1, '0.002'],
    [1_499n, 1, '0.001'],
    [171_200_000_000n, 856, '200'],
  ])('%s µs in %i uses is %s', ([totalUs, count, seconds]) => {
    expect(formatMean(totalUs, count)).toBe(seconds);
  });

  test('is rounded half up to milliseconds, exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 21n }), fc.integer({ min: 1, max: 2 ** 31 }), (totalUs, count) => {
        const milliseconds = roundedHalfUp(totalUs, BigInt(count) * 1000n);
        expect(toMicroseconds(formatMean(totalUs, count))).toBe(milliseconds * 1000n);
      }),
    );
  });
});
