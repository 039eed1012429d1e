import { listed } from '../figures/format.ts';
import type { Direction } from '../generated/graphql.ts';

/** A word and a sign: colour alone would not tell. */
export const DIRECTIONS: Record<Direction, Readonly<{ word: string; sign: string }>> = {
  DEGRADING: { word: 'getting worse', sign: '▼' },
  IMPROVING: { word: 'getting better', sign: '▲' },
  STEADY: { word: 'steady, as far as can be told', sign: '' },
};

type Named = Readonly<{ name: string; direction: Direction }>;

export function trendSentence(series: readonly Named[]): string {
  if (series.length === 0) return 'No pattern ran in this window.';
  const named = (direction: Direction) => series.filter(one => one.direction === direction).map(({ name }) => name);
  const [worse, better] = [named('DEGRADING'), named('IMPROVING')];
  const moved = [
    worse.length > 0 ? `${listed(worse)} ${worse.length === 1 ? 'is' : 'are'} getting worse` : '',
    better.length > 0 ? `${listed(better)} ${better.length === 1 ? 'is' : 'are'} getting better` : '',
  ].filter(Boolean);
  const [only, ...others] = series;
  if (only && others.length === 0) return `${only.name} is ${DIRECTIONS[only.direction].word}.`;
  const scope = `Of the ${series.length} most used patterns`;
  if (moved.length === 0) return `${scope} none moves in a direction that their runs could show.`;
  const rest = series.length - worse.length - better.length;
  return `${scope} ${moved.join(', and ')}${rest > 0 ? '; the others are steady, as far as their runs can tell' : ''}.`;
}
