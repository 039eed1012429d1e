import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseTree, readTree, type Tree } from './support/source-tree.ts';
import { explain, RULES } from './support/structure-rules.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const FOLDERS = ['src', 'test', 'web', 'scripts', 'bench'].filter(folder => existsSync(`${ROOT}${folder}`));

describe('the source keeps the rules of the structure', () => {
  const modules = parseTree(readTree(ROOT, FOLDERS));

  test('there is source to check', () => {
    expect(modules.filter(module => module.path.startsWith('src/')).length).toBeGreaterThan(5);
  });

  for (const { name, check } of Object.values(RULES)) {
    test(name, () => {
      const violations = check(modules);
      if (violations.length > 0) expect.fail(`\n${explain(violations)}\n`);
    });
  }
});

const door = '/**\n * In flows a.\n * Out flows b.\n * What holds:\n * one,\n * two.\n */\n';

/** Small trees that break a rule, with the place that must be named. */
const BREAKS: readonly Readonly<{ rule: keyof typeof RULES; why: string; tree: Tree; at: string }>[] = [
  { rule: 'flow', why: 'a folder beside the stages', tree: { 'src/extra/extra.ts': door }, at: 'src/extra/extra.ts:1' },
  { rule: 'flow', why: 'a file beside the stages', tree: { 'src/banner.ts': '' }, at: 'src/banner.ts:1' },
  {
    rule: 'direction',
    why: 'a stage importing one to its right',
    tree: { 'src/log/log.ts': `${door}import { t } from '../projection/projection.ts';`, 'src/projection/projection.ts': door },
    at: 'src/log/log.ts:8',
  },
  {
    rule: 'direction',
    why: 'a stage importing the app',
    tree: { 'src/serve/serve.ts': `${door}import '../app.ts';`, 'src/app.ts': '' },
    at: 'src/serve/serve.ts:8',
  },
  {
    rule: 'direction',
    why: 'the ground importing a stage',
    tree: { 'src/errors.ts': "import '../src/log/log.ts';", 'src/log/log.ts': door },
    at: 'src/errors.ts:1',
  },
  {
    rule: 'direction',
    why: 'source importing a test',
    tree: { 'src/errors.ts': "import '../test/support/fake.ts';" },
    at: 'src/errors.ts:1',
  },
  {
    rule: 'direction',
    why: 'a type brought in by import()',
    tree: { 'src/log/log.ts': `${door}export type A = import('../query/query.ts').A;`, 'src/query/query.ts': door },
    at: 'src/log/log.ts:8',
  },
  {
    rule: 'doors',
    why: 'a file inside another folder',
    tree: { 'src/log/log.ts': `${door}import '../record/rows.ts';`, 'src/record/rows.ts': '' },
    at: 'src/log/log.ts:8',
  },
  {
    rule: 'doors',
    why: 'a file inside a folder of the same stage',
    tree: { 'src/projection/graph/graph.ts': `${door}import '../table/rollup.ts';`, 'src/projection/table/rollup.ts': '' },
    at: 'src/projection/graph/graph.ts:8',
  },
  {
    rule: 'doors',
    why: 'an export from inside another folder',
    tree: { 'src/log/log.ts': `${door}export * from '../record/rows.ts';` },
    at: 'src/log/log.ts:8',
  },
  {
    rule: 'doors',
    why: 'a dynamic import',
    tree: { 'src/cli/cli.ts': `${door}await import('../log/append.ts');` },
    at: 'src/cli/cli.ts:8',
  },
  {
    rule: 'ownDoor',
    why: 'a file importing the door beside it',
    tree: { 'src/log/append.ts': "import { L } from './log.ts';", 'src/log/log.ts': door },
    at: 'src/log/append.ts:1',
  },
  {
    rule: 'cycles',
    why: 'two files',
    tree: { 'src/log/a.ts': "import { b } from './b.ts';", 'src/log/b.ts': "import { a } from './a.ts';" },
    at: 'src/log/b.ts:1',
  },
  {
    rule: 'cycles',
    why: 'three files, types only',
    tree: {
      'src/log/a.ts': "import type { B } from './b.ts';",
      'src/log/b.ts': "export type { C } from './c.ts';",
      'src/log/c.ts': "\nimport { type A } from './a.ts';",
    },
    at: 'src/log/c.ts:2',
  },
  {
    rule: 'homes',
    why: 'the file system in a question',
    tree: { 'src/query/query.ts': `${door}import { readFile } from 'node:fs/promises';` },
    at: 'src/query/query.ts:8',
  },
  {
    rule: 'homes',
    why: 'the Neo4j driver in serve/',
    tree: { 'src/serve/serve.ts': `${door}import neo4j from 'neo4j-driver';` },
    at: 'src/serve/serve.ts:8',
  },
  {
    rule: 'homes',
    why: 'DuckDB in the graph',
    tree: { 'src/projection/graph/graph.ts': `${door}import '@duckdb/node-api';` },
    at: 'src/projection/graph/graph.ts:8',
  },
  {
    rule: 'homes',
    why: 'GraphQL in a question',
    tree: { 'src/query/query.ts': `${door}import type { GraphQLError } from 'graphql';` },
    at: 'src/query/query.ts:8',
  },
  { rule: 'homes', why: 'Apollo in the app', tree: { 'src/app.ts': "import { ApolloServer } from '@apollo/server';" }, at: 'src/app.ts:1' },
  { rule: 'homes', why: 'Fastify in the app', tree: { 'src/app.ts': "import { fastify } from 'fastify';" }, at: 'src/app.ts:1' },
  {
    rule: 'environment',
    why: 'a variable in a stage',
    tree: { 'src/log/log.ts': `${door}const dir = process.env['METRICS_DIR'];` },
    at: 'src/log/log.ts:8',
  },
  {
    rule: 'environment',
    why: 'another variable in main.cts',
    tree: { 'src/main.cts': 'const port = process.env.PORT;' },
    at: 'src/main.cts:1',
  },
  {
    rule: 'errors',
    why: 'an error class of its own',
    tree: { 'src/log/full.ts': 'export class DiskFull extends Error {}' },
    at: 'src/log/full.ts:1',
  },
  { rule: 'errors', why: 'leaving from a stage', tree: { 'src/log/full.ts': 'process.exit(1);' }, at: 'src/log/full.ts:1' },
  { rule: 'names', why: 'a vague file name', tree: { 'src/log/utils.ts': '' }, at: 'src/log/utils.ts:1' },
  { rule: 'names', why: 'a barrel', tree: { 'src/log/index.ts': '' }, at: 'src/log/index.ts:1' },
  { rule: 'names', why: 'a vague folder', tree: { 'test/helpers/clock.ts': '' }, at: 'test/helpers/clock.ts:1' },
  { rule: 'names', why: 'camel case', tree: { 'src/log/idTable.ts': '' }, at: 'src/log/idTable.ts:1' },
  { rule: 'defaultExports', why: 'a default export', tree: { 'src/log/a.ts': 'export default 1;' }, at: 'src/log/a.ts:1' },
  { rule: 'doorComments', why: 'a folder without a door', tree: { 'src/log/a.ts': '' }, at: 'src/log/log.ts:1' },
  { rule: 'doorComments', why: 'a door without a comment', tree: { 'src/log/log.ts': 'export {};' }, at: 'src/log/log.ts:1' },
  { rule: 'doorComments', why: 'too short', tree: { 'src/log/log.ts': '/**\n * a\n * b\n * c\n * d\n */' }, at: 'src/log/log.ts:1' },
  { rule: 'doorComments', why: 'too long', tree: { 'src/log/log.ts': `/**\n${' * a\n'.repeat(16)} */` }, at: 'src/log/log.ts:1' },
  { rule: 'doorComments', why: 'a comment further down', tree: { 'src/log/log.ts': `export {};\n${door}` }, at: 'src/log/log.ts:1' },
  { rule: 'anyTypes', why: 'a cast', tree: { 'src/log/a.ts': '\nconst a = JSON.parse("1") as any;' }, at: 'src/log/a.ts:2' },
  { rule: 'anyTypes', why: 'inside another type', tree: { 'src/log/a.ts': 'type A = Record<string, any>;' }, at: 'src/log/a.ts:1' },
];

describe('each rule finds what breaks it', () => {
  for (const { rule, why, tree, at } of BREAKS) {
    test(`${RULES[rule].name}: ${why}`, () => {
      const found = RULES[rule].check(parseTree(tree));
      expect(found.map(({ path, line }) => `${path}:${line}`)).toEqual([at]);
      expect(explain(found)).toContain('because ');
    });
  }

  test('every rule has a fixture', () => {
    expect(new Set(BREAKS.map(({ rule }) => rule))).toEqual(new Set(Object.keys(RULES)));
  });
});

describe('no rule finds fault with what is allowed', () => {
  const allowed: Tree = {
    'src/errors.ts': 'export class MetricsError extends Error {}',
    'src/log/owner.ts':
      "import { MetricsError } from '../errors.ts';\nclass Torn extends Error {}\nexport class Owned extends MetricsError {}",
    'src/record/record.ts': `${door}export * from './rows.ts';`,
    'src/record/rows.ts': "import '../errors.ts';",
    'src/log/log.ts': `${door}import { appendFile } from 'node:fs/promises';\nimport type { Row } from '../record/record.ts';`,
    'src/projection/projection.ts': `${door}import '../log/log.ts';`,
    'src/projection/table/table.ts': `${door}import type { Projection } from '../projection.ts';\nimport './rollup.ts';`,
    'src/projection/table/rollup.ts': "import { open } from 'node:fs/promises';\nconst anything = 'any'; // any",
    'src/query/query.ts': `${door}import '../projection/table/table.ts';`,
    'src/serve/serve.ts': `${door}import type { Resolvers } from './generated/resolvers.ts';\nimport { fastify } from 'fastify';`,
    'src/serve/context.ts': "import '../query/query.ts';",
    'src/serve/generated/resolvers.ts': "import type { Context } from '../context.ts';\nexport type Fn = (...args: any[]) => void;",
    'src/config.ts': 'const port = process.env.PORT;',
    'src/app.ts': "import './config.ts';\nimport './serve/serve.ts';",
    'src/main.cts': "process.env['UV_THREADPOOL_SIZE'] ??= '16';\nvoid import('./cli/cli.ts').then(({ run }) => run(process.env));",
    'src/cli/cli.ts': `#!/usr/bin/env node\n${door}const { app } = await import('../app.ts');\nprocess.exitCode = 1;`,
    'web/dashboard/generated/index.ts': '',
    'vitest.config.ts': 'export default {};',
  };

  for (const { name, check } of Object.values(RULES)) {
    test(name, () => expect(explain(check(parseTree(allowed)))).toBe(''));
  }
});
