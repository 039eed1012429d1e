/** The tables: one a log and one of rejected lines, and how a row of a log becomes a row of its table. */
import { BIGINT, BOOLEAN, type DuckDBType, type DuckDBValue, HUGEINT, VARCHAR } from '@duckdb/node-api';
import type { LogName } from '../../log/log.ts';
import {
  type DurationsRow,
  type JournalRow,
  type PluginUsageRow,
  type RejectedLine,
  rowTimestamp,
  type SuccessRatesRow,
} from '../../record/record.ts';

type Column<Row> = readonly [name: string, type: DuckDBType, value: (row: Row) => DuckDBValue];

/** `start` is the row's position: a question as of a position takes the rows that start before it. Times are whole seconds. */
const durations: readonly Column<DurationsRow>[] = [
  ['start', BIGINT, row => BigInt(row.start)],
  ['timestamp', BIGINT, row => BigInt(row.timestamp)],
  ['workflow_id', VARCHAR, row => row.workflowId],
  ['phase', VARCHAR, row => row.phase],
  ['plugin', VARCHAR, row => row.plugin],
  ['duration_us', BIGINT, row => BigInt(row.durationUs)],
  ['success', BOOLEAN, row => row.success],
];

const success_rates: readonly Column<SuccessRatesRow>[] = [
  ['start', BIGINT, row => BigInt(row.start)],
  ['timestamp', BIGINT, row => BigInt(row.timestamp)],
  ['pattern_id', VARCHAR, row => row.patternId],
  ['pattern_name', VARCHAR, row => row.patternName],
  ['duration_us', BIGINT, row => BigInt(row.durationUs)],
  ['success', BOOLEAN, row => row.success],
];

const plugin_usage: readonly Column<PluginUsageRow>[] = [
  ['start', BIGINT, row => BigInt(row.start)],
  ['timestamp', BIGINT, row => BigInt(row.timestamp)],
  ['plugin', VARCHAR, row => row.plugin],
  ['uses', BIGINT, row => BigInt(row.uses)],
  ['total_us', HUGEINT, row => row.totalDurationUs],
  ['successes', BIGINT, row => BigInt(row.successes)],
  ['failures', BIGINT, row => BigInt(row.failures)],
  ['last_used', BIGINT, row => BigInt(row.lastUsed)],
];

/** `bytes`: of the row in the log. `base_durations`: from there on, durations rows with this workflow_id are this execution's. `chain`: the mark of a position. */
const journal: readonly Column<JournalRow>[] = [
  ['start', BIGINT, row => BigInt(row.start)],
  ['timestamp', BIGINT, row => BigInt(rowTimestamp(row.execution))],
  ['completed_ms', BIGINT, row => BigInt(row.execution.completedAt)],
  ['workflow_id', VARCHAR, row => row.execution.workflowId],
  ['pattern_id', VARCHAR, row => row.execution.patternId],
  ['pattern_name', VARCHAR, row => row.execution.patternName],
  ['status', VARCHAR, row => row.execution.status],
  ['success', BOOLEAN, row => row.execution.status === 'success'],
  ['duration_us', BIGINT, row => BigInt(row.execution.durationMs) * 1000n],
  ['bytes', BIGINT, row => BigInt(row.end - row.start)],
  ['base_durations', BIGINT, row => BigInt(row.base.durations)],
  ['chain', VARCHAR, row => row.chain.slice(16, 24)],
];

const rejected: readonly Column<RejectedLine>[] = [
  ['file', VARCHAR, line => line.file],
  ['start', BIGINT, line => BigInt(line.start)],
  ['line', BIGINT, line => BigInt(line.line)],
  ['text', VARCHAR, line => line.text],
  ['reason', VARCHAR, line => line.reason],
];

const TABLES = { journal, durations, success_rates, plugin_usage, rejected };
export type TableName = LogName | 'rejected';

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
};

/** Rows as columns of values, the shape in which DuckDB takes many at once. */
export function columnsOf<Name extends TableName>(
  table: Name,
  rows: readonly TableRow[Name][],
): { types: DuckDBType[]; values: DuckDBValue[][] } {
  const columns = TABLES[table] as unknown as readonly Column<TableRow[Name]>[];
  return { types: columns.map(([, type]) => type), values: columns.map(([, , value]) => rows.map(value)) };
}

export const TABLE_NAMES = ['journal', 'durations', 'success_rates', 'plugin_usage', 'rejected'] as const satisfies readonly TableName[];
