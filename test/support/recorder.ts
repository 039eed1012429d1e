/**
 * A process that owns a metrics directory, for tests that kill, stop and race it. Run with `node --import tsx`; arguments: what to
 * do, the directory, a prefix for ids, and the folder of the sources to run (this project's unless named). It speaks in lines on
 * standard output, and ends when its standard input does.
 *
 * - `hold`: opens once a line comes in, says `owner` or `refused: …`, and holds.
 * - `loop`: says `ready`, then records for ever; says each call and each answer as `history-client.ts` reads them.
 * - `twice`: says `ready`, records two executions one after the other, says each id, and ends.
 * - `brief`: says `waiting`; once a line comes in, opens, records six executions in three groups, archives after the first, asks, and ends; says each call
 *   and each answer too, `refused: …` where opening fails, and last `done`.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { variedExecution } from './execution-inputs.ts';
import { figuresOf } from './history.ts';
import { silent } from './silent-logger.ts';

type Source = typeof import('../../src/log/log.ts');
type Log = Awaited<ReturnType<Source['Log']['open']>>;

const [mode = '', directory = '', prefix = '', source = join(import.meta.dirname, '../../src')] = process.argv.slice(2);
const { formatPosition, Log, START } = (await import(join(source, 'log/log.ts'))) as Source;
const CALLERS = 3;

/** Said before anything else happens: a kill must not swallow it. The pipe may be full for a while. */
function say(line: string): void {
  for (let rest = Buffer.from(`${line}\n`); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}
const open = () => Log.open({ directory, logger: silent, clock: () => Date.now() });
const inputs = (numbers: readonly number[]) => numbers.map(number => variedExecution(prefix, number));

/** Says the call, then each answer: `ack <id> <position>`, or `no <id> <code>`. */
async function recordAloud(log: Log, numbers: readonly number[]): Promise<void> {
  const ids = inputs(numbers).map(({ executionId }) => executionId);
  say(`call ${ids.join(' ')}`);
  for (const [index, outcome] of (await log.record(inputs(numbers))).entries()) {
    say('code' in outcome ? `no ${ids[index]} ${outcome.code}` : `ack ${ids[index]} ${formatPosition(outcome.position)}`);
  }
}

async function askAloud(log: Log): Promise<void> {
  const position = await log.upToDate();
  say(`at ${formatPosition(position)} ${JSON.stringify(figuresOf(await log.read(START, position)))}`);
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

async function twice(log: Log): Promise<void> {
  for (const number of [1, 2]) {
    const [outcome] = await log.record(inputs([number]));
    if (!outcome || 'code' in outcome) throw outcome;
    say(outcome.executionId);
  }
}

async function brief(log: Log): Promise<void> {
  await askAloud(log);
  await recordAloud(log, [1, 2]);
  // Where a fault keeps it from that, recording is what is looked at.
  await log.archive().catch(() => undefined);
  await Promise.all([recordAloud(log, [3]), recordAloud(log, [4, 5])]);
  await recordAloud(log, [6]);
  await askAloud(log);
}

process.stdin.on('end', () => process.exit());
if (mode === 'hold' || mode === 'brief') {
  say('waiting');
  await new Promise(resolve => process.stdin.once('data', resolve));
} else {
  process.stdin.resume();
}
const log = await open().catch(error => {
  say(`refused: ${error.message}`);
  return undefined;
});
if (mode === 'hold') {
  if (log) say('owner');
} else {
  if (!log) process.exit(1);
  if (mode !== 'brief') say('ready');
  if (mode === 'loop') await loop(log);
  if (mode === 'twice') await twice(log);
  if (mode === 'brief') await brief(log);
  await log.close();
  if (mode === 'brief') say('done');
  process.exit();
}
