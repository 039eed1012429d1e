/** What other programs read in the shared logs is what this one reads. */
import { describe, expect, test } from 'vitest';
import { hasPandas } from '../../scripts/test-tools.ts';
import { MetricsError } from '../../src/errors.ts';
import { type Log, type SharedLog, START } from '../../src/log/log.ts';
import { execution, name, text } from '../record/arbitraries.ts';
import { NOW } from '../support/execution-inputs.ts';
import { MetricsDirectory } from '../support/metrics-directory.ts';
import { columnsByAwk, hasPython, readByDuckdb, readByPandas, readByPython } from '../support/other-readers.ts';
import { fc } from '../support/properties.ts';

const directory = new MetricsDirectory();
const SHARED = ['durations', 'success_rates', 'plugin_usage'] as const;

// ---------- What stands in the logs ----------

/** Executions as a client sends them, of a past that the clock takes. */
const input = execution.map(given => {
  const [startedAt = 0, completedAt = 0] = [given.startedAt % NOW, given.completedAt % NOW].toSorted((a, b) => a - b);
  const steps = given.steps.map(({ startedAt: _, ...step }) => step);
  return { ...given, startedAt: new Date(startedAt).toISOString(), completedAt: new Date(completedAt).toISOString(), steps };
});

/** What our grammar takes from others: any text on one line, quoted where a reader of CSV needs it, or quoted anyway. */
const oneLine = text.map(value => value.replace(/(?!\t)\p{Cc}/gu, ' '));
const cell = (values: fc.Arbitrary<string>) =>
  fc.tuple(values, fc.boolean()).map(([value, quote]) => (quote || /[",]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value));
const theirName = cell(oneLine.filter(value => value !== ''));
const time = fc.constantFrom(
  '2025-11-07T00:00:00Z',
  '2025-11-07T23:59:59.999Z',
  '"2025-11-07T00:30:00+02:00"',
  '2024-02-29T12:00:00.123456789-03:30',
);
const count = fc.constantFrom('0', '007', '41', '"3"', '999999999999999');
const seconds = fc.constantFrom('0', '0.25', '"61.042"', '120', '0.0000005', '1000000000', '00012.50');
const flag = fc.constantFrom('true', 'false', '"true"');
const row = (...columns: fc.Arbitrary<string>[]) => fc.tuple(...columns).map(values => `${values.join(',')}\n`);
const others = fc.record({
  durations: fc.array(row(time, theirName, theirName, theirName, theirName, seconds, flag), { maxLength: 5 }),
  success_rates: fc.array(row(time, theirName, theirName, flag, seconds, count, count, cell(oneLine)), { maxLength: 5 }),
  plugin_usage: fc.array(row(time, theirName, count, seconds, count, count, seconds, time), { maxLength: 5 }),
});

let runs = 0;

/** Records, and lets other programs append, in turns. */
async function fill(log: Log): Promise<void> {
  const turns = fc.sample(fc.tuple(fc.array(input, { maxLength: 5 }), others), 60);
  for (const [given, appended] of turns) {
    const inputs = given.map(each => ({ ...each, executionId: `${each.executionId}-${++runs}`, workflowId: `${each.workflowId}-${runs}` }));
    for (const outcome of await log.record(inputs)) if (outcome instanceof MetricsError) throw outcome;
    for (const name of SHARED) directory.append(name, appended[name].join(''));
  }
}

// ---------- What the columns say ----------

const secondOf = (timestamp = '') => Math.floor(Date.parse(timestamp) / 1000);

/** Microseconds, half up, by decimals alone. */
function microseconds(decimal = ''): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  const digits = BigInt(whole + fraction.padEnd(7, '0').slice(0, 7));
  return (digits + 5n) / 10n;
}

const VALUES = {
  durations: ([time, workflowId, phase, step, plugin, duration, success]: string[]) => ({
    timestamp: secondOf(time),
    workflowId,
    phase,
    step,
    plugin,
    durationUs: Number(microseconds(duration)),
    success: success === 'true',
  }),
  success_rates: ([time, patternId, patternName, success, duration, pluginsUsed, filesCreated]: string[]) => ({
    timestamp: secondOf(time),
    patternId,
    patternName,
    success: success === 'true',
    durationUs: Number(microseconds(duration)),
    pluginsUsed: Number(pluginsUsed),
    filesCreated: Number(filesCreated),
  }),
  plugin_usage: ([time, plugin, uses, total, successes, failures, , lastUsed]: string[]) => ({
    timestamp: secondOf(time),
    plugin,
    uses: Number(uses),
    totalDurationUs: microseconds(total),
    successes: Number(successes),
    failures: Number(failures),
    lastUsed: secondOf(lastUsed),
  }),
} satisfies Record<SharedLog, (columns: string[]) => object>;

// ---------- The readers ----------

type Reader = Readonly<{ name: string; isThere: boolean; read: (file: string) => string[][] | Promise<string[][]> }>;

const READERS: readonly Reader[] = [
  { name: "Python's csv", isThere: hasPython, read: readByPython },
  { name: 'DuckDB', isThere: true, read: readByDuckdb },
  { name: 'pandas', isThere: hasPandas(), read: readByPandas },
];

/** pandas is fetched by `npm test`; where its registry is away it may be missing under CI too, since Python's csv stands for its rules. */
const isSkipped = ({ name, isThere }: Reader) => !isThere && (name === 'pandas' || process.env['CI'] !== 'true');

describe('the same rows, with the same values, are read', () => {
  for (const reader of READERS) {
    const skipped = isSkipped(reader);
    const title = `by ${reader.name}${skipped ? ' (SKIPPED: it is not on this machine)' : ''}`;
    test.skipIf(skipped)(title, { timeout: 60_000 }, async () => {
      const log = await directory.open();
      await fill(log);
      const { rejected, ...rows } = await log.read(START, await log.upToDate(), Number.MAX_SAFE_INTEGER);
      expect(rejected).toEqual([]);
      for (const name of SHARED) {
        const ours = rows[name].map(({ start: _, end: __, ...values }) => values);
        const theirs = (await reader.read(directory.file(name))).map(columns => VALUES[name](columns));
        expect(ours.length).toBeGreaterThan(50);
        expect(theirs).toEqual(ours);
      }
    });
  }
});

test('notes are what was given, each line break and control character a blank: by Python or DuckDB', async () => {
  const log = await directory.open();
  const given = fc.sample(text, 200);
  await log.record(
    given.map((notes, index) => ({
      executionId: `e-${index}`,
      patternId: 'p',
      taskDescription: '',
      status: 'SUCCESS',
      startedAt: '2025-11-07T10:00:00Z',
      completedAt: '2025-11-07T10:00:00Z',
      steps: [],
      notes,
    })),
  );
  const expected = given.map(notes => notes.replace(/\r\n|[\p{Cc}\u2028\u2029]/gu, ' '));
  const read = hasPython ? readByPython(directory.file('success_rates')) : await readByDuckdb(directory.file('success_rates'));
  expect(read.map(columns => columns.at(-1))).toEqual(expected);
});

test('awk sees seven columns in every row of durations.log, whatever was sent', async () => {
  const log = await directory.open();
  const names = fc.sample(fc.tuple(name, name, name), 300);
  const inputs = names.map(([workflow, phase, plugin], index) => ({
    executionId: `e-${index}`,
    workflowId: `${workflow}-${index}`,
    patternId: 'p',
    taskDescription: 'timestamp,workflow_id\n"1","2"',
    notes: 'a,b,"c"\n,,,',
    status: 'FAILED',
    startedAt: '2025-11-07T10:00:00Z',
    completedAt: '2025-11-07T10:00:00Z',
    steps: [{ step: index, phase, plugin, durationMs: index * 7, status: 'FAILED', errorMessage: ',,,\n,' }],
  }));
  // What is refused must leave no row; what is accepted must leave one that splits.
  const refused = [{ ...inputs[0], executionId: 'x', steps: [{ ...inputs[0]?.steps[0], phase: 'a,b' }] }];
  const outcomes = await log.record([...inputs, ...refused]);
  expect(outcomes.map(outcome => outcome instanceof MetricsError)).toEqual([...inputs.map(() => false), true]);
  expect(columnsByAwk(directory.file('durations'))).toEqual(inputs.map(() => 7));
});
