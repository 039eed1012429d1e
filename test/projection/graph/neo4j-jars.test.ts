import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { neo4jCacheDir, neo4jJarsCached, usefulLines } from '../../../src/projection/graph/neo4j-jars.ts';

describe('neo4jCacheDir', () => {
  it('follows XDG_CACHE_HOME where that is an absolute path', () => {
    expect(neo4jCacheDir({ XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/orchestrator-metrics');
    for (const env of [{}, { XDG_CACHE_HOME: '' }, { XDG_CACHE_HOME: 'relative' }]) {
      expect(neo4jCacheDir(env)).toBe(`${homedir()}/.cache/orchestrator-metrics`);
    }
  });

  it('holds nothing before the first fetch', () => expect(neo4jJarsCached('/nonexistent')).toBe(false));
});

describe('neo4j/jars.sha256', () => {
  it('lists the versions that neo4j/pom.xml pins, each jar once', async () => {
    const list = await readFile(new URL('../../../neo4j/jars.sha256', import.meta.url), 'utf8');
    const pom = await readFile(new URL('../../../neo4j/pom.xml', import.meta.url), 'utf8');
    const pinned = (name: string) => new RegExp(`<${name}.version>(.*)</${name}.version>`).exec(pom)?.[1];
    const paths = list
      .trimEnd()
      .split('\n')
      .map(line => /^[0-9a-f]{64} {2}(\S+\.jar)$/.exec(line)?.[1]);
    expect(new Set(paths).size).toBe(paths.length);
    for (const jar of ['lib/neo4j', 'lib/neo4j-server']) expect(paths).toContain(`${jar}-${pinned('neo4j')}.jar`);
    for (const jar of ['apoc-core', 'apoc-common']) expect(paths).toContain(`plugins/${jar}-${pinned('apoc')}.jar`);
    expect(pom).not.toMatch(/<version>[^<]*(?:SNAPSHOT|LATEST|RELEASE|[[,(])/);
  });
});

describe('usefulLines', () => {
  it('keeps the errors, once each, without the advice that follows them', () => {
    const said = [
      '[INFO] Scanning for projects...',
      '[ERROR] Failed to execute goal',
      '[ERROR] Failed to execute goal',
      '[ERROR] ',
      '[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.',
      '[ERROR] Re-run Maven using the -X switch to enable full debug logging.',
      '[ERROR] For more information about the errors and possible solutions, please read the following articles:',
      '[ERROR] [Help 1] an address',
    ];
    expect(usefulLines(said)).toBe('Failed to execute goal');
  });

  it('falls back on whatever was said last', () => {
    expect(usefulLines(['one', '', 'Error: JAVA_HOME is not defined correctly.'])).toBe('one\nError: JAVA_HOME is not defined correctly.');
    expect(usefulLines([])).toBe('it said nothing');
  });
});
