/** What is counted as rows come in, as of rows on the way: against rows that are counted one by one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Blocks, placesOf } from '../../../src/projection/table/blocks.ts';
import { STEP_COLUMNS, type StepColumn } from '../../../src/projection/table/columns.ts';
import { PairCounts } from '../../../src/projection/table/pair-counts.ts';
import { pick } from '../../../src/projection/table/picked.ts';
import { RunningPairs } from '../../../src/projection/table/running-pairs.ts';
import { RunningTotals } from '../../../src/projection/table/running-totals.ts';
import { Runs } from '../../../src/projection/table/runs.ts';
import { Titles } from '../../../src/projection/table/titles.ts';
import { cellOf, Totals } from '../../../src/projection/table/totals.ts';

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
    ...placesOf(column((_, row) => row * 50)),
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
  totals.tallies.map(tally => {
    if (!tally) return undefined;
    const counted = (success: boolean) =>
      tally.counts.reduce((sum, n, index) => sum + ((tally.low + index) % 2 === Number(success) ? n : 0), 0);
    return [
      tally.first,
      tally.latest,
      tally.sumUs(true),
      tally.sumUs(false),
      tally.size(),
      tally.size(true),
      counted(false),
      counted(true),
    ];
  });

function naive(rows: readonly Step[], plugins: number, first = 0) {
  return Array.from({ length: plugins }, (_, plugin) => {
    const own = [...rows.entries()].filter(([, step]) => step.plugin === plugin);
    const sum = (success: boolean) => own.filter(([, step]) => step.success === success).reduce((us, [, step]) => us + BigInt(step.us), 0n);
    const succeeded = own.filter(([, { success }]) => success).length;
    return own.length === 0
      ? undefined
      : [
          first + (own[0]?.[0] ?? 0),
          first + (own.at(-1)?.[0] ?? 0),
          sum(true),
          sum(false),
          own.length,
          succeeded,
          own.length - succeeded,
          succeeded,
        ];
  });
}

test('totals of any rows in any window, of groups and of rows around them', () => {
  let [groups, newests] = [0, 0];
  // Of windows every other one reaches beyond the newest row.
  const lengths = fc.oneof(fc.nat(2500), fc.constant(10_000));
  const long = fc.array(steps, { minLength: 5, maxLength: 6 }).map(parts => parts.flat());
  fc.assert(
    fc.property(long, fc.integer({ min: 20, max: 40 }), fc.nat(1000), lengths, fc.boolean(), (given, size, from, length, sorted) => {
      const blocks = blocksOf(given, size);
      const running = new RunningTotals<'plugin'>(blocks, 'plugin', { groupBlocks: 16, sorted });
      const window = { from, to: from + length };
      const named = new Map<string, ReturnType<typeof figures>>();
      for (let row = 0; row < given.length - 20; row += 7) {
        running.countTo(row);
        if (row % 70 !== 0) continue;
        // Whatever bears a name is the same whenever it is asked for.
        for (const summand of running.summands({ from: 0, to: row }, row % 140 === 0 ? window : undefined).summands) {
          const own = new Totals();
          summand.addTo(own);
          expect(figures(own)).toEqual(named.get(summand.name) ?? figures(own));
          named.set(summand.name, figures(own));
        }
      }
      const all = running.newest({})?.totals ?? new Totals();
      expect(figures(all)).toEqual(naive(given.slice(0, running.rows), all.tallies.length));
      const ends = Array.from({ length: Math.ceil(given.length / 301) }, (_, place) => place * 301);
      for (const to of [...ends, given.length]) {
        const newest = running.rows <= to ? running.newest({ window }) : undefined;
        if (newest) newests++;
        const totals = newest?.totals ?? new Totals();
        const behind = newest?.rows ?? { from: to, to };
        for (const rows of [
          { from: 0, to: behind.from },
          { from: behind.to, to },
        ]) {
          const { summands, loose } = running.summands(rows, window);
          for (const summand of summands) summand.addTo(totals);
          for (const own of loose) for (const picked of pick(blocks, own, window)) running.count(totals, picked);
          const { groups: whole } = running.parts(rows, window);
          expect(summands.length).toBeGreaterThanOrEqual(whole.length);
          groups += whole.length;
          for (const group of whole) {
            const found: number[] = [];
            const succeeded = Array.from({ length: 2000 }, (_, bucket) => 2 * bucket + 1);
            group.visit(2, succeeded, row => found.push(row));
            const own = [...given.slice(group.rows.from, group.rows.to).entries()].filter(
              ([, { plugin, success }]) => plugin === 2 && success,
            );
            expect(found.sort((x, y) => x - y)).toEqual(sorted ? own.map(([row]) => group.rows.from + row) : []);
          }
        }
        // A row's timestamp is its number.
        const picked = [...given.slice(0, to).entries()].filter(([row]) => row >= window.from && row < window.to);
        expect(figures(totals)).toEqual(
          naive(
            picked.map(([, step]) => step),
            totals.tallies.length,
            picked[0]?.[0],
          ),
        );
      }
    }),
    // Shrinking thousands of rows would take many minutes.
    { numRuns: 30, interruptAfterTimeLimit: 60_000 },
  );
  expect(newests).toBeGreaterThan(5);
  expect(groups).toBeGreaterThan(20);
});

/** The runs of some rows, but for those that come back, by their pairs. */
function naivePairs(rows: readonly Step[], scattered: ReadonlyMap<number, unknown>): PairCounts {
  const expected = new PairCounts();
  const together = rows.filter(({ run }) => !scattered.has(run));
  for (const run of new Set(together.map(step => step.run))) {
    const used = new Map<number, number>();
    for (const { plugin, success } of together.filter(step => step.run === run))
      used.set(plugin, Math.min(used.get(plugin) ?? 1, Number(success)));
    expected.add({ plugins: [...used.keys()], successes: [...used.values()] });
  }
  return expected;
}

function expectSamePairs(found: PairCounts, expected: PairCounts): void {
  const sorted = (counts: PairCounts) => [...counts.pairs(1)].map(pair => Object.values(pair).join(' ')).sort();
  expect(found.runs).toBe(expected.runs);
  expect(sorted(found)).toEqual(sorted(expected));
  for (let plugin = 0; plugin < 6; plugin++) expect(found.alone(plugin)).toEqual(expected.alone(plugin));
}

test('pairs of all runs, and of those in any window, also of those that come back after they were counted', () => {
  let groups = 0;
  fc.assert(
    fc.property(
      steps,
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(400),
      fc.nat(900),
      (rows, size, batch, from, length) => {
        const blocks = blocksOf(rows, size);
        const pairs = new RunningPairs(blocks, new Runs());
        const named = new Map<string, PairCounts>();
        for (const [row, { run }] of rows.entries()) {
          pairs.notice([run], row);
          if (row % batch !== 0) continue;
          pairs.countTo(Math.max(0, row - 10));
          // Whatever bears a name is the same whenever it is asked for.
          for (const { name, addTo } of pairs.parts({ from: 0, to: row }, undefined).counted) {
            const own = new PairCounts();
            addTo(own);
            const known = named.get(name) ?? own;
            named.set(name, known);
            expectSamePairs(own, known);
          }
        }
        const { counts, rows: counted } = pairs.before(rows.length) ?? { counts: new PairCounts(), rows: 0 };
        expectSamePairs(counts, naivePairs(rows.slice(0, counted), pairs.scattered));

        const window = { from, to: from + length };
        const parts = pairs.parts({ from: 0, to: counted }, window);
        groups += parts.counted.length;
        const stretches = [...parts.counted.map(part => part.rows), ...parts.loose].filter(stretch => stretch.from < stretch.to);
        const sorted = stretches.sort((a, b) => a.from - b.from);
        expect([0, ...sorted.map(({ to }) => to)]).toEqual([...sorted.map(stretch => stretch.from), counted]);
        const sum = new PairCounts();
        for (const { addTo } of parts.counted) addTo(sum);
        // A row's timestamp is its number.
        for (const part of parts.counted) expect([part.rows.from >= window.from, part.rows.to <= window.to]).toEqual([true, true]);
        const within = parts.counted.flatMap(part => rows.slice(part.rows.from, part.rows.to));
        expectSamePairs(sum, naivePairs(within, pairs.scattered));
      },
    ),
    { numRuns: 100 },
  );
  expect(groups).toBeGreaterThan(20);
});

test('the name of a pattern is that of its last row before another', () => {
  const titles = new Titles();
  const given = [3, 3, 4, 3, 5, 5];
  for (const [row, title] of given.entries()) titles.note({ pattern: [7], title: [title] }, row * 2);
  expect(Array.from({ length: 13 }, (_, row) => titles.before(row, 7))).toEqual(
    Array.from({ length: 13 }, (_, row) => given.filter((_, place) => place * 2 < row).at(-1)),
  );
  expect(titles.before(99, 6)).toBeUndefined();
});
