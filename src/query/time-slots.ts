/** Rows counted by when they were: from rollups by day or quarter hour where the columns of an answer begin with one. */
import type { Position } from '../log/log.ts';
import { type Sources, slotOf } from '../projection/table/table.ts';
import type { Ask } from './ask.ts';
import type { Column } from './buckets.ts';
import { executionRows, type Filter, stepRows, throughJournal } from './filter.ts';
import { all, named, Params, placedBy } from './sql.ts';
import { executionTotals, stepTotals } from './totals.ts';

const DAY = 86_400;
const QUARTER = 900;

/** What is shown over time: plugins by their steps, or patterns by their executions. */
export type Shown = 'plugin' | 'pattern';

/** Columns, and the length of slots that each lies in one of; undefined where none fits. */
export type Grid = Readonly<{ columns: readonly Column[]; slot: number | undefined }>;

export function gridOf(columns: readonly Column[]): Grid {
  return { columns, slot: [DAY, QUARTER].find(slot => columns.every(({ start, end }) => start % slot === 0 && end % slot === 0)) };
}

/** How many rows under the filter; and between which timestamps, unless the window says so. */
export type Counted = Readonly<{ name: string; n: number; first: number; last: number }>;

/** What has rows under the filter, and how many. */
export async function countedOf(ask: Ask, by: Shown, filter: Filter, asOf: Position): Promise<Counted[]> {
  const { from, to } = filter.window ?? {};
  const rows = await ask(asOf, source => {
    const params = new Params();
    const counted =
      from !== undefined && to !== undefined
        ? `SELECT ${by}, sum(n) AS n, ${from} AS first, ${to - 1} AS latest FROM ${slotRows({ by, filter, slot: DAY }, source, params)} GROUP BY ${by}`
        : `SELECT ${by}, sum(n) AS n, min(first) AS first, max(latest) AS latest FROM ${totals(by, filter, source, params)} GROUP BY ${by}`;
    return { sql: named(counted, by, source), values: params.values };
  });
  return rows.map(row => ({
    name: String(row[`${by}_name`]),
    n: Number(row['n']),
    first: Number(row['first']),
    last: Number(row['latest']),
  }));
}

function totals(by: Shown, filter: Filter, source: Sources, params: Params): string {
  return by === 'plugin' ? stepTotals(by, filter, source, params) : executionTotals(filter, source, params);
}

export function rowsOf(by: Shown, filter: Filter, source: Sources, params: Params): string {
  return by === 'plugin' ? stepRows(filter, source, params) : executionRows(filter, source, params);
}

type Slotted = Readonly<{ by: Shown; filter: Filter; slot: number | undefined }>;

/** SQL of rows {plugin or pattern, slot, n, successes}, which add up: `slot` is the second that a slot begins with. */
export function slotRows({ by, filter, slot }: Slotted, source: Sources, params: Params): string {
  const counted = (window: Filter['window']) =>
    `SELECT ${by}, ${slot === undefined ? 'timestamp' : slotOf('timestamp', slot)} AS slot, count(*) AS n, count(*) FILTER (WHERE success) AS successes
     FROM ${rowsOf(by, { ...filter, window }, source, params)} GROUP BY ${by}, slot`;
  const byJournal = by === 'plugin' ? filter.patternIds !== undefined || filter.phases !== undefined : throughJournal(filter);
  const { from, to } = filter.window ?? {};
  const first = from === undefined || slot === undefined ? undefined : Math.ceil(from / slot) * slot;
  const end = to === undefined || slot === undefined ? undefined : Math.floor(to / slot) * slot;
  if (slot === undefined || byJournal || (first !== undefined && end !== undefined && first >= end)) return `(${counted(filter.window)})`;
  const keys = by === 'plugin' ? filter.plugins : filter.patternIds;
  const conditions = [
    ...(first === undefined ? [] : [`slot >= ${first}`]),
    ...(end === undefined ? [] : [`slot < ${end}`]),
    ...(keys === undefined ? [] : [params.isNamed(by, keys, source)]),
  ];
  const whole = `FROM ${source[`${by}_${slot === DAY ? 'days' : 'quarters'}`]} WHERE ${all(conditions)}`;
  const cut = [
    ...(from !== undefined && from !== first ? [counted({ from, to: first })] : []),
    ...(to !== undefined && to !== end ? [counted({ from: end, to })] : []),
  ];
  return `(${[whole, ...cut].join(' UNION ALL ')})`;
}

/** Stretches that are told one by one in SQL: beyond them a join is cheaper. */
const MAX_STRETCHES = 40;

/** The rows with the `place` (from 0) of the column that holds their slot or timestamp. Those before the first fall out. */
export function placed(rows: string, at: 'slot' | 'timestamp', { columns }: Grid, params: Params): string {
  const found = stretches(columns);
  if (found.length > MAX_STRETCHES) {
    const starts = columns.map(({ start }) => start);
    return placedBy(at, rows, starts, params);
  }
  const cases = found.map(({ start, length, place, end }) => `WHEN ${at} < ${end} THEN ${place} + (${at} - ${start}) // ${length}`);
  return `(SELECT *, CASE ${cases.join(' ')} END AS place FROM ${rows} WHERE ${at} >= ${columns[0]?.start ?? 0})`;
}

type Stretch = { start: number; end: number; length: number; place: number };

/** Columns of one length that follow each other: the place within is a division. A calendar has few: months, and days when clocks change. */
function stretches(columns: readonly Column[]): Stretch[] {
  const found: Stretch[] = [];
  for (const [place, { start, end }] of columns.entries()) {
    const last = found.at(-1);
    if (last?.length === end - start) last.end = end;
    else found.push({ start, end, length: end - start, place });
  }
  return found;
}
