import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Newest change below the paths, folders included (a file taken away changes its folder); 0 where a path is missing. */
export function newestMs(paths: readonly string[]): number {
  const within = paths.flatMap(path => [path, ...entries(path)]);
  return Math.max(...within.map(path => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0));
}

function entries(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).map(entry => join(path, entry));
}
