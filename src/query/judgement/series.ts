/** The rows of a pattern or plugin as a series of outcomes or of durations, and the changes that were found in it. */
import { confidenceOf, copyOfWalk, type Measure, mostLikely, newWalk, oneLevel, step, type Walk } from './change-point.ts';
import { between, NO_SUMS, type Row, type Sums, withRow } from './sums.ts';

/** A place between two rows: the timestamp of the second, and what had been counted until it. */
type Mark = Readonly<{ at: number; before: Sums }>;

/** A change that was found: where, what had been counted when the level before it began and when it ended, and how sure it was when it was found. */
export type Shift = Readonly<{ at: number; from: Sums; before: Sums; confidence: number }>;

/**
 * One thing measured. `from`: what had been counted when the present level began, `start`: when the walk did. `reference`: durations
 * among which later ones are placed, sorted; in order while they are being gathered.
 */
export type Series = {
  readonly measure: Measure;
  walk: Walk<Mark>;
  from: Sums;
  start: Sums;
  reference: readonly number[];
  /** The ratio when places were tried last, and the likelihood of one level then. */
  tried: Readonly<{ ratio: number; oneLevel: number }>;
  found: readonly Shift[];
};

const NOT_TRIED = { ratio: 0, oneLevel: 0 };

/** What is measured of a pattern or plugin, what has been counted of it, and its last rows. */
export type Subject = { sums: Sums; readonly tail: Row[]; readonly outcome: Series; readonly duration: Series };

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
/** Rows kept, to go on from a change with those after it. */
const TAIL = 100;

export function newSubject(): Subject {
  return { sums: NO_SUMS, tail: [], outcome: newSeries('outcome'), duration: newSeries('place') };
}

function newSeries(measure: Measure): Series {
  return { measure, walk: newWalk(), from: NO_SUMS, start: NO_SUMS, reference: [], tried: NOT_TRIED, found: [] };
}

export function copyOfSubject({ sums, tail, outcome, duration }: Subject): Subject {
  return { sums, tail: [...tail], outcome: copyOfSeries(outcome), duration: copyOfSeries(duration) };
}

function copyOfSeries(series: Series): Series {
  return { ...series, walk: copyOfWalk(series.walk) };
}

export function learnRow(subject: Subject, row: Row): void {
  const before = subject.sums;
  subject.sums = withRow(before, row);
  subject.tail.push(row);
  if (subject.tail.length > TAIL) subject.tail.shift();
  for (const series of [subject.outcome, subject.duration]) {
    follow(series, { row, before, tail: subject.tail });
    look(series, subject);
  }
}

/** The change that the present level may hide, if it is as sure as that. */
export function suspected(series: Series, minConfidence: number): Shift | undefined {
  const found = candidate(series, SUSPECTED_ROWS);
  return found && found.confidence >= minConfidence ? found : undefined;
}

/** Goes on by a row; the last of `tail` is the row itself. */
function follow(series: Series, { row, before, tail }: { row: Row; before: Sums; tail: readonly Row[] }): void {
  const mark = { at: row.at, before };
  if (series.measure === 'outcome') step(series.walk, row.success ? 1 : 0, mark);
  else if (series.walk.n > 0) step(series.walk, place(series.reference, row.us), mark);
  else gather(series, mark, tail);
}

/** Durations are placed once there are enough to place them among, these themselves first. */
function gather(series: Series, { before }: Mark, tail: readonly Row[]): void {
  if (series.reference.length === 0) series.start = before;
  series.reference = [...series.reference, (tail.at(-1) as Row).us];
  if (series.reference.length < REFERENCE) return;
  series.reference = series.reference.toSorted((a, b) => a - b);
  let counted = series.start;
  for (const row of tail.slice(-REFERENCE)) {
    step(series.walk, place(series.reference, row.us), { at: row.at, before: counted });
    counted = withRow(counted, row);
  }
}

/** The share of the sorted reference below a value, equal ones by half. */
function place(reference: readonly number[], value: number): number {
  return (countBelow(reference, value, false) + countBelow(reference, value, true)) / (2 * reference.length);
}

/** How many are below a value, or not above it. */
function countBelow(sorted: readonly number[], value: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = sorted[middle] as number;
    if (other < value || (orEqual && other === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function look(series: Series, subject: Subject): void {
  const now = oneLevel(series.walk, series.measure);
  if (series.tried.ratio + series.tried.oneLevel - now < CONFIRMING) return;
  series.tried = { ratio: mostLikely(series.walk, series.measure)?.ratio ?? 0, oneLevel: now };
  if (series.tried.ratio < CONFIRMING) return;
  const found = candidate(series, CONFIRMED_ROWS);
  if (found) confirm(series, found, subject);
}

/** The most likely change, if it is not too new. Places nearer to the end are tried too: else the start of a spell would be taken for one before it. */
function candidate({ walk, measure, from }: Series, since: number): Shift | undefined {
  const found = mostLikely(walk, measure);
  if (!found || found.corner.n < SUSPECTED_ROWS || walk.n - found.corner.n < since) return undefined;
  const confidence = confidenceOf(found.ratio, walk.n, SUSPECTED_ROWS);
  return { ...found.corner.mark, from, confidence };
}

/** Notes a change, or that the one before it has passed, and goes on with the rows after it. */
function confirm(series: Series, shift: Shift, { sums, tail }: Subject): void {
  const last = series.found.at(-1);
  const after = between(shift.before, sums);
  const passed = last && shift.before.n - last.before.n < LASTING && alike(series.measure, between(last.from, last.before), after);
  series.found = passed ? series.found.slice(0, -1) : [...series.found.slice(-(MAX_FOUND - 1)), shift];
  series.from = passed ? last.from : shift.before;
  series.walk = newWalk();
  series.reference = [];
  series.tried = NOT_TRIED;
  const rows = tail.slice(-Math.min(after.n, tail.length));
  let counted = between(rows.reduce(withRow, NO_SUMS), sums);
  for (const [index, row] of rows.entries()) {
    follow(series, { row, before: counted, tail: rows.slice(0, index + 1) });
    counted = withRow(counted, row);
  }
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
