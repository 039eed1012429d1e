import type { Log } from '../log/log.ts';
import { type ExecutionColumn, type JournalColumn, type Picked, statusNumber, type Totals, type View } from '../projection/table/table.ts';
import { type Bucket, bucketsOf, nth, placeOf } from './durations.ts';
import { executionBlocks, executionsIn } from './execution-buckets.ts';
import { type Filter, throughJournal } from './filter.ts';

/** `timestamp` in seconds since 1970; `executionId` undefined for another program's row. */
export type Outlier = Readonly<{
  patternId: string;
  timestamp: number;
  durationSeconds: number;
  score: number;
  executionId: string | undefined;
}>;

/** The usual bar of the modified z-score. Source: B. Iglewicz and D. Hoaglin, "How to Detect and Handle Outliers" (1993). */
const BAR = 3.5;
/** Makes the MAD of a normal distribution its standard deviation. */
const SCALE = 1.4826;
/** Executions of a pattern from which on one can stand out. */
const LEAST = 8;

/** `totals`: of the executions under the filter. */
export type OutliersQuestion = Readonly<{ filter: Filter; totals: Totals; limit: number }>;

/**
 * Executions far from the median of their pattern: score = abs(x - median) / (1.4826 × MAD) > 3.5 with x = ln(duration), medians at
 * rank ceil(n/2). Durations of 0 have no logarithm and are left out. Highest score first, then the earliest, then by place in the log.
 *
 * The buckets of the sketch tell in which of them the median and the MAD lie, and which can hold an outlier: only their rows are looked at.
 */
export async function outliers(
  view: View,
  log: Pick<Log, 'executionsAt'>,
  { filter, totals, limit }: OutliersQuestion,
): Promise<Outlier[]> {
  const patterns = [...totals.tallies.entries()].flatMap(([pattern, tally]) => {
    const buckets = tally ? bucketsOf(tally, filter.success).filter(({ bucket }) => bucket > 0) : [];
    const n = buckets.reduce((sum, bucket) => sum + bucket.n, 0);
    return n < LEAST ? [] : [{ pattern, buckets, half: Math.ceil(n / 2) }];
  });
  const medians = await mediansOf(view, patterns, filter);
  const spreads = await spreadsOf(view, patterns, filter, medians);
  const far = patterns.flatMap(({ pattern, buckets }) => {
    const [median, spread] = [medians.get(pattern) ?? 0, spreads.get(pattern) ?? 1];
    if (spread === 1) return [];
    const bar = spread ** (BAR * SCALE * (1 - 1e-9));
    return buckets.filter(bucket => mostOf(bucket, median) > bar).map(({ bucket }) => ({ pattern, bucket }));
  });
  const executions = executionBlocks(view, filter);
  const found: Found[] = [];
  await view.each(await executionsIn(view, far, filter), ([pattern, { rows, us: durations }]) => {
    const [median, deviation] = [medians.get(pattern) ?? 0, SCALE * Math.log(spreads.get(pattern) ?? 1)];
    for (let place = 0; place < durations.length; place++) {
      const us = durations[place] ?? 0;
      const score = Math.log(ratio(us, median)) / deviation;
      if (!(score > BAR)) continue;
      const row = rows[place] ?? 0;
      found.push({ row, pattern, score, us, timestamp: executions.at('timestamp', row) });
      if (found.length >= 2 * limit + 1000) found.sort(byScore).splice(limit);
    }
  });
  return named(view, log, { filter, found: found.sort(byScore).slice(0, limit) });
}

type Found = Readonly<{ row: number; pattern: number; score: number; us: number; timestamp: number }>;

function byScore(a: Found, b: Found): number {
  return b.score - a.score || a.timestamp - b.timestamp || a.row - b.row;
}

type Pattern = Readonly<{ pattern: number; buckets: readonly Bucket[]; half: number }>;

/** By pattern the median duration, in microseconds. */
async function mediansOf(view: View, patterns: readonly Pattern[], filter: Filter): Promise<Map<number, number>> {
  const ranks = new Map<number, number>();
  const wanted = patterns.flatMap(({ pattern, buckets, half }) => {
    const place = placeOf(buckets, half);
    if (!place) return [];
    ranks.set(pattern, place.rank);
    return [{ pattern, bucket: place.bucket.bucket }];
  });
  const medians = new Map<number, number>();
  await view.each(await executionsIn(view, wanted, filter), ([pattern, { us }]) => medians.set(pattern, nth(us, ranks.get(pattern) ?? 0)));
  return medians;
}

/** By pattern exp of the MAD. Ratios of whole numbers rank as their logarithms do, and exactly: a MAD of 0 is a ratio of 1. */
async function spreadsOf(
  view: View,
  patterns: readonly Pattern[],
  filter: Filter,
  medians: ReadonlyMap<number, number>,
): Promise<Map<number, number>> {
  const ranks = new Map<number, number>();
  const wanted = patterns.flatMap(({ pattern, buckets, half }) => {
    const { rank, near } = nearSpread(buckets, medians.get(pattern) ?? 0, half);
    ranks.set(pattern, rank);
    return near.map(({ bucket }) => ({ pattern, bucket }));
  });
  const spreads = new Map<number, number>();
  await view.each(await executionsIn(view, wanted, filter), ([pattern, { us }]) => {
    const median = medians.get(pattern) ?? 0;
    for (let place = 0; place < us.length; place++) us[place] = ratio(us[place] ?? 0, median);
    spreads.set(pattern, nth(us, ranks.get(pattern) ?? 0));
  });
  return spreads;
}

/** The buckets that may hold the ratio at a rank, and its rank among theirs. */
function nearSpread(buckets: readonly Bucket[], median: number, half: number): { rank: number; near: Bucket[] } {
  const low = boundAt(buckets, median, half, leastOf);
  const high = boundAt(buckets, median, half, mostOf);
  const near: Bucket[] = [];
  let below = 0;
  for (const bucket of buckets) {
    if (mostOf(bucket, median) < low) below += bucket.n;
    else if (leastOf(bucket, median) <= high) near.push(bucket);
  }
  return { rank: half - below, near };
}

/** The bound at which the values of the buckets up to it reach a rank. Bounds grow from the bucket of the median to either side. */
function boundAt(buckets: readonly Bucket[], median: number, rank: number, boundOf: (bucket: Bucket, median: number) => number): number {
  const at = buckets.findIndex(({ longest }) => longest >= median);
  const boundAtPlace = (place: number) => {
    const bucket = buckets[place];
    return bucket ? boundOf(bucket, median) : Number.POSITIVE_INFINITY;
  };
  let [left, right] = [at - 1, at + 1];
  let [bound, reached] = [boundAtPlace(at), buckets[at]?.n ?? 0];
  let [below, above] = [boundAtPlace(left), boundAtPlace(right)];
  while (reached < rank && (below < Number.POSITIVE_INFINITY || above < Number.POSITIVE_INFINITY)) {
    if (below <= above) {
      bound = Math.max(bound, below);
      reached += buckets[left]?.n ?? 0;
      below = boundAtPlace(--left);
    } else {
      bound = Math.max(bound, above);
      reached += buckets[right]?.n ?? 0;
      above = boundAtPlace(++right);
    }
  }
  return bound;
}

/** abs(ln x - ln median) is ln of this. */
function ratio(us: number, median: number): number {
  return Math.max(us, median) / Math.min(us, median);
}

function leastOf({ shortest, longest }: Bucket, median: number): number {
  if (median < shortest) return ratio(shortest, median);
  return median > longest ? ratio(longest, median) : 1;
}

function mostOf({ shortest, longest }: Bucket, median: number): number {
  return Math.max(ratio(shortest, median), ratio(longest, median));
}

/** With the ids of the executions, which are read from the journal. */
async function named(
  view: View,
  log: Pick<Log, 'executionsAt'>,
  { filter, found }: { filter: Filter; found: readonly Found[] },
): Promise<Outlier[]> {
  const journal = view.blocks('journal');
  const inJournal = throughJournal(filter) ? new Map(found.map(({ row }) => [row, row])) : await journalRowsOf(view, found);
  const outliers: Outlier[] = [];
  for (const { row, pattern, timestamp, us, score } of found) {
    // One after the other: a row of the journal can be megabytes long.
    const execution = inJournal.get(row);
    const [own] = execution === undefined ? [] : await log.executionsAt([journal.startOf(execution)]);
    outliers.push({ patternId: view.nameOf(pattern), timestamp, durationSeconds: us / 1e6, score, executionId: own?.executionId });
  }
  return outliers;
}

/**
 * The rows of the journal that are the executions of rows of success_rates.log. A row does not name its execution, but says the same as
 * its row of the journal. Where several say the same they stand in the same order; where there are more of them than in the journal, one
 * is another program's, and none is matched.
 */
async function journalRowsOf(view: View, found: readonly Found[]): Promise<Map<number, number>> {
  const matched = new Map<number, number>();
  const times = new Set(found.map(({ timestamp }) => timestamp));
  const written = await twinsOf(view, 'success_rates', times);
  const cancelled = statusNumber('cancelled');
  const ours = await twinsOf(view, 'journal', times, ({ block }, row) => block.columns.status[row] !== cancelled);
  for (const [same, rows] of written) {
    const executions = ours.get(same) ?? [];
    if (executions.length === rows.length) for (const [nth, row] of rows.entries()) matched.set(row, executions[nth] ?? 0);
  }
  return matched;
}

/** The rows of a log at some times, by what they say. */
async function twinsOf<Log extends 'success_rates' | 'journal'>(
  view: View,
  log: Log,
  times: ReadonlySet<number>,
  counts: (picked: PickedOf[Log], row: number) => boolean = () => true,
): Promise<Map<string, number[]>> {
  const twins = new Map<string, number[]>();
  for (const time of times)
    await view.each(view.rowsIn(log, { from: time, to: time + 1 }) as Iterable<PickedOf[Log]>, picked => {
      const { pattern, title, durationUs, cell } = picked.block.columns;
      for (let index = 0; index < picked.length; index++) {
        const row = picked.rows[index] ?? 0;
        if (!counts(picked, row)) continue;
        const same = [pattern[row], title[row], time, durationUs[row], (cell[row] ?? 0) & 1].join(' ');
        twins.set(same, [...(twins.get(same) ?? []), picked.first + row]);
      }
    });
  return twins;
}

type PickedOf = { success_rates: Picked<ExecutionColumn>; journal: Picked<JournalColumn> };
