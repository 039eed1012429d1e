/**
 * Remakes neo4j/jars.sha256 after a change of neo4j/pom.xml: lets Maven fetch the jars into an empty folder and lists each with
 * its SHA-256, as `sha256sum lib/*.jar plugins/*.jar` would (so `sha256sum -c` reads it too). What it lists is what Maven
 * got now: look at the difference before committing it.
 *
 *     npx tsx scripts/lock-neo4j-jars.ts
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jarsIn, runMaven, sha256Of } from '../src/projection/graph/neo4j-jars.ts';
import { commandOnPath } from '../src/projection/graph/neo4j-tools.ts';

const { PATH } = process.env;
const maven = await commandOnPath('mvn', PATH);
if (maven === null) throw new Error('Maven (mvn) is needed and is not on the PATH');

const folder = await mkdtemp(join(tmpdir(), 'lock-neo4j-jars-'));
try {
  await runMaven(maven, folder, { sha256: new Map() }, { env: process.env });
  await rm(join(folder, 'repository'), { recursive: true });
  const lines = [];
  for (const path of await jarsIn(folder)) lines.push(`${await sha256Of(join(folder, path))}  ${path}\n`);
  await writeFile(fileURLToPath(new URL('../neo4j/jars.sha256', import.meta.url)), lines.join(''));
  console.log(`neo4j/jars.sha256 lists ${lines.length} jars`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
