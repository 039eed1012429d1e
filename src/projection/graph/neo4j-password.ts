import { randomBytes } from 'node:crypto';
import { chmod, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The password of the embedded Neo4j: made once, kept in `directory`/password, readable by its owner only. It is on the
 * disk before Neo4j ever hears of it, so that a kill in between leaves a file that the next start can set.
 */
export async function ensurePassword(directory: string): Promise<string> {
  const file = join(directory, 'password');
  const kept = (await readFile(file, 'utf8').catch(ifMissing)).trim();
  if (kept !== '') {
    await chmod(file, 0o600);
    return kept;
  }
  const password = randomBytes(24).toString('base64url');
  await writeDurably(directory, file, `${password}\n`);
  return password;
}

async function writeDurably(directory: string, file: string, text: string): Promise<void> {
  const next = await open(`${file}.next`, 'w', 0o600);
  try {
    await next.chmod(0o600);
    await next.writeFile(text);
    await next.sync();
  } finally {
    await next.close();
  }
  await rename(`${file}.next`, file);
  const folder = await open(directory, 'r');
  await folder.sync().finally(() => folder.close());
}

function ifMissing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}
