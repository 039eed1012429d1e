import { count, interval, percent, type RateFigures } from './format.ts';

/** A rate as a figure, a bar with its interval, and n: the eye sees both the value and how little may be known. */
export function Rate({ rate, label }: { rate: RateFigures; label?: string }) {
  const { value, lower, upper, total } = rate;
  return (
    <span className="rate" title={label}>
      <span className="rate-value">{percent(value)}</span>
      <RateBar rate={rate} />
      <span className="rate-n">
        {total > 0 && lower !== null && upper !== null ? `${interval(rate)} · n ${count(total)}` : `n ${count(total)}`}
      </span>
    </span>
  );
}

/** 0 to 100 %: a line for the interval, a mark for the value. For the eye only; the text beside it says the same. */
function RateBar({ rate: { value, lower, upper } }: { rate: RateFigures }) {
  if (value === null) return null;
  const [from, to] = [lower ?? value, upper ?? value];
  return (
    <svg className="rate-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect className="rate-track" x="0" y="3" width="100" height="2" />
      <rect className="rate-interval" x={100 * from} y="1.5" width={Math.max(1, 100 * (to - from))} height="5" />
      <rect className="rate-mark" x={Math.min(98, 100 * value - 1)} y="0" width="2" height="8" />
    </svg>
  );
}
