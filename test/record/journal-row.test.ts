import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { CHAIN_START, formatJournalLine, HEADERS, parseJournalLine, parseJournalLineLazily } from '../../src/record/record.ts';
import { escapeText, unescapeText } from '../../src/record/text.ts';
import { fc } from '../support/properties.ts';
import { base, execution, lineWithChangedBit, text } from './arbitraries.ts';

const chain = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 });
const NOTHING_BEFORE = { durations: 0, success_rates: 0, plugin_usage: 0 };

/** The second half of a row's chain, worked out by the words of the design alone; `row` ends with the comma before it. */
function ownHalf(previousHalf: string, row: string): string {
  return createHash('sha256').update(previousHalf).update(row).digest('hex').slice(0, 16);
}

/** A row that proves itself, whatever it says. */
function proven(row: string): string {
  const nothingBefore = '0'.repeat(16);
  return `${row}${nothingBefore}${ownHalf(nothingBefore, row)}`;
}

const UNEXPECTED = 'a column does not hold what this version expects';
const TIMES = '2025-11-07T10:00:00.000Z,2025-11-07T10:00:00.000Z';

/** What a reader of bytes finds of executions in them. */
function executionsIn(bytes: Buffer): number {
  if (!isUtf8(bytes)) return 0;
  const rows = bytes.toString('utf8').split('\n').map(parseJournalLine);
  return rows.filter(row => typeof row !== 'string').length;
}

describe('a journal row', () => {
  test('stands as designed', () => {
    const line = formatJournalLine(
      {
        executionId: 'e-1',
        workflowId: 'run-1',
        patternId: 'p',
        patternName: 'REST API',
        taskDescription: 'first\n"second", \\ third',
        status: 'partial',
        startedAt: Date.parse('2025-11-07T10:00:00Z'),
        completedAt: Date.parse('2025-11-07T10:00:05.25Z'),
        durationMs: 5250,
        errorMessage: '',
        filesCreated: 3,
        notes: 'a\u001bb',
        steps: [
          { step: 1, phase: 'test', plugin: 'x', durationMs: 5, status: 'skipped', attempt: 1 },
          {
            step: 1,
            phase: 'test',
            plugin: 'x',
            durationMs: 5,
            status: 'failed',
            attempt: 2,
            startedAt: 0,
            pluginVersion: '2',
            errorMessage: 'é',
          },
        ],
        attributes: [{ key: 'model', value: 'm' }],
      },
      { durations: 12, success_rates: 0, plugin_usage: 345 },
      'f'.repeat(32),
    );
    const row = [
      '2025-11-07T10:00:05.250Z,execution,e-1,run-1,p,REST API,"first\\n""second"", \\\\ third",partial',
      '2025-11-07T10:00:00.000Z,2025-11-07T10:00:05.250Z,5250,,3,"a\\u001bb"',
      '"[{""step"":1,""phase"":""test"",""plugin"":""x"",""durationMs"":5,""status"":""skipped""},{""step"":1,""phase"":""test"",""plugin"":""x"",""durationMs"":5,""status"":""failed"",""startedAt"":""1970-01-01T00:00:00.000Z"",""attempt"":2,""pluginVersion"":""2"",""errorMessage"":""é""}]"',
      '"[{""key"":""model"",""value"":""m""}]",12:0:345,',
    ].join(',');
    expect(line.slice(0, -32)).toBe(row);
    expect(line.slice(-32)).toBe('f'.repeat(16) + ownHalf('f'.repeat(16), row));
  });

  test('reads back as the same execution, whatever its text', () => {
    fc.assert(
      fc.property(execution, base, chain, (given, positions, previous) => {
        const line = formatJournalLine(given, positions, previous);
        expect(parseJournalLine(line)).toEqual({ execution: given, base: positions, chain: line.slice(-32) });
      }),
    );
  });

  test('read lazily says the same, asked in any order and twice', () => {
    fc.assert(
      fc.property(execution, base, chain, fc.boolean(), (given, positions, previous, attributesFirst) => {
        const row = parseJournalLineLazily(formatJournalLine(given, positions, previous));
        if (typeof row === 'string') return expect.fail(row);
        if (attributesFirst) expect(row.execution.attributes).toEqual(given.attributes);
        expect(row.execution.steps).toEqual(given.steps);
        expect(row.execution.steps).toBe(row.execution.steps);
        expect(row).toEqual({ execution: given, base: positions, chain: previous.slice(-16) + row.chain.slice(16) });
      }),
    );
  });

  test('is one line of 18 columns for any reader of CSV', () => {
    fc.assert(
      fc.property(execution, base, (given, positions) => {
        const line = formatJournalLine(given, positions, CHAIN_START);
        expect(line).not.toMatch(/[\r\n]/);
        const [columns] = parse(line, { relax_quotes: false }) as string[][];
        const header = HEADERS.journal.split(',');
        expect(columns).toHaveLength(header.length);
        expect(columns?.[header.indexOf('execution_id')]).toBe(given.executionId);
        expect(JSON.parse(columns?.[header.indexOf('attributes')] ?? '')).toEqual(given.attributes);
      }),
    );
  });

  test('goes on the chain of the row before, zeros first', () => {
    fc.assert(
      fc.property(fc.array(execution, { minLength: 1, maxLength: 5 }), executions => {
        let previous: string = CHAIN_START;
        for (const given of executions) {
          const line = formatJournalLine(given, NOTHING_BEFORE, previous);
          const before = previous.slice(-16);
          previous = line.slice(-32);
          expect(previous).toBe(before + ownHalf(before, line.slice(0, -32)));
        }
      }),
    );
  });
});

describe('a journal row that was changed is none', () => {
  test('one bit anywhere', () => {
    fc.assert(
      fc.property(lineWithChangedBit, bytes => {
        expect(executionsIn(bytes)).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  test('every byte of one row, to any other value', () => {
    const [given] = fc.sample(execution, 1);
    if (!given) return expect.fail('no sample');
    const whole = Buffer.from(formatJournalLine(given, NOTHING_BEFORE, CHAIN_START));
    expect(executionsIn(whole)).toBe(1);
    for (let place = 0; place < whole.length; place++) {
      for (const flip of [0x01, 0x20, 0x80, 0xff]) {
        const bytes = Buffer.from(whole);
        bytes[place] = (bytes[place] ?? 0) ^ flip;
        expect(executionsIn(bytes), `byte ${place} xor ${flip}`).toBe(0);
      }
    }
  });

  test('cut at any byte, at either end', () => {
    const [given] = fc.sample(execution, 1);
    if (!given) return expect.fail('no sample');
    const whole = Buffer.from(formatJournalLine(given, NOTHING_BEFORE, CHAIN_START));
    for (let cut = 1; cut < whole.length; cut++) {
      expect(executionsIn(whole.subarray(0, cut)), `the first ${cut} bytes`).toBe(0);
      expect(executionsIn(whole.subarray(cut)), `without the first ${cut} bytes`).toBe(0);
    }
  });

  const row = `2025-11-07T10:00:00.000Z,execution,e,w,p,n,task,success,${TIMES},5,,0,"","[]","[]",1:2:3,`;
  const valid = proven(row);

  test.for<readonly [why: string, line: string, reason: string]>([
    ['empty', '', 'cut short or not written by this program'],
    ['of another program', '2025-11-07T00:00:00Z,pattern,done', 'does not end in a chain of 32 hexadecimal digits'],
    ['without the comma before its chain', '0'.repeat(33), 'does not end in a chain'],
    ['with a chain of capitals', `${row}${'A'.repeat(32)}`, 'does not end in a chain'],
    ['with another first half', `${row}${'1'.repeat(16)}${valid.slice(-16)}`, 'its chain does not fit its bytes'],
    ['with a byte order mark', `\ufeff${valid}`, 'its chain does not fit its bytes'],
    ['with a carriage return', `${valid}\r`, 'cut short or not written by this program'],
    ['closed by a quote', `${valid}"`, 'cut short or not written by this program'],
    ['of a kind to come', proven(row.replace(',execution,', ',pattern,')), 'kind "pattern" is not known to this version'],
    ['with a status to come', proven(row.replace(',success,', ',paused,')), UNEXPECTED],
    ['with odd quotes', proven('a,"b,'), 'the quotes do not fit RFC 4180'],
    ['with steps that are no JSON', proven(row.replace('"[]"', '"[}"')), UNEXPECTED],
    ['with a base that is none', proven(row.replace('1:2:3', '1:2')), UNEXPECTED],
    ['with a date that does not exist', proven(row.replaceAll('11-07', '02-30')), UNEXPECTED],
    ['with too few columns', proven('2025-11-07T00:00:00Z,execution,e,'), UNEXPECTED],
  ])('%s', ([why, line, reason]) => {
    expect(parseJournalLine(valid)).toMatchObject({ execution: { executionId: 'e', status: 'success' } });
    expect(parseJournalLine(line)).toContain(reason);
    if (!why.startsWith('with steps')) expect(parseJournalLineLazily(line)).toContain(reason);
  });

  test.for(['"[}"', '"{}"', '"null"', '""'])('read lazily, steps that are %s are an error to whoever asks for them', steps => {
    const changed = parseJournalLineLazily(proven(row.replace('"[]"', steps)));
    if (typeof changed === 'string') return expect.fail(changed);
    expect(changed.execution).toHaveProperty('executionId', 'e');
    expect(() => changed.execution.steps).toThrow(
      expect.objectContaining({ code: 'STORAGE_FAILED', message: expect.stringContaining('execution e') }),
    );
    expect(parseJournalLine(proven(row.replace('"[]"', steps)))).toBe(UNEXPECTED);
  });
});

describe('a row of a later version', () => {
  test('may hold more fields in a step, which are left aside', () => {
    const steps = '"[{""step"":1,""phase"":""p"",""plugin"":""x"",""durationMs"":5,""status"":""success"",""tokens"":7}]"';
    const row = `2025-11-07T10:00:00.000Z,execution,e,w,p,n,,success,${TIMES},5,,0,"",${steps},"[]",1:2:3,`;
    expect(parseJournalLine(proven(row))).toMatchObject({
      execution: { steps: [{ step: 1, phase: 'p', plugin: 'x', durationMs: 5, status: 'success', attempt: 1 }] },
      base: { durations: 1, success_rates: 2, plugin_usage: 3 },
    });
  });
});

describe('escaped text', () => {
  test('reads back, on one line', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: fc.constantFrom('\\', 'u', 'n', '0', '4', '1', '\n', '\0') })), given => {
        expect(escapeText(given)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(unescapeText(escapeText(given))).toBe(given);
      }),
    );
  });
});
