import { confidenceSequence, executionsToNext, type Judgement, type PatternStatus, type PromotionPolicy } from './judgement/judgement.ts';
import { compareText, type Rate, rate } from './rate.ts';

/** `status` is that of the policy in force, `changedAt` its last change in seconds since 1970. Bounds are those of `confidenceSequence`. */
export type Promotion = Readonly<{
  patternId: string;
  name: string;
  status: PatternStatus;
  byDefault: PatternStatus;
  byStrict: PatternStatus;
  evidence: Rate;
  /** Lower end of the interval of the policy in force. */
  confidence: number | null;
  strictLower: number;
  strictUpper: number;
  executionsToNext: number | undefined;
  changedAt: number | undefined;
}>;

/** Where each pattern stands by both policies, by pattern_id; `patternIds` picks some. */
export function promotions(judgement: Judgement, policy: PromotionPolicy, patternIds: readonly string[] | undefined): Promotion[] {
  const ids = patternIds ? [...new Set(patternIds)] : [...judgement.patterns.keys()];
  return ids.sort(compareText).flatMap(patternId => {
    const known = judgement.patterns.get(patternId);
    if (!known) return [];
    const { successes, executions, by } = known.standing;
    const evidence = rate(successes, executions);
    const { lower, upper } = confidenceSequence(successes, executions);
    return [
      {
        patternId,
        name: known.name,
        status: by[policy].status,
        byDefault: by.default.status,
        byStrict: by.strict.status,
        evidence,
        confidence: policy === 'strict' ? lower : evidence.lower,
        strictLower: lower,
        strictUpper: upper,
        executionsToNext: executionsToNext(policy, successes, executions),
        changedAt: by[policy].changedAt,
      },
    ];
  });
}
