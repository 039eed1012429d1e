/** Copies of the sources with one bug each, to prove that the checkers find them. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '../..');

/** Within `src/`: what stands there exactly once, and what stands in its place. */
export type Replacement = Readonly<{ file: string; from: string; to: string }>;

/** One bug each, by what it is. */
export const BUGS = {
  'no fsync at all': [{ file: 'log/log-file.ts', from: 'handle.datasync()', to: 'handle.stat()' }],
  'an answer before the sync': [
    { file: 'log/ledger.ts', from: 'await this.#files[log].sync();', to: 'this.#files[log].sync().catch(() => undefined);' },
  ],
  'an opening without fsync': [{ file: 'log/ledger.ts', from: 'await allOver(LOG_NAMES.map(log => this.#sync(log)));', to: '' }],
  'going on after a failed fsync': [{ file: 'log/ledger.ts', from: "this.#state = { kind: 'failed', error: failure };", to: '' }],
  'truncating on opening': [
    {
      file: 'log/ledger.ts',
      from: "await file.append(Buffer.from(quotes % 2 === 1 ? '\"\\n' : '\\n'));",
      to: "if (quotes >= 0) { const fs = await import('node:fs/promises'); await fs.truncate(file.path, (await fs.stat(file.path)).size - torn.length); }",
    },
  ],
} as const satisfies Record<string, readonly Replacement[]>;

export type Bug = keyof typeof BUGS;

/** Writes the sources with a bug to a new folder; answers the folder of the copy of `src/`. */
export function sourceWith(bug: Bug, folder: string): string {
  mkdirSync(folder, { recursive: true });
  cpSync(join(PROJECT, 'src'), join(folder, 'src'), { recursive: true });
  cpSync(join(PROJECT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  for (const replacement of BUGS[bug]) replace(join(folder, 'src'), replacement);
  return join(folder, 'src');
}

/** Throws where the text is not there exactly once: a bug that is not planted would prove nothing. */
function replace(source: string, { file, from, to }: Replacement): void {
  const path = join(source, file);
  const [before, after, ...more] = readFileSync(path, 'utf8').split(from);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`src/${file} must hold this exactly once, so that a bug can be planted there: ${from}`);
  }
  writeFileSync(path, before + to + after);
}
