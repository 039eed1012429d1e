import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithNeo4j, startOwnNeo4j, testNeo4j } from '../../support/neo4j.ts';
import { execution, FakeLogs, openTestGraph } from './graph-fixture.ts';

/** A Java that starts Neo4j with one setting more, as an operator would write it into its configuration. */
async function javaWith(directory: string, setting: string): Promise<string> {
  const path = join(directory, 'java-with-setting');
  await writeFile(path, `#!/bin/sh\nexec '${testNeo4j().java}' "$@" -c '${setting}'\n`, { mode: 0o700 });
  return path;
}

describeWithNeo4j('a database that is read only', () => {
  test('takes nothing and says so, can still be read and verified, and goes on once it is writable', { timeout: 180_000 }, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'neo4j-read-only-'));
    const home = join(directory, 'neo4j');
    const logs = new FakeLogs().record(execution(1));
    const first = logs.end;
    const writable = await startOwnNeo4j({ directory: home });
    const before = openTestGraph(writable);
    await before.projection(logs).load();
    await before.projection(logs).advance(logs.stretch());
    const filled = await before.dump();
    await before.close();
    await writable.stop();

    logs.record(execution(2));
    const readOnly = await startOwnNeo4j({ directory: home, java: await javaWith(directory, 'server.databases.read_only=neo4j') });
    const during = openTestGraph(readOnly);
    const projection = during.projection(logs);
    const refusal = { code: 'GRAPH_UNAVAILABLE', retryable: true, message: expect.stringContaining('read only') };
    await expect(projection.advance(logs.stretch(first))).rejects.toMatchObject(refusal);
    await expect(
      projection.rebuild(
        () => {},
        () => {},
      ),
    ).rejects.toMatchObject(refusal);
    const checked = await projection.verify(
      () => {},
      () => {},
    );
    expect(checked).toMatchObject({ asOf: first, differences: 0 });
    expect(await during.dump()).toEqual(filled);
    await during.close();
    await readOnly.stop();

    const again = await startOwnNeo4j({ directory: home });
    const after = openTestGraph(again);
    const continued = after.projection(logs);
    expect(await continued.load()).toEqual(first);
    await continued.advance(logs.stretch(first));
    expect(await continued.load()).toEqual(logs.end);
    await after.close();
    await again.stop();
    await rm(directory, { recursive: true, force: true });
  });
});
