import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginConsoleLog, lastLines, whatToDo } from '../../../src/projection/graph/neo4j-logs.ts';

let logs: string;
beforeEach(async () => {
  logs = await mkdtemp(join(tmpdir(), 'neo4j-logs-'));
});
afterEach(() => rm(logs, { recursive: true, force: true }));

const INFO = '2026-11-22 16:21:26.383+0000 INFO  Starting...\n';
const ERROR = '2026-11-22 16:21:26.383+0000 ERROR Failed to start Neo4j.\n';

describe('lastLines', () => {
  it('are those of this start', async () => {
    await writeFile(join(logs, 'neo4j.log'), ERROR);
    await writeFile(join(logs, 'console.log'), 'of the start before\n');
    const { file, mark } = await beginConsoleLog(logs);
    expect(await lastLines(logs, mark)).toEqual([]);
    expect(await readFile(join(logs, 'console.previous.log'), 'utf8')).toBe('of the start before\n');
    await appendFile(join(logs, 'neo4j.log'), INFO);
    expect(await lastLines(logs, mark)).toEqual([INFO.trimEnd()]);
    await writeFile(file, 'Too small maximum heap\n\0\n');
    expect(await lastLines(logs, mark)).toEqual(['Too small maximum heap']);
  });

  it('leave out stack frames, and news where there are errors', async () => {
    const { mark } = await beginConsoleLog(logs);
    await writeFile(join(logs, 'neo4j.log'), `${INFO}${ERROR}\tat org.neo4j.A.b(A.java:1)\n\t... 14 more\nCaused by: full\n${INFO}`);
    expect(await lastLines(logs, mark)).toEqual([ERROR.trimEnd(), 'Caused by: full']);
  });

  it('are read from the beginning of a log that was rolled over, and are no more than twelve', async () => {
    await writeFile(join(logs, 'neo4j.log'), ERROR.repeat(100));
    const { mark } = await beginConsoleLog(logs);
    const numbered = Array.from({ length: 20 }, (_, line) => `line ${line}`);
    await writeFile(join(logs, 'neo4j.log'), numbered.join('\n'));
    expect(await lastLines(logs, mark)).toEqual(numbered.slice(8));
  });
});

describe('whatToDo', () => {
  it.each([
    ['java.io.IOException: No space left on device', 'The disk is full'],
    ['java.net.BindException: Address already in use', 'Its port was taken'],
    ['Lock file has been locked by another process', 'Another process uses its data'],
    ['Terminating due to java.lang.OutOfMemoryError: Java heap space', 'Its heap is too small'],
    ['setpriv: failed to execute /x/java: No such file or directory', 'Its Java does not run'],
    ['Failed to read current store version.', 'Put its folder back from a copy, or remove it'],
    ['something new', 'Its log says why. GRAPH=off'],
  ])('%s', (line, advice) => expect(whatToDo('it ended', ['noise', line])).toMatch(advice));
});
