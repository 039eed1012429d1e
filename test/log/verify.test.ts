import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';

import { type Finding, type Log, type LogName, type Verified, verifyLogs } from '../../src/log/log.ts';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';
import { RecorderProcess } from '../support/recorder-process.ts';

const directory = new MetricsDirectory();
const LOGS = ['journal', 'durations', 'success_rates', 'plugin_usage'] as const;
const GROUPS = 12;

type Outcome = Verified & { errors: Finding[]; notes: Finding[] };

async function verify(): Promise<Outcome> {
  const findings: Finding[] = [];
  const verified = await verifyLogs({ directory: directory.path, report: finding => findings.push(finding) });
  const of = (severity: Finding['severity']) => findings.filter(finding => finding.severity === severity);
  return { ...verified, errors: of('error'), notes: of('note') };
}

// ---------- A history with other writers ----------

const theirs = {
  durations: (n: number) => `2025-11-07T00:00:0${n % 10}Z,their-${n},review,1,human,${900 + n},true\n`,
  success_rates: (n: number) => `2025-11-07T00:00:00Z,their-pattern,"their, ""name""",true,${n}.5,1,0,"note ${n}"\r\n`,
  plugin_usage: (n: number) => `2025-11-07T00:00:00Z,human,${n},${n * 900},${n},0,900,2025-11-07T00:00:00Z\n`,
};

const input = (id: string, n: number) =>
  executionInput({
    executionId: id,
    patternId: n % 2 ? 'p-api' : 'p-fix',
    status: n % 5 === 4 ? 'CANCELLED' : 'SUCCESS',
    notes: `first "line"\nsecond, ${id}`,
    steps: [stepInput(), stepInput({ step: 2, plugin: n % 3 ? 'lint' : 'Übersetzer', durationMs: 1000 + n, status: 'FAILED' })],
  });

async function recordGroup(log: Log, n: number): Promise<void> {
  for (const outcome of await log.record([input(`e-${n}`, n), input(`f-${n}`, n + 1)])) if (outcome instanceof Error) throw outcome;
}

/** Ten groups and more, with rows of other programs before, between and behind them, and lines that are no rows. */
async function fill(): Promise<void> {
  directory.copySamples();
  directory.append('durations', 'no row\n');
  const log = await directory.open();
  for (let n = 0; n < GROUPS; n++) {
    await recordGroup(log, n);
    for (const name of ['durations', 'success_rates', 'plugin_usage'] as const) {
      if (n % 3 === 0) directory.append(name, theirs[name](n));
      if (n % 4 === 0) directory.append(name, `no row ${n}\n`);
    }
    // Totals that another program wrote of our plugin: ours go on from them.
    if (n === 5) directory.append('plugin_usage', '2025-11-08T00:00:00Z,lint,100,250.5,90,10,2.505,2025-11-08T00:00:00Z\n');
  }
  await log.upToDate();
  await directory.close(log);
}

// ---------- Damage ----------

const lineAt = (bytes: Buffer, offset: number) => bytes.subarray(0, offset).toString('latin1').split('\n').length;
const edit = (log: LogName, change: (lines: string[]) => void) => {
  const lines = readFileSync(directory.file(log), 'utf8').split('\n');
  change(lines);
  writeFileSync(directory.file(log), lines.join('\n'));
};
/** The number of the line, as an editor counts, and the index in an array of lines. */
const numberOf = (log: LogName, part: string) =>
  directory
    .text(log)
    .split('\n')
    .findIndex(line => line.includes(part)) + 1;

describe('logs that are whole pass', () => {
  test('with other writers, lines that are no rows, and every row counted', async () => {
    await fill();
    const { errors, notes, rows, bytes, missing } = await verify();
    expect(errors).toEqual([]);
    expect(notes.every(({ message }) => message.startsWith('no row: '))).toBe(true);
    expect(notes.map(({ file, line }) => directory.text(file.replace('.log', '') as LogName).split('\n')[(line ?? 0) - 1])).toEqual(
      notes.map(() => expect.stringContaining('no row')),
    );
    expect(notes).toHaveLength(1 + 3 * 3);
    expect(rows).toEqual({
      journal: 2 * GROUPS,
      durations: 4 * GROUPS + 4 + 2,
      success_rates: directory.lines('success_rates').filter(line => !line.startsWith('no row')).length,
      plugin_usage: directory.lines('plugin_usage').filter(line => !line.startsWith('no row')).length,
    });
    expect(bytes).toBe(LOGS.reduce((sum, log) => sum + statSync(directory.file(log)).size - directory.text(log).indexOf('\n') - 1, 0));
    expect(missing).toEqual({ durations: [], success_rates: [], plugin_usage: [] });
  });

  test('that are empty', async () => {
    await directory.close(await directory.open());
    expect(await verify()).toMatchObject({ errors: [], notes: [], rows: { journal: 0, durations: 0 } });
  });

  test('that hold only what others wrote', async () => {
    directory.copySamples();
    await directory.close(await directory.open());
    expect(await verify()).toMatchObject({ errors: [], notes: [], rows: { durations: 2, success_rates: 1, plugin_usage: 2 } });
  });

  test('where totals of another program came between our look and our write', async () => {
    const log = await directory.open();
    await record(log, executionInput({ steps: [stepInput({ plugin: 'x', durationMs: 1000 })] }));
    await directory.close(log);
    const row = (uses: number, time: string) => `${time},x,${uses},${uses},${uses},0,1,2025-11-08T00:00:00Z\n`;
    const ours = directory.lines('plugin_usage')[0] ?? '';
    // Theirs, ours that did not know of it, and ours that counts both.
    const [theirs, corrected] = [row(20, '2025-11-08T00:00:00Z'), row(21, '2025-11-07T10:00:05Z')];
    directory.write('plugin_usage', `${directory.text('plugin_usage').split('\n')[0]}\n${theirs}${ours}\n${corrected}`);
    rmSync(`${directory.path}/.state`, { recursive: true });
    expect((await verify()).errors).toEqual([]);
    // Opening finds nothing owed either.
    const before = directory.allBytes();
    await directory.open();
    expect(directory.allBytes()).toEqual(before);
  });

  test('while they are being written, every time', async () => {
    const recorder = new RecorderProcess(['loop', directory.path]);
    await recorder.saidLines(5);
    for (let round = 0; round < 10; round++) expect((await verify()).errors).toEqual([]);
    await recorder.kill();
  });

  test('after recovery closed a torn row: it is told of, and no error', async () => {
    await fill();
    directory.append('journal', directory.lines('journal')[3]?.slice(0, 200) ?? '');
    expect(await verify()).toMatchObject({
      errors: [],
      notes: expect.arrayContaining([expect.objectContaining({ file: 'journal.log', line: 2 * GROUPS + 2 })]),
    });
    const log = await directory.open();
    const torn = { file: 'journal.log', line: 2 * GROUPS + 2, message: expect.stringMatching(/^no row, and none is missing/) };
    expect((await verify()).notes).toContainEqual({ severity: 'note', ...torn });
    await record(log, executionInput());
    const after = await verify();
    expect(after.errors).toEqual([]);
    expect(after.notes).toContainEqual({ severity: 'note', ...torn });
  });
});

describe('each kind of damage is told of in its own words, with file and line', () => {
  beforeEach(fill);

  test.for<readonly [log: 'durations' | 'success_rates' | 'plugin_usage', part: string]>([
    ['durations', ',e-4,implement,2,'],
    ['success_rates', 'second, e-6"'],
    ['plugin_usage', ',lint,4,'],
  ])('a row removed from %s.log', async ([log, part]) => {
    const number = numberOf(log, part);
    const removed = directory.text(log).split('\n')[number - 1] ?? '';
    edit(log, lines => lines.splice(number - 1, 1));
    const { errors } = await verify();
    expect(errors).toContainEqual({
      severity: 'error',
      file: `${log}.log`,
      line: expect.any(Number),
      message: expect.stringContaining(`a row is missing in the rows from this line on: ${removed}`),
    });
    expect(errors).toContainEqual(
      expect.objectContaining({
        file: `${log}.log`,
        message: expect.stringContaining(`${Buffer.byteLength(removed) + 1} bytes were taken out of the log`),
      }),
    );
    const ofRows = errors.filter(({ message }) => !message.includes('digest'));
    expect(ofRows).toHaveLength(2);
    for (const { line } of ofRows) expect(Math.abs((line ?? 0) - number)).toBeLessThanOrEqual(6);
  });

  test.for(['durations', 'success_rates', 'plugin_usage'] as const)('a row doubled in %s.log, where it stands', async log => {
    const number = numberOf(log, log === 'durations' ? ',e-4,implement,2,' : log === 'success_rates' ? 'second, e-6"' : ',lint,4,');
    edit(log, lines => lines.splice(number, 0, lines[number - 1] ?? ''));
    const { errors } = await verify();
    expect(errors).toContainEqual(
      expect.objectContaining({ file: `${log}.log`, line: number + 1, message: expect.stringContaining('once more') }),
    );
    expect(errors).toContainEqual(expect.objectContaining({ message: expect.stringMatching(/bytes were put into the log/) }));
  });

  test('a row of a recorded workflow that nobody recorded', async () => {
    directory.append('durations', '2025-11-07T10:00:05Z,e-3,implement,9,lint,1,true\n');
    const { errors } = await verify();
    expect(errors).toEqual([
      {
        severity: 'error',
        file: 'durations.log',
        line: directory.lines('durations').length + 1,
        message: expect.stringContaining('has no such step'),
      },
    ]);
  });

  test.for(LOGS)('%s.log cut', async log => {
    truncateSync(directory.file(log), Math.floor(statSync(directory.file(log)).size / 2));
    const { errors } = await verify();
    expect(errors).toContainEqual(
      expect.objectContaining({ file: `${log}.log`, line: undefined, message: expect.stringContaining('it was cut or badly copied') }),
    );
  });

  test('a row removed from the middle of journal.log', async () => {
    edit('journal', lines => lines.splice(8, 1));
    expect((await verify()).errors).toContainEqual(
      expect.objectContaining({ file: 'journal.log', line: 9, message: expect.stringContaining('the chain is broken') }),
    );
  });

  test('a row of journal.log doubled', async () => {
    edit('journal', lines => lines.splice(9, 0, lines[5] ?? ''));
    const { errors } = await verify();
    expect(errors).toContainEqual(
      expect.objectContaining({ line: 10, message: expect.stringMatching(/^execution "e-2" is recorded twice: first in journal.log:6/) }),
    );
    expect(errors).toContainEqual(expect.objectContaining({ line: 10, message: expect.stringContaining('the chain is broken') }));
  });

  test('a log that is missing', async () => {
    rmSync(directory.file('durations'));
    await expect(verify()).rejects.toMatchObject({ code: 'STORAGE_FAILED', message: expect.stringContaining('durations.log is missing') });
  });
});

/** A small generator of its own (mulberry32), so that every run flips the same bits. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('200 single flipped bits are all found: in our rows with file and line, in others’ with the block', { timeout: 120_000 }, async () => {
  await fill();
  const originals = Object.fromEntries(LOGS.map(log => [log, readFileSync(directory.file(log))])) as Record<LogName, Buffer>;
  const next = random(4);
  const seen = { ours: 0, others: 0 };
  for (let round = 0; round < 200; round++) {
    const log = LOGS[Math.floor(next() * LOGS.length)] as LogName;
    const original = originals[log];
    const offset = Math.floor(next() * original.length);
    const bit = Math.floor(next() * 8);
    const bytes = Buffer.from(original);
    bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit);
    writeFileSync(directory.file(log), bytes);
    const { errors } = await verify();
    writeFileSync(directory.file(log), original);

    const line = lineAt(original, offset);
    const text = original.toString('latin1').split('\n')[line - 1] ?? '';
    const isOurs = log === 'journal' || line === 1 || /^2025-11-07T10:00:0/.test(text);
    const what = `round ${round}: ${log}.log:${line}, byte ${offset}, bit ${bit}: ${text}\n${JSON.stringify(errors, undefined, 1)}`;
    if (isOurs) {
      seen.ours++;
      expect(
        errors.filter(each => each.file === `${log}.log` && each.line === line),
        what,
      ).not.toEqual([]);
    } else {
      seen.others++;
      expect(
        errors.filter(each => each.file === `${log}.log` && each.message.includes('do not fit the digest')),
        what,
      ).not.toEqual([]);
    }
  }
  expect(seen.ours).toBeGreaterThan(100);
  expect(seen.others).toBeGreaterThan(10);
});
