import { createSchema, NO_GRAPH } from '../src/serve/serve.ts';

/**
 * The whole API as the running service has it: what the graph adds stands in no file. A loader of graphql-codegen, which wants a default export.
 */
export default async function wholeSchema() {
  return createSchema({ projections: () => [], graph: NO_GRAPH });
}
