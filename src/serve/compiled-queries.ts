/**
 * Questions that come again are answered by queries that are compiled: a trend of a year holds 58,000 values, and graphql-js asks of each who
 * resolves it and what it may be, for longer than the question takes. Only whole answers are given so; errors are graphql-js's.
 */
import { type ApolloServerPlugin, type GraphQLResponse, HeaderMap } from '@apollo/server';
import { BREAK, type DocumentNode, type GraphQLSchema, Kind, OperationTypeNode, type SelectionNode, visit } from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { MetricsError } from '../errors.ts';
import type { RequestContext } from './context.ts';
import { questionResolvers } from './questions.ts';

/** Compiling takes some milliseconds. */
const COMPILED_FROM = 2;

/** Of a document: how often it was asked, and what it became; null where it cannot be compiled. */
type Known = { asked: number; compiled: CompiledQuery | null | undefined };

/** For the server of a schema. */
export function compiledQueries(schema: GraphQLSchema): ApolloServerPlugin<RequestContext> {
  /** Apollo keeps the documents of texts that come again. */
  const known = new WeakMap<DocumentNode, Known>();
  const compiledOf = (document: DocumentNode) => {
    const of = known.get(document) ?? { asked: 0, compiled: undefined };
    known.set(document, of);
    if (of.compiled === undefined && of.asked++ >= COMPILED_FROM) of.compiled = compile(schema, document);
    return of.compiled;
  };
  return {
    requestDidStart: async () => ({
      responseForOperation: async ({ document, request, contextValue }) => {
        const compiled = compiledOf(document);
        if (!compiled) return null;
        const result = await compiled.query(undefined, contextValue, request.variables ?? {});
        if (!result.errors && result.data) return whole(result.data);
        const cause = result.errors?.[0]?.originalError;
        // Of several questions others may have answers.
        if (cause instanceof MetricsError && questionsOf(document).length === 1) contextValue.failed.cause = cause;
        return null;
      },
    }),
  };
}

function whole(data: Record<string, unknown>): GraphQLResponse {
  return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: { data } } };
}

/** Null for what asks more than questions. */
function compile(schema: GraphQLSchema, document: DocumentNode): CompiledQuery | null {
  const asked = questionsOf(document);
  if (asked.length === 0 || !asked.every(isQuestion) || isLeftToGraphqlJs(document)) return null;
  const compiled = compileQuery(schema, document);
  return isCompiledQuery(compiled) ? compiled : null;
}

/** What a document with a single query asks. */
function questionsOf(document: DocumentNode): readonly SelectionNode[] {
  const [operation, ...others] = document.definitions.filter(definition => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation || others.length > 0 || operation.operation !== OperationTypeNode.QUERY) return [];
  return operation.selectionSet.selections;
}

function isQuestion(selection: SelectionNode): boolean {
  return selection.kind === Kind.FIELD && selection.name.value in (questionResolvers.Query ?? {});
}

/** What graphql-js and graphql-jit take differently: directives, and the name by which an object of JavaScript changes what it is. */
function isLeftToGraphqlJs(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    enter: node => {
      if (node.kind !== Kind.DIRECTIVE && !(node.kind === Kind.NAME && node.value === '__proto__')) return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}
