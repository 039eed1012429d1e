/** What a question may read: for each table and rollup a subquery of exactly what stands for the rows up to a position. */
import { LOG_NAMES, type LogName, type Position } from '../../log/log.ts';
import { TABLE_NAMES, type TableName } from './columns.ts';
import { ROLLUP_NAMES, ROLLUPS, type RollupName } from './rollups.ts';

/**
 * Subqueries, to be read with FROM. Rows of a rollup are not merged: a key may have several, which add up. `pieces` of the journal
 * together hold its rows: the first of an order are found faster in each, since DuckDB leaves out blocks only within one table.
 */
export type Sources = Readonly<Record<TableName | RollupName, string> & { pieces: readonly string[] }>;

/** What the file holds: the ends of the logs, and how many names. */
export type Sealed = Position & Readonly<{ names: number }>;

/** A part of a rollup in the file: what the rows of its log from `since` to `until` count for, in `size` rows. From 0 on it is a whole. */
export type Part = Readonly<{ since: number; until: number; size: number }>;

/** In the order in which they were written. */
export type Parts = Readonly<Record<RollupName, Part[]>>;

export function sourcesOf(sealed: Sealed, parts: Parts, asOf: Position): Sources {
  const tables = Object.fromEntries(TABLE_NAMES.map(table => [table, tableRows(table, sealed, asOf)]));
  const rollups = Object.fromEntries(ROLLUP_NAMES.map(name => [name, countedRows(name, { sealed, parts: parts[name], asOf })]));
  const pieces = piecesBetween('journal', sealed, 0, asOf.journal);
  return { ...(tables as Record<TableName, string>), ...(rollups as Record<RollupName, string>), pieces };
}

function tableRows(table: TableName, sealed: Sealed, asOf: Position): string {
  if (table === 'names') return `(FROM main.names WHERE id < ${sealed.names} UNION ALL FROM tail.names WHERE id >= ${sealed.names})`;
  if (table === 'rejected') return `(${LOG_NAMES.map(log => rejectedLines(log, sealed, asOf)).join(' UNION ALL ')})`;
  return rowsBetween(table, sealed, 0, asOf[table]);
}

/** The rows of a log that start from `from` on and before `to`. Those of the file are in it for good, whatever is sealed meanwhile. */
export function rowsBetween(log: LogName, sealed: Position, from: number, to: number): string {
  return `(${piecesBetween(log, sealed, from, to).join(' UNION ALL ')})`;
}

function piecesBetween(log: LogName, sealed: Position, from: number, to: number): string[] {
  const end = sealed[log];
  const inFile = `FROM main.${log} WHERE start >= ${from} AND start < ${Math.min(to, end)}`;
  const inMemory = `FROM tail.${log} WHERE start >= ${Math.max(from, end)} AND start < ${to}`;
  if (to <= end) return [`(${inFile})`];
  return from >= end ? [`(${inMemory})`] : [`(${inFile})`, `(${inMemory})`];
}

function rejectedLines(log: LogName, sealed: Position, asOf: Position): string {
  const file = `file = '${log}.log'`;
  return `FROM main.rejected WHERE ${file} AND start < ${Math.min(asOf[log], sealed[log])}
    UNION ALL FROM tail.rejected WHERE ${file} AND start >= ${sealed[log]} AND start < ${asOf[log]}`;
}

/** What the parts in the file count, and the rows past them. */
function countedRows(name: RollupName, at: { sealed: Sealed; parts: readonly Part[]; asOf: Position }): string {
  const { log, of } = ROLLUPS[name];
  const counted = at.parts.findLast(({ until }) => until <= Math.min(at.asOf[log], at.sealed[log]))?.until ?? 0;
  const rest = of(rowsBetween(log, at.sealed, counted, at.asOf[log]), rowsBetween(log, at.sealed, 0, counted));
  return `(${rollupRows(name, at.parts, counted)} UNION ALL (${rest}))`;
}

/** SQL of the rows of a rollup that stand for all rows of its log before the end of a part. */
export function rollupRows(name: RollupName, parts: readonly Part[], end: number): string {
  const { whole } = partsAt(parts, end);
  const first = ROLLUPS[name].kind === 'sliced' ? 0 : (whole?.until ?? 0);
  return `SELECT * EXCLUDE (since, until) FROM main.${name}
    WHERE until >= ${first} AND until <= ${end} AND (since >= ${first} OR since = 0 AND until = ${first})`;
}

/** The last whole up to an end, and the blocks after it. */
export function partsAt(parts: readonly Part[], end: number): { whole: Part | undefined; blocks: Part[] } {
  const whole = parts.findLast(({ since, until }) => since === 0 && until <= end);
  return { whole, blocks: parts.filter(({ since, until }) => since >= (whole?.until ?? 0) && until <= end) };
}
