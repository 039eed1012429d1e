import type { FetcherOpts } from '@graphiql/toolkit';
import { getOperationAST, type OperationTypeNode } from 'graphql';
import { subscribe } from './live.ts';
import type { Answer, Request } from './request.ts';

/**
 * Asks the address that this page was served from: page and endpoint share one. A subscription goes over a WebSocket, with the same
 * headers as its parameters. A connection that fails throws: GraphiQL shows the message.
 */
export function ask(request: Request, options: FetcherOpts = {}): Promise<Answer> | AsyncIterable<Answer> {
  const headers = texts(options.headers ?? {});
  const operation: `${OperationTypeNode}` | undefined =
    options.documentAST && getOperationAST(options.documentAST, request.operationName)?.operation;
  return operation === 'subscription' ? subscribe(request, headers) : post(request, headers);
}

async function post(request: Request, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(location.pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  const answer = parse(text);
  return answer ?? { errors: [{ message: `HTTP ${response.status}: ${text.slice(0, 500) || response.statusText}` }] };
}

function texts(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function parse(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
