import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach } from 'vitest';

/** Rows numbered from 1, one after the other in each shared log, once all three are there. */
const SCRIPT = `
until cd "$2" 2>/dev/null; do sleep 0.01; done
t=2025-11-07T00:00:00Z
i=0
while :; do
  i=$((i+1)); id="shell-$1-$i"
  [ -e durations.log ] && [ -e success_rates.log ] && [ -e plugin_usage.log ] || { i=$((i-1)); sleep 0.01; continue; }
  printf '%s,%s,phase,1,%s,1,true\\n' $t $id $id >> durations.log
  printf '%s,%s,%s,true,1,1,0,""\\n' $t $id $id >> success_rates.log
  printf '%s,%s,1,1,1,0,1,%s\\n' $t $id $t >> plugin_usage.log
  [ $((i % 10)) = 0 ] && sleep 0.02
done`;

const running = new Set<ShellLoop>();

/** Another program that knows nothing of us: a shell that appends to the three shared logs until it is stopped. */
export class ShellLoop {
  readonly #child: ChildProcess;

  /** `tag`: names the loop in its rows' ids, `shell-<tag>-<number>`. */
  constructor(directory: string, tag: string) {
    this.#child = spawn('sh', ['-c', SCRIPT, 'sh', tag, directory], { stdio: 'ignore' });
    running.add(this);
  }

  /** Kills it. A row that it was about to append to the next log is missing there. */
  async stop(): Promise<void> {
    running.delete(this);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

afterEach(async () => {
  for (const shell of running) await shell.stop();
});
