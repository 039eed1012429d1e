import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../../src/logger.ts';
import { endEarlierNeo4j, removePidFile, writePidFile } from '../../../src/projection/graph/neo4j-process.ts';
import { isRunning } from '../../support/processes.ts';

const logger = createLogger('silent');
const SLEEPER = 'setTimeout(() => {}, 60_000)';
const DEAF_SLEEPER = `process.on('SIGTERM', () => {}); ${SLEEPER}`;

let directory: string;
const pids: number[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'neo4j-process-'));
});
afterEach(async () => {
  for (const pid of pids.splice(0)) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

/** A process with `argument` on its command line, left behind by a parent that has ended. */
async function orphan(argument: string, script: string): Promise<{ pid: number; owner: number }> {
  const child = `['--eval', ${JSON.stringify(`${script}; console.log(process.pid)`)}, '--', ${JSON.stringify(argument)}]`;
  const owner = spawn(process.execPath, [
    '--eval',
    `const { spawn } = require('node:child_process');
     const child = spawn(process.execPath, ${child}, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
     child.stdout.once('data', text => { process.stdout.write(text, () => process.exit()); });`,
  ]);
  const pid = await new Promise<number>(resolve => owner.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))));
  await new Promise(resolve => owner.once('close', resolve));
  pids.push(pid);
  return { pid, owner: owner.pid ?? 0 };
}

const record = (pid: number, owner: number) => writeFile(join(directory, 'pid'), `${pid} ${owner}\n`);

describe('endEarlierNeo4j', () => {
  it('does nothing in a home that has none', async () => {
    await endEarlierNeo4j(directory, logger);
    await writeFile(join(directory, 'pid'), 'no pid file of ours');
    await endEarlierNeo4j(directory, logger);
  });

  it('ends an orphan of this home, and forgets it', async () => {
    const { pid, owner } = await orphan(`--home-dir=${directory}`, SLEEPER);
    await record(pid, owner);
    await endEarlierNeo4j(directory, logger);
    expect(isRunning(pid)).toBe(false);
    expect(await readdir(directory)).toEqual([]);
  });

  it('kills one that does not end when asked', async () => {
    const { pid, owner } = await orphan(`--home-dir=${directory}`, DEAF_SLEEPER);
    await record(pid, owner);
    await endEarlierNeo4j(directory, logger, 300);
    expect(isRunning(pid)).toBe(false);
  });

  it.each(['--home-dir=/elsewhere', (home: string) => `--home-dir=${home}-2`, (home: string) => `x--home-dir=${home}`])(
    'leaves a process alone that only happens to have the pid (%#)',
    async argument => {
      const { pid, owner } = await orphan(typeof argument === 'string' ? argument : argument(directory), SLEEPER);
      await record(pid, owner);
      await endEarlierNeo4j(directory, logger);
      expect(isRunning(pid)).toBe(true);
      expect(await readdir(directory)).toEqual([]);
    },
  );

  it('refuses to end one whose service lives', async () => {
    const child = spawn(process.execPath, ['--eval', SLEEPER, '--', `--home-dir=${directory}`], { stdio: 'ignore' });
    const pid = child.pid ?? 0;
    pids.push(pid);
    writePidFile(directory, pid);
    await expect(endEarlierNeo4j(directory, logger)).rejects.toMatchObject({
      code: 'GRAPH_UNAVAILABLE',
      message: expect.stringContaining(`belongs to a running service (process ${process.pid})`),
    });
    expect(isRunning(pid)).toBe(true);
  });
});

describe('removePidFile', () => {
  it('leaves the file of a later process', async () => {
    writePidFile(directory, 12);
    removePidFile(directory, 11);
    expect(await readdir(directory)).toEqual(['pid']);
    removePidFile(directory, 12);
    expect(await readdir(directory)).toEqual([]);
  });
});
