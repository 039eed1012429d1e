/**
 * Rollups: what questions ask of all rows, counted beforehand, so that an answer costs what it holds and not what the history does.
 * With each block of a log a part is written that counts its rows. Of a cumulative rollup the parts are merged into a whole, of all
 * rows so far, once they outgrow the last one several times; a sliced one, by time, stays as it is. A question reads the last whole
 * at or before its position, the parts after it and the rows after these. All is only ever appended to, so that an older position
 * finds what was there.
 */
import type { LogName } from '../../log/log.ts';

export type Rollup = Readonly<{
  log: LogName;
  kind: 'cumulative' | 'sliced';
  /** As in CREATE TABLE. */
  columns: string;
  /** SQL of what these rows of the log count for; `earlier` are all rows of the log before them. */
  of: (rows: string, earlier: string) => string;
  /** SQL that merges rows of this rollup. */
  merged: (counted: string) => string;
}>;

/** By what a step or an execution is counted. */
export type TotalsKey = 'plugin' | 'phase' | 'pattern';

/** How many rows there are by key, success and bucket of the sketch; their durations and timestamps. */
function totals(log: LogName, key: TotalsKey): Rollup {
  return {
    log,
    kind: 'cumulative',
    columns: `${key} INTEGER, success BOOLEAN, bucket SMALLINT, n BIGINT, sum_us HUGEINT, min_us BIGINT, max_us BIGINT, first BIGINT, latest BIGINT`,
    of: rows => totalsOf(key, rows),
    merged: counted => `SELECT ${key}, success, bucket, sum(n) AS n, sum(sum_us) AS sum_us, min(min_us) AS min_us,
      max(max_us) AS max_us, min(first) AS first, max(latest) AS latest FROM ${counted} GROUP BY ${key}, success, bucket`,
  };
}

/** SQL of the same of some rows. */
export function totalsOf(key: string, rows: string): string {
  return `SELECT ${key}, success, bucket, count(*) AS n, sum(duration_us) AS sum_us, min(duration_us) AS min_us,
    max(duration_us) AS max_us, min(timestamp) AS first, max(timestamp) AS latest FROM ${rows} GROUP BY ${key}, success, bucket`;
}

/** How many rows there are by key and slot of time; a slot is the second with which it begins. */
function slots(log: LogName, key: TotalsKey, seconds: number): Rollup {
  return {
    log,
    kind: 'sliced',
    columns: `${key} INTEGER, slot BIGINT, n BIGINT, successes BIGINT`,
    of: rows => `SELECT ${key}, ${slotOf('timestamp', seconds)} AS slot, count(*) AS n, count(*) FILTER (WHERE success) AS successes
      FROM ${rows} GROUP BY ${key}, slot`,
    merged: counted => `SELECT ${key}, slot, sum(n) AS n, sum(successes) AS successes FROM ${counted} GROUP BY ${key}, slot`,
  };
}

/** The slot of a timestamp, also of one before 1970. */
export function slotOf(timestamp: string, seconds: number): string {
  return `${timestamp} - (${timestamp} % ${seconds} + ${seconds}) % ${seconds}`;
}

const DAY = 86_400;
/** The largest slot that fits into the hours of every zone of today: some are off by 30 or 45 minutes. */
const QUARTER = 900;

/** The last totals of each plugin, how many rows say them, and the newest timestamp of these. */
const usage: Rollup = {
  log: 'plugin_usage',
  kind: 'cumulative',
  columns:
    'plugin INTEGER, n BIGINT, latest BIGINT, start BIGINT, uses BIGINT, total_us HUGEINT, successes BIGINT, failures BIGINT, last_used BIGINT',
  of: rows => lastTotals(rows, 'count(*)', 'timestamp'),
  merged: counted => lastTotals(counted, 'sum(n)', 'latest'),
};

function lastTotals(rows: string, n: string, latest: string): string {
  const last = ['uses', 'total_us', 'successes', 'failures', 'last_used'].map(column => `arg_max(r.${column}, r.start) AS ${column}`);
  return `SELECT plugin, ${n} AS n, max(r.${latest}) AS latest, max(r.start) AS start, ${last.join(', ')} FROM ${rows} r GROUP BY plugin`;
}

/** The latest name of each pattern, by place in success_rates.log. */
const patternTitles: Rollup = {
  log: 'success_rates',
  kind: 'cumulative',
  columns: 'pattern INTEGER, start BIGINT, title INTEGER',
  of: latestTitles,
  merged: latestTitles,
};

function latestTitles(rows: string): string {
  return `SELECT pattern, max(r.start) AS start, arg_max(r.title, r.start) AS title FROM ${rows} r GROUP BY pattern`;
}

const statuses: Rollup = {
  log: 'journal',
  kind: 'cumulative',
  columns: 'status VARCHAR, n BIGINT, latest BIGINT',
  of: rows => `SELECT status, count(*) AS n, max(timestamp) AS latest FROM ${rows} GROUP BY status`,
  merged: counted => `SELECT status, sum(n) AS n, max(latest) AS latest FROM ${counted} GROUP BY status`,
};

const pairs: Rollup = {
  log: 'durations',
  kind: 'cumulative',
  columns: 'a INTEGER, b INTEGER, wide BIGINT, n BIGINT, successes BIGINT, a_successes BIGINT, b_successes BIGINT',
  of: pairsOf,
  merged: mergedPairs,
};

/** Plugins of a run beyond which its pairs are not counted beforehand: they grow with the square, and one run may use thousands. */
const WIDE = 100;

/**
 * SQL of runs by pairs of plugins, a <= b by id: `n` that used both, `successes` where all steps of both succeeded, `a_successes` and
 * `b_successes` where all of the one did. A plugin with itself counts its runs; the pair without plugins counts all. A wide run is not
 * paired but named: `wide` is its id then. Steps of a run that has rows before these change what that run counts for: it is counted
 * anew, and its old count taken off.
 */
export function pairsOf(rows: string, earlier: string): string {
  return `WITH fresh AS MATERIALIZED (SELECT run, plugin, bool_and(success) AS success FROM ${rows} GROUP BY run, plugin),
    came_back AS MATERIALIZED (SELECT DISTINCT run FROM ${earlier} SEMI JOIN fresh USING (run)),
    before AS MATERIALIZED (
      SELECT run, plugin, bool_and(success) AS success FROM ${earlier} SEMI JOIN came_back USING (run) GROUP BY run, plugin),
    used AS MATERIALIZED (
      SELECT 1 AS sign, run, plugin, bool_and(success) AS success FROM (FROM fresh UNION ALL FROM before) GROUP BY run, plugin
      UNION ALL SELECT -1, run, plugin, success FROM before),
    runs AS MATERIALIZED (SELECT sign, run, count(*) AS plugins FROM used GROUP BY sign, run),
    narrow AS (FROM used SEMI JOIN (FROM runs WHERE plugins <= ${WIDE}) USING (sign, run))
    SELECT x.plugin AS a, y.plugin AS b, NULL AS wide, sum(x.sign) AS n, ${togetherOf('x.sign')}
    FROM narrow x JOIN narrow y ON x.run = y.run AND x.sign = y.sign AND x.plugin <= y.plugin GROUP BY x.plugin, y.plugin
    UNION ALL SELECT NULL, NULL, NULL, sum(sign), NULL, NULL, NULL FROM runs
    UNION ALL SELECT NULL, NULL, run, sum(sign), NULL, NULL, NULL FROM runs WHERE plugins > ${WIDE} GROUP BY run`;
}

/** SQL of all pairs of some runs, however wide: as `pairsOf`, without the count of all. */
export function allPairsOf(rows: string): string {
  return `WITH used AS MATERIALIZED (SELECT run, plugin, bool_and(success) AS success FROM ${rows} GROUP BY run, plugin)
    SELECT x.plugin AS a, y.plugin AS b, NULL AS wide, count(*) AS n, ${togetherOf('1')}
    FROM used x JOIN used y ON x.run = y.run AND x.plugin <= y.plugin GROUP BY x.plugin, y.plugin`;
}

function togetherOf(sign: string): string {
  return `sum(${sign}) FILTER (WHERE x.success AND y.success) AS successes, sum(${sign}) FILTER (WHERE x.success) AS a_successes,
    sum(${sign}) FILTER (WHERE y.success) AS b_successes`;
}

/** SQL that merges them. */
export function mergedPairs(counted: string): string {
  return `SELECT a, b, wide, coalesce(sum(n), 0) AS n, coalesce(sum(successes), 0) AS successes, coalesce(sum(a_successes), 0) AS a_successes,
    coalesce(sum(b_successes), 0) AS b_successes FROM ${counted} GROUP BY a, b, wide`;
}

export const ROLLUPS = {
  plugin_totals: totals('durations', 'plugin'),
  phase_totals: totals('durations', 'phase'),
  pattern_totals: totals('success_rates', 'pattern'),
  plugin_days: slots('durations', 'plugin', DAY),
  plugin_quarters: slots('durations', 'plugin', QUARTER),
  pattern_days: slots('success_rates', 'pattern', DAY),
  pattern_quarters: slots('success_rates', 'pattern', QUARTER),
  usage,
  pattern_titles: patternTitles,
  statuses,
  pairs,
} as const satisfies Record<string, Rollup>;

export type RollupName = keyof typeof ROLLUPS;
export const ROLLUP_NAMES = Object.keys(ROLLUPS) as RollupName[];
