import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { ENUMS } from '../../src/serve/scalars.ts';
import { EXAMPLES } from '../../web/graphiql/examples.ts';

const ROOT = new URL('../../', import.meta.url);

/** The part of the API that is answered from the logs. */
function logSchema() {
  const files = readdirSync(new URL('schema/', ROOT)).filter(file => file.endsWith('.graphql') && file !== 'graph.graphql');
  return buildSchema(files.map(file => readFileSync(new URL(`schema/${file}`, ROOT), 'utf8')).join('\n'));
}

test('the generated types hold the same enum values as the resolvers', () => {
  const config = parseYaml(readFileSync(new URL('codegen.yml', ROOT), 'utf8')) as {
    generates: Record<string, { config: { enumValues: unknown } }>;
  };
  expect(config.generates['src/serve/generated/resolvers.ts']?.config.enumValues).toEqual(ENUMS);
});

test.for(EXAMPLES)('what GraphiQL opens with is valid', ({ query }) => {
  expect(validate(logSchema(), parse(query))).toEqual([]);
});
