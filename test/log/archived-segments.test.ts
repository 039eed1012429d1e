import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { closeFiles, openFilesForReading } from '../../src/log/files.ts';
import { LOG_NAMES, type Log, type Position, reaches, START } from '../../src/log/log.ts';
import { LogFile } from '../../src/log/log-file.ts';
import { HEADERS } from '../../src/record/record.ts';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';

const directory = new MetricsDirectory();

/** Moves what the closed logs hold into a year's folder, by other means than the program's own; leaves new ones with their headers. */
function moveToArchive(year: number): void {
  const folder = join(directory.path, 'archive', String(year));
  mkdirSync(folder, { recursive: true });
  const sealed = LOG_NAMES.map(log => {
    const bytes = readFileSync(directory.file(log));
    const dataStart = bytes.toString('utf8').startsWith(HEADERS[log]) ? HEADERS[log].length + 1 : 0;
    renameSync(directory.file(log), join(folder, `${log}.log`));
    writeFileSync(directory.file(log), `${HEADERS[log]}\n`);
    return [log, { dataStart, length: bytes.length - dataStart, sha256: createHash('sha256').update(bytes).digest('hex') }];
  });
  writeFileSync(join(folder, 'sealed'), JSON.stringify(Object.fromEntries(sealed)));
}

/** Records of ours and of others, and lines that are none; answers the positions along the way. */
async function history(log: Log): Promise<Position[]> {
  const positions = [log.position];
  for (let index = 0; index < 6; index++) {
    const steps = Array.from({ length: index }, (_, step) => stepInput({ step, plugin: `plugin-${step % 3}` }));
    positions.push((await record(log, executionInput({ steps, notes: 'é'.repeat(index * 500) }))).position);
    for (const name of ['durations', 'success_rates', 'plugin_usage'] as const) directory.append(name, `odd ${index} in ${name}\n`);
    positions.push(await log.upToDate());
  }
  return positions;
}

describe('archives and the live file are one log by position', () => {
  test.for([1, 2])('what was answered before holds behind %i of them: positions, rows, executions', async years => {
    // Given logs whose rows and positions are known
    directory.copySamples();
    let log = await directory.open();
    const first = executionInput();
    await record(log, first);
    const positions = await history(log);
    const before = await log.read(START, log.position);
    // when they are moved to archives, with records in between
    for (let year = 2024; year < 2024 + years; year++) {
      await directory.close(log);
      moveToArchive(year);
      log = await directory.open();
      positions.push(log.position, (await record(log, executionInput())).position);
    }
    // then every position is known, and reading up to it gives the same
    for (const position of positions) await log.checkPosition(position);
    expect(await log.read(START, before.to)).toEqual(before);
    const whole = await log.read(START, log.position);
    for (const { start, execution } of whole.journal) {
      expect(await log.executionsAt([start])).toEqual([execution]);
      expect(await log.find(execution.executionId)).toEqual(execution);
    }
    // also in small pieces across the edges of the files
    let from = START;
    const pieces = [];
    while (!reaches(from, log.position)) {
      pieces.push(await log.read(from, log.position, 300));
      from = pieces.at(-1)?.to ?? log.position;
    }
    for (const name of LOG_NAMES) expect(pieces.flatMap(piece => [...piece[name]])).toEqual(whole[name]);
    expect(log.fileSizes()).toEqual(
      Object.fromEntries(
        LOG_NAMES.map(name => {
          const archived = Array.from({ length: years }, (_, index) =>
            join(directory.path, 'archive', String(2024 + index), `${name}.log`),
          );
          return [name, [...archived, directory.file(name)].reduce((sum, path) => sum + statSync(path).size, 0)];
        }),
      ),
    );
    // and a record sent again is a duplicate
    expect(await record(log, first)).toMatchObject({ duplicate: true });
  });

  test('a line that is no row is named by the file that holds it now, and its line there', async () => {
    let log = await directory.open();
    await record(log, executionInput());
    directory.append('durations', 'odd before\n');
    await directory.close(log);
    moveToArchive(2025);
    log = await directory.open();
    await record(log, executionInput());
    directory.append('durations', '\nodd after\n');
    await log.upToDate();
    const { rejected } = await log.read(START, log.position);
    const placed = rejected.map(({ text, line, start }) => ({ text, line, file: log.fileAt('durations', start) }));
    expect(placed).toEqual([
      { text: 'odd before', line: 3, file: 'archive/2025/durations.log' },
      { text: 'odd after', line: 4, file: 'durations.log' },
    ]);
  });

  test('also where the archived file had no header', async () => {
    directory.write('durations', '2025-11-07T00:00:00Z,w,test,1,x,1,true\nodd\n');
    let log = await directory.open();
    await record(log, executionInput());
    const before = await log.read(START, log.position);
    await directory.close(log);
    moveToArchive(2025);
    log = await directory.open();
    await log.checkPosition(before.to);
    expect(await log.read(START, log.position)).toEqual(before);
    expect(before.rejected).toMatchObject([{ text: 'odd', line: 2 }]);
    await record(log, executionInput());
    expect((await log.read(before.to, log.position)).durations).toMatchObject([{ start: before.to.durations }]);
  });

  test('later bytes in an archived file do not count', async () => {
    let log = await directory.open();
    await record(log, executionInput());
    const before = await log.read(START, log.position);
    await directory.close(log);
    moveToArchive(2025);
    writeFileSync(join(directory.path, 'archive/2025/durations.log'), '2025-11-07T00:00:00Z,w,test,1,x,1,true\n', { flag: 'a' });
    log = await directory.open();
    expect(log.position).toEqual(before.to);
    expect(await log.read(START, log.position)).toEqual(before);
  });
});

describe('an archive that is not whole keeps the logs from opening', () => {
  const path = (name: string) => join(directory.path, 'archive/2025', name);

  test.for<readonly [what: string, spoil: () => void, named: string, says: RegExp]>([
    [
      'a file that is cut',
      () => truncateSync(path('durations.log'), 90),
      'durations.log',
      /is \d+ bytes shorter than when it was archived/,
    ],
    ['a file that is gone', () => rmSync(path('success_rates.log')), 'success_rates.log', /cannot be read: ENOENT/],
    ['a seal that is no JSON', () => writeFileSync(path('sealed'), '{"journal'), 'sealed', /cannot be read: /],
    [
      'a seal without a log',
      () => writeFileSync(path('sealed'), '{"journal":{}}'),
      'sealed',
      /does not name data start, length and SHA-256/,
    ],
  ])('%s', async ([, spoil, named, says]) => {
    const log = await directory.open();
    await record(log, executionInput());
    await directory.close(log);
    moveToArchive(2025);
    spoil();
    const refused = { code: 'STORAGE_FAILED', message: expect.stringMatching(says) };
    await expect(directory.open()).rejects.toMatchObject(refused);
    await expect(directory.open()).rejects.toMatchObject({ message: expect.stringContaining(path(named)) });
    await expect(openFilesForReading(directory.path)).rejects.toMatchObject(refused);
  });
});

describe('opening for reading', () => {
  test('reads beside the owner, across archives, and leaves no trace', async () => {
    let log = await directory.open();
    await history(log);
    await directory.close(log);
    moveToArchive(2025);
    log = await directory.open();
    await record(log, executionInput());
    const [names, bytes] = [directory.names(), directory.allBytes()];
    const files = await openFilesForReading(directory.path);
    onTestFinished(() => closeFiles(files));
    for (const name of LOG_NAMES) {
      const archived = readFileSync(join(directory.path, 'archive/2025', `${name}.log`), 'latin1').slice(HEADERS[name].length + 1);
      const live = directory.bytes(name)?.slice(HEADERS[name].length + 1);
      expect(files[name].end()).toBe(log.position[name]);
      expect((await files[name].read(0, files[name].end())).toString('latin1')).toBe(archived + live);
      expect(files[name].liveStart).toBe(archived.length);
    }
    expect([directory.names(), directory.allBytes()]).toEqual([names, bytes]);
    // and cannot write
    await expect(files.journal.append(Buffer.from('row\n'))).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  });

  test('a log that is missing is named, and none is created', async () => {
    await expect(openFilesForReading(directory.path)).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: `${directory.file('journal')} is missing: name a directory that holds the four logs`,
    });
    expect(directory.names()).toEqual([]);
  });

  test.for([
    ['an empty file', ''],
    ['a header alone, without line feed', HEADERS.durations],
    ['a header alone', `${HEADERS.durations}\n`],
  ] as const)('%s holds no data and stays as it is', async ([, content]) => {
    directory.write('durations', content);
    const file = await LogFile.openForReading(directory.path, 'durations');
    onTestFinished(() => file.close());
    expect(file.end()).toBe(0);
    expect(directory.text('durations')).toBe(content);
  });
});
