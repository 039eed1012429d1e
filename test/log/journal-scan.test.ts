import { describe, expect, test } from 'vitest';
import { decode } from '../../src/log/decode.ts';
import { ENTRY_WORDS, IdTable } from '../../src/log/id-table.ts';
import { decodeJournalColumns } from '../../src/log/journal-columns.ts';
import { type Learned, learnedFrom, scanJournal } from '../../src/log/journal-scan.ts';
import { CHAIN_START, formatJournalLine, HEADERS, type JournalRow } from '../../src/record/record.ts';
import { execution } from '../record/arbitraries.ts';
import { journalRowsOf } from '../support/columns.ts';
import { fc } from '../support/properties.ts';

const JUNK = ['', HEADERS.journal, 'torn', '2025-11-07T10:00:00.000Z,execution,e,w,p,n,"a', '"', ',', 'x'.repeat(100)].map(line =>
  Buffer.from(`${line}\n`),
);
/** A line of bytes that are no text makes the reader take another way through the whole of them. */
const NO_TEXT = Buffer.from([0xff, 0xfe, 0x0a]);

type Piece = { kind: 'group'; executions: Parameters<typeof formatJournalLine>[0][] } | { kind: 'junk'; bytes: Buffer };

const piece: fc.Arbitrary<Piece> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('group' as const), executions: fc.array(execution, { minLength: 1, maxLength: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('junk' as const), bytes: fc.constantFrom(...JUNK, NO_TEXT) }) },
);

/** A journal of groups, each with a base of its own, and of lines that are no rows. */
function journalOf(pieces: readonly Piece[]): Buffer {
  let chain: string = CHAIN_START;
  return Buffer.concat(
    pieces.map((part, index) => {
      if (part.kind === 'junk') return part.bytes;
      const lines = part.executions.map(given => {
        const line = formatJournalLine(given, { durations: index * 10, success_rates: index, plugin_usage: 7 }, chain);
        chain = line.slice(-32);
        return `${line}\n`;
      });
      return Buffer.from(lines.join(''));
    }),
  );
}

/** The rows of the last group, found by a plain loop. */
function lastGroup(rows: readonly JournalRow[]): JournalRow[] {
  const text = (row: JournalRow | undefined) => JSON.stringify(row?.base);
  const group: JournalRow[] = [];
  for (const row of [...rows].reverse()) {
    if (text(row) !== text(rows.at(-1))) break;
    group.unshift(row);
  }
  return group;
}

function tableOf({ entries }: Learned): IdTable {
  const table = new IdTable();
  for (let at = 0; at < entries.length; at += ENTRY_WORDS) table.addEntry(entries, at);
  return table;
}

describe('scanning the journal', () => {
  test('teaches what its rows teach, up to the last group', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.integer({ min: 0, max: 2 ** 40 }), (pieces, start) => {
        const bytes = journalOf(pieces);
        const { rows } = decode('journal', bytes, start);
        const group = lastGroup(rows);
        const earlier = rows.slice(0, rows.length - group.length);

        const { learned, part, base } = scanJournal(bytes, start);
        expect(learned).toEqual(learnedFrom(earlier));
        expect(base).toEqual(group[0]?.base);
        expect(part.start).toBe(start);
        expect(part.end).toBe(group[0]?.start ?? start);
        // The rows themselves are those that are read of the same bytes.
        const { rows: own, rejected: ownRejected } = decodeJournalColumns(bytes.subarray(0, part.end - start), start);
        expect(journalRowsOf(part.rows)).toEqual(journalRowsOf(own));
        expect({ chain: part.rows.chain, rejected: part.rejected }).toEqual({ chain: own.chain, rejected: ownRejected });

        expect(learned.chain).toBe(earlier.at(-1)?.chain);
        expect(learned.newest).toBe(earlier.length === 0 ? undefined : Math.max(...earlier.map(row => row.execution.completedAt)));
        const table = tableOf(learned);
        for (const row of earlier) {
          expect(table.candidates(row.execution.executionId)).toContain(row.start);
          expect(table.candidates(row.execution.workflowId)).toContain(row.start);
        }
      }),
    );
  });
});
