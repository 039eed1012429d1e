import { counted, duration, interval, percent } from '../figures/format.ts';
import type { Advice, PatternPageQuery } from '../generated/graphql.ts';

const ADVICE: Record<Advice, string> = {
  PROCEED: 'Proceed',
  PROCEED_WITH_CARE: 'Proceed with care',
  REVIEW: 'Review it first',
  AVOID: 'Better avoid it',
};

/** What to expect of the next run, and how good such forecasts were so far. */
export function Forecast({ answer: { estimateDuration: estimate, predictSuccess: prediction } }: { answer: PatternPageQuery }) {
  return (
    <section className="card">
      <h2>The next run</h2>
      {estimate && (
        <>
          <p className="levels">
            {estimate.p90Seconds === null
              ? 'No estimate'
              : `half end within ${duration(estimate.p50Seconds)}, 90% within ${duration(estimate.p90Seconds)}`}
          </p>
          <p className="muted">
            {estimate.explanation}
            {estimate.calibration &&
              ` Of ${counted(estimate.calibration.backtested, 'past run')} ${percent(estimate.calibration.within90)} ended within the 90% forecast before them.`}
          </p>
        </>
      )}
      {prediction && (
        <>
          <p className="levels">
            {percent(prediction.probability)} likely to succeed <small>({interval(prediction)})</small>
          </p>
          <p className="muted">
            {ADVICE[prediction.advice]} (score {prediction.score.toFixed(2)}). {prediction.basis}
          </p>
        </>
      )}
    </section>
  );
}
