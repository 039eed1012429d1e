import { setImmediate as turn } from 'node:timers/promises';

/** Work on the one thread at once, before others have their turn: milliseconds. */
const WORK_MS = 4;

/** Does something with each value, and lets others have their turn in between. */
export async function inTurns<Value>(values: Iterable<Value>, work: (value: Value) => void): Promise<void> {
  let since = performance.now();
  for (const value of values) {
    work(value);
    if (performance.now() - since < WORK_MS) continue;
    await turn();
    since = performance.now();
  }
}
