/** The naive oracle of changes: every place in a level is tried after every row, and sums are added up anew. */
type Row = { at: number; success: boolean; us: number };
type Found = { tier: 'CONFIRMED' | 'SUSPECTED'; at: number; before: number; after: number; confidence: number };
type Kind = 'success' | 'duration';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
const lnOf = ({ us }: Row) => Math.log(Math.max(us, 1000));

/** What is compared: outcomes, or places among the first 50 durations, none before there are 50. */
function valuesOf(kind: Kind, rows: readonly Row[]): number[] {
  if (kind === 'success') return rows.map(({ success }) => (success ? 1 : 0));
  const reference = rows.slice(0, 50).map(({ us }) => us);
  if (reference.length < 50) return [];
  const below = (us: number) => reference.filter(other => other < us).length + reference.filter(other => other === us).length / 2;
  return rows.map(({ us }) => below(us) / 50);
}

function lnLikelihood(values: readonly number[]): number {
  const [n, successes] = [values.length, sum(values)];
  if (successes === 0 || successes === n) return 0;
  return successes * Math.log(successes / n) + (n - successes) * Math.log(1 - successes / n);
}

function lnRatio(kind: Kind, values: readonly number[], split: number): number {
  const [a, b] = [values.slice(0, split), values.slice(split)];
  if (kind === 'success') return lnLikelihood(a) + lnLikelihood(b) - lnLikelihood(values);
  // Squares left over with one mean and with two, of uniform values.
  const rest = (part: readonly number[]) => sum(part.map(value => (value - mean(part)) ** 2));
  return (rest(values) - rest(a) - rest(b)) / (2 / 12);
}

function likeliest(kind: Kind, values: readonly number[]) {
  let best = { split: 0, ratio: 0 };
  for (let split = 1; split < values.length; split++) {
    const ratio = lnRatio(kind, values, split);
    if (ratio > best.ratio + 1e-9) best = { split, ratio };
  }
  return best;
}

function confidence(ratio: number, n: number, least: number): number {
  const x = Math.sqrt(2 * ratio);
  if (x <= 1) return 0;
  const h = Math.min(0.5, least / n);
  const t = Math.log((1 - h) ** 2 / h ** 2);
  return Math.max(0, 1 - ((x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI)) * (t - t / x ** 2 + 4 / x ** 2));
}

function alike(kind: Kind, a: readonly Row[], b: readonly Row[]): boolean {
  const moments = (rows: readonly Row[]) => {
    const rate = (rows.filter(({ success }) => success).length + 0.5) / (rows.length + 1);
    if (kind === 'success') return { level: rate, variance: (rate * (1 - rate)) / rows.length };
    const logs = rows.map(lnOf);
    return { level: mean(logs), variance: mean(logs.map(log => (log - mean(logs)) ** 2)) / rows.length };
  };
  const [was, is] = [moments(a), moments(b)];
  return Math.abs(was.level - is.level) <= 2.58 * Math.sqrt(was.variance + is.variance);
}

/** The changes of a series of fewer than 1,000 rows, in order; `minConfidence` of a suspected one. */
export function oracleChanges(kind: Kind, rows: readonly Row[], minConfidence: number): Found[] {
  const found: { from: number; split: number; confidence: number }[] = [];
  let [from, start] = [0, 0];
  for (let end = 1; end <= rows.length; end++) {
    const values = valuesOf(kind, rows.slice(start, end));
    const { split, ratio } = likeliest(kind, values);
    if (ratio < 12 || split < 10 || values.length - split < 20) continue;
    const place = start + split;
    const last = found.at(-1);
    const passed = last && place - last.split < 50 && alike(kind, rows.slice(last.from, last.split), rows.slice(place, end));
    if (passed) found.pop();
    else found.push({ from, split: place, confidence: confidence(ratio, values.length, 10) });
    from = passed ? last.from : place;
    start = Math.max(place, end - 100);
  }
  const values = valuesOf(kind, rows.slice(start));
  const suspect = likeliest(kind, values);
  const sure = confidence(suspect.ratio, values.length, 10);
  const all = found.map(
    one => ({ ...one, tier: 'CONFIRMED' as const }) as { from: number; split: number; confidence: number; tier: Found['tier'] },
  );
  const shown = suspect.split >= 10 && values.length - suspect.split >= 10;
  if (shown && sure >= minConfidence) all.push({ from, split: start + suspect.split, confidence: sure, tier: 'SUSPECTED' });
  const level = (part: readonly Row[]) =>
    kind === 'success' ? mean(part.map(({ success }) => (success ? 1 : 0))) : Math.exp(mean(part.map(lnOf))) / 1e6;
  return all.map(({ from, split, confidence, tier }, index) => ({
    tier,
    at: rows[split]?.at ?? 0,
    before: level(rows.slice(from, split)),
    after: level(rows.slice(split, all[index + 1]?.split ?? rows.length)),
    confidence,
  }));
}
