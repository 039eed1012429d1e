/** The program as its users start it: a process of its own, with settings in its environment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** As it is built, which vitest.config.ts sees to. */
export const PROGRAM = fileURLToPath(new URL('../../dist/main.cjs', import.meta.url));

export type Finished = { code: number | null; stdout: string; stderr: string };

function launch(args: readonly string[], environment: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment },
  });
}

/** Runs a command to its end. */
export async function runProgram(
  args: readonly string[],
  options: { environment?: Record<string, string>; input?: string } = {},
): Promise<Finished> {
  const child = launch(args, options.environment ?? {});
  const finished: Finished = { code: null, stdout: '', stderr: '' };
  child.stdout?.on('data', chunk => (finished.stdout += chunk));
  child.stderr?.on('data', chunk => (finished.stderr += chunk));
  child.stdin?.end(options.input ?? '');
  finished.code = await new Promise<number | null>(resolve => child.once('close', resolve));
  return finished;
}

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of its question, which only the test knows
export type Answer = { data: any; errors?: { message: string; path?: string[]; extensions: Record<string, unknown> }[] };

export type RunningService = {
  url: string;
  pid: number;
  /** What it said so far on standard output. */
  said: () => string;
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
  /** SIGTERM unless another is named; answers the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
};

/** Starts the service on a free port, and resolves once it has said that it is ready. `onSpawn` is told the process at once. */
export async function startService(environment: Record<string, string>, onSpawn?: (child: ChildProcess) => void): Promise<RunningService> {
  const child = launch(['start'], { PORT: '0', GRAPH: 'off', LOG_LEVEL: 'warn', ...environment });
  onSpawn?.(child);
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  let said = '';
  let complaints = '';
  child.stderr?.on('data', chunk => (complaints += chunk));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', chunk => {
      said += chunk;
      const found = /GraphQL\s+(\S+)\/graphql/.exec(said)?.[1];
      if (found) resolve(found);
    });
    void ended.then(code => reject(new Error(`the service ended with ${code} before it was ready: ${complaints}`)));
  });
  return {
    url,
    pid: child.pid ?? 0,
    said: () => said,
    ask: async (query, variables = {}, headers = {}) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer;
    },
    end: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

/** A directory of its own for a test, with a copy of `from` where one is named. */
export async function temporaryDirectory(from?: string): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'orchestrator-metrics-'));
  if (from !== undefined) await cp(from, path, { recursive: true });
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Asks again until an answer passes, or rejects with the last one after `timeoutMs`. */
export async function eventually<Value>(ask: () => Promise<Value>, passes: (value: Value) => boolean, timeoutMs = 60_000): Promise<Value> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (passes(value)) return value;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value)?.slice(0, 2000)} after ${timeoutMs} ms`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}
