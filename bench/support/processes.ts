import { fork, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Load, Measured } from './load.ts';

export type Server = Readonly<{ url: string; stop(): Promise<void> }>;

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Starts a program that says where its GraphQL is. */
export async function startServer(args: readonly string[], environment: Record<string, string>): Promise<Server> {
  const child = spawn(process.execPath, [...args], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', chunk => {
      const found = /GraphQL\s+(\S+)\/graphql/.exec(String(chunk))?.[1];
      if (found) resolve(found);
    });
    void ended.then(() => reject(new Error(`${args.join(' ')} ended before it served`)));
  });
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The service as it is built (`npm run build`), without a graph. */
export function startService(metricsDir: string): Promise<Server> {
  return startServer([path('../../dist/main.js'), 'start'], {
    METRICS_DIR: metricsDir,
    PORT: '0',
    GRAPH: 'off',
    LOG_LEVEL: 'warn',
    MAX_BODY_MB: '64',
  });
}

export function startNoOp(): Promise<Server> {
  return startServer(['--import', 'tsx', path('no-op-server.ts')], { UV_THREADPOOL_SIZE: '16' });
}

/** Runs a load in a process of its own, so that the client does not share the server's thread. */
export function measure(load: Load): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = fork(path('load.ts'), { execArgv: ['--import', 'tsx'] });
    child.once('message', message => resolve(message as Measured));
    child.once('exit', code => code !== 0 && reject(new Error(`the load ended with ${code}`)));
    child.send(load);
  });
}
