/** Subscriptions that ask the same in the same words: their text is read once, and each event is executed once for all of them. */
import { createSourceEventStream, type DocumentNode, type ExecutionArgs, type ExecutionResult, execute, type GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { SubscriptionRequest } from './subscription-request.ts';

type Result = ExecutionResult | Promise<ExecutionResult>;

/** Whoever asks the same after so many others is executed apart. */
const KEPT_REQUESTS = 100;
/** Of a request: those who keep up take the same event within moments of each other. */
const KEPT_RESULTS = 16;

export class SharedExecutions {
  readonly #requests = new LRUCache<string, ExecutionArgs>({ max: KEPT_REQUESTS });
  /** By the document, of which each request has its own. */
  readonly #results = new WeakMap<DocumentNode, LRUCache<object, Result>>();

  /** What `read` makes of a request, errors aside: those are made anew. */
  request(
    request: SubscriptionRequest,
    read: (request: SubscriptionRequest) => ExecutionArgs | GraphQLError[],
  ): ExecutionArgs | GraphQLError[] {
    const key = keyOf(request);
    const args = (key === undefined ? undefined : this.#requests.get(key)) ?? read(request);
    if (Array.isArray(args)) return args;
    if (key !== undefined) this.#requests.set(key, args);
    // The protocol puts the connection's context into them.
    return { ...args };
  }

  /** As `subscribe` of graphql. */
  readonly subscribe = async (args: ExecutionArgs): Promise<AsyncGenerator<ExecutionResult, void> | ExecutionResult> => {
    const events = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in events)) return events;
    return mapped(events[Symbol.asyncIterator]() as AsyncGenerator<object, void>, event => this.#resultOf(event, args));
  };

  #resultOf(event: object, args: ExecutionArgs): Result {
    const results = this.#results.get(args.document) ?? new LRUCache({ max: KEPT_RESULTS });
    this.#results.set(args.document, results);
    // No connection's context: what all are told must not depend on one of them.
    const result = results.get(event) ?? execute({ ...args, rootValue: event, contextValue: undefined });
    results.set(event, result);
    return result;
  }
}

/** Undefined for variables that are nested too deeply to be written down. */
function keyOf({ query, operationName, variables }: SubscriptionRequest): string | undefined {
  try {
    return JSON.stringify([query, operationName, variables]);
  } catch {
    return undefined;
  }
}

/** What comes of each value. Not a generator, which would take a `return` only when its wait is over. */
function mapped<Value, Other>(
  values: AsyncGenerator<Value, void>,
  map: (value: Value) => Other | Promise<Other>,
): AsyncGenerator<Other, void> {
  const after = async (next: Promise<IteratorResult<Value, void>>): Promise<IteratorResult<Other, void>> => {
    const { value, done } = await next;
    return done ? { value: undefined, done } : { value: await map(value), done: false };
  };
  return {
    next: () => after(values.next()),
    return: () => after(values.return()),
    throw: error => after(values.throw(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
