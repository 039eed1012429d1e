/** The service in this process on a directory of its own, and a client that tells everything of an answer. */
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Logger } from '../../src/logger.ts';
import { temporaryDirectory } from './program.ts';
import { silent } from './silent-logger.ts';

export type ApiError = {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; retryable: boolean; field?: string[]; id?: string };
};

// biome-ignore lint/suspicious/noExplicitAny: data has the shape of its question, which only the test knows
export type ApiAnswer = { status: number; headers: Headers; data: any; errors: ApiError[]; text: string };

export type Api = Readonly<{
  url: string;
  directory: string;
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<ApiAnswer>;
  /** A file of the logs as text. */
  read(file: string): Promise<string>;
  /** What another program does: `echo … >> file`. */
  append(file: string, text: string): Promise<void>;
  /** Ends the service; the directory stays until `remove`. */
  close(): Promise<void>;
  remove(): Promise<void>;
}>;

/** Starts the service without a graph. */
export async function startApi(
  environment: Record<string, string> = {},
  options: { clock?: () => number; logger?: Logger; directory?: string } = {},
): Promise<Api> {
  const temporary = options.directory === undefined ? await temporaryDirectory() : undefined;
  const directory = options.directory ?? temporary?.path ?? '';
  const config = readConfig({ GRAPH: 'off', PORT: '0', METRICS_DIR: directory, ...environment });
  const { clock = Date.now, logger = silent } = options;
  const app = await startApp(config, { logger, clock, environment: {} });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= app.close();
    return closed;
  };
  return {
    url: app.url,
    directory,
    ask: async (query, variables = {}, headers = {}) =>
      answerOf(
        await fetch(`${app.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify({ query, variables }),
        }),
      ),
    read: file => readFile(join(directory, file), 'utf8'),
    append: (file, text) => appendFile(join(directory, file), text),
    close,
    remove: async () => {
      await close();
      await temporary?.remove();
    },
  };
}

export async function answerOf(response: Response): Promise<ApiAnswer> {
  const text = await response.text();
  const body = (() => {
    try {
      return JSON.parse(text) as { data?: unknown; errors?: ApiError[] };
    } catch {
      return {};
    }
  })();
  return { status: response.status, headers: response.headers, data: body.data, errors: body.errors ?? [], text };
}

/** An execution as a client records it; every field can be given otherwise. */
export function execution(executionId: string, fields: object = {}): { executionId: string } & Record<string, unknown> {
  return {
    executionId,
    patternId: 'p-api',
    taskDescription: 'build it',
    status: 'SUCCESS',
    startedAt: '2026-03-01T10:00:00Z',
    completedAt: '2026-03-01T10:02:00Z',
    steps: [{ step: 1, phase: 'code', plugin: 'lint', durationMs: 1500, status: 'SUCCESS' }],
    ...fields,
  };
}

export const RECORD = `mutation ($input: RecordExecutionInput!, $dryRun: Boolean! = false) {
  recordExecution(input: $input, dryRun: $dryRun) {
    executionId duplicate dryRun position pattern { patternId name status successRate { successes total } }
  }
}`;

export const RECORD_ALL = `mutation ($inputs: [RecordExecutionInput!]!, $dryRun: Boolean! = false) {
  recordExecutions(inputs: $inputs, dryRun: $dryRun) {
    executionId payload { duplicate dryRun position } error { code message retryable field }
  }
}`;
