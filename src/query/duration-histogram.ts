import type { Log, Position } from '../log/log.ts';
import type { Ask } from './ask.ts';
import { type Durations, durationsOf } from './durations.ts';
import { executionRows, type Filter } from './filter.ts';
import { type Outlier, outliers } from './outliers.ts';
import { Params, placedBy } from './sql.ts';
import { executionSummary, executionTotals, type SummaryQuestion } from './totals.ts';

/** From `fromSeconds` inclusive to `toSeconds` exclusive; inclusive in the last bin. */
export type HistogramBin = Readonly<{ fromSeconds: number; toSeconds: number; count: number }>;
export type DurationHistogram = Readonly<{ bins: readonly HistogramBin[]; durations: Durations; outliers: readonly Outlier[] }>;

export type HistogramQuestion = SummaryQuestion & Readonly<{ bins: number; outliers: number }>;

/** How the durations of executions are spread, and those that stand out. `filter.success` picks the executions of all of it. */
export async function durationHistogram(
  ask: Ask,
  log: Pick<Log, 'executionAt'>,
  question: HistogramQuestion,
  asOf: Position,
): Promise<DurationHistogram> {
  const { filter } = question;
  const [durations, buckets, found] = await Promise.all([
    durationsUnder(ask, question, asOf),
    bucketsOf(ask, filter, asOf),
    outliers(ask, log, { filter, limit: question.outliers }, asOf),
  ]);
  if (durations.n === 0) return { bins: [], durations, outliers: found };
  const above = buckets.filter(({ longestUs }) => longestUs > 0);
  const edges = binEdges({
    shortestUs: above.length === 0 ? 0 : Math.min(...above.map(({ shortestUs }) => shortestUs)),
    longestUs: Math.max(...buckets.map(({ longestUs }) => longestUs)),
    zeros: durations.minSeconds === 0,
    bins: question.bins,
  });
  const counts = await countsOf(ask, filter, { buckets, starts: edges.map(([from]) => from) }, asOf);
  const bins = edges.map(([from, to], place) => ({ fromSeconds: from / 1e6, toSeconds: to / 1e6, count: counts[place] ?? 0 }));
  return { bins, durations, outliers: found };
}

type Bucket = Readonly<{ bucket: number; n: number; shortestUs: number; longestUs: number }>;

/** How many durations each bucket of the sketch holds, and between which. */
async function bucketsOf(ask: Ask, filter: Filter, asOf: Position): Promise<Bucket[]> {
  const rows = await ask(asOf, source => {
    const params = new Params();
    return {
      sql: `SELECT bucket, sum(n) AS n, min(min_us) AS shortest_us, max(max_us) AS longest_us
            FROM ${executionTotals(filter, source, params)} WHERE ${succeeded(filter, params)} GROUP BY bucket`,
      values: params.values,
    };
  });
  return rows.map(row => ({
    bucket: Number(row['bucket']),
    n: Number(row['n']),
    shortestUs: Number(row['shortest_us']),
    longestUs: Number(row['longest_us']),
  }));
}

async function durationsUnder(ask: Ask, question: SummaryQuestion, asOf: Position): Promise<Durations> {
  const [row] = await ask(asOf, source => {
    const params = new Params();
    return { sql: executionSummary('all', question, source, params), values: params.values };
  });
  return durationsOf(row);
}

/** How many durations begin with each of these: whole buckets are added up, the rows of those that a start cuts are looked at. */
async function countsOf(
  ask: Ask,
  filter: Filter,
  counted: { buckets: readonly Bucket[]; starts: readonly number[] },
  asOf: Position,
): Promise<number[]> {
  const { buckets, starts } = counted;
  const placeOf = (us: number) => starts.findLastIndex(start => start <= us);
  const counts = starts.map(() => 0);
  const cut: number[] = [];
  for (const { bucket, n, shortestUs, longestUs } of buckets) {
    const place = placeOf(shortestUs);
    if (place !== placeOf(longestUs)) cut.push(bucket);
    else counts[place] = (counts[place] ?? 0) + n;
  }
  if (cut.length === 0) return counts;
  const rows = await ask(asOf, source => {
    const params = new Params();
    const some = `(FROM ${executionRows(filter, source, params)} WHERE bucket IN (${cut.join(', ')}) AND ${succeeded(filter, params)})`;
    return {
      sql: `SELECT place, count(*) AS count FROM ${placedBy('duration_us', some, starts, params)} GROUP BY place`,
      values: params.values,
    };
  });
  for (const row of rows) counts[Number(row['place'])] = (counts[Number(row['place'])] ?? 0) + Number(row['count']);
  return counts;
}

function succeeded({ success }: Filter, params: Params): string {
  return success === undefined ? 'true' : `success = ${params.add(success)}`;
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
