import type { Log, Position } from '../log/log.ts';
import type { Ask } from './ask.ts';
import { executionRows, type Filter, throughJournal } from './filter.ts';
import { named, Params } from './sql.ts';
import { executionTotals } from './totals.ts';

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

/**
 * Executions far from the median of their pattern: score = abs(x - median) / (1.4826 × MAD) > 3.5 with x = ln(duration), medians at
 * rank ceil(n/2). Durations of 0 have no logarithm and are left out. Highest score first, then the earliest, then by place in the log.
 */
export async function outliers(
  ask: Ask,
  log: Pick<Log, 'executionAt'>,
  question: { filter: Filter; limit: number },
  asOf: Position,
): Promise<Outlier[]> {
  const { filter } = question;
  const rows = await ask(asOf, source => {
    const params = new Params();
    const counts = filter.success === undefined ? 'bucket > 0' : `bucket > 0 AND success = ${params.add(filter.success)}`;
    const counted = `(SELECT start, timestamp, pattern, title, success, duration_us, bucket FROM ${executionRows(filter, source, params)} WHERE ${counts})`;
    return {
      sql: `WITH ${spreads(`(FROM ${executionTotals(filter, source, params)} WHERE ${counts})`, counted)},
            far AS MATERIALIZED (
              SELECT pattern, bucket FROM ratios JOIN spreads USING (pattern) WHERE ln(most) > ${BAR * SCALE} * ln(spread) * ${1 - 1e-9}),
            candidates AS MATERIALIZED (FROM ${counted} SEMI JOIN far USING (pattern, bucket)),
            outliers AS (
              SELECT candidates.*, ln(${ratioOf('duration_us')}) / (${SCALE} * ln(spread)) AS score
              FROM candidates JOIN medians USING (pattern) JOIN spreads USING (pattern)
              WHERE score > ${BAR} ORDER BY score DESC, timestamp, start LIMIT ${question.limit})
            ${named('FROM outliers', 'pattern', source)} ORDER BY score DESC, timestamp, start`,
      values: params.values,
    };
  });
  const starts = rows.map(row => Number(row['start']));
  const timestamps = rows.map(row => Number(row['timestamp']));
  const inJournal = throughJournal(filter)
    ? new Map(starts.map(start => [start, start]))
    : await journalRowsOf(ask, { starts, timestamps }, asOf);
  const found: Outlier[] = [];
  for (const [index, row] of rows.entries()) {
    // One after the other: a row of the journal can be megabytes long.
    const start = inJournal.get(starts[index] ?? -1);
    const execution = start === undefined ? undefined : await log.executionAt(start);
    found.push({
      patternId: String(row['pattern_name']),
      timestamp: timestamps[index] ?? 0,
      durationSeconds: Number(row['duration_us']) / 1e6,
      score: Number(row['score']),
      executionId: execution?.executionId,
    });
  }
  return found;
}

/** abs(ln x - ln median) is ln(ratio): ratios rank the same, and exactly, so that a MAD of 0 is a ratio of 1. */
function ratioOf(us: string): string {
  return `greatest(${us}, median_us)::DOUBLE / least(${us}, median_us)::DOUBLE`;
}

/**
 * SQL of medians {pattern, median_us} and spreads {pattern, spread}: exp of the MAD, where it is above 1. The buckets of the sketch tell
 * in which of them the ranks lie, so that only their rows are looked at; ratios {pattern, bucket, least, most} bound those of a bucket.
 */
function spreads(totals: string, rows: string): string {
  return `buckets AS MATERIALIZED (
      SELECT pattern, bucket, sum(n)::BIGINT AS n, min(min_us) AS shortest, max(max_us) AS longest FROM ${totals} GROUP BY pattern, bucket),
    sizes AS (SELECT pattern, sum(n)::BIGINT AS of_all, (of_all + 1) // 2 AS half FROM buckets GROUP BY pattern HAVING of_all >= ${LEAST}),
    middles AS (
      SELECT pattern, bucket, half - reached + n AS place
      FROM (SELECT *, sum(n) OVER (PARTITION BY pattern ORDER BY bucket)::BIGINT AS reached FROM buckets JOIN sizes USING (pattern))
      WHERE reached >= half AND reached - n < half),
    medians AS MATERIALIZED (
      SELECT pattern, duration_us AS median_us
      FROM (SELECT pattern, duration_us, place, row_number() OVER (PARTITION BY pattern ORDER BY duration_us) AS nth FROM ${rows} JOIN middles USING (pattern, bucket))
      WHERE nth = place),
    ratios AS MATERIALIZED (
      SELECT pattern, bucket, n, half,
        CASE WHEN median_us < shortest THEN ${ratioOf('shortest')} WHEN median_us > longest THEN ${ratioOf('longest')} ELSE 1 END AS least,
        greatest(${ratioOf('shortest')}, ${ratioOf('longest')}) AS most
      FROM buckets JOIN sizes USING (pattern) JOIN medians USING (pattern)),
    bounds AS (
      SELECT pattern, min(least) FILTER (WHERE at_most >= half) AS low, min(most) FILTER (WHERE at_least >= half) AS high
      FROM (SELECT *, sum(n) OVER (PARTITION BY pattern ORDER BY least) AS at_most, sum(n) OVER (PARTITION BY pattern ORDER BY most) AS at_least FROM ratios)
      GROUP BY pattern),
    near AS MATERIALIZED (
      SELECT pattern, bucket, half - coalesce(sum(n) FILTER (WHERE most < low) OVER (PARTITION BY pattern), 0) AS place, most >= low AND least <= high AS holds
      FROM ratios JOIN bounds USING (pattern)),
    spreads AS MATERIALIZED (
      SELECT pattern, ratio AS spread
      FROM (SELECT pattern, place, ratio, row_number() OVER (PARTITION BY pattern ORDER BY ratio) AS nth
            FROM (SELECT pattern, place, ${ratioOf('duration_us')} AS ratio FROM ${rows} JOIN (FROM near WHERE holds) USING (pattern, bucket) JOIN medians USING (pattern)))
      WHERE nth = place AND ratio > 1)`;
}

/**
 * Where the rows of the journal start that are the executions of rows of success_rates.log, by where these start. A row does not name
 * its execution, but says the same as its row of the journal. Where several say the same they stand in the same order; where there are
 * more of them than in the journal, one is another program's, and none is matched.
 */
async function journalRowsOf(
  ask: Ask,
  { starts, timestamps }: { starts: readonly number[]; timestamps: readonly number[] },
  asOf: Position,
): Promise<Map<number, number>> {
  if (starts.length === 0) return new Map();
  const same = 'pattern, title, timestamp, duration_us, success';
  const twins = (rows: string) =>
    `SELECT start, ${same}, row_number() OVER (PARTITION BY ${same} ORDER BY start) AS nth, count(*) OVER (PARTITION BY ${same}) AS twins
     FROM ${rows} WHERE timestamp IN (${[...new Set(timestamps)].join(', ')})`;
  const rows = await ask(asOf, source => ({
    sql: `SELECT written.start, ours.start AS journal_start FROM (${twins(source.success_rates)}) written
          JOIN (${twins(source.journal)} AND status <> 'cancelled') ours USING (${same}, nth, twins)
          WHERE written.start IN (${starts.join(', ')})`,
  }));
  return new Map(rows.map(row => [Number(row['start']), Number(row['journal_start'])]));
}
