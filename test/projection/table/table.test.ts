import { spawn } from 'node:child_process';
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Position, START, type Stretch } from '../../../src/log/log.ts';
import { Table } from '../../../src/projection/table/table.ts';
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
const indexPath = () => join(directory, '.state', 'index.duckdb');

async function steps({ questions }: Stage, asOf?: Position): Promise<number> {
  return (await questions.overview({}, asOf ?? (await questions.now()))).current.steps;
}

/** Rows of durations.log in the file, which must be closed. */
async function sealedRows(): Promise<number> {
  const instance = await DuckDBInstance.create(indexPath());
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll('SELECT count(*) AS n FROM durations');
  connection.closeSync();
  instance.closeSync();
  return Number(reader.getRowObjects()[0]?.['n']);
}

describe('sealing', () => {
  test('rows go to the file once they are a block, the rest is read from the logs again', async () => {
    const stage = await open({ blockRows: 10 });
    await append(rows(0, 37));
    expect(await steps(stage)).toBe(37);
    await append(rows(37, 46));
    expect(await steps(stage)).toBe(46);
    await close();
    expect(await sealedRows()).toBe(37);
    expect(await steps(await open({ blockRows: 10 }))).toBe(46);
  });

  test('answers fit their position while rows are appended and sealed', async () => {
    const stage = await open({ blockRows: 8 });
    const answered: { asOf: Position; answer: unknown }[] = [];
    let asking = 6;
    const askers = Array.from({ length: asking }, async () => {
      for (let n = 0; n < 30; n++) {
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

  test('lines that are no rows are sealed with their block and listed once, with their line', async () => {
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
  });
});

const HOLD_OPEN = `import { DuckDBInstance } from '@duckdb/node-api';
  const instance = await DuckDBInstance.create(process.argv[1]);
  const connection = await instance.connect();
  console.log('open');
  setInterval(() => connection, 1000);`;

describe('an index that does not fit', () => {
  const damages: [string, () => Promise<void>][] = [
    ['is no database', () => writeFile(indexPath(), 'not a database')],
    ['is empty', () => writeFile(indexPath(), '')],
    ['was cut', () => truncate(indexPath(), 5000)],
    [
      'has a damaged block in front',
      async () => {
        const bytes = await readFile(indexPath());
        bytes.fill(0xa5, 4096, 12_288);
        await writeFile(indexPath(), bytes);
      },
    ],
    [
      'has a damaged block behind',
      async () => {
        const bytes = await readFile(indexPath());
        bytes.fill(0xa5, 12_288, 20_000);
        await writeFile(indexPath(), bytes);
      },
    ],
    ['has a log of changes that is none', () => writeFile(`${indexPath()}.wal`, 'not a log of changes')],
    [
      'is of another version',
      async () => {
        const instance = await DuckDBInstance.create(indexPath());
        const connection = await instance.connect();
        await connection.run('UPDATE version SET version = 999');
        await connection.run('DROP TABLE durations');
        connection.closeSync();
        instance.closeSync();
      },
    ],
  ];

  test.for(damages)('%s: it is built anew', async ([, damage]) => {
    const before = await open({ blockRows: 10 });
    await append(rows(0, 25));
    const answer = await before.questions.pluginStats({}, await before.questions.now());
    await close();
    await damage();
    const after = await open({ blockRows: 10 });
    expect(await after.questions.pluginStats({}, await after.questions.now())).toEqual(answer);
    await close();
    expect(await sealedRows()).toBe(25);
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
    await expect(open({ blockRows: 10 })).rejects.toThrow(/lock/);
    holder.kill('SIGKILL');
    await new Promise(resolve => holder.once('close', resolve));
    expect(await sealedRows()).toBe(25);
    expect(await steps(await open({ blockRows: 10 }))).toBe(25);
  });
});

describe('questions', () => {
  const SLOW = `SELECT count(*) AS n FROM range(100000) a, range(100000) b WHERE a.range * b.range % 7 = 3`;

  async function bareTable(): Promise<Table> {
    const table = await Table.open({ path: join(directory, 'bare', 'index.duckdb'), logger: silent });
    closers.push(() => table.close());
    return table;
  }

  test('TIMEOUT ends the work in DuckDB, and the connection answers again', async () => {
    const table = await bareTable();
    const before = performance.now();
    await expect(table.ask(START, () => ({ sql: SLOW }), 100)).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true });
    expect(performance.now() - before).toBeLessThan(2000);
    // Work that went on would hold DuckDB's threads.
    const used = process.cpuUsage();
    await new Promise(resolve => setTimeout(resolve, 300));
    const { user } = process.cpuUsage(used);
    expect(user / 1000).toBeLessThan(150);
    expect(await table.ask(START, () => ({ sql: 'SELECT 42 AS n' }), 1000)).toEqual([{ n: 42 }]);
  });

  test('OVERLOADED where too many wait already; those in turn are answered', async () => {
    const table = await bareTable();
    const asked = Array.from({ length: 300 }, () => table.ask(START, () => ({ sql: 'SELECT 1 AS n' }), 5000));
    const outcomes = await Promise.allSettled(asked);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(300 - 8 - 200);
    for (const outcome of refused) expect(outcome).toMatchObject({ reason: { code: 'OVERLOADED', retryable: true } });
    expect(outcomes.slice(0, 208).every(({ status }) => status === 'fulfilled')).toBe(true);
  });

  test('OVERLOADED where the turn does not come in time', async () => {
    const table = await bareTable();
    const holding = Array.from({ length: 8 }, () => table.ask(START, () => ({ sql: SLOW }), 1000).catch(error => error.code));
    const before = performance.now();
    await expect(table.ask(START, () => ({ sql: 'SELECT 1 AS n' }), 100)).rejects.toMatchObject({ code: 'OVERLOADED', retryable: true });
    expect(performance.now() - before).toBeLessThan(900);
    expect(await Promise.all(holding)).toEqual(Array(8).fill('TIMEOUT'));
    expect(await table.ask(START, () => ({ sql: 'SELECT 1 AS n' }), 1000)).toEqual([{ n: 1 }]);
  });

  test('a failed question fails alone', async () => {
    const table = await bareTable();
    await expect(table.ask(START, () => ({ sql: 'SELECT nothing' }), 1000)).rejects.toThrow(/nothing/);
    expect(await table.ask(START, () => ({ sql: 'SELECT $1::BIGINT AS n', values: [7n] }), 1000)).toEqual([{ n: 7n }]);
  });

  test('closing waits for the questions that run', async () => {
    const table = await Table.open({ path: join(directory, 'closing', 'index.duckdb'), logger: silent });
    const asked = Array.from({ length: 20 }, () => table.ask(START, () => ({ sql: 'SELECT 1 AS n' }), 5000));
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
  const count = async (table: Table, asOf: Position) => {
    const [answer] = await table.ask(asOf, source => ({ sql: `SELECT count(*) AS n FROM ${source.durations}` }), 1000);
    return Number(answer?.['n']);
  };

  test('a batch that breaks off is not doubled by the next try', async () => {
    const table = await Table.open({ path: join(directory, 'torn', 'index.duckdb'), logger: silent });
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
    const path = join(directory, 'reset', 'index.duckdb');
    const table = await Table.open({ path, logger: silent, blockRows: 1 });
    await table.advance(stretch(0, 10, 'w-1'));
    await table.reset();
    expect(await table.load()).toEqual(START);
    await table.close();
    const again = await Table.open({ path, logger: silent });
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
