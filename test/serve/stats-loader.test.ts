import { expect, test, vi } from 'vitest';
import { createStatsLoader } from '../../src/serve/stats-loader.ts';

type Stats = { id: string; n: number };
type Filter = { phases?: string[] };

function loaderOver(ask: (keys: readonly string[], filter: Filter | undefined, context: object) => Promise<readonly Stats[]>) {
  const spy = vi.fn(ask);
  return { spy, load: createStatsLoader(spy, stats => stats.id) };
}

test('one call a filter and request, answers in whatever order, null for a key without rows', async () => {
  const { spy, load } = loaderOver(async keys => [...keys].reverse().flatMap(id => (id === 'none' ? [] : [{ id, n: id.length }])));
  const [one, two] = [{}, {}];
  const answers = await Promise.all([
    load('a', undefined, one),
    load('bb', undefined, one),
    load('none', undefined, one),
    load('a', undefined, one),
    load('a', { phases: ['build'] }, one),
    load('bb', { phases: ['build'] }, one),
    load('a', undefined, two),
  ]);
  expect(answers.map(stats => stats?.n)).toEqual([1, 2, undefined, 1, 1, 2, 1]);
  expect(answers[2]).toBeNull();
  expect(spy.mock.calls).toEqual([
    [['a', 'bb', 'none'], undefined, one],
    [['a', 'bb'], { phases: ['build'] }, one],
    [['a'], undefined, two],
  ]);
});

test('a failure reaches every node that asked', async () => {
  const { load } = loaderOver(() => Promise.reject(new Error('the table is away')));
  const context = {};
  const answers = await Promise.allSettled([load('a', undefined, context), load('b', undefined, context)]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
