import { readdirSync, readFileSync } from 'node:fs';
import { Neo4jGraphQL } from '@neo4j/graphql';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { definitionsOfTheGraph, toldOf } from '../../src/serve/graph-schema.ts';
import { ENUMS } from '../../src/serve/scalars.ts';
import { EXAMPLES } from '../../web/graphiql/examples.ts';

const ROOT = new URL('../../', import.meta.url);

const FILES = new Map(
  readdirSync(new URL('schema/', ROOT))
    .filter(file => file.endsWith('.graphql'))
    .map(file => [file, readFileSync(new URL(`schema/${file}`, ROOT), 'utf8')]),
);

/** The part of the API that is answered from the logs. */
function logSchema() {
  return buildSchema([...FILES].flatMap(([file, text]) => (file === 'graph.graphql' ? [] : [text])).join('\n'));
}

/** What the library finds in the graph's part once it is asked to check it, as the service does not. */
async function checkedByTheLibrary(texts: readonly string[]): Promise<string | undefined> {
  const stats = () => undefined;
  const library = new Neo4jGraphQL({ ...toldOf(definitionsOfTheGraph(texts)), resolvers: { Pattern: { stats }, Plugin: { stats } } });
  return library.getSchema().then(
    () => undefined,
    error => String(error),
  );
}

test('the library has nothing to say against the definitions of the graph', async () => {
  expect(await checkedByTheLibrary([...FILES.values()])).toBeUndefined();
  // Unchecked, the library would make a schema of this.
  const wrong = [...FILES.values()].map(text => text.replace('@relationship(type: "IMPLEMENTS", direction: IN)', '$& @id'));
  expect(await checkedByTheLibrary(wrong)).toMatch(/@relationship cannot be used in combination with @id/);
});

test('the generated types hold the same enum values as the resolvers', () => {
  const config = parseYaml(readFileSync(new URL('codegen.yml', ROOT), 'utf8')) as {
    generates: Record<string, { config: { enumValues: unknown } }>;
  };
  expect(config.generates['src/serve/generated/resolvers.ts']?.config.enumValues).toEqual(ENUMS);
});

test.for(EXAMPLES)('what GraphiQL opens with is valid', ({ query }) => {
  expect(validate(logSchema(), parse(query))).toEqual([]);
});
