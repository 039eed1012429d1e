import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  CHAIN_START,
  EXECUTION_STATUSES,
  formatJournalLine,
  type JournalOutline,
  OutlineReader,
  parseJournalLine,
} from '../../src/record/record.ts';
import { fc } from '../support/properties.ts';
import { base, execution, lineWithChangedBit } from './arbitraries.ts';

const chain = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 });
/** What may stand before and after a line. */
const around = fc.constantFrom('', '\n', 'a,"b\n', '2025-11-07T10:00:00.000Z,execution,e,w,p,n,"\n');

/** A row that proves itself, whatever it says. */
function proven(row: string): string {
  const before = '0'.repeat(16);
  return `${row}${before}${createHash('sha256').update(before).update(row).digest('hex').slice(0, 16)}`;
}

/** The outline of a line, with the texts of its pattern and the word of its status. */
function outlineOf(bytes: Buffer, start = 0, end = bytes.length) {
  const texts: string[] = [];
  const reader = new OutlineReader((line, from, to) => texts.push(line.toString('utf8', from, to)) - 1);
  const outline: JournalOutline | undefined = reader.read(bytes, start, end);
  if (!outline) return undefined;
  const { pattern, title, status, ...rest } = outline;
  return { ...rest, patternId: texts[pattern], patternName: texts[title], status: EXECUTION_STATUSES[status] };
}

describe('the outline of a journal row', () => {
  test('says what the whole row says, wherever the line stands', () => {
    fc.assert(
      fc.property(execution, base, chain, around, around, (given, positions, previous, before, after) => {
        const line = formatJournalLine(given, positions, previous);
        const bytes = Buffer.from(before + line + after);
        const start = Buffer.byteLength(before);
        const { executionId, workflowId, patternId, patternName, status, completedAt, durationMs } = given;
        const said = { executionId, workflowId, patternId, patternName, status, completedAt, durationMs };
        expect(parseJournalLine(line)).toMatchObject({ execution: said, base: positions });
        // A number of sixteen digits is left to the reader of whole rows.
        const usual = Object.values(positions).every(position => position < 1e15);
        const end = start + Buffer.byteLength(line);
        expect(outlineOf(bytes, start, end)).toEqual(usual ? { ...said, base: positions } : undefined);
      }),
    );
  });

  test('is none where one bit was changed, as the row is none', () => {
    fc.assert(
      fc.property(lineWithChangedBit, bytes => {
        fc.pre(isUtf8(bytes));
        expect(outlineOf(bytes)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('is none where the line was cut at either end', () => {
    const [given] = fc.sample(execution, 1);
    if (!given) return expect.fail('no sample');
    const whole = Buffer.from(formatJournalLine(given, { durations: 1, success_rates: 2, plugin_usage: 3 }, CHAIN_START));
    expect(outlineOf(whole)).toMatchObject({ executionId: given.executionId });
    for (let cut = 1; cut <= whole.length; cut++) {
      expect(outlineOf(whole.subarray(0, -cut)), `without the last ${cut} bytes`).toBeUndefined();
      expect(outlineOf(whole.subarray(cut)), `without the first ${cut} bytes`).toBeUndefined();
    }
  });

  const TIMES = '2025-11-07T10:00:00.000Z,2025-11-07T10:00:00.000Z';
  const ROW = `2025-11-07T10:00:00.000Z,execution,e,w,p,n,task,success,${TIMES},5,,0,"","[]","[]",1:2:3,`;

  test.for<readonly [what: string, row: string]>([
    ['of a kind to come', ROW.replace(',execution,', ',pattern,')],
    ['with a base that is none', ROW.replace('1:2:3', '1:2')],
    ['with a date that does not exist', ROW.replaceAll('11-07', '02-30')],
    ['with a quoted id', ROW.replace(',e,', ',"e",')],
    ['with odd quotes', 'a,"b,'],
    ['with too few columns', '2025-11-07T00:00:00Z,execution,e,'],
    ['of nothing but a comma', ','],
  ])('is left to the whole row: %s', ([, changed]) => {
    expect(outlineOf(Buffer.from(proven(ROW)))).toMatchObject({ executionId: 'e', workflowId: 'w' });
    expect(outlineOf(Buffer.from(proven(changed)))).toBeUndefined();
  });

  test('of a line of any length agrees with the row', () => {
    for (const length of [60_000, 65_000, 66_000, 200_000]) {
      const long = Buffer.from(proven(ROW.replace('task', 't'.repeat(length))));
      const row = parseJournalLine(long.toString());
      expect(row).toMatchObject({ execution: { executionId: 'e' } });
      expect(outlineOf(long)?.executionId, `${length} characters`).toBe(length < 65_300 ? 'e' : undefined);
    }
  });
});
