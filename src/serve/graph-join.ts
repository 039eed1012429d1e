import { mergeSchemas } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { ENUMS, SCALARS } from './scalars.ts';

/**
 * The whole API: what is answered from the logs beside what the graph answers, in one schema. Enums and scalars are given once
 * more, for both: of a type that two schemas define the last one wins whole, stored values included, and a filter for `FAILED`
 * would silently look for the wrong text. Each part must define the three enums, or leave them to the other.
 */
export function joinSchemas(logSchema: GraphQLSchema, graphSchema: GraphQLSchema): GraphQLSchema {
  return mergeSchemas({ schemas: [logSchema, graphSchema], resolvers: { ...ENUMS, ...SCALARS } });
}
