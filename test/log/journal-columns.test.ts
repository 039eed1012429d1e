import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decodeLazily } from '../../src/log/decode.ts';
import { decodeJournalColumns } from '../../src/log/journal-columns.ts';
import { CHAIN_START, formatJournalLine, HEADERS } from '../../src/record/record.ts';
import { base, execution } from '../record/arbitraries.ts';
import { journalRowsOf } from '../support/columns.ts';
import { fc } from '../support/properties.ts';

function expectTheSame(bytes: Buffer, start: number): void {
  const expected = decodeLazily('journal', bytes, start);
  const { rows: columns, rejected } = decodeJournalColumns(bytes, start);
  expect(journalRowsOf(columns)).toEqual(
    expected.rows.map(({ start, end, execution, base }) => {
      const { workflowId, patternId, patternName, status, completedAt, durationMs } = execution;
      return { start, end, workflowId, patternId, patternName, status, completedAt, durationMs, baseDurations: base.durations };
    }),
  );
  expect(columns.chain).toBe(expected.rows.at(-1)?.chain);
  expect(rejected).toEqual(expected.rejected);
}

/** A row that proves itself, whatever it says. */
function proven(row: string): string {
  return `${row}${CHAIN_START}${createHash('sha256').update(CHAIN_START).update(row).digest('hex').slice(0, 16)}`;
}

const written = fc.tuple(execution, base).map(([given, positions]) => formatJournalLine(given, positions, CHAIN_START));
const TIMES = '2025-11-07T10:00:00.000Z,2025-11-07T10:00:00.000Z';
const ROW = `2025-11-07T10:00:00.000Z,execution,e,w,p,n,task,success,${TIMES},5,,0,"","[]","[]",1:2:3,`;
const odd = fc.constantFrom(
  '',
  HEADERS.journal,
  'not a row',
  ...[ROW.replace(',p,', ',"p",'), ROW.replace(',n,', ',"a,""n",'), ROW.replace('success', 'paused'), ROW.replace(',5,', ',x,')].map(
    proven,
  ),
  ...[ROW.replace('task', '"a, ""task"""'), ROW.replace('execution', 'pattern'), ROW.replace('1:2:3', '1:2'), 'a,"b,'].map(proven),
);
const lines = fc.array(fc.oneof({ weight: 4, arbitrary: written }, odd), { minLength: 1, maxLength: 8 });

describe('executions as columns are those that are read whole', () => {
  test('whatever the lines are', () => {
    fc.assert(
      fc.property(lines, fc.constantFrom(0, 1000), (each, start) =>
        expectTheSame(Buffer.from(each.map(line => `${line}\n`).join('')), start),
      ),
      { numRuns: 300 },
    );
  });

  test('where a byte was changed, UTF-8 or not', () => {
    fc.assert(
      fc.property(lines, fc.nat(), fc.nat(255), (each, at, byte) => {
        const bytes = Buffer.from(each.map(line => `${line}\n`).join(''));
        if (bytes.length > 1) bytes[at % (bytes.length - 1)] = byte;
        expectTheSame(bytes, 0);
      }),
      { numRuns: 300 },
    );
  });
});
