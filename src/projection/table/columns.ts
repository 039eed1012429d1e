/** The tables: one a log, one of rejected lines and one of names, and how a row of a log becomes a row of its table. */
import { hash } from 'node:crypto';
import { BIGINT, BOOLEAN, type DuckDBType, type DuckDBValue, HUGEINT, INTEGER, SMALLINT, VARCHAR } from '@duckdb/node-api';
import type { LogName } from '../../log/log.ts';
import {
  type DurationsRow,
  type JournalRow,
  type PluginUsageRow,
  type RejectedLine,
  rowTimestamp,
  type SuccessRatesRow,
} from '../../record/record.ts';
import type { Names } from './names.ts';
import { bucketOf } from './sketch.ts';

type Column<Row> = readonly [name: string, type: DuckDBType, value: (row: Row, names: Names) => DuckDBValue];

/**
 * `start` is the row's position: a question as of a position takes the rows that start before it. Times are whole seconds. A plugin,
 * phase, pattern or title (its name) is the id of its text, a `run` that of a workflow_id, a `bucket` that of the sketch.
 */
const durations: readonly Column<DurationsRow>[] = [
  ['start', BIGINT, row => BigInt(row.start)],
  ['timestamp', BIGINT, row => BigInt(row.timestamp)],
  ['run', BIGINT, row => runOf(row.workflowId)],
  ['phase', INTEGER, (row, names) => names.idOf(row.phase)],
  ['plugin', INTEGER, (row, names) => names.idOf(row.plugin)],
  ['duration_us', BIGINT, row => BigInt(row.durationUs)],
  ['bucket', SMALLINT, row => bucketOf(row.durationUs)],
  ['success', BOOLEAN, row => row.success],
];

const success_rates: readonly Column<SuccessRatesRow>[] = [
  ['start', BIGINT, row => BigInt(row.start)],
  ['timestamp', BIGINT, row => BigInt(row.timestamp)],
  ['pattern', INTEGER, (row, names) => names.idOf(row.patternId)],
  ['title', INTEGER, (row, names) => names.idOf(row.patternName)],
  ['duration_us', BIGINT, row => BigInt(row.durationUs)],
  ['bucket', SMALLINT, row => bucketOf(row.durationUs)],
  ['success', BOOLEAN, row => row.success],
];

const plugin_usage: readonly Column<PluginUsageRow>[] = [
  ['start', BIGINT, row => BigInt(row.start)],
  ['timestamp', BIGINT, row => BigInt(row.timestamp)],
  ['plugin', INTEGER, (row, names) => names.idOf(row.plugin)],
  ['uses', BIGINT, row => BigInt(row.uses)],
  ['total_us', HUGEINT, row => row.totalDurationUs],
  ['successes', BIGINT, row => BigInt(row.successes)],
  ['failures', BIGINT, row => BigInt(row.failures)],
  ['last_used', BIGINT, row => BigInt(row.lastUsed)],
];

/** `bytes`: of the row in the log. `base_durations`: from there on, durations rows of this run are this execution's. */
const journal: readonly Column<JournalRow>[] = [
  ['start', BIGINT, row => BigInt(row.start)],
  ['timestamp', BIGINT, row => BigInt(rowTimestamp(row.execution))],
  ['completed_ms', BIGINT, row => BigInt(row.execution.completedAt)],
  ['run', BIGINT, row => runOf(row.execution.workflowId)],
  ['pattern', INTEGER, (row, names) => names.idOf(row.execution.patternId)],
  ['title', INTEGER, (row, names) => names.idOf(row.execution.patternName)],
  ['status', VARCHAR, row => row.execution.status],
  ['success', BOOLEAN, row => row.execution.status === 'success'],
  ['duration_us', BIGINT, row => BigInt(row.execution.durationMs) * 1000n],
  ['bucket', SMALLINT, row => bucketOf(row.execution.durationMs * 1000)],
  ['bytes', BIGINT, row => BigInt(row.end - row.start)],
  ['base_durations', BIGINT, row => BigInt(row.base.durations)],
];

const rejected: readonly Column<RejectedLine>[] = [
  ['file', VARCHAR, line => line.file],
  ['start', BIGINT, line => BigInt(line.start)],
  ['line', BIGINT, line => BigInt(line.line)],
  ['text', VARCHAR, line => line.text],
  ['reason', VARCHAR, line => line.reason],
];

const names: readonly Column<{ id: number; name: string }>[] = [
  ['id', INTEGER, ({ id }) => id],
  ['name', VARCHAR, ({ name }) => name],
];

const TABLES = { journal, durations, success_rates, plugin_usage, rejected, names };
export type TableName = LogName | 'rejected' | 'names';
export const TABLE_NAMES = ['journal', 'durations', 'success_rates', 'plugin_usage', 'rejected', 'names'] as const satisfies TableName[];

/** `CREATE TABLE` for a table in a catalog. */
export function createTable(catalog: string, table: TableName): string {
  const columns = TABLES[table].map(([name, type]) => `${name} ${type}`).join(', ');
  return `CREATE TABLE IF NOT EXISTS ${catalog}.${table} (${columns})`;
}

type TableRow = {
  journal: JournalRow;
  durations: DurationsRow;
  success_rates: SuccessRatesRow;
  plugin_usage: PluginUsageRow;
  rejected: RejectedLine;
  names: { id: number; name: string };
};

/** Rows as columns of values, the shape in which DuckDB takes many at once. */
export function columnsOf<Name extends TableName>(
  table: Name,
  rows: readonly TableRow[Name][],
  known: Names,
): { types: DuckDBType[]; values: DuckDBValue[][] } {
  const columns = TABLES[table] as unknown as readonly Column<TableRow[Name]>[];
  return { types: columns.map(([, type]) => type), values: columns.map(([, , value]) => rows.map(row => value(row, known))) };
}

let last = { workflowId: '', run: 0n };

/**
 * 63 bits of a digest of the workflow_id: of ten million runs any two are taken for one with a chance of five in a million. As text
 * they would take five times the room and time. Steps of one run follow each other.
 */
function runOf(workflowId: string): bigint {
  if (last.workflowId === workflowId && last.run !== 0n) return last.run;
  const digest = hash('sha256', workflowId, 'buffer');
  last = { workflowId, run: digest.readBigUInt64BE(0) >> 1n };
  return last.run;
}
