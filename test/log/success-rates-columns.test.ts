import { describe, expect, test } from 'vitest';
import { decode } from '../../src/log/decode.ts';
import { decodeSuccessRates } from '../../src/log/success-rates-columns.ts';
import { HEADERS } from '../../src/record/record.ts';
import { name } from '../record/arbitraries.ts';
import { executionRowsOf } from '../support/columns.ts';
import { fc } from '../support/properties.ts';

function expectTheSame(bytes: Buffer, start: number): void {
  const expected = decode('success_rates', bytes, start);
  const { rows: columns, rejected } = decodeSuccessRates(bytes, start);
  expect(executionRowsOf(columns)).toEqual(expected.rows.map(({ end: _, pluginsUsed: __, filesCreated: ___, ...row }) => row));
  expect(rejected).toEqual(expected.rejected);
}

const T = '2025-11-07T00:00:00Z';
const timestamp = fc.oneof(
  { weight: 4, arbitrary: fc.constant(T) },
  fc.constantFrom('2023-02-29T00:00:00Z', '0000-01-01T23:59:59Z', '2025-11-07T24:00:00Z', '2025-11-07T00:00:00.5Z', '2025-11-07 00:00:00Z'),
  fc.constantFrom('2025-11-07T00:00:00+01:30', '2025-11-07T00:00:00z', `"${T}"`, ''),
);
const label = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('a', 'b', 'plan', 'a\tb', ' ', '\u007f', 'é😀') },
  { weight: 2, arbitrary: name },
  { weight: 1, arbitrary: fc.constantFrom('', '"q"', '"a,b"', '"a""b"', 'a"b', '\u0001', 'a\rb', '\u2028', '\ufeff') },
);
const success = fc.oneof({ weight: 5, arbitrary: fc.constantFrom('true', 'false') }, fc.constantFrom('TRUE', 't', 'falsey', '"true"', ''));
const seconds = fc.constantFrom('0', '1.5', '61.042', '999999999.999999', '12.3456789', '1000000000', '1e3', '-1', '1.', '.5', '"3"');
const count = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('0', '7', '123456789012345') },
  fc.constantFrom('', '1234567890123456', '-1', '1.5', 'x', '"2"'),
);
const notes = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('""', '"fine"', '"a, b"', '"say ""no"""', '"a\tb"', '"é😀"', '""""') },
  { weight: 1, arbitrary: fc.constantFrom('', 'plain', '"open', '"a"b"', '"a" ', 'a"b', '"\u0001"', '"a\rb"', '"', '"""', '"x"y') },
);
const line = fc.tuple(timestamp, label, label, success, seconds, count, count, notes).map(columns => columns.join(','));
const anyLine = fc.oneof(
  { weight: 12, arbitrary: line },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      HEADERS.success_rates,
      `${HEADERS.success_rates}\r`,
      `${T},true,12`,
      `${T},p,n,true,1,2,3`,
      `${T},p,n,true,1,2,3,"",`,
    ),
  },
);
const lineEnd = fc.constantFrom('\n', '\n', '\n', '\n', '\r\n');
const text = fc.array(fc.tuple(anyLine, lineEnd), { minLength: 1, maxLength: 30 }).map(lines => lines.flat().join(''));

describe('the executions as columns are those that are read as rows', () => {
  test('whatever the lines are', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('', '\ufeff'), fc.constantFrom(0, 1000), (lines, mark, start) =>
        expectTheSame(Buffer.from(mark + lines), start),
      ),
      { numRuns: 1000 },
    );
  });

  test('whatever the bytes are, UTF-8 or not', () => {
    const broken = fc.tuple(text, fc.nat(), fc.nat(255)).map(([lines, at, byte]) => {
      const bytes = Buffer.from(`${lines}${T},p,n,true,1,2,3,"x"\n`);
      bytes[at % (bytes.length - 1)] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(broken, bytes => expectTheSame(bytes, 0)),
      { numRuns: 1000 },
    );
  });

  test('of a line that is longer than a row may be', () => {
    const [short, long] = ['x', 'x'.repeat(1 << 20)].map(notes => `${T},p,n,true,1,2,3,"${notes}"\n`);
    expectTheSame(Buffer.from(`${short}${long}${short}`), 0);
  });
});
