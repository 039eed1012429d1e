/**
 * Bundles the browser's pages into dist/web, unless what they are made of is older than what is there: `npm start` builds every
 * time, and should not cost seconds where nothing changed.
 */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compressFiles } from './compress.ts';

const PAGES = [
  { name: 'dashboard', config: 'web/dashboard/vite.config.ts', output: 'dist/web/dashboard/index.html' },
  { name: 'GraphiQL', config: 'web/graphiql/vite.config.ts', output: 'dist/web/graphiql/index.html' },
];

/** Newest change below the paths, folders included (a file taken away changes its folder); 0 where a path is missing. */
function newestMs(paths: readonly string[]): number {
  const within = paths.flatMap(path => [path, ...entries(path)]);
  return Math.max(...within.map(path => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0));
}

function entries(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).map(entry => join(path, entry));
}

const changedMs = newestMs(['web', 'package-lock.json', 'scripts/build-web.ts', 'scripts/compress.ts']);
for (const { name, config, output } of PAGES) {
  if (newestMs([output]) > changedMs) {
    console.log(`${name} is up to date`);
    continue;
  }
  // Loading the bundler takes a second: only where there is something to bundle.
  const { build } = await import('vite');
  const startedAt = performance.now();
  await build({ configFile: config });
  await compressFiles(dirname(output));
  console.log(`${name} built in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}
