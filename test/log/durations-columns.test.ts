import { describe, expect, test } from 'vitest';
import { decode } from '../../src/log/decode.ts';
import { decodeDurations } from '../../src/log/durations-columns.ts';
import { HEADERS } from '../../src/record/record.ts';
import { name } from '../record/arbitraries.ts';
import { stepRowsOf } from '../support/columns.ts';
import { fc } from '../support/properties.ts';

function expectTheSame(bytes: Buffer, start: number): void {
  const expected = decode('durations', bytes, start);
  const { rows: columns, rejected } = decodeDurations(bytes, start);
  expect(stepRowsOf(columns)).toEqual(expected.rows.map(({ end: _, step: __, ...row }) => row));
  expect(rejected).toEqual(expected.rejected);
}

const T = '2025-11-07T00:00:00Z';
const digits = (maxLength: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength });
const seconds = fc.tuple(digits(12), fc.option(digits(9))).map(([whole, part]) => (part === null ? whole : `${whole}.${part}`));
const timestamp = fc
  .tuple(fc.constantFrom('2024-02-29', '2023-02-29', '0000-01-01', '9999-12-31', '1969-12-31'), fc.constantFrom('23:59:59', '24:00:00'))
  .chain(([day, time]) =>
    fc.constantFrom(`${day}T${time}Z`, `${day}t${time}Z`, `${day}T${time}z`, `${day}T${time}.9Z`, `${day}T${time}+01:30`),
  );
const label = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('a', 'b', 'plan', 'a\tb', ' ', '\u007f', 'é😀') },
  { weight: 2, arbitrary: name },
  { weight: 1, arbitrary: fc.constantFrom('', '"q"', '"a,b"', '"a""b"', 'a"b', '\u0001', 'a\rb', '\u2028', '\ufeff') },
);
const line = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: fc.constant(T) }, timestamp),
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom('w-1', 'w-2') }, label),
    label,
    label,
    label,
    fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom('0', '1.5', '61.042', '999999999.999999', '1000000000', '1e3', '-1', '1.', '.5') },
      seconds,
    ),
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom('true', 'false') }, fc.constantFrom('TRUE', 't', 'falsey', '"true"', '')),
  )
  .map(columns => columns.join(','));
const anyLine = fc.oneof(
  { weight: 12, arbitrary: line },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', HEADERS.durations, `${HEADERS.durations}\r`, 'w', ',,,,,,', `${T},w,p,1,g,0`, `${T},w,p,1,g,0,true,`),
  },
);
const lineEnd = fc.constantFrom('\n', '\n', '\n', '\n', '\r\n');
const text = fc.array(fc.tuple(anyLine, lineEnd), { minLength: 1, maxLength: 30 }).map(lines => lines.flat().join(''));

describe('the steps as columns are those that are read as rows', () => {
  test('whatever the lines are', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('', '\ufeff'), fc.constantFrom(0, 1000), (lines, mark, start) =>
        expectTheSame(Buffer.from(mark + lines), start),
      ),
      {
        numRuns: 1000,
      },
    );
  });

  test('whatever the bytes are, UTF-8 or not', () => {
    const broken = fc.tuple(text, fc.nat(), fc.nat(255)).map(([lines, at, byte]) => {
      const bytes = Buffer.from(`${lines}${T},w,p,1,g,0,true\n`);
      bytes[at % (bytes.length - 1)] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(broken, bytes => expectTheSame(bytes, 0)),
      { numRuns: 1000 },
    );
  });

  test('of more names than the first room holds, again and again', () => {
    const lines = Array.from(
      { length: 9000 },
      (_, n) => `${T},w-${n % 7},phase ${n % 11},1,plugin-${(n * n) % 4001},${n}.25,${n % 2 === 0}\n`,
    );
    expectTheSame(Buffer.from(lines.join('')), 0);
  });

  test('of a line that is longer than a row may be', () => {
    const long = `${T},w,p,1,${'x'.repeat(1 << 20)},0,true\n`;
    expectTheSame(Buffer.from(`${T},w,p,1,g,0,true\n${long}${T},w,p,1,g,0,true\n`), 0);
  });
});
