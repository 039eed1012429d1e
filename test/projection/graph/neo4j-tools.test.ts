import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNeo4jTools, javaVersionIn } from '../../../src/projection/graph/neo4j-tools.ts';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'neo4j-tools-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function command(path: string, script: string): Promise<string> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

const java = (path: string, version: string) => command(path, `echo 'openjdk version "${version}" 2025-04-15' >&2`);
const find = (env: { PATH?: string; JAVA_HOME?: string }, jarsCached = true) =>
  findNeo4jTools({ env, jarsCached, jvmFolders: [join(root, 'jvm')] });

describe('findNeo4jTools', () => {
  it('takes the Java of JAVA_HOME, then of PATH, then of the folders of the system', async () => {
    const ofSystem = await java('jvm/java-21/bin/java', '21.0.2');
    const env = { PATH: `relative:${join(root, 'bin')}` };
    expect(await find(env)).toEqual({ found: true, java: ofSystem, javaVersion: 21, maven: null });
    const ofPath = await java('bin/java', '17.0.15');
    expect(await find(env)).toMatchObject({ java: ofPath, javaVersion: 17 });
    const ofHome = await java('home/bin/java', '21');
    expect(await find({ ...env, JAVA_HOME: join(root, 'home') })).toMatchObject({ java: ofHome, javaVersion: 21 });
  });

  it('passes over every other version, and over what does not run', async () => {
    await java('bin/java', '25.0.1');
    await java('jvm/a/bin/java', '1.8.0_412');
    await command('jvm/b/bin/java', 'exit 1');
    await writeFile(join(root, 'jvm/notes'), '');
    const fits = await java('jvm/c/Contents/Home/bin/java', '17.0.1');
    expect(await find({ PATH: join(root, 'bin') })).toMatchObject({ found: true, java: fits });
  });

  it('says what is missing, what was there instead, and how to get it', async () => {
    const newer = await java('bin/java', '25.0.1');
    const answer = await find({ PATH: join(root, 'bin') }, false);
    expect(answer).toEqual({
      found: false,
      missing: expect.stringContaining(`not on this machine: Java 17 or 21 (found only Java 25 at ${newer}) and Maven (mvn). On Debian`),
    });
    expect(await find({})).toEqual({ found: false, missing: expect.stringContaining('not on this machine: Java 17 or 21. On Debian') });
  });

  it('needs Maven only as long as the jars are not cached', async () => {
    await java('bin/java', '17.0.1');
    const env = { PATH: join(root, 'bin') };
    expect(await find(env, true)).toMatchObject({ found: true, maven: null });
    expect(await find(env, false)).toEqual({ found: false, missing: expect.stringContaining('not on this machine: Maven (mvn).') });
    const maven = await command('bin/mvn', '');
    expect(await find(env, false)).toMatchObject({ found: true, maven });
  });
});

describe('javaVersionIn', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['openjdk version "21" 2023-09-19', 21],
    ['openjdk version "25-ea" 2025-09-16', 25],
    ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\njava version "1.8.0_412"', 8],
    ['command not found', null],
  ])('%s', (output, version) => expect(javaVersionIn(output)).toBe(version));
});
