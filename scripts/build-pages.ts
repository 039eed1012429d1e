import { dirname } from 'node:path';
import { compressFiles } from './compress.ts';
import { newestMs } from './newest.ts';

/** The browser's pages, and what of each is written last. */
const PAGES = [
  { name: 'dashboard', config: 'web/dashboard/vite.config.ts', output: 'dist/web/dashboard/index.html' },
  { name: 'GraphiQL', config: 'web/graphiql/vite.config.ts', output: 'dist/web/graphiql/index.html' },
];

/** Bundles the pages into dist/web, unless they are newer than what they are made of. */
export async function buildPages(report: (name: string, outcome: 'built' | 'up to date') => void): Promise<void> {
  const changedMs = newestMs(['web', 'package-lock.json', 'scripts/build-pages.ts', 'scripts/compress.ts']);
  for (const { name, config, output } of PAGES) {
    if (newestMs([output]) > changedMs) {
      report(name, 'up to date');
      continue;
    }
    // Loading the bundler takes a second: only where there is something to bundle.
    const { build } = await import('vite');
    await build({ configFile: config });
    await compressFiles(dirname(output));
    report(name, 'built');
  }
}
