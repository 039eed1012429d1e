/** A journal that is long enough to be learned by a thread of its own, of few executions. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Log, type Position } from '../../src/log/log.ts';
import { executionInput, NOW, stepInput } from './execution-inputs.ts';
import { acknowledged } from './metrics-directory.ts';
import { silent } from './silent-logger.ts';

/** Of which the journal is longer than the 100 MB from which on a thread is used. */
export const LONG_EXECUTIONS = 2000;
const JOURNAL_BYTES = 110 << 20;
const GROUP = 50;

/** It stands in the journal alone. */
const taskDescription = 't'.repeat(JOURNAL_BYTES / LONG_EXECUTIONS);

export function longInput(number: number) {
  return executionInput({
    executionId: `e-${number}`,
    workflowId: `w-${number}`,
    patternId: `p-${number % 7}`,
    patternName: `name ${number % 11}`,
    steps: [stepInput({ plugin: `g-${number % 5}` }), stepInput({ step: 2, plugin: 'other' })],
    taskDescription,
  });
}

/** Records these in a directory, and forgets all that is derived; answers where the logs end. */
export async function recordLongJournal(directory: string): Promise<Position> {
  const log = await Log.open({ directory, logger: silent, clock: () => NOW });
  for (let from = 0; from < LONG_EXECUTIONS; from += GROUP)
    for (const outcome of await log.record(Array.from({ length: GROUP }, (_, index) => longInput(from + index)))) acknowledged(outcome);
  const { position } = log;
  await log.close();
  rmSync(join(directory, '.state'), { recursive: true });
  return position;
}
