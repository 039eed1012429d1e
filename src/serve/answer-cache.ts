/**
 * Answers that stay: what is asked as of a position, and without reading the clock, has one answer for ever. Its text is kept by the
 * text of its request, so that asking again costs neither the question nor the making of a megabyte of JSON.
 */
import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { Kind, OperationTypeNode, type SelectionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { RequestContext } from './context.ts';

/** Characters of requests and answers. */
const MAX_SIZE = 32 << 20;
/** Of one answer. */
const MAX_ENTRY_SIZE = 4 << 20;

export class AnswerCache {
  readonly #texts = new LRUCache<string, string>({
    maxSize: MAX_SIZE,
    maxEntrySize: MAX_ENTRY_SIZE,
    sizeCalculation: (text, key) => text.length + key.length,
  });
  readonly #contexts = new WeakMap<FastifyRequest, RequestContext>();

  /** Tells which context a request got. */
  follow(request: FastifyRequest, context: RequestContext): void {
    this.#contexts.set(request, context);
  }

  /** Marks a request's context once its operation is known to ask only as of positions. */
  readonly plugin: ApolloServerPlugin<RequestContext> = {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation, request, contextValue }) => {
        contextValue.asks.asOfOnly =
          operation?.operation === OperationTypeNode.QUERY &&
          operation.selectionSet.selections.every(selection => isAsOf(selection, request.variables ?? {}));
      },
    }),
  };

  /** Hooks of the route: answer what is known, and know what is answered. */
  readonly hooks: RouteShorthandOptions = {
    preHandler: async (request, reply) => {
      const key = keyOf(request);
      const text = key === undefined ? undefined : this.#texts.get(key);
      if (text === undefined) return;
      // RFC 9211: so that whoever measures can tell.
      reply.header('cache-status', 'answers; hit').header('content-type', 'application/json; charset=utf-8').send(text);
      return reply;
    },
    onSend: async (request, reply, payload) => {
      const key = this.#contexts.get(request)?.isRepeatable ? keyOf(request) : undefined;
      if (key !== undefined && typeof payload === 'string' && isWhole(reply, payload)) this.#texts.set(key, payload);
    },
  };
}

/** What the answer depends on: only of requests that may be kept, since writing down a large recording costs time. */
function keyOf({ body, headers }: FastifyRequest): string | undefined {
  const { query } = (body ?? {}) as { query?: unknown };
  if (typeof query !== 'string' || !query.includes('asOf')) return undefined;
  try {
    return JSON.stringify([headers.accept, body]);
  } catch {
    // Nested too deeply to be written down.
    return undefined;
  }
}

function isAsOf(selection: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  if (selection.kind !== Kind.FIELD) return false;
  const value = selection.arguments?.find(({ name }) => name.value === 'asOf')?.value;
  return value?.kind === Kind.STRING || (value?.kind === Kind.VARIABLE && variables[value.name.value] != null);
}

/** An answer in JSON, without errors. */
function isWhole(reply: FastifyReply, payload: string): boolean {
  return (
    reply.statusCode === 200 && String(reply.getHeader('content-type')).startsWith('application/json') && payload.startsWith('{"data":{')
  );
}
