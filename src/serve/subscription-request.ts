/** What a client asks over a WebSocket: a subscription, under the same limits as a query over HTTP. */
import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { LIMIT_RULES, MAX_TOKENS, MAX_VALIDATION_ERRORS, recursionRule } from './query-limits.ts';

export type SubscriptionRequest = Readonly<{
  query: string;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
}>;

/** What is to be executed, or why it is not; the codes are Apollo's, as over HTTP. */
export function readSubscription(
  schema: GraphQLSchema,
  { query, operationName, variables }: SubscriptionRequest,
): ExecutionArgs | GraphQLError[] {
  const document = parsed(query);
  if (document instanceof GraphQLError) return [withCode(document, 'GRAPHQL_PARSE_FAILED')];
  const invalid = complaints(schema, document);
  if (invalid.length > 0) return invalid.map(error => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
  const operation = getOperationAST(document, operationName);
  if (!operation) return [failure('OPERATION_RESOLUTION_FAILURE', 'operationName must name one of the operations')];
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION)
    return [failure('BAD_REQUEST', `only subscriptions go over a WebSocket: send a ${operation.operation} as POST to the same address`)];
  return { schema, document, operationName: operationName ?? null, variableValues: variables ?? null };
}

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query, { maxTokens: MAX_TOKENS });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** The other rules would follow chained fragments for minutes: only where the first one has nothing against them. */
function complaints(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  const tooLarge = validate(schema, document, [recursionRule]);
  if (tooLarge.length > 0) return tooLarge;
  return validate(schema, document, [...specifiedRules, ...LIMIT_RULES], { maxErrors: MAX_VALIDATION_ERRORS });
}

function failure(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** With a code, unless it has one of ours. */
export function withCode(error: GraphQLError, code: string): GraphQLError {
  if (error.extensions['code'] !== undefined) return error;
  const { message, nodes = null, source = null, positions = null, path = null, originalError = null, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, path, originalError, extensions: { ...extensions, code } });
}
