import { appendFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Log, START } from '../../src/log/log.ts';
import { describeAsRoot } from '../support/as-root.ts';
import { DISK_TOOLS, Disk } from '../support/disks.ts';
import { executionInput, NOW } from '../support/execution-inputs.ts';
import { record } from '../support/metrics-directory.ts';
import { eventually } from '../support/program.ts';
import { silent } from '../support/silent-logger.ts';

/** Longer than what the last page of a file may have room for. */
const NOTES = 'n'.repeat(9000);

/** As a process does that is killed while it writes the last row. */
function loseNotes(directory: string): void {
  const path = join(directory, 'success_rates.log');
  truncateSync(path, statSync(path).size - NOTES.length);
}

describeAsRoot('opening on a full disk what a killed process left incomplete', DISK_TOOLS, () => {
  test.for<readonly [what: string, leave: (directory: string) => void]>([
    ['a derived row that is owed', loseNotes],
    [
      'a torn journal row',
      directory => {
        loseNotes(directory);
        appendFileSync(join(directory, 'journal.log'), '2025-11-07T10:00:05.250Z,execution,torn');
      },
    ],
  ])('%s: what is complete can be read, and recording begins once there is room', async ([, leave]) => {
    // Given logs whose last execution is incomplete, on a disk without room for the rest
    const disk = Disk.tmpfs(256);
    const directory = join(disk.path, 'metrics');
    const [ballast, stateDirectory] = [join(disk.path, 'ballast'), join(disk.path, 'state')];
    const open = () => Log.open({ directory, stateDirectory, logger: silent, clock: () => NOW });
    const first = await open();
    const positions = [];
    for (const executionId of ['a', 'b', 'c'])
      positions.push((await record(first, executionInput({ executionId, notes: NOTES }))).position);
    await first.close();
    leave(directory);
    rmSync(stateDirectory, { recursive: true });
    writeFileSync(ballast, '');
    truncateSync(join(directory, 'lock'), 0);
    for (let full = false; !full; ) {
      try {
        appendFileSync(ballast, Buffer.alloc(4096));
      } catch {
        full = true;
      }
    }
    // when it is opened
    const log = await open();
    // then everything before that execution can be read, and a caller is told
    expect(log.position).toEqual(positions[1]);
    expect((await log.read(START, log.position)).journal.map(({ execution }) => execution.executionId)).toEqual(['a', 'b']);
    expect(log.trouble).toMatchObject({ code: 'STORAGE_FULL' });
    expect(await log.record([executionInput({ executionId: 'd', notes: NOTES })])).toMatchObject([
      { code: 'STORAGE_FULL', retryable: true },
    ]);
    // and with room everything goes on by itself
    rmSync(ballast);
    await eventually(
      async () => log.trouble,
      trouble => trouble === undefined,
    );
    expect(await log.record(['c', 'd'].map(executionId => executionInput({ executionId })))).toMatchObject([
      { duplicate: true },
      { duplicate: false },
    ]);
    expect((await log.read(START, log.position)).success_rates).toHaveLength(4);
    await log.close();
    disk.remove();
  });
});
