import { hash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** Where a state is saved, so that the next start need not read the logs from their beginning; may be deleted. */
export type SnapshotFile = Readonly<{
  path: string;
  /** Not to be read: what is there is of other logs. */
  anew: boolean;
}>;

const DIGITS = 64;

/** What was saved by the same version; undefined where there is none, or it is damaged. */
export async function readSnapshot(path: string, version: number): Promise<unknown> {
  try {
    const bytes = await readFile(path);
    const content = bytes.subarray(DIGITS);
    if (hash('sha256', content) !== bytes.toString('latin1', 0, DIGITS)) return undefined;
    const saved = deserialize(content) as { version: number; value: unknown };
    return saved.version === version ? saved.value : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces what was saved. A torn file does not fit its hash, so that nothing is synced. */
export async function writeSnapshot(path: string, version: number, value: unknown): Promise<void> {
  const content = serialize({ version, value });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.next`, [Buffer.from(hash('sha256', content), 'latin1'), content]);
  await rename(`${path}.next`, path);
}
