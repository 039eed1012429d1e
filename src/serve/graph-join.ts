import { mergeSchemas } from '@graphql-tools/schema';
import type { IResolvers } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';

/** What is answered from the logs: its types, and their resolvers with those of all enums and scalars. */
export type LogPart<Context> = Readonly<{ typeDefs: readonly string[]; resolvers: readonly IResolvers<unknown, Context>[] }>;

/**
 * The whole API: what is answered from the logs beside what the graph answers, in one schema. The resolvers of the logs come last: of a
 * type that both define the last one wins whole, the stored values of an enum included, and with the graph's a filter for `FAILED` would
 * silently look for the wrong text.
 */
export function joinSchemas<Context>(graphSchema: GraphQLSchema, { typeDefs, resolvers }: LogPart<Context>): GraphQLSchema {
  return mergeSchemas({ schemas: [graphSchema], typeDefs: [...typeDefs], resolvers: [...resolvers] });
}
