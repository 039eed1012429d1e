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
