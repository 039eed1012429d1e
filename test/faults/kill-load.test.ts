import type { ChildProcess } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { inParallel, progress, rounds } from '../support/faults.ts';
import { History } from '../support/history.ts';
import { checkHistory } from '../support/history-checker.ts';
import { HistoryClient } from '../support/history-client.ts';
import { type RunningService, startService, temporaryDirectory } from '../support/program.ts';
import { ShellLoop } from '../support/shell-loop.ts';

const KILLS = rounds(12, 300);
/** Each directory lives through so many kills; two are under way at a time. */
const KILLS_EACH = 6;
const AT_ONCE = 2;
const CALLERS = 50;

const services = new Set<ChildProcess>();

afterEach(() => {
  for (const child of services) child.kill('SIGKILL');
});

test(`a service killed ${KILLS} times at random under ${CALLERS} callers keeps what it answered`, async () => {
  let kills = 0;
  let acknowledged = 0;
  let shells = 0;
  await inParallel(Array.from({ length: KILLS / KILLS_EACH }), AT_ONCE, async () => {
    const directory = await temporaryDirectory();
    const history = new History();
    for (let kill = 0; kill < KILLS_EACH; kill++) {
      await liveAndDie(directory.path, history, kill);
      progress('kill -9 under load', ++kills, KILLS);
    }
    const service = await start(directory.path);
    await expectWhole(directory.path, history, service);
    expect(await service.end()).toBe(0);
    acknowledged += history.acknowledged.size;
    shells += checkHistory(directory.path, history).others.durations.length;
    await directory.remove();
  });
  expect(acknowledged).toBeGreaterThan(KILLS * 10);
  expect(shells).toBeGreaterThan(0);
});

/** One life of the service: it opens what the last one left, is found whole, is called by many at once, and dies. */
async function liveAndDie(path: string, history: History, kill: number): Promise<void> {
  // Every fourth one may die before it is ready.
  const early = kill % 4 === 3 ? 200 + Math.random() * 1500 : undefined;
  const service = await startOrDie(path, early);
  if (service) {
    await expectWhole(path, history, service);
    // In every third life a shell appends beside it.
    const shell = kill % 3 === 1 ? new ShellLoop(path, String(kill)) : undefined;
    try {
      const load = new HistoryClient(service, history).load(`life-${kill}`, CALLERS);
      await Promise.race([load, setTimeout(Math.random() * 500)]);
      await service.end('SIGKILL');
      await load;
    } finally {
      await service.end('SIGKILL');
      await shell?.stop();
    }
  }
  history.witnessAll(path);
}

function start(path: string, onSpawn?: (child: ChildProcess) => void): Promise<RunningService> {
  return startService({ METRICS_DIR: path }, child => {
    services.add(child);
    child.once('close', () => services.delete(child));
    onSpawn?.(child);
  });
}

/** Undefined where it was killed before it was ready. */
async function startOrDie(path: string, afterMs: number | undefined): Promise<RunningService | undefined> {
  if (afterMs === undefined) return start(path);
  const starting = start(path, child => {
    void setTimeout(afterMs).then(() => child.kill('SIGKILL'));
  });
  const started = await starting.catch(() => undefined);
  await started?.end('SIGKILL');
  return undefined;
}

/** Of a service that nobody calls: no fault, old answers stay, and what was called without an answer can be called again. */
async function expectWhole(path: string, history: History, service: RunningService): Promise<void> {
  expect(checkHistory(path, history).faults).toEqual([]);
  const client = new HistoryClient(service, history);
  const answers = [...history.answers.values()].filter(({ figures }) => figures);
  for (const { token, figures } of answers.filter((_, index) => index % Math.ceil(answers.length / 10) === 0)) {
    const now = await client.ask(token);
    if (!isDeepStrictEqual(now, figures)) expect(now, `as of ${token}`).toEqual(figures);
  }
  await client.recordUnanswered();
  await client.ask();
  expect(checkHistory(path, history).faults).toEqual([]);
}
