import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Log } from '../../src/log/log.ts';
import { describeAsRoot } from '../support/as-root.ts';
import { DISK_TOOLS, Disk } from '../support/disks.ts';
import { durabilityFaults } from '../support/durability.ts';
import { needs } from '../support/faults.ts';
import { History } from '../support/history.ts';
import { checkHistory } from '../support/history-checker.ts';
import { noteSaid } from '../support/history-client.ts';
import { briefRun, injectedRun, type KillPoint, killPoints, ofOpening } from '../support/killed-run.ts';
import { MetricsDirectory } from '../support/metrics-directory.ts';
import { type Bug, sourceWith } from '../support/planted-bugs.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { silent } from '../support/silent-logger.ts';
import { watch } from '../support/system-calls.ts';

const directory = new MetricsDirectory();

/** A recorder that meets a dead disk says so at length. */
const QUIET = ['sh', '-c', 'exec "$@" 2>/dev/null', 'sh'];
/** In microseconds; longer than it takes to cut the power once something was said. */
const SLOW = 'fdatasync:delay_enter=500000';

const run = (name: string, source?: string) => {
  return { directory: join(directory.path, name, 'metrics'), prefix: name, trace: join(directory.path, `${name}.trace`), source };
};

/** Something that goes wrong around a run of these sources, and the faults that a checker finds then. */
type Fault = (source: string | undefined) => Promise<string[]>;

/** By the same fault the program itself is found whole, and its copy with the bug is found out. */
function expectFound(bug: Bug, by: string, [fault, message]: readonly [Fault, RegExp]): void {
  test(`${bug}: by ${by}`, async () => {
    expect(await fault(undefined)).toEqual([]);
    expect((await fault(sourceWith(bug, join(directory.path, 'planted')))).join('\n')).toMatch(message);
  });
}

const [skipped, name] = needs('strace', 'a planted bug is found');

describe.skipIf(skipped)(name, () => {
  const calls = (inject?: string): Fault => {
    return async source => {
      const of = run(source === undefined ? 'whole' : 'planted', source);
      const ran = await injectedRun(of, inject);
      expect(ran.said).toContain('done');
      return durabilityFaults(ran.calls, of.directory);
    };
  };
  expectFound('no fsync at all', 'its system calls', [calls(), /answered before \S+journal.log was synced/]);
  expectFound('an answer before the sync', 'its system calls where the disk is slow', [
    calls('fdatasync:delay_enter=20000'),
    /answered before \S+ was synced/,
  ]);
  expectFound('an opening without fsync', 'its system calls', [calls(), /opened and answered without a sync of \S+journal.log/]);
  expectFound('going on after a failed fsync', 'its system calls where one sync fails', [
    async source => calls(`fdatasync:error=EIO:when=${(await firstCommit()).when}`)(source),
    /answered after a sync of \S+ had failed/,
  ]);
  expectFound('truncating on opening', 'the bytes that were there before', [
    async source => {
      // Given a journal with a torn last line
      const of = run(source === undefined ? 'whole' : 'planted', source);
      const history = new History();
      noteSaid(history, (await briefRun({ ...of, source: undefined })).said);
      appendFileSync(join(of.directory, 'journal.log'), '2025-11-07T10:00:05.250Z,execution,torn');
      history.witnessAll(of.directory);
      // when it is opened and recorded to
      noteSaid(history, (await briefRun({ ...of, prefix: 'later' })).said);
      return checkHistory(of.directory, history).faults;
    },
    /journal.log has changed from byte/,
  ]);
});

describeAsRoot('a planted bug is found once the power fails', [...DISK_TOOLS, 'strace'], () => {
  expectFound('no fsync at all', 'what was acknowledged', [cutAtFirst('ack '), /was acknowledged and is not in journal.log/]);
  expectFound('an answer before the sync', 'what was acknowledged', [
    cutAtFirst('ack ', SLOW),
    /was acknowledged and is not in journal.log/,
  ]);
  expectFound('an opening without fsync', 'the position that was answered', [
    async source => {
      // Given a journal whose last rows are in memory alone
      const at = await firstCommit();
      return cutAtFirst('at ', SLOW, of => briefRun({ ...of, source: undefined }, at))(source);
    },
    /journal.log ends \d+ bytes before the answered position/,
  ]);
});

/** The sync of the journal in the first group of a run in a new directory. */
async function firstCommit(): Promise<KillPoint> {
  const unharmed = run('unharmed');
  rmSync(unharmed.directory, { recursive: true, force: true });
  const opening = ofOpening((await briefRun(unharmed)).calls);
  const { when } = killPoints(opening).findLast(({ call }) => call === 'fdatasync') ?? { when: 0 };
  return { call: 'fdatasync', when: when + 1 };
}

/** The power of a disk fails as soon as a run has said a first line that begins so; the program itself opens what is left. */
function cutAtFirst(
  beginning: string,
  inject?: string,
  before?: (of: ReturnType<typeof run>) => Promise<{ said: readonly string[] }>,
): Fault {
  return async source => {
    const disk = Disk.ext4(32);
    const of = { ...run('cut', source), directory: join(disk.path, 'metrics') };
    const history = new History();
    if (before) noteSaid(history, (await before(of)).said);
    const recorder = new RecorderProcess(['brief', of.directory, 'later', source], QUIET);
    await recorder.saidLines(1);
    const { ended } = await watch(recorder.pid, of.trace, inject);
    recorder.go();
    await recorder.saidLine(beginning);
    disk.shutDown();
    noteSaid(history, recorder.said);
    await recorder.kill();
    await ended;
    await disk.comeBack();
    const log = await Log.open({ directory: of.directory, logger: silent, clock: Date.now });
    await log.close();
    const { faults } = checkHistory(of.directory, history);
    disk.remove();
    return faults;
  };
}
