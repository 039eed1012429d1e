import { fork, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Load, Measured } from './load.ts';
import type { SteadyLoad } from './steady-recording.ts';

export type Server = Readonly<{
  url: string;
  pid: number;
  /** From the start of the process until it answered /healthz. */
  startedInMs: number;
  /** Resolves once the process has ended. SIGTERM unless said otherwise. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}>;

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** The built program. */
export const PROGRAM = path('../../dist/main.cjs');

/** As `npm start` runs it. */
const NODE_OPTIONS = ['--max-semi-space-size=32'];

/** What a benchmark writes, removed after it. */
export async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-metrics-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts a program that says where its GraphQL is. */
async function startServer(args: readonly string[], environment: Record<string, string>): Promise<Server> {
  const begun = performance.now();
  const env = { ...process.env, NODE_ENV: 'production', UV_THREADPOOL_SIZE: '16', ...environment };
  const child = spawn(process.execPath, [...NODE_OPTIONS, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', chunk => {
      const found = /GraphQL\s+(\S+)\/graphql/.exec(String(chunk))?.[1];
      if (found) resolve(found);
    });
    void ended.then(() => reject(new Error(`${args.join(' ')} ended before it served`)));
  });
  await (await fetch(`${url}/healthz`)).text();
  return {
    url,
    pid: child.pid ?? 0,
    startedInMs: performance.now() - begun,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
    },
  };
}

/** The service as it is built (`npm run build`), without a graph unless the environment says otherwise. */
export function startService(
  metricsDir: string,
  nodeOptions: readonly string[] = [],
  environment: Record<string, string> = {},
): Promise<Server> {
  return startServer([...nodeOptions, PROGRAM, 'start'], { ...serviceEnvironment(metricsDir), ...environment });
}

export function serviceEnvironment(metricsDir: string): Record<string, string> {
  return { METRICS_DIR: metricsDir, PORT: '0', GRAPH: 'off', LOG_LEVEL: 'warn', MAX_BODY_MB: '64' };
}

export function startNoOp(): Promise<Server> {
  return startServer(['--import', 'tsx', path('no-op-server.ts')], {});
}

/** Runs a load in a process of its own, so that the client does not share the server's thread. It fails, aloud, with its server. */
export function measure(load: Load, stderr: 'inherit' | 'ignore' = 'inherit'): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = fork(path('load.ts'), { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', stderr, 'ipc'] });
    child.once('message', message => resolve(message as Measured));
    child.once('exit', code => code !== 0 && reject(new Error(`the load ended with ${code}`)));
    child.send(load);
  });
}

/** Records at a steady rate beside what is measured meanwhile, until `stop`, which answers what was recorded; it fails where a recording did. */
export function recordBeside(load: SteadyLoad): { stop(): Promise<Measured> } {
  const child = fork(path('steady-recording.ts'), { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const measured = new Promise<Measured>((resolve, reject) => {
    child.once('message', message => resolve(message as Measured));
    child.once('exit', code => reject(new Error(`the recording ended with ${code}`)));
  });
  // Told to whoever stops it.
  measured.catch(() => undefined);
  child.send(load);
  return {
    stop: () => {
      if (child.connected) child.send('stop');
      return measured;
    },
  };
}

/** A tick of the clock that Linux counts a process's time by, in microseconds. */
const TICK_US = 10_000;

/** CPU time that a process has taken so far, in microseconds. */
export async function cpuUs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name stands in parentheses and may hold anything; what follows it are numbers: user and system time are the 12th and 13th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** CPU time that the processes have taken so far that a process started and that still run, in microseconds. */
export async function childrenCpuUs(pid: number): Promise<number> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean);
  return (await Promise.all(children.map(child => cpuUs(Number(child))))).reduce((sum, us) => sum + us, 0);
}
