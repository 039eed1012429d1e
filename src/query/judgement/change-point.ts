/**
 * Whether a series has changed, and where: the likelihood that its mean moved once, somewhere, over the likelihood that it never did, at
 * its most likely place (the generalized likelihood ratio, both means unknown). The ratio is a convex function of the walk of partial
 * sums, so that its maximum lies on a corner of the walk's convex hull: of n places some ln n have to be looked at, and none is missed.
 * Sources: T. L. Lai, "Sequential changepoint detection in quality control and dynamical systems", J. R. Stat. Soc. B 57 (1995);
 * G. Romano, I. Eckley, P. Fearnhead and G. Rigaill, "Fast online changepoint detection via functional pruning CUSUM statistics",
 * JMLR 24 (2023); K. Ward, G. Romano, I. Eckley and P. Fearnhead, "A constant-per-iteration likelihood ratio test for online changepoint
 * detection for exponential family models", Stat. Comput. 34 (2024).
 */

/** What a series is of: outcomes 0 and 1, or places from 0 to 1 among reference values. */
export type Measure = 'outcome' | 'place';

/** A place where the series may have changed: rows before it, their sum, and what the caller wants to know of it. */
export type Corner<Mark> = { readonly n: number; readonly sum: number; mark: Mark };

/** The corners of the hull of the walk so far, the walk's end, and the sum of its squares. */
export type Walk<Mark> = { n: number; sum: number; squares: number; readonly upper: Corner<Mark>[]; readonly lower: Corner<Mark>[] };

export function newWalk<Mark>(): Walk<Mark> {
  return { n: 0, sum: 0, squares: 0, upper: [], lower: [] };
}

export function copyOfWalk<Mark>({ n, sum, squares, upper, lower }: Walk<Mark>): Walk<Mark> {
  return { n, sum, squares, upper: [...upper], lower: [...lower] };
}

/** Goes on by a value; `mark` is of the place before it. */
export function step<Mark>(walk: Walk<Mark>, value: number, mark: Mark): void {
  const corner = { n: walk.n, sum: walk.sum, mark };
  add(walk.upper, corner, 1);
  add(walk.lower, corner, -1);
  walk.n++;
  walk.sum += value;
  walk.squares += value * value;
}

function add<Mark>(hull: Corner<Mark>[], corner: Corner<Mark>, side: 1 | -1): void {
  for (let length = hull.length; length > 1; length--) {
    const a = hull[length - 2] as Corner<Mark>;
    const b = hull[length - 1] as Corner<Mark>;
    const turn = (b.sum - a.sum) * (corner.n - b.n) - (corner.sum - b.sum) * (b.n - a.n);
    if (side * turn > 0) break;
    hull.pop();
  }
  hull.push(corner);
}

/** The most likely place of a change, and the logarithm of the ratio there; undefined where no place is likelier than none. */
export function mostLikely<Mark>(walk: Walk<Mark>, measure: Measure): { corner: Corner<Mark>; ratio: number } | undefined {
  const ratioAt = RATIOS[measure];
  let [best, ratio]: [Corner<Mark> | undefined, number] = [undefined, 0];
  for (const hull of [walk.upper, walk.lower]) {
    for (const corner of hull) {
      if (corner.n === 0) continue;
      const found = ratioAt(corner.n, corner.sum, walk.n, walk.sum);
      if (found > ratio) [best, ratio] = [corner, found];
    }
  }
  return best && { corner: best, ratio };
}

/**
 * The logarithm of the largest likelihood of one level. No row makes two levels likelier than they were, so that the ratio grows by no
 * more than what one level loses: as long as that does not reach a bar, the places need not be tried.
 */
export function oneLevel({ n, sum, squares }: Walk<unknown>, measure: Measure): number {
  return measure === 'outcome' ? likelihood(n, sum) : -6 * (squares - (sum * sum) / Math.max(1, n));
}

const RATIOS: Record<Measure, (n: number, sum: number, total: number, totalSum: number) => number> = {
  outcome: (n, sum, total, totalSum) => likelihood(n, sum) + likelihood(total - n, totalSum - sum) - likelihood(total, totalSum),
  // Places among reference values of the same kind are uniform, with a variance of 1/12.
  place: (n, sum, total, totalSum) => {
    const rest = total - n;
    return ((6 * n * rest) / total) * (sum / n - (totalSum - sum) / rest) ** 2;
  },
};

/** The logarithm of the largest likelihood of so many successes. */
function likelihood(n: number, successes: number): number {
  return xLogX(successes) + xLogX(n - successes) - xLogX(n);
}

const TABLE = Float64Array.from({ length: 4096 }, (_, x) => (x === 0 ? 0 : x * Math.log(x)));

function xLogX(x: number): number {
  return x < TABLE.length ? (TABLE[x] as number) : x * Math.log(x);
}

/**
 * How sure one is, who looks once, that a series of n rows has changed: 1 less the probability that the ratio of one that has not gets as
 * high at any of its places with at least `least` rows on either side. Source: L. Ju. Vostrikova, "Detection of the disorder in
 * multidimensional random-processes" (1981), as formula 1.3.26 of M. Csörgő and L. Horváth, "Limit Theorems in Change-Point Analysis" (1997).
 */
export function confidenceOf(ratio: number, n: number, least: number): number {
  const [square, share] = [2 * ratio, Math.min(least / n, 0.5)];
  if (square <= 1) return 0;
  const span = 2 * Math.log((1 - share) / share);
  const chance = Math.sqrt(square / (2 * Math.PI)) * Math.exp(-ratio) * (span - span / square + 4 / square);
  return Math.max(0, 1 - chance);
}
