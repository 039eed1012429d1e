import { provenAtLeast, provenBelow } from './confidence-sequence.ts';

export type PatternStatus = 'discovered' | 'validated' | 'learned' | 'deprecated';

export const PROMOTION_POLICIES = ['default', 'strict'] as const;
export type PromotionPolicy = (typeof PROMOTION_POLICIES)[number];

/** From which rate on, in tenths, at how many executions; deprecated below its rate. */
const BARS = { learned: { tenths: 9, least: 20 }, validated: { tenths: 8, least: 5 }, deprecated: { tenths: 6, least: 5 } } as const;

/**
 * Where a pattern stands by a policy: learned at >= 20 executions and a rate >= 0.90, validated at >= 5 and >= 0.80, deprecated at
 * >= 5 and < 0.60, else discovered. The default one compares the rate itself, as whole numbers. The strict one asks for the same bars of the
 * bounds of a confidence sequence, so that looking after every run does not add up to a promotion by luck.
 */
export function statusBy(policy: PromotionPolicy, successes: number, executions: number): PatternStatus {
  const { atLeast, below } = COMPARISONS[policy];
  const reaches = ({ tenths, least }: { tenths: number; least: number }) => executions >= least && atLeast(successes, executions, tenths);
  if (reaches(BARS.learned)) return 'learned';
  if (reaches(BARS.validated)) return 'validated';
  if (executions >= BARS.deprecated.least && below(successes, executions, BARS.deprecated.tenths)) return 'deprecated';
  return 'discovered';
}

type Comparison = (successes: number, executions: number, tenths: number) => boolean;

const COMPARISONS: Record<PromotionPolicy, { atLeast: Comparison; below: Comparison }> = {
  default: {
    atLeast: (successes, executions, tenths) => successes * 10 >= executions * tenths,
    below: (successes, executions, tenths) => successes * 10 < executions * tenths,
  },
  strict: {
    atLeast: (successes, executions, tenths) => provenAtLeast(successes, executions, tenths / 10),
    below: (successes, executions, tenths) => provenBelow(successes, executions, tenths / 10),
  },
};

const ORDER: readonly PatternStatus[] = ['deprecated', 'discovered', 'validated', 'learned'];

/** Further successes in a row until the status is a better one; undefined for a learned pattern. */
export function executionsToNext(policy: PromotionPolicy, successes: number, executions: number): number | undefined {
  const rank = (more: number) => ORDER.indexOf(statusBy(policy, successes + more, executions + more));
  const now = rank(0);
  if (now === ORDER.length - 1) return undefined;
  let [few, enough] = [0, 1];
  while (rank(enough) <= now) [few, enough] = [enough, enough * 2];
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (rank(middle) > now) enough = middle;
    else few = middle;
  }
  return enough;
}
