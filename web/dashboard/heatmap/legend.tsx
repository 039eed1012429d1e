import { scaleOf } from '../charts/palette.ts';
import type { Colours } from '../view/view.ts';

/** What the colours say, from high to low. */
export function Legend({ colours }: { colours: Colours }) {
  const scale = scaleOf(colours).toReversed();
  return (
    <span className="legend">
      100%
      <svg viewBox={`0 0 ${scale.length} 1`} preserveAspectRatio="none" aria-hidden="true">
        {scale.map((colour, place) => (
          <rect key={colour} x={place} width="1.05" height="1" fill={colour} />
        ))}
      </svg>
      0% <span className="muted">· italic: fewer than 5 uses · blank: none</span>
    </span>
  );
}
