/** The shared logs as programs of other people read them: every row as its columns, the header left out. */
import { execFileSync, spawnSync } from 'node:child_process';
import { DuckDBInstance } from '@duckdb/node-api';
import { PYTHON_FOLDER } from '../../scripts/test-tools.ts';

/** A program that this test needs and what it is called with to see whether it is there. */
function answers(command: string, ...args: string[]): boolean {
  return spawnSync(command, args).status === 0;
}

export const hasPython: boolean = answers('python3', '-c', 'import csv, json');

const MAX_OUTPUT = 64 << 20;

function python(script: string, file: string): string[][] {
  const env = { ...process.env, PYTHONPATH: PYTHON_FOLDER };
  return JSON.parse(execFileSync('python3', ['-c', script, file], { encoding: 'utf8', maxBuffer: MAX_OUTPUT, env })) as string[][];
}

export function readByPython(file: string): string[][] {
  return python(
    `import csv, json, sys
with open(sys.argv[1], encoding='utf-8', newline='') as file:
    json.dump(list(csv.reader(file, strict=True))[1:], sys.stdout)`,
    file,
  );
}

export function readByPandas(file: string): string[][] {
  return python(
    `import json, sys, pandas
json.dump(pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False).values.tolist(), sys.stdout)`,
    file,
  );
}

export async function readByDuckdb(file: string): Promise<string[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const rows = await connection.runAndReadAll(
      // As hexadecimal digits, since the client drops a byte order mark that begins a text.
      `SELECT hex(COLUMNS(*)) FROM read_csv($file, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', new_line = '\\n')`,
      { file },
    );
    return rows.getRows().map(columns => columns.map(value => (value === null ? '' : Buffer.from(String(value), 'hex').toString('utf8'))));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** How many columns awk sees in each row, a comma wherever there is one. */
export function columnsByAwk(file: string): number[] {
  const counts = execFileSync('awk', ['-F,', 'NR > 1 { print NF }', file], { encoding: 'utf8', maxBuffer: MAX_OUTPUT });
  return counts.split('\n').slice(0, -1).map(Number);
}
