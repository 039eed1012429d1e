import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { afterEach } from 'vitest';

const SCRIPT = new URL('recorder.ts', import.meta.url).pathname;
const TSX = import.meta.resolve('tsx');

const running = new Set<RecorderProcess>();

/** A running `recorder.ts`, from outside. */
export class RecorderProcess {
  /** Every line it has said. */
  readonly said: string[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #ended: Promise<unknown>;
  readonly #listeners = new Set<() => void>();

  /** `under`: a program that runs it, such as strace, with its arguments. */
  constructor(
    args: readonly [mode: 'hold' | 'loop' | 'twice' | 'brief', directory: string, prefix?: string, source?: string | undefined],
    under: readonly string[] = [],
  ) {
    const [mode, directory, prefix = 'e', source] = args;
    const [command = '', ...rest] = [
      ...under,
      process.execPath,
      '--import',
      TSX,
      SCRIPT,
      mode,
      directory,
      prefix,
      ...(source ? [source] : []),
    ];
    this.#child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#ended = once(this.#child, 'close');
    createInterface(this.#child.stdout).on('line', line => {
      this.said.push(line);
      for (const listener of this.#listeners) listener();
    });
    running.add(this);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves once it has said that many lines; throws if it ends before. */
  async saidLines(count: number): Promise<void> {
    const enough = new Promise<void>(resolve => {
      const check = () => {
        if (this.said.length >= count) resolve();
      };
      this.#listeners.add(check);
      check();
    });
    const ended = this.#ended.then(() => {
      if (this.said.length < count) throw new Error(`the recorder ended after ${this.said.length} of ${count} lines`);
    });
    await Promise.race([enough, ended]);
  }

  /** Resolves with the first line that begins so; throws if it ends before. */
  async saidLine(beginning: string): Promise<string> {
    for (let count = 1; ; count++) {
      await this.saidLines(count);
      const line = this.said.find(said => said.startsWith(beginning));
      if (line !== undefined) return line;
      count = Math.max(count, this.said.length);
    }
  }

  go(): void {
    this.#child.stdin.write('go\n');
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves once it has ended and all that it said has been read. */
  async end(): Promise<void> {
    await this.#ended;
    running.delete(this);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.end();
  }
}

afterEach(async () => {
  for (const recorder of running) await recorder.kill();
});
