import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

/** @neo4j/graphql requires graphql as CommonJS while our sources import it as a module: two copies refuse each other's schemas. */
const graphql = createRequire(import.meta.url).resolve('graphql/index.js');

/** Tests of the program start it as its users do. */
const BUILT = 'test/support/built-service.ts';

/**
 * A test's suffix names the service it needs: `*.neo4j.test.ts` a real Neo4j, `*.browser.test.ts` a real Chromium, any other
 * `*.test.ts` nothing but Node; those in `test/faults/` break things, a few times unless FAULTS=long. `npx vitest run --project plain` runs one kind, `npx vitest run test/log` one folder.
 */
export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: graphql }] },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'plain',
          globalSetup: [BUILT],
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.neo4j.test.ts', 'test/**/*.browser.test.ts', 'test/faults/**'],
          testTimeout: 20_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          globalSetup: [BUILT],
          include: ['test/faults/**/*.test.ts'],
          // The long form breaks things for an hour.
          testTimeout: process.env['FAULTS'] === 'long' ? 3_600_000 : 300_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'neo4j',
          include: ['test/**/*.neo4j.test.ts'],
          globalSetup: [BUILT, 'test/support/neo4j.ts'],
          // One database for all: side by side, one file would find the nodes of another.
          fileParallelism: false,
          testTimeout: 60_000,
          // The first start fetches Neo4j.
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          globalSetup: [BUILT],
          include: ['test/**/*.browser.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
