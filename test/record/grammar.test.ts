import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { rowColumns } from '../../src/record/grammar.ts';
import { MAX_LINE_LENGTH, parseDurationsLine, parsePluginUsageLine, parseSuccessRatesLine, reasonOf } from '../../src/record/record.ts';
import { fc } from '../support/properties.ts';
import { text } from './arbitraries.ts';

const PARSERS = { durations: parseDurationsLine, success_rates: parseSuccessRatesLine, plugin_usage: parsePluginUsageLine };
type SharedLog = keyof typeof PARSERS;
const LOGS: readonly SharedLog[] = ['durations', 'success_rates', 'plugin_usage'];

const T = '2025-11-07T00:00:00Z';
const MIDNIGHT = Date.parse(T) / 1000;
const durations = (columns: Record<string, string> = {}) =>
  Object.values({
    timestamp: T,
    workflow_id: 'w',
    phase: 'test',
    step: '1',
    plugin: 'x',
    duration_seconds: '1.5',
    success: 'true',
    ...columns,
  }).join(',');
const successRates = (columns: Record<string, string> = {}) =>
  Object.values({
    timestamp: T,
    pattern_id: 'p',
    pattern_name: 'n',
    success: 'true',
    duration_seconds: '540',
    plugins_used: '4',
    files_created: '7',
    notes: '""',
    ...columns,
  }).join(',');
const pluginUsage = (columns: Record<string, string> = {}) =>
  Object.values({
    timestamp: T,
    plugin_name: 'x',
    execution_count: '3',
    total_duration_seconds: '6',
    success_count: '2',
    failure_count: '1',
    avg_duration_seconds: '2.0',
    last_used: T,
    ...columns,
  }).join(',');

describe('a line of durations.log is a row', () => {
  test.for<readonly [why: string, line: string, values: object]>([
    [
      'as we write it',
      durations(),
      { timestamp: MIDNIGHT, workflowId: 'w', phase: 'test', step: '1', plugin: 'x', durationUs: 1_500_000, success: true },
    ],
    ['with false', durations({ success: 'false' }), { success: false }],
    ['with a zone', durations({ timestamp: '2025-11-07T02:00:00+02:00' }), { timestamp: MIDNIGHT }],
    ['with a zone behind', durations({ timestamp: '2025-11-06T18:30:00-05:30' }), { timestamp: MIDNIGHT }],
    ['with milliseconds, which are cut', durations({ timestamp: '2025-11-07T00:00:00.999Z' }), { timestamp: MIDNIGHT }],
    ['with nanoseconds, which are cut', durations({ timestamp: '2025-11-07T00:00:00.999999999Z' }), { timestamp: MIDNIGHT }],
    ['on a leap day', durations({ timestamp: '2024-02-29T00:00:00Z' }), { timestamp: Date.parse('2024-02-29T00:00:00Z') / 1000 }],
    ['with a step that is no number', durations({ step: 'build' }), { step: 'build' }],
    ['with step 0 and duration 0', durations({ step: '0', duration_seconds: '0' }), { step: '0', durationUs: 0 }],
    [
      'with every field quoted',
      '"2025-11-07T00:00:00Z","w","test","1","x","1.5","true"',
      { workflowId: 'w', durationUs: 1_500_000, success: true },
    ],
    ['with a comma and quotes inside quotes', durations({ plugin: '"a, ""b"""' }), { plugin: 'a, "b"' }],
    ['with blanks, which are not trimmed', durations({ plugin: ' x ' }), { plugin: ' x ' }],
    ['with a tab in a name', durations({ plugin: 'a\tb' }), { plugin: 'a\tb' }],
    ['with any Unicode', durations({ plugin: 'pâté😀\u2028\u0085' }), { plugin: 'pâté😀\u2028\u0085' }],
    ['with more digits than microseconds', durations({ duration_seconds: '0.0000015' }), { durationUs: 2 }],
    ['with the longest duration', durations({ duration_seconds: '1000000000.0' }), { durationUs: 1e15 }],
    ['with leading zeros', durations({ duration_seconds: '007.50' }), { durationUs: 7_500_000 }],
  ])('%s', ([, line, values]) => {
    expect(parseDurationsLine(line)).toMatchObject(values);
  });
});

describe('a line of the other shared logs is a row', () => {
  test.for<readonly [why: string, line: string]>([
    ['as another program wrote it', `${T},pat_1,simple-rest,true,540,4,7,"First execution. All steps completed."`],
    ['with plain notes', successRates({ notes: 'all fine' })],
    ['with empty notes', successRates({ notes: '' })],
    ['with notes of commas and quotes', successRates({ notes: '"a, ""b"", c"' })],
    ['with a quoted name', successRates({ pattern_name: '"REST, simple"' })],
    ['with a name of a million characters', successRates({ pattern_name: 'x'.repeat(1_000_000) })],
    ['with notes of half a million quotes', successRates({ notes: `"${'""'.repeat(500_000)}"` })],
  ])('success_rates.log: %s', ([, line]) => {
    expect(parseSuccessRatesLine(line)).toBeDefined();
  });

  test('plugin_usage.log', () => {
    expect(parsePluginUsageLine(`${T},jwt-auth-plugin,1247,334800,1109,138,268.5,2025-11-07T18:00:00Z`)).toEqual({
      timestamp: MIDNIGHT,
      plugin: 'jwt-auth-plugin',
      uses: 1247,
      totalDurationUs: 334_800_000_000n,
      successes: 1109,
      failures: 138,
      lastUsed: MIDNIGHT + 18 * 3600,
    });
  });

  test('plugin_usage.log, where totals may be longer than any one duration', () => {
    expect(parsePluginUsageLine(pluginUsage({ total_duration_seconds: '2000000000.5' }))).toMatchObject({
      totalDurationUs: 2_000_000_000_500_000n,
    });
  });
});

describe('a line is no row, and the reason says why', () => {
  const columnsOf = (count: number, log: SharedLog) => `${count} columns where ${log === 'durations' ? 7 : 8} are expected: timestamp,`;
  const aTimestamp = 'must be a timestamp such as 2025-11-07T00:00:00Z; it is';
  const aDuration = 'must be seconds from 0 to 1000000000, such as 61.042; it is';
  const quotes = 'the quotes do not fit';

  test.for<readonly [log: SharedLog, why: string, line: string, reason: string]>([
    ['success_rates', 'the older shape', '2025-11-06,pat_1,true', '3 columns (the older shape of success_rates.log) where 8 are expected'],
    ['success_rates', 'a column too few', successRates().slice(0, -3), columnsOf(7, 'success_rates')],
    ['durations', 'three columns', 'a,b,c', columnsOf(3, 'durations')],
    ['durations', 'a column too many', `${durations()},`, columnsOf(8, 'durations')],
    ['durations', 'a plain comma in a name', durations({ plugin: 'a,b' }), columnsOf(8, 'durations')],
    ['durations', 'one word', 'hello', columnsOf(1, 'durations')],
    ['durations', 'another separator', durations().replaceAll(',', ';'), columnsOf(1, 'durations')],
    ['durations', 't for true', durations({ success: 't' }), 'success must be true or false; it is "t"'],
    ['durations', 'a torn true', durations({ success: 'tru' }), 'success must be true or false; it is "tru"'],
    ['durations', 'True', durations({ success: 'True' }), 'success must be true or false; it is "True"'],
    ['durations', '1 for true', durations({ success: '1' }), 'success must be true or false'],
    ['durations', 'nothing for false', durations({ success: '' }), 'success must be true or false; it is ""'],
    ['durations', 'a blank after true', durations({ success: 'true ' }), 'success must be true or false'],
    ['durations', 'nan', durations({ duration_seconds: 'nan' }), `duration_seconds ${aDuration} "nan"`],
    ['durations', 'NaN', durations({ duration_seconds: 'NaN' }), `duration_seconds ${aDuration}`],
    ['durations', 'inf', durations({ duration_seconds: 'inf' }), `duration_seconds ${aDuration}`],
    ['durations', 'less than nothing', durations({ duration_seconds: '-1' }), `duration_seconds ${aDuration}`],
    ['durations', 'a sign', durations({ duration_seconds: '+1' }), `duration_seconds ${aDuration}`],
    ['durations', 'an exponent', durations({ duration_seconds: '1e3' }), `duration_seconds ${aDuration}`],
    ['durations', 'hexadecimal', durations({ duration_seconds: '0x10' }), `duration_seconds ${aDuration}`],
    ['durations', 'a decimal comma', durations({ duration_seconds: '"1,5"' }), `duration_seconds ${aDuration} "1,5"`],
    ['durations', 'no digit before the point', durations({ duration_seconds: '.5' }), `duration_seconds ${aDuration}`],
    ['durations', 'no digit after the point', durations({ duration_seconds: '5.' }), `duration_seconds ${aDuration}`],
    ['durations', 'other digits', durations({ duration_seconds: '٥' }), `duration_seconds ${aDuration}`],
    ['durations', 'too long a time', durations({ duration_seconds: '1000000001' }), `duration_seconds ${aDuration}`],
    ['durations', 'year 22025', durations({ timestamp: '22025-11-07T00:00:00Z' }), `timestamp ${aTimestamp} "22025-11-07T00:00:00Z"`],
    ['durations', 'no zone', durations({ timestamp: '2025-11-07T00:00:00' }), `timestamp ${aTimestamp}`],
    ['durations', 'a date only', durations({ timestamp: '2025-11-07' }), `timestamp ${aTimestamp}`],
    ['durations', 'a blank for T', durations({ timestamp: '2025-11-07 00:00:00Z' }), `timestamp ${aTimestamp}`],
    ['durations', 'a small z', durations({ timestamp: '2025-11-07T00:00:00z' }), `timestamp ${aTimestamp}`],
    ['durations', 'no colon in the zone', durations({ timestamp: '2025-11-07T00:00:00+0200' }), `timestamp ${aTimestamp}`],
    ['durations', 'a zone that does not exist', durations({ timestamp: '2025-11-07T00:00:00+24:00' }), `timestamp ${aTimestamp}`],
    ['durations', 'the 30th of February', durations({ timestamp: '2025-02-30T00:00:00Z' }), `timestamp ${aTimestamp}`],
    ['durations', 'the 29th of February of no leap year', durations({ timestamp: '2025-02-29T00:00:00Z' }), `timestamp ${aTimestamp}`],
    ['durations', 'hour 24', durations({ timestamp: '2025-11-07T24:00:00Z' }), `timestamp ${aTimestamp}`],
    ['durations', 'a leap second', durations({ timestamp: '2025-06-30T23:59:60Z' }), `timestamp ${aTimestamp}`],
    ['durations', 'a fraction without digits', durations({ timestamp: '2025-11-07T00:00:00.Z' }), `timestamp ${aTimestamp}`],
    ['durations', 'out of four digits in UTC', durations({ timestamp: '9999-12-31T23:59:59-01:00' }), `timestamp ${aTimestamp}`],
    ['durations', 'a byte order mark in its middle', `\ufeff${durations()}`, `timestamp ${aTimestamp}`],
    ['durations', 'an empty id', durations({ workflow_id: '' }), 'workflow_id must be a name that is not empty'],
    ['durations', 'an empty quoted name', durations({ plugin: '""' }), 'plugin must be a name that is not empty'],
    ['durations', 'a quote never closed', durations({ plugin: '"x' }), quotes],
    ['durations', 'a quote inside plain text', durations({ plugin: 'a"b' }), quotes],
    ['durations', 'text after a closing quote', durations({ plugin: '"a"b' }), quotes],
    ['durations', 'a blank before a quote', durations({ plugin: ' "a"' }), quotes],
    [
      'durations',
      'a carriage return in a name',
      durations({ plugin: 'a\rb' }),
      'plugin must be a name that is not empty and without control characters; it is "a\\rb"',
    ],
    ['durations', 'a second carriage return at its end', `${durations()}\r`, 'success must be true or false; it is "true\\r"'],
    [
      'durations',
      'an escape in a quoted name',
      durations({ plugin: '"a\u001bb"' }),
      'plugin must be a name that is not empty and without control characters',
    ],
    ['durations', 'zero bytes', '\0'.repeat(50), 'zero bytes: the space was allotted'],
    ['durations', 'a row over zero bytes', `\0\0${durations()}`, `timestamp ${aTimestamp}`],
    ['durations', 'too long', durations({ plugin: 'x'.repeat(MAX_LINE_LENGTH) }), 'longer than 1048576 characters'],
    ['success_rates', 'a carriage return in the notes', successRates({ notes: '"a\rb"' }), 'notes must be text without control characters'],
    [
      'success_rates',
      'a count with a fraction',
      successRates({ files_created: '7.0' }),
      'files_created must be a whole number; it is "7.0"',
    ],
    ['success_rates', 'a count below zero', successRates({ plugins_used: '-1' }), 'plugins_used must be a whole number'],
    ['success_rates', 'a count of 16 digits', successRates({ files_created: '1'.repeat(16) }), 'files_created must be a whole number'],
    ['plugin_usage', 'never used', pluginUsage({ last_used: '' }), `last_used ${aTimestamp} ""`],
    [
      'plugin_usage',
      'an average that is none',
      pluginUsage({ avg_duration_seconds: 'NaN' }),
      'avg_duration_seconds must be seconds, such as 334800',
    ],
    ['plugin_usage', 'a row of another log', durations(), columnsOf(7, 'plugin_usage')],
  ])('%s.log: %s', ([log, , line, reason]) => {
    expect(PARSERS[log](line)).toBeUndefined();
    expect(reasonOf(log, line)).toContain(reason);
  });

  test('every line that is no row has a reason', () => {
    const lines = mutatedRows(LOGS).filter(({ log, line }) => PARSERS[log](line) === undefined);
    fc.assert(
      fc.property(lines, ({ log, line }) => {
        expect(reasonOf(log, line)).not.toBe('not in the form of a row');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('other readers agree', () => {
  test('csv-parse splits every row as we do', () => {
    const rows = mutatedRows(LOGS).filter(({ log, line }) => rowColumns(log, line) !== undefined);
    fc.assert(
      fc.property(rows, ({ log, line }) => {
        const read = parse(line, { record_delimiter: '\n', relax_quotes: false }) as string[][];
        expect(read).toEqual([rowColumns(log, line)]);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Rows of a log in which some columns say or look something else. */
function mutatedRows(logs: readonly SharedLog[]): fc.Arbitrary<{ log: SharedLog; line: string }> {
  const value = fc.oneof(
    text.map(each => each.replace(/\n/g, ' ')),
    fc.constantFrom('', '0', '1.5', '1e5', 'true', T, '2025-02-30T00:00:00Z', '"a"', '"a, b"', '""', '"'),
  );
  const wrapped = fc.tuple(value, fc.boolean()).map(([each, quotes]) => (quotes ? `"${each.replaceAll('"', '""')}"` : each));
  const valid: Record<SharedLog, string[]> = {
    durations: durations().split(','),
    success_rates: successRates().split(','),
    plugin_usage: pluginUsage().split(','),
  };
  return fc
    .tuple(fc.constantFrom(...logs), fc.array(fc.option(wrapped, { freq: 3 }), { minLength: 8, maxLength: 8 }), fc.boolean())
    .map(([log, values, quotes]) => {
      const columns = valid[log].map((column, index) => values[index] ?? (quotes && !column.startsWith('"') ? `"${column}"` : column));
      return { log, line: columns.join(',') };
    });
}
