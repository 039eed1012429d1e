/** What GraphiQL asks for; an operation beside an introspection has no name. */
type Request = Readonly<{ query: string; operationName?: string | null; variables?: unknown }>;

/** The answer, or an error of the same shape where what came is no JSON (a proxy's page, a refusal). */
type Answer = Record<string, unknown>;

/**
 * Sends an operation to the address that this page was served from: page and endpoint share one. A connection that fails throws: GraphiQL shows the message.
 */
export async function ask(request: Request, options?: { headers?: Record<string, unknown> }): Promise<Answer> {
  const response = await fetch(location.pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...texts(options?.headers ?? {}) },
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
