/** The rows of a pattern or plugin as a series of outcomes or of durations, and the changes that were found in it. */
import { type Corner, confidenceOf, copyOfWalk, type Measure, mostLikely, newWalk, oneLevel, step, type Walk } from './change-point.ts';
import { between, NO_SUMS, type Sums } from './sums.ts';
import {
  append,
  copyOfTail,
  firstRow,
  forgetFirst,
  isFull,
  microsecondsOf,
  noRows,
  outcomeOf,
  type Row,
  sumsBefore,
  TAIL,
  type Tail,
  timestampOf,
} from './tail.ts';

/** A place between two rows: the second, its timestamp, and what had been counted until it. */
type Place = Readonly<{ row: number; at: number; before: Sums }>;

/**
 * The place before a row, by the row alone as long as it is kept. The place itself is noted when the row is forgotten: it is the same in
 * every state that shares the corner.
 */
type Mark = number | Place;

/** A change that was found: where, what had been counted when the level before it began and when it ended, and how sure it was when it was found. */
export type Shift = Readonly<{ at: number; from: Sums; before: Sums; confidence: number }>;

/**
 * One thing measured. `from`: what had been counted when the present level began. `gathered`: durations since the walk began, until
 * there are enough of them; `reference`: these, sorted, among which later ones are placed. `noted`: corners of either hull whose
 * places are.
 */
export type Series = {
  readonly measure: Measure;
  walk: Walk<Mark>;
  from: Sums;
  gathered: number;
  reference: Float64Array;
  readonly noted: { upper: number; lower: number };
  /** The ratio when places were tried last, and the likelihood of one level then. */
  tried: Readonly<{ ratio: number; oneLevel: number }>;
  /** How much that likelihood may still lose before places have to be tried again. */
  slack: number;
  found: readonly Shift[];
};

const NOT_TRIED = { ratio: 0, oneLevel: 0 };
const NO_REFERENCE = new Float64Array(0);

/** What is measured of a pattern or plugin, and its last rows. */
export type Subject = { readonly tail: Tail; readonly outcome: Series; readonly duration: Series };

/** Rows before the most likely place of a change, and since, for it to be suspected. */
const SUSPECTED_ROWS = 10;
/** Rows since, for it to be confirmed: fewer may be a spell that passes. */
const CONFIRMED_ROWS = 20;
/**
 * The ratio that confirms a change: found by simulation, so that of series that do not change fewer than 1 % reach it in 1,000 rows,
 * looked at after every one. docs/benchmarks.md shows it.
 */
export const CONFIRMING = 12;
/** A level that lasts no longer, and is followed by the one before it, was no lasting change. */
const LASTING = 50;
/** Standard errors that two levels may differ by and count as the same. */
const SAME = 2.58;
/** Durations that later ones are placed among. */
const REFERENCE = 50;
export function newSubject(): Subject {
  return { tail: noRows(), outcome: newSeries('outcome'), duration: newSeries('place') };
}

function newSeries(measure: Measure): Series {
  return {
    measure,
    walk: newWalk(),
    from: NO_SUMS,
    gathered: 0,
    reference: NO_REFERENCE,
    noted: { upper: 0, lower: 0 },
    tried: NOT_TRIED,
    slack: 0,
    found: [],
  };
}

export function copyOfSubject({ tail, outcome, duration }: Subject): Subject {
  return { tail: copyOfTail(tail), outcome: copyOfSeries(outcome), duration: copyOfSeries(duration) };
}

/** Field by field, in one order everywhere: objects of one shape are read several times as fast. */
function copyOfSeries({ measure, walk, from, gathered, reference, noted, tried, slack, found }: Series): Series {
  const { upper, lower } = noted;
  return { measure, walk: copyOfWalk(walk), from, gathered, reference, noted: { upper, lower }, tried, slack, found };
}

export function learnRow(subject: Subject, row: Row): void {
  const { tail, outcome, duration } = subject;
  if (isFull(tail)) forget(subject);
  append(tail, row);
  follow(outcome, tail, tail.rows - 1);
  look(outcome, tail);
  follow(duration, tail, tail.rows - 1);
  look(duration, tail);
}

/** What has been counted of a subject. */
export function countedOf({ tail }: Subject): Sums {
  return sumsBefore(tail, tail.rows);
}

/** The change that the present level may hide, if it is as sure as that. */
export function suspected({ tail }: Subject, series: Series, minConfidence: number): Shift | undefined {
  return candidate(series, tail, { since: SUSPECTED_ROWS, minConfidence });
}

/** Forgets all rows but the last ones, and notes what had been counted before those where a corner is. */
function forget({ tail, outcome, duration }: Subject): void {
  const keptFrom = tail.rows - TAIL + 1;
  const corners = [...toBeNoted(outcome, keptFrom), ...toBeNoted(duration, keptFrom)].sort((a, b) => rowOf(a.mark) - rowOf(b.mark));
  for (const corner of corners) {
    while (firstRow(tail) < rowOf(corner.mark)) forgetFirst(tail);
    corner.mark = placeOf(corner.mark, tail);
  }
  while (firstRow(tail) < keptFrom) forgetFirst(tail);
}

/** The corners before rows that are about to be forgotten. */
function toBeNoted({ walk, noted }: Series, keptFrom: number): Corner<Mark>[] {
  const [upper, lower] = [notedUpTo(walk.upper, noted.upper, keptFrom), notedUpTo(walk.lower, noted.lower, keptFrom)];
  const corners = [...walk.upper.slice(noted.upper, upper), ...walk.lower.slice(noted.lower, lower)];
  Object.assign(noted, { upper, lower });
  // A walk's beginning is no place of a change.
  return corners.filter(({ n }) => n > 0);
}

function notedUpTo(hull: readonly Corner<Mark>[], from: number, keptFrom: number): number {
  let index = from;
  while (index < hull.length && rowOf((hull[index] as Corner<Mark>).mark) < keptFrom) index++;
  return index;
}

function rowOf(mark: Mark): number {
  return typeof mark === 'number' ? mark : mark.row;
}

function placeOf(mark: Mark, tail: Tail): Place {
  return typeof mark === 'number' ? { row: mark, at: timestampOf(tail, mark), before: sumsBefore(tail, mark) } : mark;
}

/** Goes on by a row that is kept. */
function follow(series: Series, tail: Tail, row: number): void {
  if (series.measure === 'outcome') goOn(series, outcomeOf(tail, row), row);
  else if (series.walk.n > 0) goOn(series, share(series.reference, microsecondsOf(tail, row)), row);
  else gather(series, tail, row);
}

function goOn({ walk, noted }: Series, value: number, row: number): void {
  step(walk, value, row);
  if (noted.upper >= walk.upper.length) noted.upper = walk.upper.length - 1;
  if (noted.lower >= walk.lower.length) noted.lower = walk.lower.length - 1;
}

/** Durations are placed once there are enough to place them among, these themselves first. */
function gather(series: Series, tail: Tail, last: number): void {
  if (++series.gathered < REFERENCE) return;
  const rows = Array.from({ length: REFERENCE }, (_, index) => last - REFERENCE + 1 + index);
  series.reference = Float64Array.from(rows, row => microsecondsOf(tail, row)).sort();
  for (const row of rows) goOn(series, share(series.reference, microsecondsOf(tail, row)), row);
}

/** The share of the sorted reference below a value, equal ones by half. */
function share(reference: Float64Array, value: number): number {
  let below = 0;
  let high = reference.length;
  while (below < high) {
    const middle = (below + high) >> 1;
    if ((reference[middle] as number) < value) below = middle + 1;
    else high = middle;
  }
  let notAbove = below;
  while (notAbove < reference.length && reference[notAbove] === value) notAbove++;
  return (below + notAbove) / (2 * reference.length);
}

function look(series: Series, tail: Tail): void {
  const { walk, measure, tried } = series;
  series.slack -= mostLost(walk, measure, tail);
  if (series.slack > 0) return;
  const now = oneLevel(walk, measure);
  series.slack = CONFIRMING - (tried.ratio + tried.oneLevel - now);
  if (series.slack > 0) return;
  series.tried = { ratio: mostLikely(walk, measure)?.ratio ?? 0, oneLevel: now };
  series.slack = CONFIRMING - series.tried.ratio;
  if (series.slack > 0) return;
  const found = candidate(series, tail, { since: CONFIRMED_ROWS, minConfidence: 0 });
  if (found) confirm(series, found, tail);
}

/**
 * What the likelihood of one level has lost by the last row, at most: of the k-th of n rows with its outcome that is
 * (n ln n - (n - 1) ln(n - 1)) - (k ln k - (k - 1) ln(k - 1)) < ln n - ln(k - 1) < n / (k - 1) - 1. Of places nothing is said that
 * would be cheaper than the likelihood itself.
 */
function mostLost({ n, sum }: Walk<Mark>, measure: Measure, tail: Tail): number {
  if (measure === 'place') return Number.POSITIVE_INFINITY;
  const alike = outcomeOf(tail, tail.rows - 1) === 1 ? sum : n - sum;
  return n / (alike - 1) - 1 + ROUNDING;
}

/** More than what is lost by rounding when a row is added. */
const ROUNDING = 1e-9;

/** The most likely change, if it is not too new. Places nearer to the end are tried too: else the start of a spell would be taken for one before it. */
function candidate(
  { walk, measure, from }: Series,
  tail: Tail,
  { since, minConfidence }: { since: number; minConfidence: number },
): Shift | undefined {
  const found = mostLikely(walk, measure);
  if (!found || found.corner.n < SUSPECTED_ROWS || walk.n - found.corner.n < since) return undefined;
  const confidence = confidenceOf(found.ratio, walk.n, SUSPECTED_ROWS);
  if (confidence < minConfidence) return undefined;
  const { at, before } = placeOf(found.corner.mark, tail);
  return { at, from, before, confidence };
}

/** Notes a change, or that the one before it has passed, and goes on with the rows after it. */
function confirm(series: Series, shift: Shift, tail: Tail): void {
  const last = series.found.at(-1);
  const after = between(shift.before, sumsBefore(tail, tail.rows));
  const passed = last && shift.before.n - last.before.n < LASTING && alike(series.measure, between(last.from, last.before), after);
  series.found = passed ? series.found.slice(0, -1) : [...series.found.slice(-(MAX_FOUND - 1)), shift];
  series.from = passed ? last.from : shift.before;
  series.walk = newWalk();
  series.gathered = 0;
  series.reference = NO_REFERENCE;
  series.tried = NOT_TRIED;
  series.slack = 0;
  Object.assign(series.noted, { upper: 0, lower: 0 });
  for (let row = Math.max(shift.before.n, tail.rows - TAIL); row < tail.rows; row++) follow(series, tail, row);
}

/** Changes kept of a series, the last ones. */
const MAX_FOUND = 100;

/** Whether two levels differ by no more than chance. */
function alike(measure: Measure, a: Sums, b: Sums): boolean {
  const [mean, variance] = measure === 'outcome' ? [rateOf, outcomeVariance] : [logMean, logVariance];
  return Math.abs(mean(a) - mean(b)) <= SAME * Math.sqrt(variance(a) / a.n + variance(b) / b.n);
}

const rateOf = ({ successes, n }: Sums) => (successes + 0.5) / (n + 1);
const outcomeVariance = (sums: Sums) => rateOf(sums) * (1 - rateOf(sums));
const logMean = ({ logs, n }: Sums) => logs / n;
const logVariance = ({ logs, squares, n }: Sums) => Math.max(0, squares / n - (logs / n) ** 2);
