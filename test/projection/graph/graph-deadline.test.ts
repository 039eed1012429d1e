import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { whileAnswering, withDeadline } from '../../../src/projection/graph/deadline.ts';

const never = new Promise<never>(() => {});
const late = () => new Error('too late');

describe('a deadline', () => {
  test('lets work in time pass, its failure too', async () => {
    expect(await withDeadline(Promise.resolve(1), 1_000, late)).toBe(1);
    await expect(withDeadline(Promise.reject(new Error('own')), 1_000, late)).rejects.toThrow('own');
  });

  test('ends waiting for work that never ends, and swallows a failure after that', async () => {
    await expect(withDeadline(never, 10, late)).rejects.toThrow('too late');
    const slow = pause(20).then(() => Promise.reject(new Error('after the end')));
    await expect(withDeadline(slow, 5, late)).rejects.toThrow('too late');
    await pause(40);
  });
});

describe('work while the server answers', () => {
  test('goes on for as long as pings are answered, and asks no more once it is done', async () => {
    let pings = 0;
    let finish: (value: string) => void = () => {};
    const work = new Promise<string>(resolve => {
      finish = resolve;
    });
    const ping = async () => {
      if (++pings === 3) finish('done');
    };
    expect(await whileAnswering(work, ping, 10)).toBe('done');
    const asked = pings;
    await pause(40);
    expect(pings).toBe(asked);
  });

  test('is given up with the error of the ping', async () => {
    await expect(whileAnswering(never, () => Promise.reject(new Error('gone')), 5)).rejects.toThrow('gone');
  });

  test('is never asked about when it is quick', async () => {
    const ping = () => Promise.reject(new Error('asked'));
    expect(await whileAnswering(Promise.resolve(3), ping, 5)).toBe(3);
    await pause(20);
  });
});
