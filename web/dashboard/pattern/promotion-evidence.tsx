import { counted, instant, percent } from '../figures/format.ts';
import { Rate } from '../figures/rate.tsx';
import type { PatternPageQuery } from '../generated/graphql.ts';
import { useShown } from '../view/use-view.ts';

/** Where the pattern stands by both policies, and what is missing. */
export function PromotionEvidence({ answer: { promotions } }: { answer: PatternPageQuery }) {
  const { timeZone } = useShown();
  const one = promotions?.patterns[0];
  if (!one) return null;
  return (
    <section className="card">
      <h2>Promotion</h2>
      <p className="levels">
        {one.status.toLowerCase()}{' '}
        <small>
          by the {promotions.inForce.toLowerCase()} policy, since {instant(one.changedAt, timeZone)}
        </small>
      </p>
      <Rate rate={one.evidence} label="All runs of the pattern" />
      <p className="muted">
        {one.executionsToNext === null
          ? 'There is no better status.'
          : `${counted(one.executionsToNext, 'further success', 'further successes')} in a row would give a better status.`}{' '}
        By its rate alone it is {one.byDefault.toLowerCase()}; by bounds that hold however often one looks ({percent(one.strictLower)} to{' '}
        {percent(one.strictUpper)}) it is {one.byStrict.toLowerCase()}.
      </p>
    </section>
  );
}
