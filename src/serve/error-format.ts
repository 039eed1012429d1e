import { randomUUID } from 'node:crypto';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { MetricsError } from '../errors.ts';
import type { Logger } from '../logger.ts';

/**
 * How errors leave the service: a `MetricsError` with its code, the client's own mistakes as GraphQL tells them, and anything
 * else masked, logged once under an id that the client is given.
 */
export function createErrorFormat(logger: Logger): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const cause = unwrapResolverError(error);
    if (cause instanceof MetricsError) return { ...formatted, message: cause.message, extensions: extensionsOf(cause) };
    const code = ownCode(cause) ?? formatted.extensions?.['code'];
    if (cause instanceof GraphQLError && typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') return withoutStack(formatted, code);
    const id = randomUUID();
    logger.error({ id, err: cause }, 'masked error');
    return {
      ...formatted,
      message: `The service failed in a way that it should not; its log has more under the id ${id}`,
      extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false, id },
    };
  };
}

/** How graphql-js ends a list of wrong variables; Apollo takes it for a failure of the service. */
const TOO_MANY_WRONG_VARIABLES = 'Too many errors processing variables';

/** The code that a rule or a scalar of ours gave an error, which Apollo then reports as one of validation. */
function ownCode(cause: unknown): unknown {
  if (cause instanceof GraphQLError && cause.message.startsWith(TOO_MANY_WRONG_VARIABLES)) return 'BAD_USER_INPUT';
  const reported = cause instanceof GraphQLError ? cause.originalError : undefined;
  return reported instanceof GraphQLError ? reported.extensions['code'] : undefined;
}

function extensionsOf({ code, retryable, field }: MetricsError): Record<string, unknown> {
  return { code, retryable, ...(field.length > 0 ? { field } : {}) };
}

function withoutStack(formatted: GraphQLFormattedError, code: string): GraphQLFormattedError {
  const { stacktrace: _, ...extensions } = formatted.extensions ?? {};
  return { ...formatted, extensions: { ...extensions, code, retryable: false } };
}
