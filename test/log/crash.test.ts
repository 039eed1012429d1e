import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { formatPosition, START } from '../../src/log/log.ts';
import { executionInput } from '../support/execution-inputs.ts';
import { figuresOf, History } from '../support/history.ts';
import { checkHistory } from '../support/history-checker.ts';
import { noteSaid } from '../support/history-client.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';
import { fc } from '../support/properties.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { ShellLoop } from '../support/shell-loop.ts';

const directory = new MetricsDirectory();

const ROUNDS = 12;
/** Records until so many calls and acknowledgements have been said, then dies at once. */
async function recordAndDie(round: number, lines: number, beside: boolean): Promise<string[]> {
  const recorder = new RecorderProcess(['loop', directory.path, `round-${round}`]);
  await recorder.saidLines(1);
  const shell = beside ? new ShellLoop(directory.path, String(round)) : undefined;
  try {
    await recorder.saidLines(1 + lines);
    await recorder.kill();
  } finally {
    await shell?.stop();
  }
  return recorder.said;
}

describe('a recorder that is killed', () => {
  test(`${ROUNDS} times over, with a shell appending beside it: what it acknowledged is in all logs exactly once`, {
    timeout: 60_000,
  }, async () => {
    const history = new History();
    const kills = fc.sample(fc.integer({ min: 0, max: 100 }), ROUNDS);
    for (const [round, lines] of kills.entries()) {
      // Given a recorder that dies at some moment, in every third round with another writer beside it
      noteSaid(history, await recordAndDie(round, lines, round % 3 === 2));
      history.witnessAll(directory.path);
      // when the directory is opened
      const log = await directory.open();
      // then an independent reader finds everything once, and nothing half
      const { executionIds, faults } = checkHistory(directory.path, history);
      expect(faults).toEqual([]);
      // and our own reader finds the same
      const stretch = await log.read(START, log.position, 1 << 30);
      expect(stretch.journal.map(({ execution }) => execution.executionId)).toEqual(executionIds);
      history.answer(formatPosition(log.position), figuresOf(stretch));
      for (const { position } of history.answers.values()) await log.checkPosition(position);
      await directory.close(log);
    }
    const { executionIds, fragments, others, faults } = checkHistory(directory.path, history);
    expect(faults).toEqual([]);
    expect(history.acknowledged.size).toBeGreaterThan(ROUNDS * 10);
    // What was not acknowledged is at most what was under way at each kill: three calls of four.
    expect(executionIds.length - history.acknowledged.size).toBeLessThanOrEqual(ROUNDS * 12);
    for (const lines of Object.values(fragments)) expect(lines.length).toBeLessThanOrEqual(ROUNDS);
    for (const rows of Object.values(others)) expect(rows.length).toBeGreaterThan(0);
  });

  test('while it creates the logs leaves a directory that opens', { timeout: 30_000 }, async () => {
    for (let round = 0; round < 4; round++) {
      const recorder = new RecorderProcess(['hold', directory.path]);
      await recorder.saidLines(1);
      recorder.go();
      // Some moments later, and at another one each time.
      await setTimeout(round * 4);
      await recorder.kill();
    }
    const log = await directory.open();
    await record(log, executionInput());
    for (const name of ['journal', 'durations', 'success_rates', 'plugin_usage'] as const) {
      expect(directory.text(name)).toMatch(/^timestamp,[a-z_,]+\n[^\n]+\n$/);
    }
  });
});
