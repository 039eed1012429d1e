import type { Log, Position } from '../log/log.ts';
import type { Ask } from './ask.ts';
import { executionRows, type Filter, throughJournal } from './filter.ts';
import { all, named, Params } from './sql.ts';

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
  const rows = await ask(asOf, source => {
    const params = new Params();
    const counted = `SELECT start, timestamp, pattern, title, success, duration_us FROM ${executionRows(question.filter, source, params)}`;
    const conditions = [
      'duration_us > 0',
      ...(question.filter.success === undefined ? [] : [`success = ${params.add(question.filter.success)}`]),
    ];
    return {
      // abs(ln x - ln median) is ln(ratio): ratios rank the same, and exactly, so that a MAD of 0 is a ratio of 1.
      sql: `WITH counted AS (${counted} WHERE ${all(conditions)}),
            medians AS (SELECT pattern, quantile_disc(duration_us, 0.5) AS median_us FROM counted GROUP BY pattern HAVING count(*) >= ${LEAST}),
            ratios AS (
              SELECT counted.*, greatest(duration_us, median_us)::DOUBLE / least(duration_us, median_us)::DOUBLE AS ratio
              FROM counted JOIN medians USING (pattern)),
            spreads AS (SELECT pattern, quantile_disc(ratio, 0.5) AS spread FROM ratios GROUP BY pattern HAVING spread > 1),
            outliers AS (
              SELECT ratios.*, ln(ratio) / (${SCALE} * ln(spread)) AS score FROM ratios JOIN spreads USING (pattern)
              WHERE score > ${BAR} ORDER BY score DESC, timestamp, start LIMIT ${question.limit}),
            found AS (${throughJournal(question.filter) ? OWN : matched(source)})
            ${named('FROM found', 'pattern', source)} ORDER BY score DESC, timestamp, start`,
      values: params.values,
    };
  });
  const found: Outlier[] = [];
  for (const row of rows) {
    // One after the other: a row of the journal can be megabytes long.
    const execution = row['journal_start'] === null ? undefined : await log.executionAt(Number(row['journal_start']));
    found.push({
      patternId: String(row['pattern_name']),
      timestamp: Number(row['timestamp']),
      durationSeconds: Number(row['duration_us']) / 1e6,
      score: Number(row['score']),
      executionId: execution?.executionId,
    });
  }
  return found;
}

/** The outliers are rows of the journal themselves. */
const OWN = 'SELECT *, start AS journal_start FROM outliers';

/**
 * A row of success_rates.log does not name its execution, but says the same as its row of the journal. Where several say the same
 * they stand in the same order; where there are more of them than in the journal, one is another program's, and none is matched.
 */
function matched(source: { success_rates: string; journal: string }): string {
  const same = 'pattern, title, timestamp, duration_us, success';
  const twins = (rows: string) =>
    `SELECT start, ${same}, row_number() OVER (PARTITION BY ${same} ORDER BY start) AS nth, count(*) OVER (PARTITION BY ${same}) AS twins
     FROM ${rows} SEMI JOIN outliers USING (${same})`;
  return `SELECT outliers.*, ours.start AS journal_start FROM outliers
    JOIN (SELECT start, nth, twins FROM (${twins(source.success_rates)})) written USING (start)
    LEFT JOIN (${twins(`(SELECT * FROM ${source.journal} WHERE status <> 'cancelled')`)}) ours USING (${same}, nth, twins)`;
}
