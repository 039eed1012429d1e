import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Position } from '../../src/log/log.ts';
import { compareText } from '../../src/query/rate.ts';
import { executionInput } from '../support/execution-inputs.ts';
import { temporaryDirectory } from '../support/program.ts';
import { openStage, ownStage, type Stage } from '../support/question-stage.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let stage: Stage;
let count = 0;

/** An execution of a pattern with a step of each plugin, a minute after the one before. */
function run(patternId: string, plugins: readonly string[], more: object = {}): object {
  const minute = String(count++ % 60).padStart(2, '0');
  return executionInput({
    ...{ executionId: `exec-${count}`, patternId, startedAt: `2026-03-01T10:${minute}:00Z`, completedAt: `2026-03-01T10:${minute}:30Z` },
    steps: plugins.map((plugin, step) => ({
      step,
      phase: 'build',
      plugin,
      durationMs: 10,
      status: plugin.startsWith('-') ? 'SKIPPED' : 'SUCCESS',
    })),
    ...more,
  });
}

beforeAll(async () => {
  directory = await temporaryDirectory();
  stage = await openStage({ directory: directory.path, clock: () => Date.parse('2026-03-02T00:00:00Z') });
  await stage.log.record([
    run('one', ['a', 'b']),
    run('one', ['c', 'd', '-skipped']),
    run('same', ['d', 'c', 'b', 'a']),
    run('half', ['a', 'b', 'e', 'f', '-skipped']),
    run('quarter', ['a']),
    run('also-quarter', ['b'], { status: 'CANCELLED' }),
    run('nothing', ['x']),
    run('two-of-eight', ['a', 'b', 'e', 'f', 'g', 'h']),
  ]);
  // Another program's steps have no pattern.
  await appendFile(join(directory.path, 'durations.log'), '2026-03-01T11:00:00Z,elsewhere,build,1,x,1,true\n');
});
afterAll(async () => {
  await stage.close();
  await directory.remove();
});

const ask = async (more: object = {}) =>
  stage.questions.similarPatterns({ patternId: 'one', limit: 10, minSimilarity: 0, ...more }, await stage.questions.now());

test('the share of plugins in common, most similar first; then more in common; then by id', async () => {
  expect(await ask()).toEqual([
    { patternId: 'same', similarity: 1, shared: 4, plugins: 4, sharedPlugins: ['a', 'b', 'c', 'd'] },
    { patternId: 'half', similarity: 2 / 6, shared: 2, plugins: 4, sharedPlugins: ['a', 'b'] },
    { patternId: 'two-of-eight', similarity: 2 / 8, shared: 2, plugins: 6, sharedPlugins: ['a', 'b'] },
    { patternId: 'also-quarter', similarity: 1 / 4, shared: 1, plugins: 1, sharedPlugins: ['b'] },
    { patternId: 'quarter', similarity: 1 / 4, shared: 1, plugins: 1, sharedPlugins: ['a'] },
  ]);
});

test('cut by limit and similarity, narrowed by patterns, plugins and window', async () => {
  const ids = async (more: object) => (await ask(more)).map(({ patternId }) => patternId);
  expect(await ids({ limit: 2 })).toEqual(['same', 'half']);
  expect(await ids({ minSimilarity: 0.3 })).toEqual(['same', 'half']);
  expect(await ids({ filter: { patternIds: ['quarter', 'nothing'] } })).toEqual(['quarter']);
  expect(await ids({ filter: { plugins: ['a'] } })).toEqual(['half', 'quarter', 'same', 'two-of-eight']);
  expect(await ids({ filter: { window: { to: '2026-03-01T10:03:00Z' } } })).toEqual(['same']);
  expect(await ids({ patternId: 'unknown' })).toEqual([]);
  expect(await ids({ patternId: 'nothing' })).toEqual([]);
});

test('as of an older position it answers what was known then', async () => {
  const before = await stage.questions.now();
  const then = await ask();
  await stage.log.record([run('late', ['a', 'b', 'c', 'd'])]);
  expect((await ask()).map(({ patternId }) => patternId)).toContain('late');
  expect(await stage.questions.similarPatterns({ patternId: 'one', limit: 10, minSimilarity: 0 }, before)).toEqual(then);
});

test('what was found before is gone on from: the same as from all executions, at every position', async () => {
  const small = await ownStage({ blockRows: 3, clock: () => Date.parse('2026-03-02T00:00:00Z') });
  const used = new Map<string, Set<string>>();
  const published: { position: Position; expected: unknown }[] = [];
  const check = async ({ position, expected }: (typeof published)[number]) => {
    const answer = await small.questions.similarPatterns({ patternId: 'p0', limit: 1000, minSimilarity: 0 }, position);
    expect(answer.toSorted((a, b) => compareText(a.patternId, b.patternId))).toEqual(expected);
  };
  for (let batch = 0; batch < 25; batch++) {
    const runs = Array.from({ length: batch % 4 }, (_, index) => {
      const seed = batch * 7 + index * 3;
      return { patternId: `p${seed % 5}`, plugins: [seed % 11, (seed * seed) % 13, batch].map(plugin => `plugin-${plugin}`) };
    });
    for (const { patternId, plugins } of runs) used.set(patternId, new Set([...(used.get(patternId) ?? []), ...plugins]));
    await small.log.record(
      runs.map(({ patternId, plugins }, index) => run(patternId, plugins, { executionId: `small-${batch}-${index}` })),
    );
    const position = await small.questions.now();
    const own = used.get('p0') ?? new Set();
    const expected = [...used].flatMap(([patternId, plugins]) => {
      const sharedPlugins = [...plugins].filter(plugin => own.has(plugin)).sort();
      const shared = sharedPlugins.length;
      const similarity = shared / (own.size + plugins.size - shared);
      return patternId === 'p0' || shared === 0 ? [] : [{ patternId, similarity, shared, plugins: plugins.size, sharedPlugins }];
    });
    published.push({ position, expected: expected.sort((a, b) => compareText(a.patternId, b.patternId)) });
    // Others are asked about when more is known than they may know.
    if (batch % 5 === 4) await check({ position, expected });
  }
  for (const each of published.toReversed()) await check(each);
});

test.each([{ limit: -1 }, { limit: 1001 }, { minSimilarity: -0.1 }, { minSimilarity: 1.1 }])('%j is refused', async more => {
  await expect(ask(more)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});
