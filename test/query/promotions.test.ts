/** Promotions against the naive oracle, along generated histories with other programs' rows in them, and again as of each position. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Position } from '../../src/log/log.ts';
import type { Promotion, PromotionPolicy } from '../../src/query/query.ts';
import { happen, history, NOW, type RecordInput } from '../support/histories.ts';
import { happened, oraclePromotions } from '../support/judgement-oracle.ts';
import { temporaryDirectory } from '../support/program.ts';
import { openStage, type StageOptions } from '../support/question-stage.ts';

const clock = () => NOW;

function expectSame(found: readonly Promotion[], expected: ReturnType<typeof oraclePromotions>): void {
  expect(found.map(({ patternId }) => patternId)).toEqual(expected.map(({ patternId }) => patternId));
  for (const [index, { bounds, successes, total, ...rest }] of expected.entries()) {
    const { evidence, strictLower, strictUpper, confidence: _, ...promotion } = found[index] as Promotion;
    expect(promotion).toEqual(rest);
    expect(evidence).toMatchObject({ successes, total });
    expect(strictLower).toBeCloseTo(bounds.lower, 6);
    expect(strictUpper).toBeCloseTo(bounds.upper, 6);
  }
}

type Asked = { asOf: Position; answer: Promotion[] };

async function again(options: StageOptions, asked: readonly Asked[]): Promise<void> {
  const stage = await openStage(options);
  try {
    await stage.questions.now();
    for (const { asOf, answer } of asked) expect(await stage.questions.promotions({}, asOf)).toEqual(answer);
  } finally {
    await stage.close();
  }
}

test('every promotion equals the oracle’s, and again in other batches, after a restart and as of each position', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.constantFrom<PromotionPolicy>('default', 'strict'), async (events, promotionPolicy) => {
      const { path: directory, remove } = await temporaryDirectory();
      const options = { directory, clock, promotionPolicy, judgedBytes: 100 };
      const stage = await openStage(options);
      const asked: Asked[] = [];
      try {
        const recorded: RecordInput[] = [];
        for (const event of events) {
          await happen(stage.log, event, recorded);
          const asOf = await stage.questions.now();
          const answer = await stage.questions.promotions({}, asOf);
          expectSame(answer, oraclePromotions(happened(directory, asOf), promotionPolicy));
          asked.push({ asOf, answer });
        }
        const stats = await stage.questions.patternStats({}, stage.log.position);
        expect(asked.at(-1)?.answer.map(({ patternId, status }) => ({ patternId, status }))).toEqual(
          stats.map(({ patternId, status }) => ({ patternId, status })),
        );
        for (const { asOf, answer } of asked) expect(await stage.questions.promotions({}, asOf)).toEqual(answer);
      } finally {
        await stage.close();
      }
      await again({ ...options, judgedBytes: 1 << 20 }, asked);
      await again({ ...options, judgedBytes: 400 }, asked.toReversed());
      await remove();
    }),
    { seed: 20260302, numRuns: 25 },
  );
});
