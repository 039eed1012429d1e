import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { field, quoted, splitLine } from '../../src/record/csv.ts';
import { fc } from '../support/properties.ts';
import { text } from './arbitraries.ts';

const oneLine = text.map(value => value.replace(/[\r\n]/g, ' '));
const fields = fc.array(oneLine, { minLength: 1, maxLength: 8 }).filter(values => values.join('') !== '');
const readByOthers = (line: string) => (parse(line, { record_delimiter: '\n', relax_quotes: false }) as string[][])[0];

describe('fields of a line', () => {
  test('written with quotes where needed, or everywhere, read back, here and by csv-parse', () => {
    fc.assert(
      fc.property(fields, values => {
        for (const write of [field, quoted]) {
          const line = values.map(write).join(',');
          expect(splitLine(line)).toEqual(values);
          expect(readByOthers(line)).toEqual(values);
        }
      }),
    );
  });

  test.for<readonly [line: string, fields: string[]]>([
    ['', ['']],
    [',', ['', '']],
    ['a,b', ['a', 'b']],
    ['a,', ['a', '']],
    ['""', ['']],
    ['"",""', ['', '']],
    ['""""', ['"']],
    ['"a,b",c', ['a,b', 'c']],
    ['"a""b"', ['a"b']],
    [' a , b ', [' a ', ' b ']],
  ])('%j', ([line, expected]) => {
    expect(splitLine(line)).toEqual(expected);
  });

  test.for(['"', '"a', 'a"', 'a"b"', '"a"b', '"a" ,b', '"""', 'a,"b', 'a,b"c,d', '"a,""'])('%j does not fit RFC 4180', line => {
    expect(splitLine(line)).toBeUndefined();
  });

  test('of a line of a million commas are found at once, with and without a quote at its end', () => {
    const commas = ','.repeat(1 << 20);
    const started = performance.now();
    expect(splitLine(commas)).toHaveLength((1 << 20) + 1);
    expect(splitLine(`${commas}"`)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
