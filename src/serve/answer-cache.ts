/**
 * Answers that stay: what is asked as of a position, and without reading the clock, has one answer for ever. It is kept by the
 * text of its request, so that asking again costs neither the question nor the making of a megabyte of JSON.
 */
import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { Kind, OperationTypeNode, type SelectionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { formatPosition } from '../log/log.ts';
import { bytesOf } from './answer-bytes.ts';
import type { RequestContext } from './context.ts';

/** Characters of requests, and bytes of answers. */
const MAX_SIZE = 32 << 20;
/** Of one answer. */
const MAX_ENTRY_SIZE = 4 << 20;

export class AnswerCache {
  readonly #answers = new LRUCache<string, Buffer>({
    maxSize: MAX_SIZE,
    maxEntrySize: MAX_ENTRY_SIZE,
    sizeCalculation: (answer, key) => answer.length + key.length,
  });
  readonly #contexts = new WeakMap<FastifyRequest, RequestContext>();

  /** Tells which context a request got. */
  follow(request: FastifyRequest, context: RequestContext): void {
    this.#contexts.set(request, context);
  }

  /** Notes of a request's context how its operation asks, once that is known. */
  readonly plugin: ApolloServerPlugin<RequestContext> = {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation, request, contextValue }) => {
        if (operation?.operation !== OperationTypeNode.QUERY) return;
        const { selections } = operation.selectionSet;
        contextValue.asks.asOfOnly = selections.every(selection => isAsOf(selection, request.variables ?? {}));
        const [variable, ...others] = new Set(selections.map(selection => openPosition(selection, request.variables ?? {})));
        if (others.length === 0) contextValue.asks.open = variable;
      },
    }),
  };

  /** Hooks of the route: answer what is known, and know what is answered. */
  readonly hooks: RouteShorthandOptions = {
    preHandler: async (request, reply) => {
      const key = keyOf(request);
      const answer = key === undefined ? undefined : this.#answers.get(key);
      if (answer === undefined) return;
      // RFC 9211: so that whoever measures can tell.
      reply.header('cache-status', 'answers; hit').header('content-type', 'application/json; charset=utf-8').send(answer);
      return reply;
    },
    onSend: async (request, reply, payload) => {
      const context = this.#contexts.get(request);
      if (!context || !isWhole(reply, payload)) return payload;
      // As bytes: what is sent as text is measured, and then written as such, each time.
      const answer = typeof payload === 'string' ? bytesOf(payload) : payload;
      const key = await keyAfter(request, context);
      if (key !== undefined) this.#answers.set(key, answer);
      return answer;
    },
  };
}

/** The key of the request that has the same answer for ever: this one, or this one with the position that it was answered at. */
async function keyAfter(request: FastifyRequest, context: RequestContext): Promise<string | undefined> {
  const { asOfOnly, clock, open } = context.asks;
  if (clock) return undefined;
  if (asOfOnly) return keyOf(request);
  return open === undefined ? undefined : keyOf(request, { [open]: formatPosition(await context.at(null)) });
}

/** What the answer depends on: only of requests that may be kept, since writing down a large recording costs time. */
function keyOf({ body, headers }: FastifyRequest, given: Readonly<Record<string, string>> = {}): string | undefined {
  const { query, operationName, variables, ...others } = (body ?? {}) as Record<string, unknown>;
  if (typeof query !== 'string' || !query.includes('asOf')) return undefined;
  try {
    const values = Object.entries({ ...(variables as object | null), ...given }).sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify([headers.accept, query, operationName, values, others]);
  } catch {
    // Nested too deeply to be written down.
    return undefined;
  }
}

function isAsOf(selection: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  const value = asOfOf(selection);
  return value?.kind === Kind.STRING || (value?.kind === Kind.VARIABLE && variables[value.name.value] != null);
}

/** The variable for a question's position, where it was left open. */
function openPosition(selection: SelectionNode, variables: Readonly<Record<string, unknown>>): string | undefined {
  const value = asOfOf(selection);
  return value?.kind === Kind.VARIABLE && variables[value.name.value] == null ? value.name.value : undefined;
}

function asOfOf(selection: SelectionNode) {
  return selection.kind === Kind.FIELD ? selection.arguments?.find(({ name }) => name.value === 'asOf')?.value : undefined;
}

/** An answer in JSON, without errors: bytes are that of a query that was compiled. */
function isWhole(reply: FastifyReply, payload: unknown): payload is string | Buffer {
  if (reply.statusCode !== 200 || !String(reply.getHeader('content-type')).startsWith('application/json')) return false;
  return Buffer.isBuffer(payload) || (typeof payload === 'string' && payload.startsWith('{"data":{'));
}
