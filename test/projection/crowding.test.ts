import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { crowding } from '../../src/projection/crowding.ts';

/** Takes all of this thread for a while. */
function work(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}

test('a thread that works without a rest is full, one that rests is not', async () => {
  const isCrowded = crowding();
  for (let round = 0; round < 3; round++) {
    isCrowded();
    // The time of a task is known once it has ended.
    for (let task = 0; task < 20; task++) await new Promise<void>(resolve => setImmediate(() => resolve(work(20))));
    expect(isCrowded()).toBe(true);
    await pause(400);
    expect(isCrowded()).toBe(false);
  }
});
