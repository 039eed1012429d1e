/**
 * The service on HTTP: the dashboard at /, GraphQL at /graphql (and GraphiQL there for browsers, subscriptions over WebSockets), /healthz,
 * /readyz. In flow requests; out flow answers of the log, the questions and the graph, and what is recorded, as it happens.
 *
 * What always holds:
 * - Where a key is set, no answer about the logs is given without it; without one only loopback is listened on.
 * - Everything that a client controls has a limit: body, tokens, depth, breadth, errors, sockets and what is asked over them.
 * - An error tells a code and what to do, or is masked and logged once; no secret and no stack leaves.
 * - Stopping ends running requests first.
 */
import { fileURLToPath } from 'node:url';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import cors from '@fastify/cors';
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { MetricsError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import type { Logger } from '../logger.ts';
import { projectUrl } from '../project.ts';
import type { FollowerStatus } from '../projection/projection.ts';
import type { Questions } from '../query/query.ts';
import { registerAccess } from './access.ts';
import { AnswerCache } from './answer-cache.ts';
import { compiledQueries, stringifyResult } from './compiled-queries.ts';
import { RequestContext } from './context.ts';
import { registerDashboard } from './dashboard.ts';
import { createErrorFormat } from './error-format.ts';
import { registerGraphiql } from './graphiql.ts';
import { registerHttpErrors } from './http-errors.ts';
import { LiveFeed } from './live-feed.ts';
import { LIMIT_RULES, MAX_RECURSIVE_SELECTIONS, MAX_TOKENS, MAX_VALIDATION_ERRORS } from './query-limits.ts';
import { UpgradableRequest } from './upgradable-request.ts';
import { registerWebSockets } from './web-sockets.ts';

export type { GraphState } from './graph-guard.ts';
export { createSchema, NO_GRAPH } from './schema.ts';

export type ServeOptions = Readonly<{
  schema: GraphQLSchema;
  log: Log;
  questions: Questions;
  projections: () => readonly FollowerStatus[];
  host: string;
  port: number;
  apiKey: string | undefined;
  corsOrigins: readonly string[];
  maxBodyBytes: number;
  logger: Logger;
}>;

export type Service = Readonly<{
  /** `http://127.0.0.1:4000`, the port as it really is. */
  url: string;
  /** Takes no new requests and resolves when the running ones have ended. */
  close(): Promise<void>;
}>;

/** Where the build puts a page. */
function builtFolder(page: string): string {
  return fileURLToPath(projectUrl(`dist/web/${page}/`));
}

/** Starts to listen. */
export async function serve(options: ServeOptions): Promise<Service> {
  const app = fastify({
    bodyLimit: options.maxBodyBytes,
    forceCloseConnections: 'idle',
    logger: false,
    http: { IncomingMessage: UpgradableRequest },
  });
  const formatError = createErrorFormat(options.logger);
  registerHttpErrors(app, { maxBodyBytes: options.maxBodyBytes, format: formatError });
  // Before access, so that a page of an allowed origin can read why it is refused.
  await app.register(cors, { origin: [...options.corsOrigins], methods: ['GET', 'POST'] });
  registerAccess(app, options.apiKey);
  await registerDashboard(app, { directory: builtFolder('dashboard') });
  await registerGraphiql(app, { directory: builtFolder('graphiql') });
  registerHealth(app, options);
  endConnectionsOnStop(app);
  const live = new LiveFeed(options.log);
  const apollo = await registerGraphql(app, { ...options, live }, formatError);
  registerWebSockets(app, {
    ...options,
    path: '/graphql',
    context: signal => new RequestContext({ ...options, live, signal }),
    formatError,
  });
  app.addHook('onClose', async () => live.close());
  const address = await listen(app, options);
  const url = address.replace('[::1]', 'localhost');
  // Apollo's drain closes the app, and whatever connection is still open after ten seconds.
  return { url, close: () => apollo.stop() };
}

/** Answers the address. Throws BAD_USER_INPUT where it is another's. */
async function listen(app: FastifyInstance, { host, port }: ServeOptions): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new MetricsError('BAD_USER_INPUT', `PORT must be a free port; another program listens on port ${port} of ${host}`, {
      cause: error,
    });
  }
}

/** A connection that is kept for the client's next request would hold the stop up for more than a minute. */
function endConnectionsOnStop(app: FastifyInstance): void {
  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
  });
  app.addHook('onSend', async (_, reply) => {
    if (stopping) reply.header('connection', 'close');
  });
}

async function registerGraphql(
  app: FastifyInstance,
  options: ServeOptions & { live: LiveFeed },
  formatError: ReturnType<typeof createErrorFormat>,
): Promise<ApolloServer<RequestContext>> {
  const { schema, log, questions, live } = options;
  const answers = new AnswerCache();
  const apollo = new ApolloServer<RequestContext>({
    schema,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: false,
    stopOnTerminationSignals: false,
    maxRecursiveSelections: MAX_RECURSIVE_SELECTIONS,
    parseOptions: { maxTokens: MAX_TOKENS },
    validationOptions: { maxErrors: MAX_VALIDATION_ERRORS },
    validationRules: [...LIMIT_RULES],
    formatError,
    stringifyResult,
    plugins: [
      fastifyApolloDrainPlugin(app),
      ApolloServerPluginLandingPageDisabled(),
      // It would make a policy for every field of every answer, and there is one for all: `no-store`.
      ApolloServerPluginCacheControlDisabled(),
      answers.plugin,
      compiledQueries(schema),
    ],
  });
  await apollo.start();
  const handler = fastifyApolloHandler(apollo, {
    context: async (request, reply) => {
      const context = new RequestContext({ log, questions, live, signal: goneSignal(reply) });
      answers.follow(request, context);
      return context;
    },
  });
  app.route({
    url: '/graphql',
    method: ['GET', 'POST', 'OPTIONS'],
    onRequest: async (_, reply) => {
      reply.header('cache-control', 'no-store');
    },
    ...answers.hooks,
    handler,
  });
  return apollo;
}

/** Aborted when the client leaves before it has its answer. Not Fastify's `request.signal`: that is aborted once the request's body was read. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

function registerHealth(app: FastifyInstance, { log, projections }: ServeOptions): void {
  app.get('/healthz', { config: { open: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', async (_, reply) => {
    const followers = projections();
    const table = followers.find(({ name }) => name === 'table');
    const parts = {
      recording: log.trouble ? { state: 'failed', error: log.trouble.message } : { state: 'ready' },
      ...Object.fromEntries(followers.map(({ name, state, lagBytes, error }) => [name, { state, lagBytes, ...(error ? { error } : {}) }])),
    };
    const ready = log.trouble === undefined && (table?.state === 'live' || table?.state === 'backfill');
    return reply.code(ready ? 200 : 503).send({ ready, parts });
  });
}
