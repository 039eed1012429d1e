/** System calls of a process as strace shows them, and faults that strace puts in their place. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Whether this machine has strace, which shows the system calls of a process (a Debian package of that name). */
export const hasStrace = spawnSync('strace', ['-V']).status === 0;

/** What changes files or makes changes durable. Not every processor's Linux has all of them. */
export const CALLS = [
  ...['write', 'pwrite64', 'writev', 'pwritev', 'fsync', 'fdatasync', 'openat', 'ftruncate', 'truncate'],
  ...['link', 'linkat', 'rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'mkdir', 'mkdirat'],
] as const;

const SHOWN = ['-f', '-y', '-s', '200', '-e', `trace=${CALLS.map(call => `?${call}`).join(',')}`, '-e', 'signal=none'];

/** strace and its arguments, to be put before a command; the calls go to the file `into`. */
export function traced(into: string): string[] {
  return ['strace', ...SHOWN, '-o', into];
}

/** strace counts the calls of each thread by itself, so the pool that touches files has one: put before a command. */
export const ONE_FILE_THREAD = ['env', 'UV_THREADPOOL_SIZE=1'] as const;

/**
 * Watches a running process from now on: its calls go to the file `into`. `inject` is a fault in strace's words, such as
 * `fsync:signal=KILL:when=3`. Resolves once it watches, to a promise of its end.
 */
export async function watch(pid: number, into: string, inject?: string): Promise<{ ended: Promise<unknown> }> {
  const faults = inject === undefined ? [] : ['-e', `inject=${inject}`];
  const strace = spawn('strace', [...SHOWN, ...faults, '-o', into, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(strace, 'close');
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface(strace.stderr).on('line', line => {
      said.push(line);
      if (line.includes('attached')) resolve();
    });
    void ended.then(() => reject(new Error(`strace could not watch process ${pid}: ${said.join('; ')}`)));
  });
  return { ended };
}

/**
 * A system call. `path`: the file that it is about, by the first descriptor or path that it names; `target`: the second path.
 * `started` and `ended` order it among all calls of all threads. `result` is NaN where the process ended before the call did.
 */
export type SystemCall = Readonly<{
  thread: string;
  name: string;
  path: string;
  target: string;
  text: string;
  started: number;
  ended: number;
  result: number;
}>;

const BEGIN = /^(\d+) +(\w+)\((.*)$/;
const RESUMED = /^(\d+) +<\.\.\. \w+ resumed>(.*)$/;
const DESCRIPTOR = /^\d+<([^>]*)>(.*)$/;
const PATHS = /"([^"]*)"[^"]*(?:"([^"]*)")?/;

/** The calls that a trace shows, in the order in which they ended. */
export function readCalls(trace: string): SystemCall[] {
  const begun = new Map<string, Omit<SystemCall, 'ended' | 'result'>>();
  const calls: SystemCall[] = [];
  for (const [line, text] of readFileSync(trace, 'utf8').split('\n').entries()) {
    const [, thread = '', name = '', rest = ''] = BEGIN.exec(text) ?? [];
    if (name !== '') begun.set(thread, { thread, name, ...subject(rest), started: line });
    if (rest.endsWith('<unfinished ...>')) continue;
    const [, resumed = thread, end = rest] = RESUMED.exec(text) ?? [];
    const call = begun.get(resumed);
    if (!call) continue;
    begun.delete(resumed);
    calls.push({ ...call, ended: line, result: Number(/= (-?\d+)[^=]*$/.exec(end)?.[1]) });
  }
  return calls;
}

function subject(text: string): Pick<SystemCall, 'path' | 'target' | 'text'> {
  const [, held, rest = ''] = DESCRIPTOR.exec(text) ?? [];
  if (held !== undefined) return { path: held, target: '', text: rest };
  const [, path = '', target = ''] = PATHS.exec(text) ?? [];
  return { path, target, text };
}

/** The call is made, and the process has heard of success. */
export function succeeded({ result }: SystemCall): boolean {
  return result >= 0;
}
