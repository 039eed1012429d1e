import type { ChildProcess } from 'node:child_process';
import { cpSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { progress, rounds } from '../support/faults.ts';
import { recordLongJournal } from '../support/long-journal.ts';
import { type RunningService, startService, temporaryDirectory } from '../support/program.ts';

const KILLS = rounds(4, 40);
const QUESTIONS = `{
  overview { asOf current { executions successRate { successes total } durations { medianSeconds } steps } }
  patternStats { patterns { patternId name successRate { successes total } lastUsed } }
  pluginStats { plugins { name uses reliability { successes total } } }
}`;

const services = new Set<ChildProcess>();

afterEach(() => {
  for (const child of services) child.kill('SIGKILL');
});

function start(path: string, onSpawn?: (child: ChildProcess) => void): Promise<RunningService> {
  return startService({ METRICS_DIR: path }, child => {
    services.add(child);
    child.once('close', () => services.delete(child));
    onSpawn?.(child);
  });
}

async function answers(service: RunningService): Promise<unknown> {
  const { data, errors } = await service.ask(QUESTIONS);
  expect(errors).toBeUndefined();
  return data;
}

/** Starts the service where nothing is derived, and kills it once a thread has told a part of what it learns, or some time after. */
async function dieLearning(path: string, afterMs: number): Promise<boolean> {
  rmSync(join(path, '.state'), { recursive: true, force: true });
  const checkpoints = join(path, '.state', 'log', 'checkpoints');
  let ready = false;
  const starting = start(path, async child => {
    while (child.exitCode === null && (statSync(checkpoints, { throwIfNoEntry: false })?.size ?? 0) === 0) await setTimeout(2);
    await setTimeout(afterMs);
    child.kill('SIGKILL');
  });
  await starting.then(
    service => {
      ready = true;
      return service.end('SIGKILL');
    },
    () => undefined,
  );
  return !ready;
}

test(`a service killed ${KILLS} times while a thread learns the logs answers as one that never was`, async () => {
  const [directory, whole] = [await temporaryDirectory(), await temporaryDirectory()];
  await recordLongJournal(directory.path);
  cpSync(directory.path, whole.path, { recursive: true });
  const untouched = await start(whole.path);
  const expected = await answers(untouched);
  expect(await untouched.end()).toBe(0);
  let early = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    if (await dieLearning(directory.path, kill === 0 ? 0 : Math.random() * 100)) early++;
    const service = await start(directory.path);
    expect(await answers(service)).toEqual(expected);
    expect(await service.end()).toBe(0);
    progress('kill -9 while learning', kill + 1, KILLS);
  }
  expect(early).toBeGreaterThan(0);
  await Promise.all([directory.remove(), whole.remove()]);
});
