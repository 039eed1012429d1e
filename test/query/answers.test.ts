/**
 * Every question against the naive oracle: over generated histories, filters and positions, while the history grows, and the
 * same answers bit for bit when they are asked for again.
 */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Position } from '../../src/log/log.ts';
import type { FilterInput } from '../../src/query/query.ts';
import {
  ALL_OUTLIERS,
  type Answers,
  answers,
  exactAnswers,
  expectExact,
  expectedAnswers,
  expectSame,
  inOrder,
} from '../support/all-answers.ts';
import { FIRST_SECOND, type HistoryEvent, happen, history, NOW, type RecordInput, filter as someFilter } from '../support/histories.ts';
import { Oracle } from '../support/oracle.ts';
import { temporaryDirectory } from '../support/program.ts';
import { openStage, type StageOptions } from '../support/question-stage.ts';
import { wholeLists } from '../support/whole-lists.ts';

type Asked = { filter: FilterInput; asOf: Position; answer: Answers };

/** Lets a history happen, asking after every other event, and at the end with every filter; checks each answer against the oracle. */
async function live(options: StageOptions, events: readonly HistoryEvent[], filters: readonly FilterInput[]): Promise<Asked[]> {
  const stage = await openStage({ shortBytes: 0, ...options });
  const asked: Asked[] = [];
  const ask = async (filter: FilterInput, asOf: Position) => {
    const answer = await answers(stage.questions, filter, asOf);
    const expected = expectedAnswers(new Oracle(options.directory, asOf, NOW), filter, asOf);
    expectSame(answer, expected);
    expectExact(await exactAnswers(stage.questions, filter, asOf), expected);
    asked.push({ filter, asOf, answer });
  };
  try {
    const recorded: RecordInput[] = [];
    for (const [index, event] of events.entries()) {
      await happen(stage.log, event, recorded);
      const asOf = await stage.questions.now();
      if (index % 2 === 0) await ask(filters[(index / 2) % filters.length] ?? {}, asOf);
    }
    for (const filter of filters) await ask(filter, stage.log.position);
    for (const { filter, asOf, answer } of asked) expect(await answers(stage.questions, filter, asOf)).toEqual(answer);
    return asked;
  } finally {
    await stage.close();
  }
}

async function expectAgain(options: StageOptions, asked: readonly Asked[]): Promise<void> {
  const stage = await openStage({ shortBytes: 0, ...options });
  try {
    await stage.questions.now();
    for (const { filter, asOf, answer } of asked) expect(await answers(stage.questions, filter, asOf)).toEqual(answer);
  } finally {
    await stage.close();
  }
}

const filters = fc.array(someFilter, { minLength: 1, maxLength: 3 });
const clock = () => NOW;

const SEED = 20260301;

test('every answer equals the oracle’s, along a history and again as of each of its positions', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(history, filters, fc.constantFrom(2, 3, 7, undefined), async (events, asked, blockRows) => {
      const directory = await temporaryDirectory();
      try {
        await live({ directory: directory.path, clock, ...(blockRows ? { blockRows } : {}) }, events, asked);
      } finally {
        await directory.remove();
      }
    }),
    { seed: SEED, numRuns: 20 },
  );
});

test('the answers stay bit for bit: after a restart, without the state, in other blocks, from a copy', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(history, filters, async (events, asked) => {
      const directory = await temporaryDirectory();
      const copy = await temporaryDirectory();
      const path = directory.path;
      try {
        const answered = await live({ directory: path, clock, blockRows: 3 }, events, asked);
        await expectAgain({ directory: path, clock, blockRows: 3 }, answered);
        await expectAgain({ directory: path, clock, blockRows: 2 }, answered);
        await rm(join(path, '.state'), { recursive: true });
        await expectAgain({ directory: path, clock }, answered);
        await cp(path, copy.path, { recursive: true, filter: source => !source.includes('.state') });
        await expectAgain({ directory: copy.path, clock, blockRows: 5 }, answered);
      } finally {
        await directory.remove();
        await copy.remove();
      }
    }),
    { seed: SEED, numRuns: 4 },
  );
});

/** Enough runs of two patterns for directions and outliers: recorded here (with a whole duration in ms), or appended by another program. */
const crowd = fc.array(
  fc.record({
    pattern: fc.constantFrom('p', 'q'),
    // Later runs of p succeed more often, those of q less, or neither.
    second: fc.nat(599),
    luck: fc.nat(599),
    drawn: fc.boolean(),
    ms: fc.oneof(
      { arbitrary: fc.integer({ min: 900, max: 1800 }), weight: 9 },
      { arbitrary: fc.constantFrom(0, 1, 60_000, 90_000), weight: 1 },
    ),
    ours: fc.boolean(),
  }),
  { minLength: 30, maxLength: 80 },
);

test('directions, outliers and the median’s interval of many runs equal the oracle’s', { timeout: 240_000 }, async () => {
  const seen = new Set<string>();
  await fc.assert(
    // Within ten minutes, or six weeks, where days are what a direction is told by.
    fc.asyncProperty(crowd, fc.boolean(), fc.constantFrom(1, 6048), async (runs, trending, stretched) => {
      const directory = await temporaryDirectory();
      const stage = await openStage({ directory: directory.path, clock });
      try {
        for (const [n, { pattern, second, luck, drawn, ms, ours }] of runs.entries()) {
          const success = trending ? luck < (pattern === 'p' ? second : 600 - second) : drawn;
          const time = new Date((FIRST_SECOND + (second - 600) * stretched) * 1000).toISOString();
          const input = {
            executionId: `e-${n}`,
            patternId: pattern,
            taskDescription: '',
            startedAt: time,
            completedAt: time,
            durationMs: ms,
          };
          const text = `${time.slice(0, 19)}Z,${pattern},their name,${success},${ms / 1000},1,1,""\n`;
          const event: HistoryEvent = ours
            ? { kind: 'record', inputs: [{ ...input, status: success ? 'SUCCESS' : 'FAILED', steps: [] }] }
            : { kind: 'append', log: 'success_rates', text };
          await happen(stage.log, event, []);
        }
        const asOf = await stage.questions.now();
        const oracle = new Oracle(directory.path, asOf, NOW);
        for (const filter of [{}, { success: true }]) {
          const time = { bucket: 'HOUR', timeZone: 'Asia/Kathmandu', limit: 2 } as const;
          const trend = wholeLists(await stage.questions.successTrend({ filter, ...time }, asOf));
          const overview = await stage.questions.overview({ filter }, asOf);
          const histogram = await stage.questions.durationHistogram({ filter, bins: 30, outliers: ALL_OUTLIERS }, asOf);
          expectSame(trend, oracle.successTrend(filter, time));
          // The logs are short: exact, by way of the rows.
          expect(overview.current.medianInterval).toEqual(oracle.overview(filter).current.medianInterval);
          expectSame(inOrder(histogram), inOrder(oracle.durationHistogram(filter, 30)));
          for (const { direction } of trend) seen.add(`${direction} by ${stretched === 1 ? 'parts' : 'days'}`);
          for (const { executionId } of histogram.outliers) seen.add(executionId === undefined ? 'theirs' : 'ours');
        }
      } finally {
        await stage.close();
        await directory.remove();
      }
    }),
    { seed: SEED, numRuns: 12 },
  );
  const directions = ['DEGRADING', 'IMPROVING', 'STEADY'].flatMap(direction => [`${direction} by days`, `${direction} by parts`]);
  expect([...seen].sort()).toEqual([...directions, 'ours', 'theirs']);
});
