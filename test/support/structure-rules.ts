import { basename, dirname } from 'node:path';
import type { Import, Module, Place } from './source-tree.ts';

/** The line that data flows along (ARCHITECTURE.md). A folder or file may import what stands in an earlier row, or in its own. */
const FLOW: readonly (readonly string[])[] = [
  ['ascending.ts', 'errors.ts', 'logger.ts', 'project.ts'],
  ['record'],
  ['log'],
  ['projection'],
  ['query'],
  ['serve'],
  ['config.ts'],
  ['app.ts'],
  ['main.cts', 'cli'],
];

/** Where each technology lives: a pattern of module names, and the folders (with `/`) and files that may import it. */
const HOMES: readonly Readonly<{ what: string; modules: RegExp; homes: readonly string[]; why: string }>[] = [
  {
    what: 'the file system',
    modules: /^(node:fs(\/promises)?|fs-native-extensions)$/,
    homes: [
      'log/',
      'projection/graph/',
      'projection/pattern-files/',
      'projection/table/',
      'projection/replay/',
      'config.ts',
      'app.ts',
      'main.cts',
      'cli/',
      'serve/schema.ts',
      'serve/pages.ts',
    ],
    why: 'what is durable is decided in log/ alone; others get rows, not files (the graph has the files of its embedded server, the table its index, pattern files are files, serve/ has its own schema and pages)',
  },
  {
    what: 'the Neo4j driver',
    modules: /^neo4j-driver/,
    homes: ['projection/graph/'],
    why: 'time-outs, retries and what a failure means are set once, by the graph projection',
  },
  {
    what: 'DuckDB',
    modules: /^@duckdb\//,
    homes: [],
    why: 'it reads the logs beside us in tests and benchmarks: the service answers from its own columns (docs/decisions/0022-columns-in-memory.md)',
  },
  {
    what: 'GraphQL and HTTP',
    modules:
      /^(graphql|graphql-.*|ws|dataloader|fastify|@fastify\/.*|@apollo\/.*|@as-integrations\/.*|@graphql-tools\/.*|@neo4j\/graphql)(\/.*)?$/,
    homes: ['serve/'],
    why: 'the command line and the tests use the same questions without a server, so nothing below serve/ may know of it',
  },
  { what: 'pino', modules: /^pino/, homes: ['logger.ts'], why: 'stages take a Logger, so that a test can hand in a silent one' },
  {
    what: 'the command line',
    modules: /^(commander|cli-progress|cli-table3)$/,
    homes: ['cli/'],
    why: 'only cli/ speaks with a terminal',
  },
];

const VAGUE_NAMES = /^(index|utils?|helpers?|common|manager|types)(\.tsx?)?$/;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;

/** A broken rule: where, what, and why the rule is there. */
export type Violation = Readonly<{ path: string; line: number; what: string; why: string }>;

/** One rule of the structure. `check` is a pure function over parsed files, so that a fixture of two lines can break it. */
export type Rule = Readonly<{ name: string; check: (modules: readonly Module[]) => Violation[] }>;

/** A path below `src/` without that prefix; undefined for a file elsewhere. */
function withinSrc(path: string): string | undefined {
  return path.startsWith('src/') ? path.slice(4) : undefined;
}

function sources(modules: readonly Module[]): Module[] {
  return modules.filter(module => withinSrc(module.path) !== undefined && !isGenerated(module.path));
}

function isGenerated(path: string): boolean {
  return path.includes('/generated/');
}

/** The folder that a file counts to; generated files count to the folder above theirs. */
function folderOf(path: string): string {
  return dirname(path).replace(/\/generated$/, '');
}

function doorOf(folder: string): string {
  return `${folder}/${basename(folder)}.ts`;
}

/** The row of the flow that a source file stands in, or -1. */
function rowOf(path: string): number {
  const [stage] = (withinSrc(path) ?? '').split('/');
  return FLOW.findIndex(row => row.includes(stage ?? ''));
}

function broken(module: Module, place: Place, what: string, why: string): Violation {
  return { path: module.path, line: place.line, what, why };
}

function checkImports(modules: readonly Module[], check: (module: Module, found: Import & { target: string }) => Violation | undefined) {
  return sources(modules).flatMap(module =>
    module.imports.flatMap(found => {
      const violation = found.target === undefined ? undefined : check(module, { ...found, target: found.target });
      return violation ? [violation] : [];
    }),
  );
}

const flow: Rule = {
  name: 'every source file has a place in the flow',
  check: modules =>
    sources(modules)
      .filter(module => rowOf(module.path) < 0)
      .map(module => ({
        path: module.path,
        line: 1,
        what: 'stands in no stage of the flow record → log → projection → query → serve',
        why: 'a folder of src/ is a stage of that line: put the file into one, or give the new folder a row in FLOW and in ARCHITECTURE.md',
      })),
};

const direction: Rule = {
  name: 'imports point to the left of the flow',
  check: modules =>
    checkImports(modules, (module, found) => {
      if (withinSrc(found.target) === undefined) {
        return broken(
          module,
          found,
          `imports ${found.specifier}, outside src/`,
          'what is built is src/ alone: tests and scripts use it, never the reverse',
        );
      }
      if (rowOf(found.target) <= rowOf(module.path)) return undefined;
      return broken(
        module,
        found,
        `imports ${found.target}, further right in the flow`,
        'a stage works without those after it: take what you need from there as a parameter, which app.ts hands in',
      );
    }),
};

const doors: Rule = {
  name: 'another folder is entered by its door',
  check: modules =>
    checkImports(modules, (module, found) => {
      const [own, other] = [folderOf(module.path), folderOf(found.target)];
      if (own === other || other === 'src' || withinSrc(found.target) === undefined || found.target === doorOf(other)) return undefined;
      return broken(
        module,
        found,
        `imports ${found.target}, not the door ${doorOf(other)}`,
        'what a folder promises is what its door exports; the rest can change without asking. Export it there if others should have it',
      );
    }),
};

const ownDoor: Rule = {
  name: 'siblings do not import their own door',
  check: modules =>
    checkImports(modules, (module, found) => {
      const folder = folderOf(module.path);
      if (folder === 'src' || folderOf(found.target) !== folder || found.target !== doorOf(folder)) return undefined;
      return broken(
        module,
        found,
        `imports its own door ${found.target}`,
        'the door imports its siblings: going back through it makes a cycle. Import the sibling that has it',
      );
    }),
};

const cycles: Rule = {
  name: 'no import cycle, types included',
  check: modules => {
    const byPath = new Map(sources(modules).map(module => [module.path, module]));
    const state = new Map<string, 'open' | 'done'>();
    const found: Violation[] = [];
    const visit = (module: Module, trail: readonly string[]): void => {
      state.set(module.path, 'open');
      for (const step of module.imports) {
        const next = step.target === undefined ? undefined : byPath.get(step.target);
        if (!next || state.get(next.path) === 'done') continue;
        const path = [...trail, module.path];
        if (state.get(next.path) === undefined) visit(next, path);
        else found.push(broken(module, step, `closes the cycle ${[...path.slice(path.indexOf(next.path)), next.path].join(' → ')}`, CYCLE));
      }
      state.set(module.path, 'done');
    };
    for (const module of byPath.values()) if (!state.has(module.path)) visit(module, []);
    return found;
  },
};
const CYCLE = 'files in a cycle can only be read, tested and moved together: put what both need into a third file';

const homes: Rule = {
  name: 'a technology has one home',
  check: modules =>
    sources(modules).flatMap(module =>
      module.imports.flatMap(found => {
        const home = HOMES.find(entry => entry.modules.test(found.specifier));
        if (!home || livesIn(module.path, home.homes)) return [];
        return [broken(module, found, `imports ${found.specifier}; ${home.what} lives in ${home.homes.join(', ')}`, home.why)];
      }),
    ),
};

function livesIn(path: string, places: readonly string[]): boolean {
  const inner = withinSrc(path) ?? '';
  return places.some(home => (home.endsWith('/') ? inner.startsWith(home) : inner === home));
}

const environment: Rule = {
  name: 'the environment is read in config.ts',
  check: modules =>
    sources(modules)
      .filter(module => !livesIn(module.path, ['config.ts']))
      .flatMap(module =>
        module.environment
          .filter(read => !(livesIn(module.path, ['main.cts']) && OF_MAIN.test(read.text)))
          .map(read => broken(module, read, `reads ${read.text}`, ENVIRONMENT)),
      ),
};
/** main.cts sets what libraries read while they are loaded (the size of the thread pool, the mode), and hands the environment on as a value. */
const OF_MAIN = /^process\.env(\['(UV_THREADPOOL_SIZE|NODE_ENV)'\]|\.UV_THREADPOOL_SIZE)?$/;
const ENVIRONMENT =
  'every setting has one row in the table of config.ts, which checks it and writes the documentation; tests hand in an environment of their own';

const errors: Rule = {
  name: 'one error class, exit codes in cli/',
  check: modules =>
    sources(modules).flatMap(module => [
      ...(livesIn(module.path, ['errors.ts']) ? [] : module.errorClasses).map(place =>
        broken(
          module,
          place,
          `declares ${place.text.replace(/ *{?$/, '')}`,
          'callers tell errors apart by MetricsError.code, one list for all: add a code there, or extend MetricsError',
        ),
      ),
      ...(livesIn(module.path, ['cli/', 'main.cts']) ? [] : module.exits).map(place =>
        broken(
          module,
          place,
          `uses ${place.text}`,
          'only cli/ turns an error into an exit code; others throw, so that what is open gets closed',
        ),
      ),
    ]),
};

const names: Rule = {
  name: 'file and folder names say what is inside, in kebab-case',
  check: modules =>
    modules.flatMap(module => {
      // What a generator writes, it names.
      if (isGenerated(module.path)) return [];
      const parts = module.path.split('/');
      const vague = parts.find(part => VAGUE_NAMES.test(part));
      const odd = parts.find(part => !KEBAB_CASE.test(part));
      const at = { path: module.path, line: 1 };
      return [
        ...(vague
          ? [
              {
                ...at,
                what: `"${vague}" names no subject`,
                why: 'such a file grows by whatever fits nowhere else: name it after what it holds',
              },
            ]
          : []),
        ...(odd
          ? [{ ...at, what: `"${odd}" is not kebab-case`, why: 'one form for all names, the same on file systems that ignore case' }]
          : []),
      ];
    }),
};

const defaultExports: Rule = {
  name: 'named exports only',
  check: modules =>
    sources(modules).flatMap(module =>
      module.defaultExports.map(place =>
        broken(module, place, 'has a default export', 'a thing has one name everywhere, so that it can be searched and renamed'),
      ),
    ),
};

const doorComments: Rule = {
  name: 'every folder has a door that says what always holds',
  check: modules => {
    const files = sources(modules);
    const folders = [...new Set(files.map(module => folderOf(module.path)))].filter(folder => folder !== 'src');
    return folders.flatMap(folder => {
      const door = files.find(module => module.path === doorOf(folder));
      const why = 'it is what a reader of the other folders sees: 5 to 15 lines on what flows in, what flows out and what always holds';
      if (!door) return [{ path: doorOf(folder), line: 1, what: 'is missing: the folder has no door', why }];
      const lines = commentLines(door.opening);
      return lines >= 5 && lines <= 15 ? [] : [{ path: door.path, line: 1, what: `opens with a block comment of ${lines} lines`, why }];
    });
  },
};

/** Lines of text of a block comment; the lines of the delimiters alone do not count. */
function commentLines(comment: string | undefined): number {
  return comment === undefined
    ? 0
    : comment
        .replace(/^\*\s*\n/, '')
        .trimEnd()
        .split('\n').length;
}

const anyTypes: Rule = {
  name: 'no explicit any',
  check: modules =>
    sources(modules).flatMap(module =>
      module.anyTypes.map(place =>
        broken(module, place, 'uses the type any', 'it switches the compiler off for all that it touches: use unknown and check'),
      ),
    ),
};

export const RULES = {
  flow,
  direction,
  doors,
  ownDoor,
  cycles,
  homes,
  environment,
  errors,
  names,
  defaultExports,
  doorComments,
  anyTypes,
} as const;

/** The message of a failure: each place with its reason. */
export function explain(violations: readonly Violation[]): string {
  return violations.map(({ path, line, what, why }) => `${path}:${line} ${what}\n    because ${why}`).join('\n');
}
