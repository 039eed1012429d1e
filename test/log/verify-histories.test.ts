/** No false alarm: whatever was recorded, appended by others, or cut short by a kill, verify finds nothing wrong once it was opened again. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Finding, Log, verifyLogs } from '../../src/log/log.ts';
import { happen, history, NOW, type RecordInput } from '../support/histories.ts';
import { MetricsDirectory } from '../support/metrics-directory.ts';
import { fc } from '../support/properties.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { silent } from '../support/silent-logger.ts';

const directory = new MetricsDirectory();

async function errorsIn(path: string): Promise<Finding[]> {
  const errors: Finding[] = [];
  const report = (finding: Finding) => {
    if (finding.severity === 'error') errors.push(finding);
  };
  await verifyLogs({ directory: path, report });
  return errors;
}

test('after a kill at any moment the next opening leaves nothing to find', { timeout: 120_000 }, async () => {
  for (let round = 0; round < 6; round++) {
    const recorder = new RecorderProcess(['loop', directory.path, `k${round}`]);
    await recorder.saidLines(3 + round * 11);
    await recorder.kill();
    // Before it, at most rows of the last group are missing: nothing else is wrong.
    for (const { message } of await errorsIn(directory.path)) expect(message).toMatch(/^a row (is missing|was changed)/);
    await directory.close(await directory.open());
    expect(await errorsIn(directory.path)).toEqual([]);
  }
});

test('of any history, other programs and lines that are no rows included', { timeout: 120_000 }, async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(history, async events => {
      const path = join(directory.path, String(++runs));
      mkdirSync(path);
      const log = await Log.open({ directory: path, logger: silent, clock: () => NOW });
      const recorded: RecordInput[] = [];
      for (const event of events) await happen(log, event, recorded);
      await log.upToDate();
      await log.close();
      // Its other programs use the workflow ids of our runs too, which is told of.
      expect((await errorsIn(path)).filter(({ message }) => !message.includes('has no such step'))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
