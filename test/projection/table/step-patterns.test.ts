import { expect, test } from 'vitest';
import { Blocks, placesOf } from '../../../src/projection/table/blocks.ts';
import { JOURNAL_COLUMNS, type JournalColumn, STEP_COLUMNS, type StepColumn } from '../../../src/projection/table/columns.ts';
import { Runs } from '../../../src/projection/table/runs.ts';
import { StepPatterns } from '../../../src/projection/table/step-patterns.ts';
import { fc } from '../../support/properties.ts';

/** What comes into the logs: an execution with its steps, or another program's step, of a run that may be an execution's later or be it already. */
const event = fc.oneof(
  fc.record({ run: fc.nat(30), pattern: fc.nat(300), steps: fc.nat(4) }),
  fc.record({ run: fc.nat(30), pattern: fc.constant(undefined), steps: fc.constant(1) }),
);

test('each step is of the execution that bears its run where it stands at or behind its base, whenever it is asked about', () => {
  const options = fc.record({ size: fc.integer({ min: 1, max: 7 }), every: fc.integer({ min: 1, max: 9 }), behind: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), options, (events, { size, every, behind }) => {
      const steps = new Blocks<StepColumn>(STEP_COLUMNS, size);
      const journal = new Blocks<JournalColumn>(JOURNAL_COLUMNS, size);
      const runs = new Runs();
      for (let run = 0; run <= 30; run++) runs.numberOf(`w-${run}`);
      const patterns = new StepPatterns(steps, { journal, runs });
      /** By run: its execution's row in the journal, pattern and base. */
      const executions = new Map<number, { row: number; pattern: number; base: number }>();
      /** By step: its run and where it starts. */
      const written: { run: number; start: number }[] = [];
      /** Rows of the journal that are read after steps which stand behind them. */
      const unread: (() => void)[] = [];
      const ask = () =>
        written.map((_, row) => {
          const [place, within] = [Math.floor(row / size), row % size];
          return { pattern: patterns.of(place)[within], execution: patterns.executionsOf(place)(within) };
        });
      for (const [number, { run, pattern, steps: count }] of events.entries()) {
        const base = 10 * written.length;
        if (pattern !== undefined && !executions.has(run)) {
          const row = executions.size;
          executions.set(run, { row, pattern, base });
          const none = { title: [0], cell: [0], durationUs: [0], completedMs: [0], status: [0], bytes: [0], timestamp: [number] };
          unread.push(() => {
            journal.append({ ...placesOf([100 * row]), ...none, pattern: [pattern], run: [run], baseDurations: [base] }, 1);
            runs.setExecutions([run], row);
          });
        }
        for (let step = 0; step < count; step++) {
          const start = 10 * written.length;
          written.push({ run, start });
          const none = { plugin: [0], phase: [0], cell: [0], durationUs: [0], timestamp: [number] };
          steps.append({ ...placesOf([start]), ...none, run: [run] }, 1);
        }
        for (const read of unread.splice(0, Math.max(0, unread.length - behind))) read();
        if (number % every === 0) ask();
      }
      for (const read of unread) read();
      expect(ask()).toEqual(
        written.map(({ run, start }) => {
          const own = executions.get(run);
          return own && start >= own.base ? { pattern: own.pattern + 1, execution: own.row } : { pattern: 0, execution: -1 };
        }),
      );
    }),
    { numRuns: 300 },
  );
});
