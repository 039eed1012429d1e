import { mergeSchemas } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { ENUMS, SCALARS } from './scalars.ts';

/**
 * The whole API: what is answered from the logs beside what the graph answers, in one schema. Enums and scalars are given once
 * more, for both: of a type that two schemas define the last one wins whole, stored values included, and a filter for `FAILED`
 * would silently look for the wrong text.
 */
export function joinSchemas(logSchema: GraphQLSchema, graphSchema: GraphQLSchema): GraphQLSchema {
  const schemas = [logSchema, graphSchema];
  const shared = Object.entries({ ...ENUMS, ...SCALARS }).filter(([name]) => schemas.some(schema => schema.getType(name)));
  return mergeSchemas({ schemas, resolvers: Object.fromEntries(shared) });
}
