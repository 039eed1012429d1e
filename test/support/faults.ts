/** The short form of the tests that break things runs with all tests; the long one is `npm run test:faults`. */
import { spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { hasStrace } from './system-calls.ts';

export const isLong = process.env['FAULTS'] === 'long';

/** How often something is broken. */
export function rounds(short: number, long: number): number {
  return isLong ? long : short;
}

/** Shows on the terminal how far the long form has come. */
export function progress(what: string, done: number, total: number): void {
  if (isLong && (done % 10 === 0 || done === total)) writeSync(2, `${what}: ${done} of ${total}\n`);
}

const missing = { strace: !hasStrace, chattr: spawnSync('chattr', ['-V']).error !== undefined };

/** For `test.skipIf`, and a name that says why; under CI=true nothing is skipped, so that what is missing is a failure. */
export function needs(tool: keyof typeof missing, name: string): readonly [skip: boolean, name: string] {
  const skip = missing[tool] && process.env['CI'] !== 'true';
  return [skip, skip ? `${name} (SKIPPED: this machine has no ${tool})` : name];
}

/** Does all the work, so many pieces at a time, in order of their start. */
export async function inParallel<Item>(items: readonly Item[], width: number, work: (item: Item, index: number) => Promise<void>) {
  const entries = items.entries();
  const worker = async () => {
    for (const [index, item] of entries) await work(item, index);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
