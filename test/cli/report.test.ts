import { spawn } from 'node:child_process';
import { appendFileSync, readdirSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isOnPath } from '../../scripts/test-tools.ts';
import { reportText } from '../../src/cli/report-text.ts';
import { Log } from '../../src/log/log.ts';
import { type Finished, PROGRAM, runProgram, startService, temporaryDirectory } from '../support/program.ts';
import { recordHistory } from '../support/recorded-history.ts';
import { silent } from '../support/silent-logger.ts';

const END = '2026-11-22T12:00:00.000Z';

let temporary: Awaited<ReturnType<typeof temporaryDirectory>>;
let metrics: string;

beforeAll(async () => {
  temporary = await temporaryDirectory();
  metrics = join(temporary.path, 'metrics');
  await recordHistory(metrics, { end: Date.parse(END) });
});
afterAll(() => temporary.remove());

const run = (args: readonly string[], directory = metrics) => runProgram(['report', ...args], { environment: { METRICS_DIR: directory } });

async function json(args: readonly string[], directory = metrics) {
  const { code, stdout, stderr } = await run(args, directory);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** What stands in a directory, without its contents. */
const filesOf = (directory: string) => readdirSync(directory, { recursive: true }).toSorted();

describe('orchestrator-metrics report in a pipe', { timeout: 60_000 }, () => {
  test('one object: the figures of the window and of the one before, from the logs alone, which it leaves as they are', async () => {
    const before = filesOf(metrics);
    const report = await json(['--to', END, '--limit', '3']);
    expect(report).toMatchObject({ from: '2026-10-23T12:00:00.000Z', to: END, asOf: expect.stringMatching(/\w/) });
    expect(report.current.executions).toBeGreaterThan(300);
    expect(report.previous.executions).toBeGreaterThan(200);
    expect(report.all.executions).toBeGreaterThan(1400);
    for (const { durations, medianInterval } of [report.current, report.previous]) {
      expect(medianInterval.lowerSeconds).toBeLessThan(durations.medianSeconds);
      expect(medianInterval.upperSeconds).toBeGreaterThan(durations.medianSeconds);
    }
    expect(report.topPatterns).toHaveLength(3);
    const [first, second] = report.topPatterns;
    expect(first.successRate.lower).toBeGreaterThanOrEqual(second.successRate.lower);
    for (const { successRate, durations } of report.topPatterns) {
      expect(successRate).toEqual({
        value: expect.any(Number),
        successes: expect.any(Number),
        total: expect.any(Number),
        lower: expect.any(Number),
        upper: expect.any(Number),
      });
      expect(durations).toMatchObject({ n: successRate.total, meanSeconds: expect.any(Number), medianSeconds: expect.any(Number) });
    }
    expect(report.mostUsedPlugins).toHaveLength(3);
    expect(report.phases.map(({ phase }: { phase: string }) => phase)).toEqual(['design', 'implement', 'research', 'review', 'test']);
    expect(report.problematicPlugins[0].name).toBe('schema-validator');
    expect(report.changes[0]).toMatchObject({ kind: expect.any(String), tier: expect.any(String), confidence: expect.any(Number) });
    expect(report.changes.map(({ at }: { at: string }) => at)).toEqual(
      report.changes
        .map(({ at }: { at: string }) => at)
        .toSorted()
        .reverse(),
    );
    for (const { executionsToNext } of report.promotionsDue) expect(executionsToNext).toBeLessThanOrEqual(5);
    expect(report.slowPlugins[0].durations.meanSeconds).toBeGreaterThan(report.slowPlugins[1].durations.meanSeconds);
    expect(filesOf(metrics)).toEqual(before);
  });

  test('a running service answers the same, found by its lock and by --url', async () => {
    const directory = join(temporary.path, 'served');
    await cp(metrics, directory, { recursive: true, filter: source => !source.includes('.state') });
    const alone = await json(['--to', END, '--limit', '4'], directory);
    const service = await startService({ METRICS_DIR: directory });
    try {
      expect(await json(['--to', END, '--limit', '4'], directory)).toEqual(alone);
      expect(await json(['--to', END, '--limit', '4', '--url', service.url], join(temporary.path, 'nowhere'))).toEqual(alone);
      const plugin = await service.ask(
        '{ mostUsedPlugins(limit: 1, filter: { window: { last: "P30D", to: "2026-11-22T12:00:00Z" } }) { plugins { name uses } } }',
      );
      expect(alone.mostUsedPlugins[0]).toMatchObject(plugin.data.mostUsedPlugins.plugins[0]);
    } finally {
      await service.end();
    }
  });

  test('--as-of and the same window: the same figures after more was recorded', async () => {
    const directory = join(temporary.path, 'growing');
    await cp(metrics, directory, { recursive: true });
    const before = await json(['--to', END], directory);
    appendFileSync(join(directory, 'durations.log'), '2026-11-20T00:00:00Z,w-late,review,1,latecomer,9,true\n'.repeat(100));
    const after = await json(['--to', END], directory);
    expect(after.current.steps).toBe(before.current.steps + 100);
    expect(await json(['--to', END, '--as-of', before.asOf], directory)).toEqual(before);
    expect(await run(['--as-of', after.asOf])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/do not know position/),
    });
  });

  test('beside a process that owns the logs and serves nothing, such as an import', async () => {
    const log = await Log.open({ directory: metrics, logger: silent, clock: () => Date.parse(END) });
    try {
      expect((await json(['--to', END])).current.executions).toBeGreaterThan(300);
    } finally {
      await log.close();
    }
  });

  test('beside the name of a service that was killed elsewhere: it says so and reads the logs', async () => {
    const directory = join(temporary.path, 'killed');
    await cp(metrics, directory, { recursive: true });
    const owner = { pid: 1, host: 'another-container', since: END, url: 'http://127.0.0.1:9' };
    await writeFile(join(directory, 'lock'), JSON.stringify(owner));
    const { code, stdout, stderr } = await run(['--to', END], directory);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/no service answers at .*The logs are read instead/) });
    expect(JSON.parse(stdout)).toEqual(await json(['--to', END]));
  });

  test('--window all, --from and --to: everything, and a stretch', async () => {
    const everything = await json(['--window', 'all']);
    expect(everything).toMatchObject({ previous: null, from: everything.all.from, to: everything.all.to });
    expect(everything.current.executions).toBe(everything.all.executions);
    const stretch = await json(['--from', '2026-10-01T00:00:00Z', '--to', '2026-10-02T00:00:00+02:00']);
    expect(stretch).toMatchObject({ from: '2026-10-01T00:00:00.000Z', to: '2026-10-01T22:00:00.000Z' });
  });

  const wrong: [string, string[], number, RegExp][] = [
    ['a time without a zone', ['--from', '2026-10-01'], 1, /--from must be RFC 3339/],
    ['a duration that is none', ['--window', '30 days'], 1, /ISO 8601 duration/],
    ['a limit that is too high', ['--limit', '1001'], 1, /--limit must be a whole number from 0 to 1000; it is 1001/],
    ['two windows', ['--window', 'P1D', '--from', '2026-10-01T00:00:00Z'], 2, /cannot be used with option '--from/],
    ['no service', ['--url', 'http://127.0.0.1:9'], 1, /no service answers at/],
  ];
  test.for(wrong)('%s is refused in words', async ([, args, code, message]) => {
    expect(await run(args)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('without logs it says how to record the first execution', async () => {
    const nowhere = await run([], join(temporary.path, 'nowhere'));
    expect(nowhere).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/is missing.*Record the first execution/s) });
    const empty = join(temporary.path, 'empty');
    await mkdir(empty);
    await (await startService({ METRICS_DIR: empty })).end();
    await rm(join(empty, '.state'), { recursive: true });
    const { code, stdout, stderr } = await run([], empty);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/No execution is in the logs yet\. Record the first/) });
    expect(JSON.parse(stdout)).toMatchObject({
      topPatterns: [],
      all: { executions: 0, steps: 0 },
      current: { successRate: { value: null } },
    });
  });
});

/** Runs a report on a terminal of 100 columns: `script` makes one. */
async function onTerminal(args: string): Promise<Finished> {
  const program = `${process.execPath} ${PROGRAM} report ${args} 2>/dev/null`;
  const child = spawn('script', ['-qec', `stty cols 100; ${program}`, '/dev/null'], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', METRICS_DIR: metrics, TERM: 'xterm' },
  });
  const finished: Finished = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', chunk => (finished.stdout += chunk));
  child.stderr.on('data', chunk => (finished.stderr += chunk));
  child.stdin.end();
  finished.code = await new Promise(resolve => child.once('close', resolve));
  return finished;
}

describe('on a terminal', { timeout: 60_000 }, () => {
  test.skipIf(!isOnPath('script') && !process.env['CI'])(
    'tables, each rate with n and interval, each mean with median, p95 and n',
    async () => {
      const { code, stdout } = await onTerminal(`--to ${END} --limit 3`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told
      const lines = stdout.replace(/\x1b\[[\d;]*[A-Za-z]/g, '').split(/\r?\n/);
      expect(code).toBe(0);
      expect(lines.filter(line => [...line].length > 100)).toEqual([]);
      for (const title of ['Overview', 'Top patterns', 'Plugins most used', 'Phases', 'Slow plugins', 'Problematic plugins'])
        expect(lines.some(line => line.startsWith(title))).toBe(true);
      // The median's interval stands below it, as the rate's does.
      const median = lines.findIndex(line => line.startsWith('Median '));
      expect(lines[median + 1]).toMatch(/^95 % interval( +\d{3}\.\d s – \d{3}\.\d s){2}$/);
      const headings = lines.filter(line => line.startsWith('plugin '));
      expect(headings).toHaveLength(3);
      for (const heading of headings)
        expect(heading.split(/ {2,}/)).toEqual(['plugin', 'uses', 'rate', '95 % interval', 'of', 'mean', 'median', 'p95', 'n']);
      expect(lines.find(line => line.startsWith('schema-validator'))).toMatch(
        /^schema-validator +\d+ +\d\d\.\d % +\d\d\.\d – \d\d\.\d % +\d+ +\d/,
      );
    },
  );

  test('few executions: it says that intervals are wide; none in the window: where the newest is', async () => {
    const wide = { width: 120, bold: false };
    const few = await json(['--from', '2026-10-01T00:00:00Z', '--to', '2026-10-01T12:00:00Z']);
    expect(few.current.executions).toBeGreaterThan(0);
    expect(few.current.executions).toBeLessThan(30);
    expect(reportText(few, wide)).toMatch(/Only \d+ executions?: the intervals are wide/);
    const fewer = { ...few, current: { ...few.current, medianInterval: null } };
    expect(reportText(fewer, wide)).toMatch(/Median .*\n95 % interval +– /);
    const many = await json(['--to', END]);
    expect(reportText(many, wide)).not.toMatch(/intervals are wide/);
    const none = await json(['--from', '2027-01-01T00:00:00Z', '--to', '2027-02-01T00:00:00Z']);
    expect(reportText(none, wide)).toMatch(/No execution in this window; the newest row is of 2026-11-22/);
    expect(reportText(none, wide)).toMatch(/Top patterns.*\nNo pattern ran\./);
  });

  test('a narrow terminal cuts names, not figures', async () => {
    const report = await json(['--to', END]);
    const [pattern] = report.topPatterns;
    const long = { ...report, topPatterns: [{ ...pattern, name: 'a-name-of-many-characters-'.repeat(4) }] };
    const line = reportText(long, { width: 100, bold: false })
      .split('\n')
      .find(text => text.startsWith('a-name'));
    expect(line).toMatch(/^a-name-[a-z-]+… +\w+ +\d+\.\d %/);
    expect(line?.length).toBeLessThanOrEqual(100);
  });
});
