import { readFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { formatPosition, LOG_NAMES, Log, START } from '../../src/log/log.ts';
import { describeAsRoot } from '../support/as-root.ts';
import { DISK_TOOLS, Disk } from '../support/disks.ts';
import { executionInput } from '../support/execution-inputs.ts';
import { progress, rounds } from '../support/faults.ts';
import { figuresOf, History } from '../support/history.ts';
import { checkHistory } from '../support/history-checker.ts';
import { noteSaid } from '../support/history-client.ts';
import { record } from '../support/metrics-directory.ts';
import { fc } from '../support/properties.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { ShellLoop } from '../support/shell-loop.ts';
import { silent } from '../support/silent-logger.ts';

const CUTS = rounds(6, 200);
const OPENINGS = rounds(4, 60);
/** Histories grow with each cut, and judging them takes longer: a new disk after that many. */
const CUTS_A_DISK = 10;
const DISK_MB = 32;

/** A recorder that meets a dead disk says so at length. */
const QUIET = ['sh', '-c', 'exec "$@" 2>/dev/null', 'sh'];
const shells = new Set<ShellLoop>();

afterEach(async () => {
  for (const shell of shells) await shell.stop();
  shells.clear();
});

const open = (directory: string) => Log.open({ directory, logger: silent, clock: Date.now });
const bytesOf = (directory: string) => LOG_NAMES.map(log => readFileSync(join(directory, `${log}.log`), 'latin1'));

/** Records on a disk until so many lines are said; then its power fails while recording goes on. */
async function recordAndCut(disk: Disk, history: History, { round, lines }: { round: number; lines: number }): Promise<void> {
  const directory = join(disk.path, 'metrics');
  const recorder = new RecorderProcess(['loop', directory, `round-${round}`], QUIET);
  await recorder.saidLines(1);
  if (round % 3 === 2) shells.add(new ShellLoop(directory, String(round)));
  await recorder.saidLines(1 + lines);
  noteSaid(history, recorder.said);
  history.witness(directory);
  disk.shutDown();
  await recorder.kill();
  for (const shell of shells) await shell.stop();
  // Only what was acknowledged before counts: a sync that is under way when an ext4 is shut down may say ok, and nothing was written.
  noteSaid(
    history,
    recorder.said.filter(line => line.startsWith('call ')),
  );
}

/** Opens twice, the second time without any change, and judges what is there. */
async function openAndCheck(directory: string, history: History): Promise<void> {
  const log = await open(directory);
  history.answer(formatPosition(log.position), figuresOf(await log.read(START, log.position, 1 << 30)));
  await log.close();
  expect(checkHistory(directory, history).faults).toEqual([]);
  const bytes = bytesOf(directory);
  await (await open(directory)).close();
  expect(bytesOf(directory)).toEqual(bytes);
}

describeAsRoot('after a power cut', DISK_TOOLS, () => {
  test(`while a recorder and shells write: what was acknowledged is in all logs exactly once, ${CUTS} times`, {
    timeout: 30_000 + CUTS * 5000,
  }, async () => {
    const linesBefore = fc.sample(fc.integer({ min: 0, max: 120 }), CUTS);
    let [disk, history, acknowledged] = [Disk.ext4(DISK_MB), new History(), 0];
    for (const [round, lines] of linesBefore.entries()) {
      if (round > 0 && round % CUTS_A_DISK === 0) {
        acknowledged += history.acknowledged.size;
        disk.remove();
        [disk, history] = [Disk.ext4(DISK_MB), new History()];
      }
      const directory = join(disk.path, 'metrics');
      // Given a recorder on a disk whose power fails at some moment, in every third round with a shell beside it
      await recordAndCut(disk, history, { round, lines });
      await disk.comeBack();
      // and, in some, with what another program appends before we open: a row, and half a line
      if (round % 4 === 1) {
        await appendFile(
          join(directory, 'durations.log'),
          `2025-11-07T00:00:00Z,shell-back-${round}-1,phase,1,shell-back,1,true\nhalf a line`,
        );
      }
      // when it is opened, then everything that was acknowledged is there once, nothing is half, and no answer has changed
      await openAndCheck(directory, history);
      progress('power cuts', round + 1, CUTS);
    }
    expect(acknowledged + history.acknowledged.size).toBeGreaterThan(CUTS * 10);
  });

  test(`while the directory is created, and while it is opened: it opens, ${OPENINGS} times`, {
    timeout: 30_000 + OPENINGS * 5000,
  }, async () => {
    for (const [round, delay] of fc.sample(fc.integer({ min: 0, max: 30 }), OPENINGS).entries()) {
      const [disk, history] = [Disk.ext4(DISK_MB), new History()];
      const directory = join(disk.path, 'metrics');
      // Given a new directory, or one that needs the work of opening
      if (round % 2 === 1) {
        await recordAndCut(disk, history, { round, lines: 5 });
        await disk.comeBack();
      }
      // when the power fails as it is opened, twice
      for (const moment of [delay, delay / 2]) {
        const opening = new RecorderProcess(['hold', directory], QUIET);
        await opening.saidLines(1);
        opening.go();
        await setTimeout(moment);
        disk.shutDown();
        await opening.kill();
        await disk.comeBack();
      }
      // then it opens, holds what was acknowledged, and records
      await openAndCheck(directory, history);
      const log = await open(directory);
      const input = executionInput();
      history.call(input.executionId);
      history.acknowledge(input.executionId, formatPosition((await record(log, input)).position));
      await log.close();
      await openAndCheck(directory, history);
      disk.remove();
      progress('power cuts while opening', round + 1, OPENINGS);
    }
  });
});
