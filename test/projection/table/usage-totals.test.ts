/** What plugin_usage.log says last of each plugin, as of any position: against a loop over its rows. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { START } from '../../../src/log/log.ts';
import { UsageTotals } from '../../../src/projection/table/usage-totals.ts';
import type { PluginUsageRow } from '../../../src/record/record.ts';

const LINE_BYTES = 10;
const PLUGINS = 3;

const rows = fc
  .array(fc.record({ plugin: fc.nat(PLUGINS - 1).map(String), uses: fc.nat(1000), timestamp: fc.nat(1000) }), {
    minLength: 1,
    maxLength: 400,
    size: 'max',
  })
  .map(given =>
    given.map(
      (values, place): PluginUsageRow => ({
        ...values,
        start: place * LINE_BYTES,
        end: (place + 1) * LINE_BYTES,
        totalDurationUs: BigInt(values.uses),
        successes: values.uses,
        failures: 0,
        lastUsed: values.timestamp,
      }),
    ),
  );

function naive(before: readonly PluginUsageRow[]) {
  return {
    rows: before.length,
    latest: before.length === 0 ? undefined : Math.max(...before.map(({ timestamp }) => timestamp)),
    uses: Object.fromEntries(before.map(({ plugin, uses }) => [plugin, uses])),
  };
}

test('as of any row, while rows come in, and taken up again', async () => {
  let [asked, read] = [0, 0];
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), async (given, every, batch) => {
      let totals = new UsageTotals(every);
      const at = async (count: number) => {
        const asOf = { ...START, plugin_usage: count * LINE_BYTES };
        const { last, ...usage } = await totals.at(asOf, async (from, to) => {
          read++;
          return given.filter(({ start }) => start >= from && start < to.plugin_usage);
        });
        const uses = Object.fromEntries([...last].map(([plugin, { uses: own }]) => [plugin, own]));
        return { rows: usage.rows, latest: usage.latest, uses };
      };
      for (let from = 0; from < given.length; from += batch) {
        const handedOut = await totals.at({ ...START, plugin_usage: from * LINE_BYTES }, async () => []);
        totals.append(given.slice(from, from + batch));
        // What was handed out stays as it is.
        expect(handedOut.rows).toBe(from);
        expect(Object.fromEntries([...handedOut.last].map(([plugin, { uses }]) => [plugin, uses]))).toEqual(
          naive(given.slice(0, from)).uses,
        );
        if (from % 3 === 0) {
          const saved = totals.newest;
          totals = new UsageTotals(every);
          totals.restore(saved);
        }
        const count = Math.min(given.length, from + batch);
        asked++;
        const readBefore = read;
        expect(await at(count)).toEqual(naive(given.slice(0, count)));
        // As of the newest row nothing is read again.
        expect(read).toBe(readBefore);
      }
      for (let count = 0; count <= given.length; count += 7) expect(await at(count)).toEqual(naive(given.slice(0, count)));
    }),
    { numRuns: 100 },
  );
  expect(asked).toBeGreaterThan(100);
  expect(read).toBeGreaterThan(100);
});
