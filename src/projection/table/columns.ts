/** The tables: one a log, one of rejected lines and one of names, and how a row of a log becomes a row of its table. */
import { hash } from 'node:crypto';
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  HUGEINT,
  INTEGER,
  SMALLINT,
  VARCHAR,
} from '@duckdb/node-api';
import type { DurationsColumns, LogName } from '../../log/log.ts';
import {
  type DurationsRow,
  type JournalOutline,
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
  ['start', BIGINT, row => row.start],
  ['timestamp', BIGINT, row => row.timestamp],
  ['run', BIGINT, row => runOf(row.workflowId)],
  ['phase', INTEGER, (row, names) => names.idOf(row.phase)],
  ['plugin', INTEGER, (row, names) => names.idOf(row.plugin)],
  ['duration_us', BIGINT, row => row.durationUs],
  ['bucket', SMALLINT, row => bucketOf(row.durationUs)],
  ['success', BOOLEAN, row => row.success],
];

const success_rates: readonly Column<SuccessRatesRow>[] = [
  ['start', BIGINT, row => row.start],
  ['timestamp', BIGINT, row => row.timestamp],
  ['pattern', INTEGER, (row, names) => names.idOf(row.patternId)],
  ['title', INTEGER, (row, names) => names.idOf(row.patternName)],
  ['duration_us', BIGINT, row => row.durationUs],
  ['bucket', SMALLINT, row => bucketOf(row.durationUs)],
  ['success', BOOLEAN, row => row.success],
];

const plugin_usage: readonly Column<PluginUsageRow>[] = [
  ['start', BIGINT, row => row.start],
  ['timestamp', BIGINT, row => row.timestamp],
  ['plugin', INTEGER, (row, names) => names.idOf(row.plugin)],
  ['uses', BIGINT, row => row.uses],
  ['total_us', HUGEINT, row => row.totalDurationUs],
  ['successes', BIGINT, row => row.successes],
  ['failures', BIGINT, row => row.failures],
  ['last_used', BIGINT, row => row.lastUsed],
];

/** `bytes`: of the row in the log. `base_durations`: from there on, durations rows of this run are this execution's. */
const journal: readonly Column<JournalOutline>[] = [
  ['start', BIGINT, row => row.start],
  ['timestamp', BIGINT, row => rowTimestamp(row.execution)],
  ['completed_ms', BIGINT, row => row.execution.completedAt],
  ['run', BIGINT, row => runOf(row.execution.workflowId)],
  ['pattern', INTEGER, (row, names) => names.idOf(row.execution.patternId)],
  ['title', INTEGER, (row, names) => names.idOf(row.execution.patternName)],
  ['status', VARCHAR, row => row.execution.status],
  ['success', BOOLEAN, row => row.execution.status === 'success'],
  ['duration_us', BIGINT, row => row.execution.durationMs * 1000],
  ['bucket', SMALLINT, row => bucketOf(row.execution.durationMs * 1000)],
  ['bytes', BIGINT, row => row.end - row.start],
  ['base_durations', BIGINT, row => row.base.durations],
];

const rejected: readonly Column<RejectedLine>[] = [
  ['file', VARCHAR, line => line.file],
  ['start', BIGINT, line => line.start],
  ['line', BIGINT, line => line.line],
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
  journal: JournalOutline;
  durations: DurationsRow;
  success_rates: SuccessRatesRow;
  plugin_usage: PluginUsageRow;
  rejected: RejectedLine;
  names: { id: number; name: string };
};

/** Values of a column, one a row. */
type Values = ArrayLike<DuckDBValue>;

/** Rows as DuckDB takes many at once; at most as many as one of its vectors holds. */
export function chunkOf<Name extends TableName>(table: Name, rows: readonly TableRow[Name][], known: Names): DuckDBDataChunk {
  const columns = TABLES[table] as unknown as readonly Column<TableRow[Name]>[];
  return filled(
    columns.map(([, type]) => type),
    columns.map(([, , value]) => rows.map(row => value(row, known))),
  );
}

/** The steps of columns, a chunk after the other; texts become ids once for all. */
export function* durationsChunks(columns: DurationsColumns, chunkRows: number, known: Names): Generator<DuckDBDataChunk> {
  const types = durations.map(([, type]) => type);
  const ids = (texts: readonly string[]) => texts.map(text => known.idOf(text));
  const [phases, plugins, runs] = [ids(columns.phases), ids(columns.plugins), columns.workflowIds.map(runOf)];
  for (let from = 0; from < columns.length; from += chunkRows) {
    const to = Math.min(from + chunkRows, columns.length);
    const durationUs = columns.durationUs.subarray(from, to);
    yield filled(types, [
      columns.start.subarray(from, to),
      columns.timestamp.subarray(from, to),
      Array.from(columns.workflow.subarray(from, to), place => runs[place] ?? null),
      Array.from(columns.phase.subarray(from, to), place => phases[place] ?? null),
      Array.from(columns.plugin.subarray(from, to), place => plugins[place] ?? null),
      durationUs,
      Array.from(durationUs, bucketOf),
      Array.from(columns.success.subarray(from, to), Boolean),
    ]);
  }
}

function filled(types: readonly DuckDBType[], values: readonly Values[]): DuckDBDataChunk {
  const handed = types.map((type, index) => handedAs(type, values[index]?.[0]));
  const chunk = DuckDBDataChunk.create(handed, values[0]?.length ?? 0);
  for (const [index, column] of values.entries()) chunk.setColumnValues(index, column as readonly DuckDBValue[]);
  return chunk;
}

/** Whole numbers go as DOUBLE, which holds them exactly up to 2^53 and DuckDB turns into BIGINT: a BigInt each takes three times the time. */
function handedAs(type: DuckDBType, value: DuckDBValue | undefined): DuckDBType {
  return type === BIGINT && typeof value === 'number' ? DOUBLE : type;
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
