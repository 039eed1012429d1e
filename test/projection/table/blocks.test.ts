import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Blocks, narrowest, placesOf } from '../../../src/projection/table/blocks.ts';
import { pick } from '../../../src/projection/table/picked.ts';
import { Runs } from '../../../src/projection/table/runs.ts';
import { cellOf, Tally } from '../../../src/projection/table/totals.ts';

/** Numbers of any size, so that columns have to grow wider in the middle of a block. */
const numbers = fc.oneof(
  fc.nat(70_000),
  fc.nat(5),
  fc.maxSafeInteger().map(Math.abs),
  fc.constantFrom(65_535, 65_536, 2 ** 32 - 1, 2 ** 32),
);
const rows = fc.array(
  fc.record({
    gap: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.constant(2 ** 33)),
    timestamp: fc.oneof(fc.nat(1000), fc.integer()),
    name: numbers,
    us: numbers,
    // Some blocks hold none that is far from the others.
    run: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1e9, max: 1e9 + 70_000 }) }, { weight: 1, arbitrary: numbers }),
  }),
  { maxLength: 60 },
);

test('columns hold any numbers, in blocks of any size and batches of any length', () => {
  fc.assert(
    fc.property(
      rows,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(1100),
      fc.nat(1100),
      (given, size, batch, a, b) => {
        const blocks = new Blocks({ name: 16, us: 32, run: 'near' }, size);
        let start = 0;
        const startAfter = (gap: number) => {
          start += gap;
          return start;
        };
        const placed = given.map(({ gap, ...row }) => ({ ...row, start: startAfter(gap) }));
        for (let from = 0; from < placed.length; from += batch) {
          const part = placed.slice(from, from + batch);
          const column = (of: (row: (typeof placed)[number]) => number) => part.map(of);
          blocks.append(
            {
              ...placesOf(column(row => row.start)),
              timestamp: column(row => row.timestamp),
              name: column(row => row.name),
              us: column(row => row.us),
              run: column(row => row.run),
            },
            part.length,
          );
        }
        expect(blocks.length).toBe(placed.length);
        for (const [row, { start, timestamp, name, us, run }] of placed.entries())
          expect([blocks.startOf(row), ...(['timestamp', 'name', 'us', 'run'] as const).map(column => blocks.at(column, row))]).toEqual([
            start,
            timestamp,
            name,
            us,
            run,
          ]);
        for (const { start } of placed.slice(0, 10))
          for (const position of [start - 1, start, start + 1])
            expect(blocks.rowsBefore(position)).toBe(placed.filter(row => row.start < position).length);
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const limit = Math.floor(placed.length / 2);
        const picked: number[] = [];
        for (const { first, rows, length } of pick(blocks, { from: 1, to: limit }, { from, to }))
          picked.push(...[...rows.subarray(0, length)].map(row => first + row));
        expect(picked).toEqual(
          placed.flatMap((row, number) => (number >= 1 && number < limit && row.timestamp >= from && row.timestamp < to ? [number] : [])),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('values within 65,535 of each other take two bytes, in whatever order they come', () => {
  const [least, most] = [1_760_000_000, 1_760_065_535];
  const run = fc.oneof(fc.integer({ min: least, max: most }), fc.constantFrom(least, most));
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 20 }), runs => {
      const blocks = new Blocks({ run: 'near' }, 20);
      for (const [start, run] of runs.entries()) blocks.append({ ...placesOf([start]), timestamp: [run], run: Uint32Array.of(run) }, 1);
      const { columns } = blocks.list[0] ?? expect.fail('a block');
      expect([columns.run.BYTES_PER_ELEMENT, columns.timestamp.BYTES_PER_ELEMENT]).toEqual([2, 2]);
      expect(runs.map((_, row) => [blocks.at('run', row), blocks.at('timestamp', row)])).toEqual(runs.map(value => [value, value]));
    }),
  );
});

test('the narrowest array holds the very numbers', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(numbers, fc.integer(), fc.nat(255))), values => {
      expect([...narrowest(values)]).toEqual(values);
    }),
  );
  expect([[255], [256], [65_535], [65_536], [2 ** 32 - 1], [2 ** 32], [-1]].map(values => narrowest(values).BYTES_PER_ELEMENT)).toEqual([
    1, 2, 2, 4, 4, 8, 8,
  ]);
});

test('sums are exact in any order, beyond what a number holds', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e15 }), { maxLength: 100 }), values => {
      const tally = new Tally();
      for (const value of values) tally.count(cellOf(value, true), value, 0);
      const both = new Tally();
      both.add(tally);
      both.add(tally);
      const sum = values.reduce((total, value) => total + BigInt(value), 0n);
      expect([tally.sumUs(true), tally.sumUs(false), both.sumUs(true)]).toEqual([sum, 0n, 2n * sum]);
    }),
  );
});

test('rows of runs are found, near each other or not', () => {
  const row = fc.oneof(fc.nat(100), fc.nat(70_000), fc.nat(4_000_000_000));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.oneof(fc.nat(50), fc.nat(10_000)), row), { maxLength: 200 }), set => {
      const runs = new Runs();
      const steps = new Map(set);
      for (const [run, first] of set) {
        runs.setFirstStep(run, first);
        runs.setExecutions([run], first + 1);
      }
      for (let run = 0; run <= 10_001; run++) {
        const first = steps.get(run);
        if (runs.firstStepOf(run) !== (first ?? -1) || runs.executionOf(run) !== (first === undefined ? -1 : first + 1))
          throw new Error(`run ${run}: ${runs.firstStepOf(run)}, ${runs.executionOf(run)} instead of ${first}`);
      }
    }),
  );
});

test('runs keep their numbers, also when they are taken up again from what was saved', () => {
  const runs = new Runs();
  const ids = Array.from({ length: 50_000 }, (_, n) => `w-${n}`);
  const numbers = ids.map(id => runs.numberOf(id));
  expect(numbers).toEqual(ids.map((_, n) => n));
  const again = new Runs(runs.seed);
  again.restore(runs.hashesSince(0).slice(0, 2 * 30_000));
  expect(again.place(20_000)).toBe(true);
  again.restore(runs.hashesSince(30_000));
  expect(ids.map(id => again.numberOf(id))).toEqual(numbers);
  expect(again.length).toBe(50_000);
});
