import type { FastifyError, FastifyInstance } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';

/**
 * What fails before GraphQL is asked (a body too large, no JSON, another media type) has the shape of its errors too. Anything
 * but the client's own mistake is left to `format`, which masks it.
 */
export function registerHttpErrors(
  app: FastifyInstance,
  options: { maxBodyBytes: number; format: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError },
): void {
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) return reply.code(status).send({ errors: [options.format({ message: error.message }, error)] });
    const message =
      error.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
        ? `the request is larger than ${options.maxBodyBytes / 1024 / 1024} MB (MAX_BODY_MB): send fewer executions at once`
        : error.message;
    return reply.code(status).send({ errors: [{ message, extensions: { code: 'BAD_REQUEST', retryable: false } }] });
  });
}
