import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_CELL_LENGTH, spreadsheetCell } from '../../src/cli/spreadsheet.ts';
import { Log } from '../../src/log/log.ts';
import { executionInput, NOW, stepInput } from '../support/execution-inputs.ts';
import { runProgram, startService, temporaryDirectory } from '../support/program.ts';
import { fc } from '../support/properties.ts';
import { silent } from '../support/silent-logger.ts';

let temporary: Awaited<ReturnType<typeof temporaryDirectory>>;
let metrics: string;
let environment: Record<string, string>;

beforeEach(async () => {
  temporary = await temporaryDirectory();
  metrics = join(temporary.path, 'metrics');
  environment = { METRICS_DIR: metrics };
  await mkdir(metrics);
});
afterEach(() => temporary.remove());

const FORMULA = '=HYPERLINK("http://x","click, ""me""")\nsecond line\t"quoted", 😀';
const INPUTS = [
  executionInput({ executionId: 'one', workflowId: 'w-1', taskDescription: FORMULA, notes: '-1+1', errorMessage: '@x', filesCreated: 3 }),
  executionInput({
    executionId: 'two',
    patternName: 'REST',
    status: 'CANCELLED',
    durationMs: 1,
    steps: [
      stepInput({ startedAt: '2025-11-07T10:00:00.125Z', attempt: 2, pluginVersion: '1.0', status: 'FAILED', errorMessage: 'no\r\n' }),
      stepInput({ step: 2, status: 'SKIPPED' }),
    ],
    attributes: [{ key: 'model', value: 'm,"1"\n' }],
  }),
  executionInput({ executionId: 'three', status: 'PARTIAL', steps: [], notes: 'x'.repeat(65_536) }),
];

/** Records them, with lines of other programs before and behind. */
async function fill(): Promise<void> {
  const log = await Log.open({ directory: metrics, logger: silent, clock: () => NOW });
  appendFileSync(join(metrics, 'durations.log'), '2025-11-07T00:00:00Z,w,"a, ""b""",1,p,1,true\r\nno row\n');
  appendFileSync(join(metrics, 'success_rates.log'), '2025-11-07T00:00:00Z,p,n,true,1,1,1,"=1+1"\n');
  for (const input of INPUTS) for (const outcome of await log.record([input])) if (outcome instanceof Error) throw outcome;
  await log.close();
}

const run = (...args: string[]) => runProgram(['export', ...args], { environment });
const logOf = (directory: string, log: string) => readFileSync(join(directory, `${log}.log`), 'utf8');

describe('orchestrator-metrics export', { timeout: 60_000 }, () => {
  test('executions: import takes them again, and the logs hold the same', async () => {
    await fill();
    const output = join(temporary.path, 'executions.ndjson');
    const exported = await run('executions', '--output', output);
    expect(exported).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining(`3 rows of executions exported to ${output}`) });

    const again = { METRICS_DIR: join(temporary.path, 'again') };
    const imported = await runProgram(['import', output], { environment: again });
    expect(JSON.parse(imported.stdout)).toMatchObject({ recorded: 3, duplicates: 0, refused: 0 });
    expect((await runProgram(['export', 'executions'], { environment: again })).stdout).toBe(readFileSync(output, 'utf8'));
    // All of a journal row but where the shared logs stood, which others had appended to, and the proof of it.
    const said = (directory: string) => logOf(directory, 'journal').replace(/,\d+:\d+:\d+,[0-9a-f]{32}$/gm, '');
    expect(said(again.METRICS_DIR)).toBe(said(metrics));
    const ours = (log: string) => logOf(metrics, log).replace(/^2025-11-07T00[^\n]*\n|^no row\n/gm, '');
    for (const log of ['durations', 'success_rates', 'plugin_usage']) {
      // In one group a plugin has one row of totals.
      const last = (text: string) => (log === 'plugin_usage' ? text.split('\n').at(-2) : text);
      expect(last(logOf(again.METRICS_DIR, log))).toBe(last(ours(log)));
    }
  });

  test('the shared logs as CSV on standard output, the lines that are no rows left out and counted', async () => {
    await fill();
    const { code, stdout, stderr } = await run('durations');
    const lines = logOf(metrics, 'durations').replaceAll('\r', '').split('\n');
    expect({ code, lines: stdout.split('\n') }).toEqual({ code: 0, lines: lines.filter(line => line !== 'no row') });
    expect(stderr).toContain('1 lines that are no rows were left out');
  });

  test('--for-spreadsheet: no cell is a formula, none is longer than Excel takes, and what is cut is said', async () => {
    await fill();
    const { stdout, stderr } = await run('executions', '--for-spreadsheet');
    expect(stdout.startsWith('\ufeff"execution_id",')).toBe(true);
    const [header = [], ...rows] = parse(stdout.slice(1), { record_delimiter: '\r\n' }) as string[][];
    const cells = rows.map(row => Object.fromEntries(header.map((name, index) => [name, row[index]])));
    expect(cells.map(({ task_description, notes, error_message }) => [task_description, notes, error_message])).toEqual([
      [`'${FORMULA}`, "'-1+1", "'@x"],
      ['Build a REST API', '', ''],
      ['Build a REST API', `${'x'.repeat(MAX_CELL_LENGTH - 1)}…`, ''],
    ]);
    expect(stderr).toContain('1 cells were cut to the 32,767 characters');

    const success = parse((await run('success_rates', '--for-spreadsheet')).stdout.slice(1)) as string[][];
    expect(success[1]?.at(-1)).toBe("'=1+1");
    expect(success[0]).toEqual(logOf(metrics, 'success_rates').split('\n')[0]?.split(','));
  });

  test('a file that is there is replaced only with --force, and never left half written', async () => {
    await fill();
    const output = join(temporary.path, 'durations.csv');
    writeFileSync(output, 'mine');
    const refused = await run('durations', '--output', output);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already: name another file, or give --force') });
    expect(readFileSync(output, 'utf8')).toBe('mine');
    expect((await run('durations', '--output', output, '--force')).code).toBe(0);
    expect(readFileSync(output, 'utf8')).toBe((await run('durations')).stdout);
    expect(readdirSync(temporary.path).toSorted()).toEqual(['durations.csv', 'metrics']);
  });

  test('beside a running service', async () => {
    const service = await startService(environment);
    try {
      await runProgram(['record'], { environment, input: JSON.stringify(INPUTS) });
      expect((await run('executions')).stdout.trim().split('\n')).toHaveLength(3);
    } finally {
      await service.end();
    }
  });

  test('what cannot be done says what to do', async () => {
    expect(await run('durations')).toMatchObject({ code: 1, stderr: expect.stringContaining('journal.log is missing') });
    expect(await run('notes')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('executions, durations, success_rates, plugin_usage'),
    });
  });
});

describe('a cell for a spreadsheet', () => {
  test.for([
    '=1+1',
    '+1+1',
    '-1+1',
    '@SUM(A1)',
    '\t=1',
    '\rx',
    '\nx',
    '＝1',
    '＋1',
    '－1',
    '＠1',
    ' =1',
    '\u00a0=1',
    '\ufeff=1',
    '\u200b=1',
    '-',
    '+49 30',
    '--1',
  ])('%j is defused', text => {
    expect(spreadsheetCell(text)).toEqual({ text: `"'${text}"`, cut: false });
  });

  test.for(['', '0', '-1', '-1.5', '61.042', '2025-11-07T00:00:00Z', 'a=b', "'=1", 'x-1', '1e3'])('%j stays', text => {
    expect(spreadsheetCell(text)).toEqual({ text: `"${text}"`, cut: false });
  });

  test('is never longer than a cell may be, nor half a character, whatever it holds', () => {
    const long = fc.string({ unit: 'grapheme', minLength: 0, maxLength: 40 }).map(text => text.repeat(3000));
    fc.assert(
      fc.property(long, text => {
        const cell = spreadsheetCell(text);
        const [[read = ''] = []] = parse(cell.text, { record_delimiter: '\u0000', ltrim: false }) as string[][];
        expect(read.length).toBeLessThanOrEqual(MAX_CELL_LENGTH);
        expect(read.isWellFormed()).toBe(true);
        expect(cell.cut).toBe(read !== text && read !== `'${text}`);
      }),
      { numRuns: 50 },
    );
  });
});
