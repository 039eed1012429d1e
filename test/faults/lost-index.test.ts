import { statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Log } from '../../src/log/log.ts';
import { Follower } from '../../src/projection/projection.ts';
import { Table } from '../../src/projection/table/table.ts';
import { describeAsRoot } from '../support/as-root.ts';
import { DISK_TOOLS, Disk } from '../support/disks.ts';
import { executionInput, NOW, stepInput } from '../support/execution-inputs.ts';
import { temporaryDirectory } from '../support/program.ts';
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

let number = 0;
function batch(): object[] {
  const steps = () => Array.from({ length: STEPS }, (_, step) => stepInput({ step, plugin: `plugin-${number++ % 500}` }));
  return Array.from({ length: BATCH }, () => executionInput({ steps: steps() }));
}

async function count({ log, table, follower }: { log: Log; table: Table; follower: Follower }): Promise<number> {
  await follower.reached(log.position, 5000);
  return table.ask(log.position, view => Promise.resolve(view.count('durations')), { timeoutMs: 5000, signal: undefined });
}

describeAsRoot('an index on a disk that has little room', DISK_TOOLS, () => {
  test('every question is answered from memory, and what waits is saved once there is room', { timeout: 300_000 }, async () => {
    const disk = Disk.tmpfs(256);
    const path = join(disk.path, 'index');
    const log = await Log.open({ directory, logger: silent, clock });
    const read = log.read.bind(log);
    const table = await Table.open({ path, read, logger: silent, blockRows: 500 });
    const follower = new Follower(table, log, { maxBytes: 4 << 20, logger: silent, clock });
    follower.start();
    let recorded = 0;
    const recordMore = async (steps: number) => {
      for (const end = recorded + steps; recorded < end; recorded += BATCH * STEPS) {
        await log.record(batch());
        expect(await count({ log, table, follower })).toBe(recorded + BATCH * STEPS);
      }
    };
    await recordMore(30_000);
    expect(statSync(path).size).toBeLessThanOrEqual(256 << 10);
    disk.resize(64 << 10);
    await recordMore(3000);
    await follower.stop();
    await table.close();
    // A start finds all of it.
    const again = await Table.open({ path, read, logger: silent });
    expect(await again.load()).toEqual(log.position);
    await again.close();
    await log.close();
    disk.remove();
  });
});
