import type { DuckDBValue } from '@duckdb/node-api';
import type { Position } from '../log/log.ts';
import type { Row, Sources } from '../projection/table/table.ts';

/** Runs one statement over the tables' rows up to a position. */
export type Ask = (asOf: Position, question: (source: Sources) => { sql: string; values?: DuckDBValue[] }) => Promise<Row[]>;
