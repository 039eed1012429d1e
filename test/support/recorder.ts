/**
 * A process that owns a metrics directory, for tests that kill, stop and race it. Run with `node --import tsx`; arguments: what to
 * do, the directory, and a prefix for ids. It speaks in lines on standard output, and ends when its standard input does.
 *
 * - `hold`: opens once a line comes in, says `owner` or `refused: …`, and holds.
 * - `loop`: says `ready`, then records for ever; says each call and each acknowledgement as `history-client.ts` reads them.
 * - `twice`: says `ready`, records two executions one after the other, says each id, and ends.
 */
import { writeSync } from 'node:fs';
import { MetricsError } from '../../src/errors.ts';
import { type Acknowledgement, formatPosition, Log } from '../../src/log/log.ts';
import { executionInput, stepInput } from './execution-inputs.ts';
import { silent } from './silent-logger.ts';

const [mode = '', directory = '', prefix = ''] = process.argv.slice(2);
const STATUSES = ['SUCCESS', 'SUCCESS', 'FAILED', 'PARTIAL', 'CANCELLED'];
const STEP_STATUSES = ['SUCCESS', 'SUCCESS', 'FAILED', 'SKIPPED'];
const CALLERS = 3;

const say = (line: string) => writeSync(1, `${line}\n`);
const open = () => Log.open({ directory, logger: silent, clock: () => Date.now() });

/** The n-th execution: of every status, with no step to nine, some of which read alike. */
function nth(number: number) {
  const executionId = `${prefix}-${number}`;
  const steps = Array.from({ length: (number * 7) % 10 }, (_, index) =>
    stepInput({
      step: index >> 1,
      plugin: `plugin-${(number + (index >> 1)) % 5}`,
      durationMs: ((number * 37) % 500) * 10 + (index >> 1),
      status: STEP_STATUSES[(number + (index >> 1)) % STEP_STATUSES.length],
    }),
  );
  const notes = `notes of "${executionId}",\nsecond line`;
  return executionInput({ executionId, patternId: `pattern-${number % 3}`, status: STATUSES[number % STATUSES.length], steps, notes });
}

async function record(log: Log, numbers: readonly number[]): Promise<Acknowledgement[]> {
  const outcomes = await log.record(numbers.map(nth));
  return outcomes.map(outcome => {
    if (outcome instanceof MetricsError) throw outcome;
    return outcome;
  });
}

async function recordAloud(log: Log, numbers: readonly number[]): Promise<void> {
  say(`call ${numbers.map(number => nth(number).executionId).join(' ')}`);
  for (const { executionId, position } of await record(log, numbers)) say(`ack ${executionId} ${formatPosition(position)}`);
}

async function loop(log: Log): Promise<void> {
  let next = 0;
  const caller = async () => {
    for (;;)
      await recordAloud(
        log,
        Array.from({ length: 1 + (next % 4) }, () => next++),
      );
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

process.stdin.on('end', () => process.exit());
if (mode === 'hold') {
  process.stdin.once('data', () => {
    open().then(
      () => say('owner'),
      error => say(`refused: ${error.message}`),
    );
  });
  say('waiting');
} else {
  process.stdin.resume();
  const log = await open();
  say('ready');
  if (mode === 'loop') await loop(log);
  for (const number of [1, 2]) for (const { executionId } of await record(log, [number])) say(executionId);
  await log.close();
  process.exit();
}
