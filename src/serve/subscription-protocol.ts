/** The protocol of graphql-ws (`graphql-transport-ws`) as this service speaks it: who may ask, what, and how errors are told. */
import type { IncomingMessage } from 'node:http';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { CloseCode, type Context, makeServer, type Server } from 'graphql-ws';
import { MetricsError } from '../errors.ts';
import type { RequestContext } from './context.ts';
import { SharedExecutions } from './shared-executions.ts';
import { readSubscription, withCode } from './subscription-request.ts';
import { mayAsk } from './web-socket-access.ts';

export type ProtocolOptions = Readonly<{
  schema: GraphQLSchema;
  apiKey: string | undefined;
  /** What the resolvers of a connection get; `signal` is aborted when it closes. */
  context: (signal: AbortSignal) => RequestContext;
  formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  /** How long a client has to send `connection_init`. Milliseconds; tests set it. */
  initTimeoutMs?: number;
}>;

/** What the protocol knows of a connection beside its messages. */
export type Connection = Readonly<{ request: IncomingMessage; gone: AbortSignal; close: (code: number, reason: string) => void }>;

type Parameters = Record<string, unknown> | undefined;

const MAX_SUBSCRIPTIONS = 20;
const INIT_TIMEOUT_MS = 5000;
/** "Try again later" of RFC 6455's registry: clients subscribe again by themselves. */
const TRY_AGAIN = 1013;

export function protocolServer(options: ProtocolOptions): Server<Connection> {
  const { schema, apiKey, context, formatError } = options;
  const format = (error: GraphQLError, cause: unknown = error) => formatError(error.toJSON(), cause);
  const shared = new SharedExecutions();
  return makeServer<Parameters, Connection>({
    connectionInitWaitTimeout: options.initTimeoutMs ?? INIT_TIMEOUT_MS,
    onConnect: ({ connectionParams, extra: { request, close } }) => {
      if (mayAsk(request, connectionParams ?? {}, apiKey)) return true;
      close(CloseCode.Unauthorized, 'connection_init must carry { "authorization": "Bearer <API_KEY>" }');
      return false;
    },
    onSubscribe: (client, _id, request) => tooMany(client) ?? shared.request(request, asked => readSubscription(schema, asked)),
    subscribe: shared.subscribe,
    context: ({ extra }) => context(extra.gone),
    onNext: (_client, _id, _request, _args, { data = null, errors }) =>
      errors ? { data, errors: errors.map(error => format(asked(error))) } : undefined,
    onError: ({ extra }, _id, _request, errors) => {
      const overtaken = errors.map(({ originalError }) => originalError).find(isRetryable);
      if (overtaken) extra.close(TRY_AGAIN, overtaken.message);
      return errors.map(error => format(error, error.originalError ?? error));
    },
  });
}

/** The new one counts already. */
function tooMany({ subscriptions }: Context<Parameters, Connection>): GraphQLError[] | undefined {
  if (Object.keys(subscriptions).length <= MAX_SUBSCRIPTIONS) return undefined;
  const message = `one connection has at most ${MAX_SUBSCRIPTIONS} subscriptions: complete one first, or open another connection`;
  return [new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COMPLEX' } })];
}

/** What no field is to blame for is the variables' fault. */
function asked(error: GraphQLError): GraphQLError {
  return error.path ? error : withCode(error, 'BAD_USER_INPUT');
}

function isRetryable(error: unknown): error is MetricsError {
  return error instanceof MetricsError && error.retryable;
}
