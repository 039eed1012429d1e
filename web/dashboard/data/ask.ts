import type { TypedDocumentString } from '../generated/graphql.ts';
import { authorization } from './api-key.ts';

export type Document<Answer, Variables> = TypedDocumentString<Answer, Variables>;

/** An error as the API tells it: `code` is one of ErrorCode, or HTTP_nnn where something else answered. */
export type Trouble = Readonly<{ message: string; code: string; field?: readonly string[] }>;

/** What an answer holds, with the errors of those of its questions that have none: one refused question leaves the others alone. */
export type Answered<Answer> = Readonly<{ data: Answer; troubles: readonly Trouble[] }>;

/** No question was answered. */
export class NoAnswer extends Error {
  readonly troubles: readonly Trouble[];
  constructor(troubles: readonly Trouble[]) {
    super(troubles[0]?.message ?? 'The service gave no answer');
    this.troubles = troubles;
  }

  /** OVERLOADED and a service that starts again pass by themselves; a refusal stays one. */
  get isPassing(): boolean {
    return this.troubles.some(({ code }) => code === 'OVERLOADED' || code === 'UNREACHABLE');
  }

  /** The service wants a key, or another one. */
  get wantsKey(): boolean {
    return this.troubles.some(({ code }) => code === 'UNAUTHENTICATED');
  }
}

type Response = { data?: Record<string, unknown> | null; errors?: { message: string; extensions?: { code?: string; field?: string[] } }[] };

/** Asks the service that served the page. Throws NoAnswer where it cannot be reached, refuses, or answers none of the questions. */
export async function ask<Answer, Variables>(
  document: Document<Answer, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Answered<Answer>> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...authorization() },
    body: JSON.stringify({ query: document.toString(), variables }),
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new NoAnswer([{ code: 'UNREACHABLE', message: 'The service cannot be reached' }]);
  });
  const { data, errors } = await read(response);
  const troubles = (errors ?? []).map(({ message, extensions }) => ({
    message,
    code: extensions?.code ?? `HTTP_${response.status}`,
    ...(extensions?.field ? { field: extensions.field } : {}),
  }));
  if (!data || (troubles.length > 0 && Object.values(data).every(value => value === null))) throw new NoAnswer(troubles);
  asOf = positionOf(data) ?? asOf;
  return { data: data as Answer, troubles };
}

let asOf: string | undefined;

/** The position of the latest answer that told one. */
export function lastAsOf(): string | undefined {
  return asOf;
}

function positionOf(data: Record<string, unknown>): string | undefined {
  const told = Object.values(data).find(part => typeof part === 'object' && part !== null && 'asOf' in part);
  return told && typeof told === 'object' && 'asOf' in told && typeof told.asOf === 'string' ? told.asOf : undefined;
}

async function read(response: globalThis.Response): Promise<Response> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Response;
  } catch {
    return { errors: [{ message: `The service answered ${response.status}: ${text.slice(0, 200) || response.statusText}` }] };
  }
}
