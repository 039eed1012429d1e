import { spawn } from 'node:child_process';
import { appendFile, copyFile, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FrameFile, type Position, START, type Stretch } from '../../../src/log/log.ts';
import { Table, type View } from '../../../src/projection/table/table.ts';
import { NOW } from '../../support/histories.ts';
import { Oracle } from '../../support/oracle.ts';
import { temporaryDirectory } from '../../support/program.ts';
import { openStage, type Stage, type StageOptions } from '../../support/question-stage.ts';
import { silent } from '../../support/silent-logger.ts';

let directory: string;
let remove: () => Promise<void>;
const closers: (() => Promise<void>)[] = [];

beforeEach(async () => {
  ({ path: directory, remove } = await temporaryDirectory());
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await remove();
});

async function open(options: Partial<StageOptions> = {}): Promise<Stage> {
  const stage = await openStage({ directory, ...options });
  closers.push(stage.close);
  return stage;
}

async function close(): Promise<void> {
  for (const closer of closers.splice(0).reverse()) await closer();
}

const row = (n: number) => `2026-03-01T00:00:${String(n % 60).padStart(2, '0')}Z,w-${n},plan,1,plugin-${n % 3},${n % 7}.5,${n % 4 !== 0}\n`;
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => row(from + index)).join('');
const append = (text: string) => appendFile(join(directory, 'durations.log'), text);
const indexPath = () => join(directory, '.state', 'index');
const nothing = () => Promise.reject(new Error('nothing is read again'));

async function steps({ questions }: Stage, asOf?: Position): Promise<number> {
  return (await questions.overview({}, asOf ?? (await questions.now()))).current.steps;
}

/** Opens what the file holds, as a start would find it, and answers where it ends in durations.log. */
async function savedEnd(): Promise<number> {
  const copy = join(directory, 'copy');
  await copyFile(indexPath(), copy);
  const table = await Table.open({ path: copy, read: nothing, logger: silent });
  const { durations } = await table.load();
  await table.close();
  return durations;
}

describe('saving', () => {
  test('rows go to the file four blocks at a time, the rest is read from the logs again', async () => {
    const stage = await open({ blockRows: 10 });
    await append(rows(0, 37));
    expect(await steps(stage)).toBe(37);
    expect(await savedEnd()).toBe(0);
    await append(rows(37, 46));
    expect(await steps(stage)).toBe(46);
    expect(await savedEnd()).toBe(rows(0, 46).length);
    await append(rows(46, 50));
    expect(await steps(stage)).toBe(50);
    const killed = await readFile(indexPath());
    await close();
    await writeFile(indexPath(), killed);
    expect(await steps(await open({ blockRows: 10 }))).toBe(50);
  });

  test('all is in the file once it is closed', async () => {
    const stage = await open();
    await append(rows(0, 7));
    expect(await steps(stage)).toBe(7);
    await close();
    expect(await savedEnd()).toBe(rows(0, 7).length);
  });

  test('answers fit their position while rows are appended and saved', async () => {
    const stage = await open({ blockRows: 8 });
    const answered: { asOf: Position; answer: unknown }[] = [];
    let asking = 6;
    const askers = Array.from({ length: asking }, async () => {
      for (let n = 0; n < 30; n++) {
        await new Promise(resolve => setTimeout(resolve, 2));
        const asOf = await stage.questions.now();
        answered.push({ asOf, answer: await stage.questions.phaseDurations({}, asOf) });
      }
      asking--;
    });
    for (let n = 0; asking > 0; n += 5) {
      await append(rows(n, n + 5));
      await stage.questions.now();
    }
    await Promise.all(askers);
    const seen = new Map(answered.map(entry => [entry.asOf.durations, entry]));
    expect(seen.size).toBeGreaterThan(3);
    for (const { asOf, answer } of answered) expect(answer).toEqual(seen.get(asOf.durations)?.answer);
    for (const { asOf, answer } of seen.values())
      expect(answer).toMatchObject(
        new Oracle(directory, asOf, NOW)
          .phaseDurations({})
          .map(({ phase, durations }) => ({ phase, durations: { n: durations.n, p95Seconds: durations.p95Seconds } })),
      );
    for (const { asOf, answer } of seen.values()) expect(await stage.questions.phaseDurations({}, asOf)).toEqual(answer);
  });

  test('lines that are no rows are saved with the rows and listed once, with their line', async () => {
    const stage = await open({ blockRows: 4 });
    await append(`${rows(0, 3)}bad one\n${rows(3, 9)}bad two\n`);
    const listed = async ({ questions }: Stage) => {
      const page = await questions.rejectedRows({ first: 10, after: undefined }, await questions.now());
      return page.edges.map(({ node }) => `${node.line} ${node.text}`);
    };
    expect(await listed(stage)).toEqual(['5 bad one', '12 bad two']);
    await close();
    expect(await listed(await open({ blockRows: 4 }))).toEqual(['5 bad one', '12 bad two']);
  });
});

describe('counting beforehand', () => {
  const used = (run: number, plugin: number, success = true) => `2026-03-01T00:00:00Z,w-${run},plan,1,plugin-${plugin},1,${success}\n`;
  const usedBy = (run: number, from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => used(run, from + index, (from + index) % 3 !== 0)).join('');
  const expectOraclesPairs = async ({ questions }: Stage, asOf: Position) => {
    const asked = { limit: 1000, minExecutions: 1 };
    const counts = ({ pairs, plugins }: Awaited<ReturnType<typeof questions.pluginPairs>>) => [
      pairs.map(({ a, b, executions, successTogether, successApart }) =>
        [a, b, executions, successTogether.successes, successApart.successes, successApart.total].join(' '),
      ),
      plugins.map(({ name, executions }) => `${name} ${executions}`),
    ];
    const expected = new Oracle(directory, asOf, NOW).pluginPairs({}, asked);
    expect(counts(await questions.pluginPairs(asked, asOf))).toEqual(counts(expected as Parameters<typeof counts>[0]));
  };

  test('runs of more plugins than are paired beforehand have all their pairs, also when they grow so wide or come back', async () => {
    const stage = await open({ blockRows: 50 });
    const appended = [usedBy(1, 0, 30) + usedBy(2, 0, 120), usedBy(1, 30, 60), usedBy(3, 20, 40), usedBy(1, 60, 110), used(3, 20, false)];
    const positions: Position[] = [];
    for (const rows of appended) {
      await append(rows);
      positions.push(await stage.questions.now());
      await stage.questions.overview({}, positions.at(-1) ?? START);
    }
    for (const asOf of positions) await expectOraclesPairs(stage, asOf);
    await close();
    const again = await open({ blockRows: 7 });
    await again.questions.now();
    for (const asOf of positions) await expectOraclesPairs(again, asOf);
  });

  test('one run of thousands of plugins holds nothing up', async () => {
    const stage = await open();
    await append(Array.from({ length: 14 }, (_, run) => usedBy(run, 0, 5000)).join(''));
    expect(await steps(stage)).toBe(70_000);
    const asked = { limit: 10, minExecutions: 1 };
    await expect(stage.questions.pluginPairs(asked, await stage.questions.now())).rejects.toMatchObject({ code: 'QUERY_TOO_COMPLEX' });
    const some = { ...asked, filter: { plugins: ['plugin-1', 'plugin-2'] } };
    expect((await stage.questions.pluginPairs(some, await stage.questions.now())).pairs).toMatchObject([{ executions: 14 }]);
  });
});

const HOLD_OPEN = `import { open } from 'node:fs/promises';
  import { tryLock } from 'fs-native-extensions';
  const handle = await open(process.argv[1], 'r+');
  console.log(tryLock(handle.fd));
  setInterval(() => handle, 1000);`;

describe('an index that does not fit', () => {
  const changed = (change: (bytes: Buffer) => void) => async () => {
    const bytes = await readFile(indexPath());
    change(bytes);
    await writeFile(indexPath(), bytes);
  };
  const damages: [string, () => Promise<void>][] = [
    ['is none', () => writeFile(indexPath(), 'not an index, but long enough to be taken for a frame of one')],
    ['is empty', () => writeFile(indexPath(), '')],
    ['was cut', async () => truncate(indexPath(), (await stat(indexPath())).size - 100)],
    ['was cut within its first bytes', () => truncate(indexPath(), 20)],
    ['tells lengths that no file has', changed(bytes => bytes.fill(0xff, 0, 8))],
    ['is damaged in front', changed(bytes => bytes.fill(0xa5, 100, 200))],
    ['is damaged behind', changed(bytes => bytes.fill(0xa5, bytes.length - 200, bytes.length - 100))],
    [
      'is of another version',
      async () => {
        await rm(indexPath());
        const file = await FrameFile.open(indexPath());
        await file.append({ head: { version: 1_000_000, columns: [], head: {} }, body: Buffer.alloc(0) });
        await file.close();
      },
    ],
  ];

  test.for(damages)('%s: it is built anew', async ([, damage]) => {
    const before = await open({ blockRows: 2 });
    await append(rows(0, 12));
    await steps(before);
    await append(rows(12, 25));
    const answer = await before.questions.pluginStats({}, await before.questions.now());
    await close();
    await damage();
    const after = await open({ blockRows: 10 });
    expect(await after.questions.pluginStats({}, await after.questions.now())).toEqual(answer);
    await close();
    expect(await savedEnd()).toBe(rows(0, 25).length);
  });

  test('is one of other logs: it is built anew', async () => {
    const stateDirectory = join(directory, 'state');
    const first = await open({ blockRows: 10, stateDirectory });
    await append(rows(0, 25));
    expect(await steps(first)).toBe(25);
    await close();
    const other = await temporaryDirectory();
    try {
      const stage = await openStage({ directory: other.path, blockRows: 10, stateDirectory });
      try {
        await appendFile(join(other.path, 'durations.log'), rows(40, 45));
        expect(await steps(stage)).toBe(5);
      } finally {
        await stage.close();
      }
    } finally {
      await other.remove();
    }
  });

  test('is open in another process: the start fails and the file stays', async () => {
    const first = await open({ blockRows: 10 });
    await append(rows(0, 25));
    expect(await steps(first)).toBe(25);
    await close();
    const holder = spawn(process.execPath, ['--input-type=module', '-e', HOLD_OPEN, indexPath()]);
    await new Promise(resolve => holder.stdout.once('data', resolve));
    await expect(open({ blockRows: 10 })).rejects.toThrow(/held by another process/);
    holder.kill('SIGKILL');
    await new Promise(resolve => holder.once('close', resolve));
    expect(await savedEnd()).toBe(rows(0, 25).length);
    expect(await steps(await open({ blockRows: 10 }))).toBe(25);
  });
});

describe('questions', () => {
  async function bareTable(): Promise<Table> {
    const table = await Table.open({ read: nothing, logger: silent });
    closers.push(() => table.close());
    return table;
  }

  function* endless() {
    for (;;) yield 1;
  }
  const busy = (view: View) => view.each(endless(), () => undefined);
  const quick = () => Promise.resolve(42);

  test('TIMEOUT ends one that looks through too much, and others are answered meanwhile', async () => {
    const table = await bareTable();
    let ended = false;
    const slow = table.ask(START, busy, { timeoutMs: 300, signal: undefined }).finally(() => {
      ended = true;
    });
    const refused = expect(slow).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true });
    expect(await table.ask(START, quick, { timeoutMs: 1000, signal: undefined })).toBe(42);
    expect(ended).toBe(false);
    await refused;
  });

  test('one whose caller goes away ends with its next rest', async () => {
    const table = await bareTable();
    const caller = new AbortController();
    const asked = table.ask(START, busy, { timeoutMs: 60_000, signal: caller.signal });
    setTimeout(() => caller.abort(), 50);
    await expect(asked).rejects.toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('went away') });
  });

  test('OVERLOADED where too many wait already; those in turn are answered', async () => {
    const table = await bareTable();
    const asked = Array.from({ length: 300 }, () => table.ask(START, quick, { timeoutMs: 5000, signal: undefined }));
    const outcomes = await Promise.allSettled(asked);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(300 - 8 - 200);
    for (const outcome of refused) expect(outcome).toMatchObject({ reason: { code: 'OVERLOADED', retryable: true } });
    expect(outcomes.slice(0, 208).every(({ status }) => status === 'fulfilled')).toBe(true);
  });

  test('OVERLOADED where the turn does not come in time', async () => {
    const table = await bareTable();
    const holding = Array.from({ length: 8 }, () =>
      table.ask(START, busy, { timeoutMs: 1000, signal: undefined }).catch(error => error.code),
    );
    const before = performance.now();
    await expect(table.ask(START, quick, { timeoutMs: 100, signal: undefined })).rejects.toMatchObject({
      code: 'OVERLOADED',
      retryable: true,
    });
    expect(performance.now() - before).toBeLessThan(900);
    expect(await Promise.all(holding)).toEqual(Array(8).fill('TIMEOUT'));
    expect(await table.ask(START, quick, { timeoutMs: 1000, signal: undefined })).toBe(42);
  });

  test('a failed question fails alone', async () => {
    const table = await bareTable();
    const failing = () => Promise.reject(new Error('nothing'));
    await expect(table.ask(START, failing, { timeoutMs: 1000, signal: undefined })).rejects.toThrow('nothing');
    expect(await table.ask(START, quick, { timeoutMs: 1000, signal: undefined })).toBe(42);
  });

  test('closing waits for the questions that run', async () => {
    const table = await Table.open({ read: nothing, logger: silent });
    const asked = Array.from({ length: 20 }, () => table.ask(START, quick, { timeoutMs: 5000, signal: undefined }));
    await table.close();
    expect(await Promise.all(asked)).toHaveLength(20);
  });
});

describe('advancing', () => {
  const stretch = (from: number, to: number, workflowId: string): Stretch => ({
    from: { ...START, durations: from },
    to: { ...START, durations: to },
    journal: [],
    durations: [{ start: from, end: to, timestamp: 0, workflowId, phase: 'plan', step: '1', plugin: 'lint', durationUs: 1, success: true }],
    success_rates: [],
    plugin_usage: [],
    rejected: [],
  });
  const count = (table: Table, asOf: Position) =>
    table.ask(asOf, view => Promise.resolve(view.count('durations')), { timeoutMs: 1000, signal: undefined });

  test('a batch that breaks off is not doubled by the next try', async () => {
    const table = await Table.open({ read: nothing, logger: silent });
    closers.push(() => table.close());
    await table.advance(stretch(0, 10, 'w-1'));
    const broken = { ...stretch(10, 20, 'w-2'), success_rates: [null] } as unknown as Stretch;
    await expect(table.advance(broken)).rejects.toThrow();
    expect(await table.load()).toMatchObject({ durations: 10 });
    expect(await count(table, await table.load())).toBe(1);
    await table.advance(stretch(10, 20, 'w-2'));
    expect(await count(table, await table.load())).toBe(2);
  });

  test('reset forgets everything, in the file too', async () => {
    const path = join(directory, 'reset', 'index');
    const table = await Table.open({ path, read: nothing, logger: silent, blockRows: 1 });
    await table.advance(stretch(0, 10, 'w-1'));
    await table.reset();
    expect(await table.load()).toEqual(START);
    await table.close();
    const again = await Table.open({ path, read: nothing, logger: silent });
    closers.push(() => again.close());
    expect(await again.load()).toEqual(START);
    expect(await count(again, START)).toBe(0);
    await again.advance(stretch(0, 10, 'w-2'));
    expect(await count(again, await again.load())).toBe(1);
  });

  test('text of other programs passes as it is: zero bytes, half a surrogate pair, replaced bytes', async () => {
    const stage = await open();
    const texts = ['zero \0 byte', `${'x'.repeat(499)}😀`, 'a, "quoted" one'];
    await append(texts.map(text => `${text}\n`).join(''));
    await appendFile(join(directory, 'durations.log'), Buffer.from([0x62, 0xff, 0x62, 10]));
    const page = await stage.questions.rejectedRows({ first: 10, after: undefined }, await stage.questions.now());
    expect(page.edges.map(({ node }) => node.text)).toEqual([texts[0], `${'x'.repeat(499)}�`, texts[2], 'b�b']);
  });
});
