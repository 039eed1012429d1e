import { createClient } from 'graphql-ws';
import type { Answer, Request } from './request.ts';

/** The answers of a subscription, over a connection that ends with it: the headers, its parameters, may be others the next time. */
export function subscribe({ query, operationName, variables }: Request, headers: Record<string, string>): AsyncIterable<Answer> {
  const client = createClient({ url: `${location.origin.replace(/^http/, 'ws')}${location.pathname}`, connectionParams: headers });
  const answers = client.iterate({ query, operationName: operationName ?? null, variables: { ...(variables as object | undefined) } });
  const iterator: AsyncIterator<Answer> = {
    next: async () => {
      const { value, done } = await answers.next().catch(fail);
      return done ? { value: undefined, done } : { value: { ...value } };
    },
    return: async () => {
      await answers.return?.();
      return { value: undefined, done: true };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

/** GraphiQL shows errors, and would show a closed connection as nothing. */
function fail(reason: unknown): never {
  if (!(reason instanceof CloseEvent)) throw reason;
  throw new Error(`The connection was closed with ${reason.code}: ${reason.reason || 'no reason given'}`);
}
