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

describeAsRoot('an index on a disk without room for its checkpoint', DISK_TOOLS, () => {
  test('is lost, opened again and filled from the logs: no question is answered with less than all', { timeout: 300_000 }, async () => {
    const disk = Disk.tmpfs(16 << 10);
    const log = await Log.open({ directory, logger: silent, clock });
    let lost = 0;
    const onLost = () => {
      lost++;
      follower.reload();
    };
    const table = await Table.open({ path: join(disk.path, 'index.duckdb'), logger: silent, blockRows: 2000, onLost });
    const follower: Follower = new Follower(table, log, { maxBytes: 4 << 20, logger: silent, clock });
    follower.start();
    const count = async () => {
      await follower.reached(log.position, 5000);
      const [row] = await table.ask(log.position, ({ durations }) => ({ sql: `SELECT count(*) AS n FROM ${durations}` }), 5000);
      return Number(row?.['n']);
    };
    // Given more and more rows, until DuckDB gives up
    let recorded = 0;
    for (let batches = 0; lost === 0 && batches < 100; batches++) {
      const steps = () => Array.from({ length: STEPS }, (_, step) => stepInput({ step, phase: noise(), plugin: noise() }));
      const inputs = Array.from({ length: BATCH }, () => executionInput({ steps: steps() }));
      for (const outcome of await log.record(inputs)) expect(outcome).toMatchObject({ duplicate: false });
      recorded += BATCH * STEPS;
      // then every answer is whole, or says that it comes later
      const answer = await count().catch(error => error.code);
      expect([recorded, 'OVERLOADED']).toContain(answer);
    }
    expect(lost).toBeGreaterThan(0);
    // and with room it is whole again, by itself
    disk.resize(256 << 10);
    expect(
      await eventually(
        () => count().catch(error => error.code),
        answer => answer === recorded,
      ),
    ).toBe(recorded);
    await follower.stop();
    await table.close();
    await log.close();
    disk.remove();
  });
});
