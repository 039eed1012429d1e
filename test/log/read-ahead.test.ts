import { describe, expect, test } from 'vitest';
import { closeFiles, type Files, openFilesForReading } from '../../src/log/files.ts';
import { decodeJournalColumns } from '../../src/log/journal-columns.ts';
import { type Position, START } from '../../src/log/log.ts';
import { type Part, type Parts, ReadAhead } from '../../src/log/read-ahead.ts';
import { StoredRows } from '../../src/log/stored-rows.ts';
import { decodeSuccessRates } from '../../src/log/success-rates-columns.ts';
import { followColumns, journalRowsOf } from '../support/columns.ts';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { acknowledged, MetricsDirectory } from '../support/metrics-directory.ts';
import { fc } from '../support/properties.ts';

const directory = new MetricsDirectory();
const EXECUTIONS = 40;

/** Logs of some executions, between rows of other programs and lines that are none. */
async function recorded(): Promise<Position> {
  const log = await directory.open();
  for (let number = 0; number < EXECUTIONS; number++) {
    const steps = [stepInput({ plugin: `g-${number % 3}` }), stepInput({ step: 2, plugin: 'other' })];
    for (const outcome of await log.record([executionInput({ executionId: `e-${number}`, workflowId: `w-${number}`, steps })]))
      acknowledged(outcome);
    if (number % 5 === 0) directory.append('success_rates', '2025-11-07T00:00:00Z,p,theirs,true,1,2,3,"x"\ntorn\n');
  }
  const position = await log.upToDate();
  await directory.close(log);
  return position;
}

/** The parts of a log between places where lines end, of which some are kept. */
async function partsOf<Rows>(
  files: Files,
  log: 'journal' | 'success_rates',
  decode: (bytes: Buffer, start: number) => Pick<Part<Rows>, 'rows' | 'rejected'>,
  keep: readonly boolean[],
): Promise<Part<Rows>[]> {
  const bytes = await files[log].read(0, files[log].end());
  const parts: Part<Rows>[] = [];
  let start = 0;
  for (const kept of keep) {
    // Some lines a part, and more or fewer of them.
    let end = start;
    for (let lines = 0; lines < 3 + (start % 5) && end < bytes.length; lines++) end = bytes.indexOf('\n', end) + 1;
    if (kept && end > start) parts.push({ start, end, ...decode(bytes.subarray(start, end), start) });
    start = end;
  }
  return parts;
}

async function withFiles(work: (files: Files) => Promise<void>): Promise<void> {
  const files = await openFilesForReading(directory.path);
  try {
    await work(files);
  } finally {
    await closeFiles(files);
  }
}

const keep = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 });

describe('columns that were read ahead', () => {
  test('are taken instead of the lines, which are read wherever there are none', async () => {
    const end = await recorded();
    await withFiles(async files => {
      const expected = await followColumns(new StoredRows(files), end, 1 << 20);
      expect(expected.rows.journal).toHaveLength(EXECUTIONS);
      expect(expected.rows.rejected).toHaveLength(EXECUTIONS / 5);
      await fc.assert(
        fc.asyncProperty(keep, keep, fc.constantFrom(500, 3000, 1 << 20), async (journal, success_rates, maxBytes) => {
          const parts: Parts = {
            journal: await partsOf(files, 'journal', decodeJournalColumns, journal),
            success_rates: await partsOf(files, 'success_rates', decodeSuccessRates, success_rates),
          };
          const ahead = new ReadAhead();
          ahead.add(parts);
          const { columns, ...read } = await followColumns(new StoredRows(files, ahead), end, maxBytes);
          expect(read).toEqual({ rows: expected.rows, chain: end.chain });
          for (const part of [...parts.journal, ...parts.success_rates]) expect(columns).toContain(part.rows);
        }),
        { numRuns: 50 },
      );
    });
  });

  test('beyond the end of what is asked for are left for later', async () => {
    const end = await recorded();
    await withFiles(async files => {
      const [first, second] = await partsOf(files, 'journal', decodeJournalColumns, [true, true]);
      if (!first || !second) return expect.fail('two parts');
      const ahead = new ReadAhead();
      ahead.add({ journal: [first, second], success_rates: [] });
      const rows = new StoredRows(files, ahead);
      const half = { ...end, journal: second.start };
      expect((await rows.readColumns(START, half, 1 << 20)).journal).toBe(first.rows);
      // Within the second one: whoever asks for less than it gets the lines.
      const [row] = journalRowsOf(second.rows);
      const less = await rows.readColumns(half, { ...end, journal: row?.end ?? 0 }, 1 << 20);
      expect(journalRowsOf(less.journal)).toEqual([row]);
      // It is behind the one who asks next, and gone.
      const rest = await rows.readColumns({ ...end, journal: row?.end ?? 0 }, end, 1 << 20);
      expect(journalRowsOf(rest.journal)).toHaveLength(EXECUTIONS - first.rows.length - 1);
    });
  });

  test('that wait by the hundred megabytes are not kept', async () => {
    await recorded();
    await withFiles(async files => {
      const [part] = await partsOf(files, 'journal', decodeJournalColumns, [true]);
      if (!part) return expect.fail('a part');
      const ahead = new ReadAhead();
      const SIZE = 1 << 20;
      const at = (start: number) => ({ ...part, start, end: start + SIZE });
      for (let start = 0; start < 1000 * SIZE; start += SIZE) ahead.add({ journal: [at(start)], success_rates: [] });
      let taken = 0;
      while (ahead.take('journal', taken, 2000 * SIZE)) taken += SIZE;
      expect(taken).toBe(128 * SIZE);
      // Once they were taken there is room again.
      ahead.add({ journal: [at(taken)], success_rates: [] });
      expect(ahead.take('journal', taken, 2000 * SIZE)).toMatchObject({ start: taken });
      // Or once somebody has come past them.
      ahead.add({ journal: [at(0), at(127 * SIZE), at(500 * SIZE)], success_rates: [] });
      expect(ahead.take('journal', 500 * SIZE, 2000 * SIZE)).toBeUndefined();
      ahead.add({ journal: [at(500 * SIZE)], success_rates: [] });
      expect(ahead.take('journal', 500 * SIZE, 2000 * SIZE)).toMatchObject({ start: 500 * SIZE });
    });
  });
});
