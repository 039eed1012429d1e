import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { newestMs } from './newest.ts';

const OUTPUT = 'dist';
const PAGES = 'web';

/**
 * Bundles the program with its libraries into `dist/main.js` and files beside it, unless it is newer than what it is made of: two
 * thousand modules one by one take Node longer to find and read than to run. Names stay as they are, for those who read a stack.
 */
export async function buildService(): Promise<'built' | 'up to date'> {
  if (newestMs([join(OUTPUT, 'main.js')]) > newestMs(['src', 'package-lock.json', 'scripts/build-service.ts'])) return 'up to date';
  const { metafile } = await build({
    entryPoints: ['src/main.ts'],
    outdir: OUTPUT,
    bundle: true,
    // A command loads what it needs.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // graphql, which we import and @neo4j/graphql requires, is there once: two copies refuse each other's schemas.
    mainFields: ['main'],
    // Its binaries stand beside it.
    external: ['fs-native-extensions'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: true,
    metafile: true,
    logLevel: 'warning',
  });
  const written = new Set(Object.keys(metafile.outputs).map(path => basename(path)));
  for (const name of readdirSync(OUTPUT)) if (name !== PAGES && !written.has(name)) rmSync(join(OUTPUT, name), { recursive: true });
  return 'built';
}
