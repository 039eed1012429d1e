import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Log } from '../../src/log/log.ts';
import { Follower } from '../../src/projection/projection.ts';
import { Table } from '../../src/projection/table/table.ts';
import { describeAsRoot } from '../support/as-root.ts';
import { DISK_TOOLS, Disk } from '../support/disks.ts';
import { executionInput, NOW, stepInput } from '../support/execution-inputs.ts';
import { eventually, temporaryDirectory } from '../support/program.ts';
import { silent } from '../support/silent-logger.ts';

const clock = () => NOW;
const STEPS = 100;
const BATCH = 10;

let directory: string;
beforeEach(async () => {
  const { path, remove } = await temporaryDirectory();
  directory = path;
  return remove;
});

let seed = 1;
/** Text that does not compress. */
function noise(): string {
  let text = '';
  while (text.length < 250) {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    text += seed.toString(36);
  }
  return text.slice(0, 200);
}

function batch(): object[] {
  const steps = () => Array.from({ length: STEPS }, (_, step) => stepInput({ step, phase: noise(), plugin: noise() }));
  return Array.from({ length: BATCH }, () => executionInput({ steps: steps() }));
}

async function count({ log, table, follower }: { log: Log; table: Table; follower: Follower }): Promise<number> {
  await follower.reached(log.position, 5000);
  const [row] = await table.ask(log.position, ({ durations }) => ({ sql: `SELECT count(*) AS n FROM ${durations}` }), 5000);
  return Number(row?.['n']);
}

/** Rows that the file holds. */
async function onDisk(log: Log, table: Table): Promise<number> {
  const [row] = await table.ask(log.position, () => ({ sql: 'SELECT count(*) AS n FROM main.durations' }), 5000);
  return Number(row?.['n']);
}

describeAsRoot('an index on a disk that has little room', DISK_TOOLS, () => {
  test('stays small, and every question is answered from memory', { timeout: 300_000 }, async () => {
    const disk = Disk.tmpfs(16 << 10);
    const log = await Log.open({ directory, logger: silent, clock });
    const table = await Table.open({ path: join(disk.path, 'index.duckdb'), logger: silent, blockRows: 2000 });
    const follower = new Follower(table, log, { maxBytes: 4 << 20, logger: silent, clock });
    follower.start();
    for (let recorded = 0; recorded < 40_000; ) {
      await log.record(batch());
      recorded += BATCH * STEPS;
      expect(await count({ log, table, follower })).toBe(recorded);
    }
    expect(await onDisk(log, table)).toBe(0);
    // and once there is room what waits goes to the disk, from where the next start has it
    disk.resize(256 << 10);
    await log.record(batch());
    expect(await count({ log, table, follower })).toBe(40_000 + BATCH * STEPS);
    expect(await onDisk(log, table)).toBe(40_000 + BATCH * STEPS);
    await follower.stop();
    await table.close();
    await log.close();
    disk.remove();
  });

  test('whose checkpoint finds none is lost, opened again and filled from the logs: no question is answered with less than all', {
    timeout: 300_000,
  }, async () => {
    const disk = Disk.tmpfs(16 << 10);
    const log = await Log.open({ directory, logger: silent, clock });
    let lost = 0;
    const onLost = () => {
      lost++;
      follower.reload();
    };
    const table = await Table.open({ path: join(disk.path, 'index.duckdb'), logger: silent, blockRows: 2000, roomBytes: 0, onLost });
    const follower: Follower = new Follower(table, log, { maxBytes: 4 << 20, logger: silent, clock });
    follower.start();
    // Given more and more rows, until DuckDB gives up
    let recorded = 0;
    for (let batches = 0; lost === 0 && batches < 100; batches++) {
      for (const outcome of await log.record(batch())) expect(outcome).toMatchObject({ duplicate: false });
      recorded += BATCH * STEPS;
      // then every answer is whole, or says that it comes later
      const answer = await count({ log, table, follower }).catch(error => error.code);
      expect([recorded, 'OVERLOADED']).toContain(answer);
    }
    expect(lost).toBeGreaterThan(0);
    // and with room it is whole again, by itself
    disk.resize(256 << 10);
    expect(
      await eventually(
        () => count({ log, table, follower }).catch(error => error.code),
        answer => answer === recorded,
      ),
    ).toBe(recorded);
    await follower.stop();
    await table.close();
    await log.close();
    disk.remove();
  });
});
