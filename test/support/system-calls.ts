import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether this machine has strace, which shows the system calls of a process (a Debian package of that name). */
export const hasStrace = spawnSync('strace', ['-V']).status === 0;

/** strace and its arguments, to be put before a command; the calls go to the file `into`. */
export function traced(into: string): string[] {
  const calls = 'trace=write,pwrite64,writev,pwritev,fsync,fdatasync';
  return ['strace', '-f', '-y', '-s', '200', '-e', calls, '-e', 'signal=none', '-o', into];
}

/** A system call on a file. `started` and `ended` order it among all calls of all threads. */
export type SystemCall = Readonly<{ name: string; path: string; text: string; started: number; ended: number; result: number }>;

const BEGIN = /^(\d+) +(\w+)\(\d+<([^>]*)>(.*)$/;
const RESUMED = /^(\d+) +<\.\.\. \w+ resumed>(.*)$/;

/** The calls that a trace shows, in the order in which they ended. */
export function readCalls(trace: string): SystemCall[] {
  const begun = new Map<string, Omit<SystemCall, 'ended' | 'result'>>();
  const calls: SystemCall[] = [];
  for (const [line, text] of readFileSync(trace, 'utf8').split('\n').entries()) {
    const [, thread = '', name = '', path = '', rest = ''] = BEGIN.exec(text) ?? [];
    if (name !== '') begun.set(thread, { name, path, text: rest, started: line });
    if (rest.endsWith('<unfinished ...>')) continue;
    const [, resumed = thread, end = rest] = RESUMED.exec(text) ?? [];
    const call = begun.get(resumed);
    if (!call) continue;
    begun.delete(resumed);
    calls.push({ ...call, ended: line, result: Number(/= (-?\d+)[^=]*$/.exec(end)?.[1]) });
  }
  return calls;
}
