import { expect, test } from 'vitest';
import { stoppable } from '../../src/serve/stoppable.ts';

/** One value, then a wait that nothing but the signal ends; notes when it has ended. */
function waiting() {
  const notes: string[] = [];
  const values = stoppable(async function* (signal) {
    try {
      yield 1;
      await new Promise(resolve => signal.addEventListener('abort', resolve));
    } finally {
      notes.push('ended');
    }
  });
  return { values, notes };
}

test('ends at once while it waits', async () => {
  const { values, notes } = waiting();
  expect(await values.next()).toEqual({ value: 1, done: false });
  const pending = values.next();
  expect(await values.return()).toEqual({ value: undefined, done: true });
  expect(await pending).toEqual({ value: undefined, done: true });
  expect(notes).toEqual(['ended']);
});

test('ends between two values, and before the first', async () => {
  const { values, notes } = waiting();
  for await (const value of values) {
    expect(value).toBe(1);
    break;
  }
  expect(notes).toEqual(['ended']);
  const unused = waiting();
  await unused.values.return();
  expect(await unused.values.next()).toEqual({ value: undefined, done: true });
});

test('throws into the generator, waiting or not', async () => {
  const { values, notes } = waiting();
  await values.next();
  await expect(values.throw(new Error('stop'))).rejects.toThrow('stop');
  expect(notes).toEqual(['ended']);
});
