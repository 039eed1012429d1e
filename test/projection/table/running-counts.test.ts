/** What is counted as rows come in, as of rows on the way: against rows that are counted one by one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Blocks } from '../../../src/projection/table/blocks.ts';
import { STEP_COLUMNS, type StepColumn } from '../../../src/projection/table/columns.ts';
import { PairCounts } from '../../../src/projection/table/pair-counts.ts';
import { pick } from '../../../src/projection/table/picked.ts';
import { RunningPairs } from '../../../src/projection/table/running-pairs.ts';
import { RunningTotals } from '../../../src/projection/table/running-totals.ts';
import { Runs } from '../../../src/projection/table/runs.ts';
import { Titles } from '../../../src/projection/table/titles.ts';
import { cellOf, type Totals } from '../../../src/projection/table/totals.ts';

type Step = Readonly<{ run: number; plugin: number; us: number; success: boolean }>;

/** Most runs stand together, some come back. */
const steps = fc
  .array(
    fc.record({ run: fc.nat(30), length: fc.integer({ min: 1, max: 5 }), plugin: fc.nat(4), us: fc.nat(5_000_000), success: fc.boolean() }),
    { minLength: 100, maxLength: 200 },
  )
  .map(groups =>
    groups.flatMap(({ run, length, plugin, us, success }) =>
      Array.from({ length }, (_, step): Step => ({ run, plugin: (plugin + step) % 6, us: us * (step + 1), success: success || step > 0 })),
    ),
  );

function blocksOf(rows: readonly Step[], size: number): Blocks<StepColumn> {
  const blocks = new Blocks(STEP_COLUMNS, size);
  const column = (of: (step: Step, row: number) => number) => rows.map(of);
  const values = {
    start: column((_, row) => row * 50),
    timestamp: column((_, row) => row),
    run: column(({ run }) => run),
    plugin: column(({ plugin }) => plugin),
    phase: column(() => 0),
    cell: column(({ us, success }) => cellOf(us, success)),
    durationUs: column(({ us }) => us),
  };
  blocks.append(values, rows.length);
  return blocks;
}

const figures = (totals: Totals) =>
  totals.tallies.map(
    tally => tally && [tally.first, tally.latest, tally.sumUs(true), tally.sumUs(false), tally.counts.reduce((sum, n) => sum + n, 0)],
  );

function naive(rows: readonly Step[], plugins: number) {
  return Array.from({ length: plugins }, (_, plugin) => {
    const own = [...rows.entries()].filter(([, step]) => step.plugin === plugin);
    const sum = (success: boolean) => own.filter(([, step]) => step.success === success).reduce((us, [, step]) => us + BigInt(step.us), 0n);
    return own.length === 0 ? undefined : [own[0]?.[0], own.at(-1)?.[0], sum(true), sum(false), own.length];
  });
}

test('totals of the rows before any row begin with what was kept on the way', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 3 }), (rows, size) => {
      const blocks = blocksOf(rows, size);
      const running = new RunningTotals<'plugin'>(blocks, 'plugin');
      for (let row = 0; row < rows.length - 20; row += 16) running.countTo(row);
      const begins = new Set<number>();
      for (let row = 0; row <= rows.length; row += 13) {
        const { rows: counted, totals } = running.before(row);
        begins.add(counted);
        for (const picked of pick(blocks, { from: counted, to: row })) running.count(totals, picked);
        const expected = naive(rows.slice(0, row), totals.tallies.length);
        expect(figures(totals)).toEqual(expected);
      }
      if (size === 1) expect(begins.size).toBeGreaterThan(2);
    }),
    { numRuns: 50 },
  );
});

test('pairs of all runs, also of those that come back after they were counted', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 40 }), (rows, size, batch) => {
      const blocks = blocksOf(rows, size);
      const pairs = new RunningPairs(blocks, new Runs());
      for (const [row, { run }] of rows.entries()) {
        pairs.notice(run, row);
        if (row % batch === 0) pairs.countTo(Math.max(0, row - 10));
      }
      const { counts, rows: counted } = pairs.before(rows.length) ?? { counts: new PairCounts(), rows: 0 };
      const together = rows.slice(0, counted).filter(({ run }) => !pairs.scattered.has(run));
      const expected = new PairCounts();
      for (const run of new Set(together.map(step => step.run))) {
        const used = new Map<number, number>();
        for (const { plugin, success } of together.filter(step => step.run === run))
          used.set(plugin, Math.min(used.get(plugin) ?? 1, Number(success)));
        expected.add({ plugins: [...used.keys()], successes: [...used.values()] });
      }
      const sorted = (found: PairCounts) => [...found.pairs(1)].map(pair => Object.values(pair).join(' ')).sort();
      expect(counts.runs).toBe(expected.runs);
      expect(sorted(counts)).toEqual(sorted(expected));
      for (let plugin = 0; plugin < 6; plugin++) expect(counts.alone(plugin)).toEqual(expected.alone(plugin));
    }),
    { numRuns: 50 },
  );
});

test('the name of a pattern is that of its last row before another', () => {
  const titles = new Titles();
  const given = [3, 3, 4, 3, 5, 5];
  for (const [row, title] of given.entries()) titles.note(7, title, row * 2);
  expect(Array.from({ length: 13 }, (_, row) => titles.before(row, 7))).toEqual(
    Array.from({ length: 13 }, (_, row) => given.filter((_, place) => place * 2 < row).at(-1)),
  );
  expect(titles.before(99, 6)).toBeUndefined();
});
