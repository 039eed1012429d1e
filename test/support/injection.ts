/** System calls of a running process that fail or wait, as strace lets them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach } from 'vitest';

const injections = new Set<Injection>();

export class Injection {
  readonly #strace: ChildProcess;

  private constructor(strace: ChildProcess) {
    this.#strace = strace;
    injections.add(this);
  }

  /**
   * From now on these calls on these files (all files where none is named) go as `effect` says, such as `error=EIO` or
   * `delay_enter=100ms`, until `end`.
   */
  static async into(
    pid: number,
    { calls, effect, files = [] }: { calls: string; effect: string; files?: readonly string[] },
  ): Promise<Injection> {
    const paths = files.flatMap(file => ['-P', file]);
    const args = ['-f', '-p', String(pid), '-o', '/dev/null', '-e', `trace=${calls}`, ...paths, '-e', `inject=${calls}:${effect}`];
    const injection = new Injection(spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] }));
    await injection.#attached();
    return injection;
  }

  async #attached(): Promise<void> {
    const { stderr } = this.#strace;
    let said = '';
    for await (const chunk of stderr?.iterator({ destroyOnReturn: false }) ?? []) {
      said += chunk;
      if (/Process \d+ attached/.test(said)) {
        stderr?.resume();
        return;
      }
    }
    throw new Error(`strace could not attach: ${said}`);
  }

  /** The process goes on, and its calls go as they always do. */
  async end(): Promise<void> {
    injections.delete(this);
    const ended = this.#strace.exitCode === null && this.#strace.signalCode === null ? once(this.#strace, 'exit') : undefined;
    this.#strace.kill('SIGINT');
    await ended;
  }
}

afterEach(async () => {
  for (const injection of injections) await injection.end();
});
