import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inParallel, isLong, needs, progress, rounds } from '../support/faults.ts';
import { History } from '../support/history.ts';
import type { Verdict } from '../support/history-checker.ts';
import { noteSaid } from '../support/history-client.ts';
import { briefRun, cutLastWrite, expectWhole, type KillPoint, killPoints, ofOpening } from '../support/killed-run.ts';
import { MetricsDirectory } from '../support/metrics-directory.ts';
import { fc } from '../support/properties.ts';
import { ShellLoop } from '../support/shell-loop.ts';

const directory = new MetricsDirectory();

/** Processes that start take most of the time. */
const AT_ONCE = 3;
const NUMBERS = [1, 2, 3, 4, 5, 6];

const [skipped, name] = needs('strace', 'kill -9 at a system call');

describe.skipIf(skipped)(name, () => {
  test(`of a run that creates, opens, records and asks (${isLong ? 'every one' : 'a dozen'}), also with its last write cut short`, async () => {
    const points = killPoints((await briefRun(run('unharmed'))).calls);
    const chosen = isLong ? points : sample(points, 12);
    let killed = 0;
    let cut = 0;
    let done = 0;
    await inParallel(chosen, AT_ONCE, async (point, index) => {
      const { history, ...ran } = await noted(new History(), run(`at-${index}`), point);
      if (ran.killed) killed++;
      if (ran.killed && index % 2 === 1 && cutLastWrite(ran.calls, path(`at-${index}`), Math.random())) cut++;
      await whole(`at-${index}`, history, point, { e: NUMBERS });
      progress('kill -9 at every system call', ++done, chosen.length);
    });
    // A run may make a few calls less than the one that was counted.
    expect(killed).toBeGreaterThan(chosen.length * 0.8);
    if (isLong) expect(cut).toBeGreaterThan(0);
  });

  test(`of opening what a kill left, and of opening that (${rounds(6, 100)} times)`, async () => {
    const first = killPoints((await briefRun(run('unharmed'))).calls).filter(({ call }) => /write|sync|link|rename/.test(call));
    await briefRun(
      run('sample'),
      first.find(({ call, when }) => call === 'fdatasync' && when === 7),
    );
    const opening = killPoints(ofOpening((await briefRun({ ...run('sample'), prefix: 'f' })).calls));
    const cases = sample(first, rounds(6, 100));
    let killed = 0;
    let done = 0;
    await inParallel(cases, AT_ONCE, async (point, index) => {
      const folder = `deep-${index}`;
      const { history, ...ran } = await noted(new History(), run(folder), point);
      if (index % 2 === 1) cutLastWrite(ran.calls, path(folder), Math.random());
      const deep: KillPoint[] = [point];
      for (const at of sample(opening, 2)) {
        history.witnessAll(path(folder));
        deep.push(at);
        const again = await noted(history, { ...run(folder), prefix: `f${deep.length}` }, at);
        if (again.killed) killed++;
        if (index % 4 === 3) cutLastWrite(again.calls, path(folder), Math.random());
      }
      await whole(folder, history, deep, { e: NUMBERS, f2: NUMBERS, f3: NUMBERS });
      progress('kill -9 while opening, twice deep', ++done, cases.length);
    });
    expect(killed).toBeGreaterThan(cases.length);
  });

  test(`while a shell appends to the shared logs (${rounds(3, 60)} times)`, async () => {
    const points = killPoints((await briefRun(run('unharmed'))).calls).filter(({ call }) => /write|sync/.test(call));
    const cases = sample(points, rounds(3, 60));
    let rows = 0;
    let done = 0;
    await inParallel(cases, AT_ONCE, async (point, index) => {
      const folder = `beside-${index}`;
      const shell = new ShellLoop(path(folder), 'a');
      const { history } = await noted(new History(), run(folder), point).finally(() => shell.stop());
      rows += (await whole(folder, history, point, { e: NUMBERS })).others.plugin_usage.length;
      progress('kill -9 beside a shell', ++done, cases.length);
    });
    expect(rows).toBeGreaterThan(0);
  });
});

const path = (folder: string) => join(directory.path, folder, 'metrics');
const run = (folder: string) => ({ directory: path(folder), prefix: 'e', trace: join(directory.path, `${folder}.trace`) });
const sample = <Item>(items: readonly Item[], count: number) => fc.sample(fc.constantFrom(...items), count);

async function noted(history: History, of: Parameters<typeof briefRun>[0], at: KillPoint) {
  const ran = await briefRun(of, at);
  noteSaid(history, ran.said);
  return { ...ran, history };
}

/** A fault is told with the calls that led to it. */
async function whole(folder: string, history: History, at: unknown, numbers: Record<string, readonly number[]>): Promise<Verdict> {
  try {
    const verdict = await expectWhole(path(folder), history, numbers);
    rmSync(join(directory.path, folder), { recursive: true });
    return verdict;
  } catch (error) {
    const kept = join(directory.path, '..', `killed-${folder}-${process.pid}`);
    cpSync(join(directory.path, folder), kept, { recursive: true });
    throw new Error(`killed at ${JSON.stringify(at)}; the logs are in ${kept}`, { cause: error });
  }
}
