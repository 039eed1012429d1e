import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import {
  type Execution,
  finishedSteps,
  formatDurationsLine,
  formatPluginUsageLine,
  formatSuccessRatesLine,
  MAX_COUNT,
  MAX_TOTAL_US,
  type PluginUsageValues,
  parseDurationsLine,
  parsePluginUsageLine,
  parseSuccessRatesLine,
  rowTimestamp,
} from '../../src/record/record.ts';
import { fc } from '../support/properties.ts';
import { execution, name, text } from './arbitraries.ts';

const given: Execution = {
  executionId: 'e-1',
  workflowId: 'run-1',
  patternId: 'rest',
  patternName: 'REST API',
  taskDescription: 'Build it',
  status: 'success',
  startedAt: Date.parse('2025-11-07T23:59:00Z'),
  completedAt: Date.parse('2025-11-07T23:59:59.999Z'),
  durationMs: 59_999,
  errorMessage: '',
  filesCreated: 7,
  notes: '',
  steps: [{ step: 3, phase: 'implement', plugin: 'express', durationMs: 250, status: 'success', attempt: 1 }],
  attributes: [],
};

const columnsOf = (line: string): string[] => (parse(line, { relax_quotes: false }) as string[][])[0] ?? [];

describe('a row of durations.log', () => {
  test('stands as designed', () => {
    const lines = finishedSteps(given).map(step => formatDurationsLine(given, step));
    expect(lines).toEqual(['2025-11-07T23:59:59Z,run-1,implement,3,express,0.25,true']);
  });

  test('reads back, and has seven columns by a plain split on commas', () => {
    fc.assert(
      fc.property(execution, each => {
        for (const step of finishedSteps(each)) {
          const line = formatDurationsLine(each, step);
          expect(line.split(',')).toHaveLength(7);
          expect(parseDurationsLine(line)).toEqual({
            timestamp: Math.floor(each.completedAt / 1000),
            workflowId: each.workflowId,
            phase: step.phase,
            step: String(step.step),
            plugin: step.plugin,
            durationUs: step.durationMs * 1000,
            success: step.status === 'success',
          });
        }
      }),
    );
  });
});

describe('a row of success_rates.log', () => {
  test.for<readonly [status: Execution['status'], success: string]>([
    ['success', 'true'],
    ['failed', 'false'],
    ['partial', 'false'],
  ])('of an execution that ended %s', ([status, success]) => {
    expect(formatSuccessRatesLine({ ...given, status }, 4)).toBe(`2025-11-07T23:59:59Z,rest,REST API,${success},59.999,4,7,""`);
  });

  test('reads back', () => {
    fc.assert(
      fc.property(execution, fc.nat(10_000), (each, pluginsUsed) => {
        expect(parseSuccessRatesLine(formatSuccessRatesLine(each, pluginsUsed))).toEqual({
          timestamp: rowTimestamp(each),
          patternId: each.patternId,
          patternName: each.patternName,
          success: each.status === 'success',
          durationUs: each.durationMs * 1000,
          pluginsUsed,
          filesCreated: each.filesCreated,
        });
      }),
    );
  });

  test.for<readonly [notes: string, stands: string]>([
    ['', '""'],
    ['plain', '"plain"'],
    ['a "b", c', '"a ""b"", c"'],
    ['one\r\ntwo\nthree\rfour\tfive', '"one two three four five"'],
    ['one\n\ntwo', '"one  two"'],
    ['\u001b[1m\u0085\u2028 ü', '" [1m   ü"'],
  ])('holds the notes %j in quotes on one line', ([notes, stands]) => {
    expect(formatSuccessRatesLine({ ...given, notes }, 4)).toBe(`2025-11-07T23:59:59Z,rest,REST API,true,59.999,4,7,${stands}`);
  });

  test('holds notes of any text on one line of eight columns', () => {
    fc.assert(
      fc.property(text, notes => {
        const line = formatSuccessRatesLine({ ...given, notes }, 4);
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        const columns = columnsOf(line);
        expect(columns).toHaveLength(8);
        expect(columns[7]).toBe(notes.replace(/\r\n|[\p{Cc}\u2028\u2029]/gu, ' '));
      }),
    );
  });
});

describe('a row of plugin_usage.log', () => {
  const values: PluginUsageValues = {
    timestamp: Date.parse('2025-11-07T00:00:00Z') / 1000,
    plugin: 'jwt-auth-plugin',
    uses: 1248,
    totalDurationUs: 334_812_500_000n,
    successes: 1110,
    failures: 138,
    lastUsed: Date.parse('2025-11-07T18:00:00Z') / 1000,
  };

  test('stands as designed', () => {
    expect(formatPluginUsageLine(values)).toBe('2025-11-07T00:00:00Z,jwt-auth-plugin,1248,334812.5,1110,138,268.279,2025-11-07T18:00:00Z');
  });

  test('quotes a name of another program only where it must', () => {
    expect(formatPluginUsageLine({ ...values, plugin: 'a, "b"' })).toContain(',"a, ""b""",1248,');
  });

  test('reads back', () => {
    const second = fc.integer({ min: 0, max: 253_402_300_799 });
    const count = fc.oneof(fc.nat(MAX_COUNT), fc.constantFrom(0, 1, MAX_COUNT));
    const usage: fc.Arbitrary<PluginUsageValues> = fc.record(
      {
        timestamp: second,
        plugin: name,
        uses: count,
        totalDurationUs: fc.oneof(fc.bigInt({ min: 0n, max: MAX_TOTAL_US }), fc.constantFrom(0n, MAX_TOTAL_US)),
        successes: count,
        failures: count,
        lastUsed: second,
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(usage, each => {
        expect(parsePluginUsageLine(formatPluginUsageLine(each))).toEqual(each);
      }),
      { numRuns: 500 },
    );
  });
});
