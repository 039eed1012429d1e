/** The logs as judgement reads them are those that are read whole. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decode, decodeLazily } from '../../src/log/decode.ts';
import { owedBy } from '../../src/log/owed.ts';
import { latestUsage, RunRows, rowRange } from '../../src/log/run-rows.ts';
import { CHAIN_START, type Execution, formatJournalLine, formatPluginUsageLine, HEADERS, type Run } from '../../src/record/record.ts';
import { base, execution, name } from '../record/arbitraries.ts';
import { fc } from '../support/properties.ts';

const linesOf = (each: readonly string[]) => Buffer.from(each.map(line => `${line}\n`).join(''));

function inShort({ workflowId, patternId, patternName, taskDescription, status, completedAt, durationMs, steps }: Run): Run {
  const told = steps.map(({ step, phase, plugin, durationMs, status, pluginVersion }) => {
    return { step, phase, plugin, durationMs, status, ...(pluginVersion === undefined ? {} : { pluginVersion }) };
  });
  return { workflowId, patternId, patternName, taskDescription, status, completedAt, durationMs, steps: told };
}

function expectTheSame(bytes: Buffer, start: number): void {
  const rows = new RunRows().journal(bytes, start);
  const expected = decodeLazily('journal', bytes, start).rows;
  const placed = ({ start, end, base, chain }: { start: number; end: number; base: object; chain: string }) => ({
    start,
    end,
    base,
    chain,
  });
  expect(rows.map(placed)).toEqual(expected.map(placed));
  expect(rows.map(({ execution }) => inShort(execution))).toEqual(expected.map(({ execution }) => inShort(execution)));
}

/** A row that proves itself, whatever it says. */
function proven(row: string): string {
  return `${row}${CHAIN_START}${createHash('sha256').update(CHAIN_START).update(row).digest('hex').slice(0, 16)}`;
}

const written = fc.tuple(execution, base).map(([given, positions]) => formatJournalLine(given, positions, CHAIN_START));
const TIME = '2025-11-07T10:00:00.000Z';
const STEP = '{""step"":1,""phase"":""p"",""plugin"":""g"",""durationMs"":5,""status"":""success""}';
const ROW = `${TIME},execution,e,w,p,n,task,success,${TIME},${TIME},5,,0,"","[${STEP}]","[]",1:2:3,`;
const CHANGED: readonly [string, string][] = [
  [',p,', ',"p",'],
  [',n,', ',"a,""n",'],
  [',success,', ',paused,'],
  [',5,,', ',x,,'],
  [',5,,', ',007,,'],
  ['task', '"a, ""task"""'],
  ['task', 'back\\\\slash'],
  ['execution', 'pattern'],
  ['1:2:3', '1:2'],
  ['"[]",1:2:3', '"[]",more,1:2:3'],
  [`${TIME},5`, '2025-02-30T10:00:00.000Z,5'],
  [`${TIME},5`, '2025-11-07T10:60:00.000Z,5'],
  [`${TIME},5`, '2025-11-07T10:00:00Z,5'],
  ['""p""', '""p\\""q""'],
  ['""durationMs"":5', '""durationMs"":5.5'],
  ['""status"":""success""', '""status"":""waiting""'],
  ['""success""}', '""success"",""later"":1}'],
  [STEP, `${STEP},${STEP}`],
  [
    STEP,
    STEP.replace('}', ',""startedAt"":""2025-11-07T10:00:00.000Z"",""attempt"":2,""pluginVersion"":""1"",""errorMessage"":""a\\""b""}'),
  ],
];
const odd = fc.constantFrom(
  '',
  HEADERS.journal,
  'not a row',
  proven('a,"b,'),
  ...CHANGED.map(([from, to]) => proven(ROW.replace(from, to))),
);
const lines = fc.array(fc.oneof({ weight: 2, arbitrary: written }, { weight: 1, arbitrary: odd }), { minLength: 1, maxLength: 8 });

describe('runs in short are the executions of the rows', () => {
  test('whatever the lines are', () => {
    fc.assert(
      fc.property(lines, fc.constantFrom(0, 1000), (each, start) => expectTheSame(linesOf(each), start)),
      { numRuns: 300 },
    );
  });

  test.for(CHANGED)('where %j stands as %j', ([from, to]) => {
    expect(ROW).toContain(from);
    expectTheSame(linesOf([proven(ROW), proven(ROW.replace(from, to))]), 0);
  });

  test('where a byte was changed, UTF-8 or not', () => {
    fc.assert(
      fc.property(lines, fc.nat(), fc.nat(255), (each, at, byte) => {
        const bytes = linesOf(each);
        if (bytes.length > 1) bytes[at % (bytes.length - 1)] = byte;
        expectTheSame(bytes, 0);
      }),
      { numRuns: 300 },
    );
  });
});

test('what a run owes to the shared logs is what is written of it', () => {
  let counted = 0;
  const owedOf = (given: Execution) => {
    const [row] = new RunRows().journal(
      linesOf([formatJournalLine(given, { durations: 0, success_rates: 0, plugin_usage: 0 }, CHAIN_START)]),
      0,
    );
    return row?.owed;
  };
  fc.assert(
    fc.property(execution, given => {
      const owed = owedOf(given);
      const { durations, success_rates } = owedBy([given]);
      if (!owed) return;
      counted++;
      expect(owed).toEqual({ durations: linesOf(durations).length, success_rates: linesOf(success_rates).length });
    }),
    { numRuns: 300 },
  );
  expect(counted).toBeGreaterThan(50);
});

test('rows of a shared log are decoded between two lines', () => {
  const bytes = linesOf([1, 20, 3].map(step => `2025-11-07T00:00:00Z,w,p,${step},g,0.5,true`));
  const { rows } = decode('durations', bytes, 1000);
  const range = rowRange('durations', bytes, 1000);
  expect([range.start, range.end]).toEqual([1000, 1000 + bytes.length]);
  expect(range.between(1000, range.end)).toEqual(rows);
  expect(range.between(rows[1]?.start ?? 0, rows[1]?.end ?? 0)).toEqual([rows[1]]);
});

test('of running totals the last row of each plugin is read, in any form that a row may have', () => {
  const second = fc.integer({ min: 0, max: 1e9 });
  const plugin = fc.oneof(fc.constantFrom('a', 'b', '', 'a,b', 'a"b'), name);
  const row = fc.record({ plugin, timestamp: second, uses: fc.nat(), successes: fc.nat(), failures: fc.nat(), lastUsed: second });
  const usage = row.map(values => formatPluginUsageLine({ ...values, totalDurationUs: 1_000_000n }));
  const other = fc.constantFrom('', HEADERS.plugin_usage, 'no row', '2025-11-07T00:00:00Z,a,x', '"', ',a,');
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: usage }, other), { maxLength: 12 }), each => {
      const bytes = linesOf(each);
      const last = new Map(decode('plugin_usage', bytes, 7).rows.map(row => [row.plugin, row]));
      expect(new Map(latestUsage(bytes, 7).map(row => [row.plugin, row]))).toEqual(last);
    }),
    { numRuns: 300 },
  );
});
