import { lastAtOrBelow } from '../ascending.ts';
import type { Log } from '../log/log.ts';
import type { ExecutionColumn, Picked, View } from '../projection/table/table.ts';
import { type Bucket, bucketsOf, type Durations, NO_DURATIONS } from './durations.ts';
import { executionRows, type Filter, picksByTimeAlone } from './filter.ts';
import { type Outlier, outliers } from './outliers.ts';
import { executionTotals, type SummaryQuestion, summaryOfAll } from './totals.ts';

/** From `fromSeconds` inclusive to `toSeconds` exclusive; inclusive in the last bin. */
export type HistogramBin = Readonly<{ fromSeconds: number; toSeconds: number; count: number }>;
export type DurationHistogram = Readonly<{ bins: readonly HistogramBin[]; durations: Durations; outliers: readonly Outlier[] }>;

export type HistogramQuestion = SummaryQuestion & Readonly<{ bins: number; outliers: number }>;

/** How the durations of executions are spread, and those that stand out. `filter.success` picks the executions of all of it. */
export async function durationHistogram(
  view: View,
  log: Pick<Log, 'executionsAt'>,
  question: HistogramQuestion,
): Promise<DurationHistogram> {
  const { filter } = question;
  const totals = await executionTotals(view, filter);
  const all = totals.sum();
  const durations = all ? (await summaryOfAll(view, all, question)).durations : NO_DURATIONS;
  const buckets = all ? bucketsOf(all, filter.success) : [];
  const found = await outliers(view, log, { filter, totals, limit: question.outliers });
  if (!all || buckets.length === 0) return { bins: [], durations, outliers: found };
  const edges = binEdges({ ...all.extremes(filter.success), zeros: durations.minSeconds === 0, bins: question.bins });
  const counts = await countsOf(view, { filter, buckets, starts: edges.map(([from]) => from) });
  const bins = edges.map(([from, to], place) => ({ fromSeconds: from / 1e6, toSeconds: to / 1e6, count: counts[place] ?? 0 }));
  return { bins, durations, outliers: found };
}

/** About what a bin's count takes, with its share of the name. */
const BIN_BYTES = 20;

type Binning = Readonly<{ filter: Filter; buckets: readonly Bucket[]; starts: readonly number[] }>;

/** How many durations each bin holds: whole buckets are added up, the rows of those that a start cuts are looked at. */
async function countsOf(view: View, { filter, buckets, starts }: Binning): Promise<number[]> {
  const placeOf = (us: number) =>
    Math.max(
      0,
      lastAtOrBelow(starts.length, place => starts[place] ?? 0, us),
    );
  const counts = starts.map(() => 0);
  /** By bucket that a start cuts: the place of the shortest duration that it can hold, else -1. */
  const cut = new Int16Array((buckets.at(-1)?.bucket ?? 0) + 1).fill(-1);
  for (const { bucket, n, shortest, longest } of buckets) {
    const place = placeOf(shortest);
    if (place !== placeOf(longest)) cut[bucket] = place;
    else counts[place] = (counts[place] ?? 0) + n;
  }
  if (cut.every(place => place < 0)) return counts;
  const count = (into: number[], { block, rows, length }: Picked<ExecutionColumn>) => {
    const { cell, durationUs } = block.columns;
    for (let index = 0; index < length; index++) {
      const row = rows[index] ?? 0;
      const of = cell[row] ?? 0;
      let place = cut[of >> 1] ?? -1;
      if (place < 0 || (filter.success !== undefined && (of & 1) !== Number(filter.success))) continue;
      while ((starts[place + 1] ?? Number.POSITIVE_INFINITY) <= (durationUs[row] ?? 0)) place++;
      into[place] = (into[place] ?? 0) + 1;
    }
  };
  const name = `bins ${filter.success} ${starts.join(' ')}`;
  const parts = picksByTimeAlone(filter) ? view.executionParts(filter.window) : { groups: [], loose: await executionRows(view, filter) };
  await view.each(parts.groups, group => {
    // Edges move only with the shortest and the longest of all: what a group holds between them is most often known.
    const rows = `${name} of ${group.name}`;
    let own = view.recall<number[]>(rows);
    if (!own) {
      own = starts.map(() => 0);
      for (const picked of view.executionsIn(group)) count(own, picked);
      view.remember(rows, own, BIN_BYTES * own.length);
    }
    for (const [place, n] of own.entries()) counts[place] = (counts[place] ?? 0) + n;
  });
  await view.each(parts.loose, picked => count(counts, picked));
  return counts;
}

/**
 * Bins equally wide in log seconds from the shortest duration above 0 to the longest, in whole microseconds: edge i is
 * shortest·(longest/shortest)^(i/bins), rounded. The first begins at 0 where there are zeros; what rounding leaves without width is
 * left out, but for the one bin of durations that are all equal.
 */
function binEdges(options: { shortestUs: number; longestUs: number; zeros: boolean; bins: number }): [from: number, to: number][] {
  const { shortestUs, longestUs, zeros, bins } = options;
  const first = zeros ? 0 : shortestUs;
  const inner = Array.from({ length: bins - 1 }, (_, i) => Math.round(shortestUs * (longestUs / shortestUs) ** ((i + 1) / bins)));
  const between = new Set(inner.filter(edge => edge > shortestUs && edge < longestUs));
  const edges = [first, ...between, longestUs];
  return edges.slice(1).map((to, index) => [edges[index] ?? first, to]);
}
