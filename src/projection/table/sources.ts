/** What a question may read: for each table and rollup a subquery of exactly what stands for the rows up to a position. */
import { LOG_NAMES, type LogName, type Position } from '../../log/log.ts';
import { TABLE_NAMES, type TableName } from './columns.ts';
import { ROLLUP_NAMES, ROLLUPS, type RollupName } from './rollups.ts';

/** Subqueries, to be read with FROM. Rows of a rollup are not merged: a key may have several, which add up. */
export type Sources = Readonly<Record<TableName | RollupName, string>>;

/** What the file holds: the ends of the logs, and how many names. */
export type Sealed = Position & Readonly<{ names: number }>;

/** Where the parts of a rollup in the file end, in order. */
export type Snapshots = Readonly<Record<RollupName, readonly { until: number }[]>>;

export function sourcesOf(sealed: Sealed, snapshots: Snapshots, asOf: Position): Sources {
  const tables = Object.fromEntries(TABLE_NAMES.map(table => [table, tableRows(table, sealed, asOf)]));
  const rollups = Object.fromEntries(ROLLUP_NAMES.map(name => [name, rollupRows(name, { sealed, snapshots, asOf })]));
  return { ...tables, ...rollups } as Sources;
}

function tableRows(table: TableName, sealed: Sealed, asOf: Position): string {
  if (table === 'names') return `(FROM main.names WHERE id < ${sealed.names} UNION ALL FROM tail.names WHERE id >= ${sealed.names})`;
  if (table === 'rejected') return `(${LOG_NAMES.map(log => rejectedLines(log, sealed, asOf)).join(' UNION ALL ')})`;
  return rowsBetween(table, sealed, 0, asOf[table]);
}

/** The rows of a log that start from `from` on and before `to`. Those of the file are in it for good, whatever is sealed meanwhile. */
export function rowsBetween(log: LogName, sealed: Position, from: number, to: number): string {
  const end = sealed[log];
  const inFile = `FROM main.${log} WHERE start >= ${from} AND start < ${Math.min(to, end)}`;
  const inMemory = `FROM tail.${log} WHERE start >= ${Math.max(from, end)} AND start < ${to}`;
  if (to <= end) return `(${inFile})`;
  return from >= end ? `(${inMemory})` : `(${inFile} UNION ALL ${inMemory})`;
}

function rejectedLines(log: LogName, sealed: Position, asOf: Position): string {
  const file = `file = '${log}.log'`;
  return `FROM main.rejected WHERE ${file} AND start < ${Math.min(asOf[log], sealed[log])}
    UNION ALL FROM tail.rejected WHERE ${file} AND start >= ${sealed[log]} AND start < ${asOf[log]}`;
}

function rollupRows(name: RollupName, at: { sealed: Sealed; snapshots: Snapshots; asOf: Position }): string {
  const { log, kind, of } = ROLLUPS[name];
  const most = Math.min(at.asOf[log], at.sealed[log]);
  const until = at.snapshots[name].findLast(snapshot => snapshot.until <= most)?.until ?? 0;
  const rest = of(rowsBetween(log, at.sealed, until, at.asOf[log]), rowsBetween(log, at.sealed, 0, until));
  const inFile = `SELECT * EXCLUDE (until) FROM main.${name} WHERE until ${kind === 'cumulative' ? '=' : '<='} ${until}`;
  return `(${inFile} UNION ALL (${rest}))`;
}
