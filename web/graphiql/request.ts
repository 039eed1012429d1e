/** What GraphiQL asks for; an operation beside an introspection has no name. */
export type Request = Readonly<{ query: string; operationName?: string | null; variables?: unknown }>;

/** The answer, or an error of the same shape where what came is no JSON (a proxy's page, a refusal). */
export type Answer = Record<string, unknown>;
