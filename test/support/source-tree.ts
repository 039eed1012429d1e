import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync, Visitor } from 'vite';

/** Where something stands in a file, for a message that an editor can jump to. */
export type Place = Readonly<{ line: number; text: string }>;

/** An import, type-only and dynamic ones included. `target` is the path within the tree, undefined for a package. */
export type Import = Place & Readonly<{ specifier: string; target: string | undefined }>;

/** What the rules need to know of one source file; `path` is relative to the project, with slashes. */
export type Module = Readonly<{
  path: string;
  imports: readonly Import[];
  defaultExports: readonly Place[];
  anyTypes: readonly Place[];
  /** Reads of `process.env`, with the variable's name where it is written out. */
  environment: readonly Place[];
  /** Exported classes of errors that are no MetricsError. */
  errorClasses: readonly Place[];
  exits: readonly Place[];
  /** The text of the block comment that the file opens with (after `#!`), undefined without one. */
  opening: string | undefined;
}>;

/** path → source */
export type Tree = Readonly<Record<string, string>>;

/** Reads every `.ts`, `.cts` and `.tsx` file below the folders, so that files not yet committed are judged too. */
export function readTree(root: string, folders: readonly string[]): Tree {
  const paths = folders.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map(path => `${folder}/${path.replaceAll('\\', '/')}`)
      .filter(path => /\.c?tsx?$/.test(path) && !path.includes('node_modules/')),
  );
  return Object.fromEntries(paths.sort().map(path => [path, readFileSync(join(root, path), 'utf8')]));
}

/** Parses a tree with the parser of the bundler (TypeScript 7 ships no parser for others to use). */
export function parseTree(tree: Tree): Module[] {
  return Object.entries(tree).map(([path, source]) => parseModule(path, source));
}

function parseModule(path: string, source: string): Module {
  const { program, comments, errors } = parseSync(path, source);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  const imports: Import[] = [];
  const [defaultExports, anyTypes, environment, errorClasses, exits]: Place[][] = [[], [], [], [], []];
  const place = (node: { start: number; end: number }): Place => ({
    line: source.slice(0, node.start).split('\n').length,
    text: source.slice(node.start, node.end).split('\n', 1)[0] ?? '',
  });
  const addImport = (node: { source: unknown; start: number; end: number }): void => {
    const specifier = stringOf(node.source);
    if (specifier !== undefined) imports.push({ ...place(node), specifier, target: resolve(path, specifier) });
  };
  new Visitor({
    ImportDeclaration: addImport,
    ExportAllDeclaration: addImport,
    ExportNamedDeclaration: node => {
      addImport(node);
      const parent = node.declaration?.type === 'ClassDeclaration' ? node.declaration.superClass : null;
      const name = parent ? source.slice(parent.start, parent.end) : '';
      if (name.endsWith('Error') && name !== 'MetricsError') errorClasses?.push(place(node));
    },
    ImportExpression: addImport,
    TSImportType: addImport,
    ExportDefaultDeclaration: node => defaultExports?.push(place(node)),
    TSAnyKeyword: node => anyTypes?.push(place(node)),
    MemberExpression: node => {
      const text = source.slice(node.start, node.end);
      if (/^process\.env(\.\w+|\['\w+'\])?$/.test(text)) environment?.push(place(node));
      if (/^process\.(exit|exitCode|abort)$/.test(text)) exits?.push(place(node));
    },
  }).visit(program);
  const first = comments[0];
  const opens =
    first?.type === 'Block' &&
    source
      .slice(0, first.start)
      .replace(/^#!.*\n/, '')
      .trim() === '';
  return {
    path,
    imports,
    defaultExports: defaultExports ?? [],
    anyTypes: anyTypes ?? [],
    // `process.env.PORT` holds `process.env`: the longer one says more.
    environment: longestPerLine(environment ?? []),
    errorClasses: errorClasses ?? [],
    exits: exits ?? [],
    opening: opens ? first.value : undefined,
  };
}

function stringOf(node: unknown): string | undefined {
  const value = (node as { value?: unknown } | null | undefined)?.value;
  return typeof value === 'string' ? value : undefined;
}

function resolve(from: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? normalize(join(dirname(from), specifier)).replaceAll('\\', '/') : undefined;
}

function longestPerLine(places: readonly Place[]): Place[] {
  return places.filter(a => !places.some(b => b !== a && b.line === a.line && b.text.length > a.text.length && b.text.startsWith(a.text)));
}
