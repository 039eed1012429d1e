import { readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Plugin, transform } from 'esbuild';
import { newestMs } from './newest.ts';

const OUTPUT = 'dist';
const PAGES = 'web';

const SHARED = {
  outdir: OUTPUT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions;

/**
 * Functions of these libraries keep their names where two modules have the same one: @graphql-tools tells by a function's name whether it
 * is a default resolver. For all code (`keepNames`) it would cost a twentieth of every answer.
 *
 * Their regular expressions, which esbuild leaves as they are, are written in ASCII: for one character beyond Latin-1, V8 would hold the
 * whole file at two bytes a character. What stands behind a backslash stays, since an escape would be another one there.
 */
function readable(filter: RegExp): Plugin {
  return {
    name: 'names are kept, regular expressions are in ASCII',
    setup: ({ onLoad }) =>
      onLoad({ filter }, async ({ path }) => {
        const { code } = await transform(await readFile(path), { keepNames: true });
        return { contents: code.replace(/(?<!\\)[^\0-\x7f]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`) };
      }),
  };
}

/**
 * Bundles the program with its libraries into `dist/main.cjs` and files beside it, unless it is newer than what it is made of: two
 * thousand modules one by one take Node longer to find and read than to run. Names stay as they are, for those who read a stack.
 */
export async function buildService(): Promise<'built' | 'up to date'> {
  if (newestMs([join(OUTPUT, 'main.cjs')]) > newestMs(['src', 'package-lock.json', 'scripts/build-service.ts'])) return 'up to date';
  const commands = await build({
    ...SHARED,
    entryPoints: ['src/cli/cli.ts', 'src/log/learning-thread.ts'],
    entryNames: '[name]',
    // A command loads what it needs.
    splitting: true,
    format: 'esm',
    // graphql, which we import and @neo4j/graphql requires, is there once: two copies refuse each other's schemas.
    mainFields: ['main'],
    // Its binaries stand beside it.
    external: ['fs-native-extensions'],
    plugins: [readable(/node_modules\/(@neo4j\/graphql|@graphql-tools)\/.*js$/)],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const main = await build({
    ...SHARED,
    entryPoints: ['src/main.cts'],
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    plugins: [
      {
        name: 'the commands stand beside it',
        setup: ({ onResolve }) => onResolve({ filter: /^\.\/cli\/cli\.ts$/ }, () => ({ path: './cli.js', external: true })),
      },
    ],
  });
  const written = new Set([commands, main].flatMap(({ metafile }) => Object.keys(metafile.outputs).map(path => basename(path))));
  for (const name of readdirSync(OUTPUT)) if (name !== PAGES && !written.has(name)) rmSync(join(OUTPUT, name), { recursive: true });
  return 'built';
}
