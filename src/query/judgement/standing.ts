import { type PatternStatus, PROMOTION_POLICIES, type PromotionPolicy, statusBy } from './promotion-policy.ts';

/** Where a pattern stands by each policy, and since when: the timestamp of the run that changed it, in seconds; undefined before any did. */
export type Standing = Readonly<{
  successes: number;
  executions: number;
  by: Readonly<Record<PromotionPolicy, Readonly<{ status: PatternStatus; changedAt: number | undefined }>>>;
}>;

export const NEW: Standing = {
  successes: 0,
  executions: 0,
  by: { default: { status: 'discovered', changedAt: undefined }, strict: { status: 'discovered', changedAt: undefined } },
};

/** The standing after one more run. */
export function after(standing: Standing, run: { success: boolean; timestamp: number }): Standing {
  const successes = standing.successes + (run.success ? 1 : 0);
  const executions = standing.executions + 1;
  let { by } = standing;
  for (const policy of PROMOTION_POLICIES) {
    const status = statusBy(policy, successes, executions);
    if (status !== by[policy].status) by = { ...by, [policy]: { status, changedAt: run.timestamp } };
  }
  return { successes, executions, by };
}
