import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { START } from '../../src/log/log.ts';
import { executionInput } from '../support/execution-inputs.ts';
import { auditLogs } from '../support/log-audit.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';
import { fc } from '../support/properties.ts';
import { RecorderProcess } from '../support/recorder-process.ts';

const directory = new MetricsDirectory();

const ROUNDS = 12;
/** Another program that knows nothing of us: a shell that appends a row at a time, numbered, until it is killed. */
const SHELL = 'i=0; while :; do i=$((i+1)); printf "2025-11-07T00:00:00Z,shell-%s-%d,phase,1,shell-plugin,1,true\\n" "$1" $i >> "$2"; done';

function shellLoop(round: number): ChildProcess {
  return spawn('sh', ['-c', SHELL, 'sh', String(round), directory.file('durations')], { stdio: 'ignore' });
}

/** Records until `acknowledgements` have come, then dies at once; answers what was acknowledged. */
async function recordAndDie(round: number, acknowledgements: number, beside: boolean): Promise<string[]> {
  const recorder = new RecorderProcess(['loop', directory.path, `round-${round}`]);
  await recorder.saidLines(1);
  const shell = beside ? shellLoop(round) : undefined;
  try {
    await recorder.saidLines(1 + acknowledgements);
    await recorder.kill();
  } finally {
    shell?.kill('SIGKILL');
    if (shell && shell.exitCode === null && shell.signalCode === null) await once(shell, 'exit');
  }
  return recorder.said.slice(1);
}

describe('a recorder that is killed', () => {
  test(`${ROUNDS} times over, with a shell appending beside it: what it acknowledged is in all logs exactly once`, {
    timeout: 60_000,
  }, async () => {
    const acknowledged: string[] = [];
    const kills = fc.sample(fc.integer({ min: 0, max: 60 }), ROUNDS);
    for (const [round, acknowledgements] of kills.entries()) {
      // Given a recorder that dies at some moment, in every third round with another writer beside it
      acknowledged.push(...(await recordAndDie(round, acknowledgements, round % 3 === 2)));
      // when the directory is opened
      const log = await directory.open();
      // then an independent reader finds everything once, and nothing half
      const { executionIds, faults } = auditLogs(directory.path, 'shell-');
      expect(faults).toEqual([]);
      expect(new Set(executionIds)).toEqual(new Set([...executionIds, ...acknowledged]));
      // and our own reader finds the same
      const { journal } = await log.read(START, log.position, 1 << 30);
      expect(journal.map(({ execution }) => execution.executionId)).toEqual(executionIds);
      await log.checkPosition(log.position);
      await directory.close(log);
    }
    const { executionIds, fragments, others } = auditLogs(directory.path, 'shell-');
    expect(acknowledged.length).toBeGreaterThan(ROUNDS * 10);
    // What was not acknowledged is at most what was under way at each kill: three calls of four.
    expect(executionIds.length - acknowledged.length).toBeLessThanOrEqual(ROUNDS * 12);
    for (const lines of Object.values(fragments)) expect(lines.length).toBeLessThanOrEqual(ROUNDS);
    // The shell's rows are all there, in their order.
    expect(others.length).toBeGreaterThan(0);
    for (let round = 2; round < ROUNDS; round += 3) {
      const numbers = others.filter(line => line.includes(`,shell-${round}-`)).map(line => Number(line.split(',')[1]?.split('-')[2]));
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    }
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

describe('the audit itself', () => {
  test.for<readonly [why: string, spoil: () => void, fault: RegExp]>([
    [
      'a row too many',
      () => directory.append('durations', '2025-11-07T10:00:05Z,e,implement,1,express-api-scaffold,1.5,true\n'),
      /2 times instead of 1/,
    ],
    ['a row too few', () => directory.write('success_rates', 'header\n'), /success_rates.log: 0 times instead of 1/],
    ['a row of no execution', () => directory.append('durations', '2025-11-07T10:00:05Z,x,implement,1,y,1,true\n'), /of no execution/],
    [
      'a use counted twice',
      () => directory.append('plugin_usage', '2025-11-07T10:00:05Z,express-api-scaffold,2,3,2,0,1.5,x\n'),
      /journal counts/,
    ],
    [
      'a total that goes nowhere',
      () => directory.append('plugin_usage', `${directory.lines('plugin_usage')[0]}\n`),
      /goes back, or nowhere/,
    ],
    ['an execution twice', () => directory.append('journal', `${directory.lines('journal')[0]}\n`), /stands 2 times/],
    ['a broken chain', () => directory.append('journal', `${directory.lines('journal')[0]}\n`), /does not go on the chain/],
  ])('finds %s', async ([, spoil, fault]) => {
    const log = await directory.open();
    await record(log, executionInput({ executionId: 'e' }));
    expect(auditLogs(directory.path, 'shell-')).toMatchObject({ executionIds: ['e'], faults: [] });
    spoil();
    expect(auditLogs(directory.path, 'shell-').faults.join('\n')).toMatch(fault);
  });
});
