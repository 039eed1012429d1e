/** The same schema, Apollo and Fastify with a log that acknowledges at once and keeps nothing: what the rest of a request costs. */
import { type Log, START } from '../../src/log/log.ts';
import { createLogger } from '../../src/logger.ts';
import type { Questions } from '../../src/query/query.ts';
import { createSchema, NO_GRAPH, serve } from '../../src/serve/serve.ts';

const record = async (inputs: readonly { executionId: string }[]) =>
  inputs.map(({ executionId }) => ({ executionId, duplicate: false, position: START }));

const logger = createLogger('warn');
const schema = await createSchema({ projections: () => [], graph: NO_GRAPH });
const service = await serve({
  schema,
  log: { record, position: START, onAdvance: () => () => {} } as unknown as Log,
  questions: { during: () => ({}) } as unknown as Questions,
  projections: () => [],
  host: '127.0.0.1',
  port: 0,
  apiKey: undefined,
  corsOrigins: [],
  maxBodyBytes: 64 << 20,
  logger,
});
console.log(`GraphQL     ${service.url}/graphql`);
process.once('SIGTERM', () => service.close().then(() => process.exit(0)));
