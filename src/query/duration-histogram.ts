import type { Log, Position } from '../log/log.ts';
import type { Ask } from './ask.ts';
import { type Durations, durationColumns, durationsOf } from './durations.ts';
import { executionRows, type Filter } from './filter.ts';
import { type Outlier, outliers } from './outliers.ts';
import { Params, placed } from './sql.ts';

/** From `fromSeconds` inclusive to `toSeconds` exclusive; inclusive in the last bin. */
export type HistogramBin = Readonly<{ fromSeconds: number; toSeconds: number; count: number }>;
export type DurationHistogram = Readonly<{ bins: readonly HistogramBin[]; durations: Durations; outliers: readonly Outlier[] }>;

export type HistogramQuestion = Readonly<{ bins: number; outliers: number; filter: Filter }>;

/** How the durations of executions are spread, and those that stand out. `filter.success` picks the executions of all of it. */
export async function durationHistogram(ask: Ask, log: Log, question: HistogramQuestion, asOf: Position): Promise<DurationHistogram> {
  const { filter } = question;
  const [{ durations, shortestUs, longestUs }, found] = await Promise.all([
    spread(ask, filter, asOf),
    outliers(ask, log, { filter, limit: question.outliers }, asOf),
  ]);
  if (durations.n === 0) return { bins: [], durations, outliers: found };
  const edges = binEdges({ shortestUs, longestUs, zeros: durations.minSeconds === 0, bins: question.bins });
  const counts = await countsOf(
    ask,
    filter,
    edges.map(([from]) => from),
    asOf,
  );
  const bins = edges.map(([from, to], place) => ({ fromSeconds: from / 1e6, toSeconds: to / 1e6, count: counts.get(place) ?? 0 }));
  return { bins, durations, outliers: found };
}

/** `shortestUs`: the shortest duration above 0, or 0 where there is none; microseconds. */
async function spread(ask: Ask, filter: Filter, asOf: Position) {
  const [row] = await ask(asOf, source => {
    const params = new Params();
    return {
      sql: `SELECT ${durationColumns(filter.success, params)}, min(duration_us) FILTER (WHERE duration_us > 0 AND ${succeeded(filter, params)}) AS shortest_us
            FROM ${executionRows(filter, source, params)}`,
      values: params.values,
    };
  });
  return { durations: durationsOf(row), shortestUs: Number(row?.['shortest_us'] ?? 0), longestUs: Number(row?.['max_us'] ?? 0) };
}

async function countsOf(ask: Ask, filter: Filter, starts: readonly number[], asOf: Position): Promise<Map<number, number>> {
  const rows = await ask(asOf, source => {
    const params = new Params();
    return {
      sql: `SELECT place, count(*) AS count FROM ${placed(executionRows(filter, source, params), 'duration_us', starts, params)}
            WHERE ${succeeded(filter, params)} GROUP BY place`,
      values: params.values,
    };
  });
  return new Map(rows.map(row => [Number(row['place']), Number(row['count'])]));
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
