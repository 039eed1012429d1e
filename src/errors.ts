/** Whether the same call may succeed later without any change of its content. One entry a code: the table is the list of codes. */
const RETRYABLE = {
  BAD_USER_INPUT: false,
  EXECUTION_CONFLICT: false,
  STORAGE_FULL: true,
  STORAGE_FAILED: false,
  OVERLOADED: true,
  GRAPH_UNAVAILABLE: true,
  TIMEOUT: true,
  QUERY_TOO_COMPLEX: false,
  POSITION_UNKNOWN: false,
  UNAUTHENTICATED: false,
  FORBIDDEN: false,
  INTERNAL_SERVER_ERROR: false,
} as const;

/** The codes a client meets in `extensions.code`; the same names as the schema's `ErrorCode`. */
export type ErrorCode = keyof typeof RETRYABLE;

/**
 * Every error that a caller is meant to see. Its message says what was wrong and what would be right; only `serve/` turns
 * the code into a GraphQL error and only `cli/` into an exit code. Anything else that is thrown is a defect and is masked.
 */
export class MetricsError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  /** The path of the value to blame within the input, e.g. `['steps', '3', 'durationMs']`; empty where none is. */
  readonly field: readonly string[];

  constructor(code: ErrorCode, message: string, options: { field?: readonly string[]; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'MetricsError';
    this.code = code;
    this.retryable = RETRYABLE[code];
    this.field = options.field ?? [];
  }
}

/** The message of anything thrown, for logs and for errors that wrap it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
