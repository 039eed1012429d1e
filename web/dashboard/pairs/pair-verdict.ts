import { differenceOf, sizesOf } from '../figures/difference.ts';
import { counted, listed, percent } from '../figures/format.ts';
import type { PluginPairsQuery } from '../generated/graphql.ts';

export type Pair = NonNullable<PluginPairsQuery['pluginPairs']>['pairs'][number];

type Rates = Pick<Pair, 'successTogether' | 'successApart'>;

/** Of runs with both, and of runs with one. */
const MIN_RUNS = 20;

/** `difference`: success together less success apart. `least`: how large it is at least, by the end of its interval that is nearer to 0. */
export type Verdict = Readonly<{ word: string; difference: number; least: number; real: boolean }>;

/** Whether two plugins do better or worse together than apart, as far as their runs can tell. */
export function verdictOf({ successTogether, successApart }: Rates): Verdict {
  const difference = differenceOf(successTogether, successApart);
  if (!difference) return { word: 'never apart', difference: 0, least: 0, real: false };
  const word = !difference.real ? 'not told apart from chance' : difference.value > 0 ? 'better together' : 'worse together';
  const [least] = difference.real ? sizesOf(difference) : [0];
  return { word, difference: difference.value, least, real: difference.real };
}

/** Pairs whose success differs for real, the surest difference first. Looked for among many, one in twenty is chance: only the plain ones count. */
export function notablePairs(pairs: readonly Pair[]): Pair[] {
  return pairs.filter(pair => verdictOf(pair).real && isPlain(pair)).sort((a, b) => verdictOf(b).least - verdictOf(a).least);
}

/**
 * Their Wilson intervals do not even touch: at these many looks a difference at 95 % alone is found by chance. Of plugins that are hardly
 * ever apart, the runs apart are those that ended early, and prove nothing.
 */
function isPlain({ successTogether: together, successApart: apart }: Rates): boolean {
  if (Math.min(together.total, apart.total) < MIN_RUNS) return false;
  return (together.lower ?? 0) > (apart.upper ?? 1) || (together.upper ?? 1) < (apart.lower ?? 0);
}

export function pairSentence(pairs: readonly Pair[]): string {
  if (pairs.length === 0) return 'No two plugins ran in the same execution twice in this window.';
  const notable = notablePairs(pairs);
  const told = (better: boolean) =>
    notable
      .filter(pair => verdictOf(pair).difference > 0 === better)
      .slice(0, 2)
      .map(
        pair =>
          `${pair.a} with ${pair.b} (${percent(pair.successTogether.value)} of ${pair.successTogether.total} together, ${percent(pair.successApart.value)} apart)`,
      );
  const [worse, better] = [told(false), told(true)];
  const most = pairs[0];
  const often = most ? `Most often together: ${most.a} and ${most.b}, in ${counted(most.executions, 'execution')}.` : '';
  if (notable.length === 0) return `${often} No pair does plainly better or worse together than apart.`;
  return [
    worse.length > 0 ? `Worse together: ${listed(worse)}.` : '',
    better.length > 0 ? `Better together: ${listed(better)}.` : '',
    often,
  ]
    .filter(Boolean)
    .join(' ');
}
