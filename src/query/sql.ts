import { type DuckDBValue, listValue } from '@duckdb/node-api';

/** The values of a statement: what a client sent goes beside the text of SQL, never into it. */
export class Params {
  readonly values: DuckDBValue[] = [];

  /** Answers the placeholder for a value. */
  add(value: DuckDBValue): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** A condition: the column is one of the texts. */
  isIn(column: string, texts: readonly string[]): string {
    return texts.length === 0 ? 'false' : `${column} IN (SELECT unnest(${this.add(listValue([...texts]))}::VARCHAR[]))`;
  }
}

/** All of the conditions; true where there are none. */
export function all(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : conditions.map(condition => `(${condition})`).join(' AND ');
}

/**
 * The rows with the `place` (from 0) of the last of these starts that is not above their column's value. Starts ascend; a row below
 * the first falls out.
 */
export function placed(rows: string, column: string, starts: readonly number[], params: Params): string {
  const list = `${params.add(listValue(starts.map(BigInt)))}::BIGINT[]`;
  return `(SELECT r.*, s.place FROM ${rows} r
    ASOF JOIN (SELECT unnest(list) AS begin, generate_subscripts(list, 1) - 1 AS place FROM (SELECT ${list} AS list)) s ON r.${column} >= s.begin)`;
}
