/** The DuckDB database of the table: `main` in the file, `tail` in memory. */
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { messageOf } from '../../errors.ts';
import { LOG_NAMES, START } from '../../log/log.ts';
import type { Logger } from '../../logger.ts';
import { createTable, TABLE_NAMES } from './columns.ts';
import { ROLLUP_NAMES, ROLLUPS } from './rollups.ts';
import type { Sealed } from './sources.ts';

export type DatabaseOptions = Readonly<{
  /** The database file; its folder is created. */
  path: string;
  logger: Logger;
  /** Of DuckDB, in MB; the index of ten million steps is built and asked as fast with half of 512. */
  memoryMb?: number;
}>;

export type Database = Readonly<{ instance: DuckDBInstance; writer: DuckDBConnection }>;

/** A row of an answer. Counts and sums of BIGINT and HUGEINT are bigint. */
export type Row = Readonly<Record<string, DuckDBValue>>;

/** Changes whenever the tables do: a file of another version is built anew. */
const VERSION = 5;

/** What the file holds; where it cannot be read, a new one. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  await mkdir(dirname(options.path), { recursive: true });
  return open(options).catch(async error => {
    if (messageOf(error).includes('Could not set lock')) throw error;
    options.logger.warn({ reason: messageOf(error) }, 'the index could not be opened and is built anew');
    await remove(options.path);
    return open(options);
  });
}

/** A new one. Opens what there is first, since another process may hold it. */
export async function newDatabase(options: DatabaseOptions): Promise<Database> {
  closeDatabase(await openDatabase(options));
  await remove(options.path);
  return openDatabase(options);
}

export function closeDatabase({ instance, writer }: Database): void {
  writer.closeSync();
  instance.closeSync();
}

async function open({ path, memoryMb = 256 }: DatabaseOptions): Promise<Database> {
  const instance = await DuckDBInstance.create(path, {
    memory_limit: `${memoryMb}MB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    max_temp_directory_size: '2GB',
    // Counts by plugin and bucket of the sketch fit into arrays, which is several times faster than hashing: up to 2^20 of them.
    perfect_ht_threshold: '20',
  });
  const writer = await instance.connect();
  try {
    await createTables(writer);
    return { instance, writer };
  } catch (error) {
    closeDatabase({ instance, writer });
    throw error;
  }
}

async function createTables(writer: DuckDBConnection): Promise<void> {
  await writer.run('CREATE TABLE IF NOT EXISTS version (version INTEGER)');
  const [row] = await rowsOf(writer, 'SELECT version FROM version');
  if (row && row['version'] !== VERSION) throw new Error(`it is of version ${row['version']}, this program’s is ${VERSION}`);
  if (!row) await writer.run(`INSERT INTO version VALUES (${VERSION})`);
  await writer.run(`ATTACH ':memory:' AS tail`);
  for (const table of TABLE_NAMES) {
    await writer.run(createTable('main', table));
    await writer.run(createTable('tail', table));
  }
  await writer.run(`CREATE TABLE IF NOT EXISTS sealed (${LOG_NAMES.map(log => `${log} BIGINT`).join(', ')}, chain VARCHAR, names INTEGER)`);
  await writer.run('CREATE TABLE IF NOT EXISTS parts (rollup VARCHAR, since BIGINT, until BIGINT, size BIGINT)');
  for (const name of ROLLUP_NAMES)
    await writer.run(`CREATE TABLE IF NOT EXISTS ${name} (since BIGINT, until BIGINT, ${ROLLUPS[name].columns})`);
}

async function remove(path: string): Promise<void> {
  await Promise.all([rm(path, { force: true }), rm(`${path}.wal`, { force: true })]);
}

export async function rowsOf(connection: DuckDBConnection, sql: string, values?: DuckDBValue[]): Promise<Row[]> {
  const reader = await connection.runAndReadAll(sql, values);
  return reader.getRowObjects();
}

/** What the file holds. */
export async function readSealed(writer: DuckDBConnection): Promise<Sealed> {
  const [row] = await rowsOf(writer, 'SELECT * FROM sealed');
  if (!row) return { ...START, names: 0 };
  const end = (log: string) => Number(row[log]);
  return {
    journal: end('journal'),
    durations: end('durations'),
    success_rates: end('success_rates'),
    plugin_usage: end('plugin_usage'),
    chain: String(row['chain']),
    names: Number(row['names']),
  };
}

/** Within the transaction of what it says. */
export async function writeSealed(writer: DuckDBConnection, sealed: Sealed): Promise<void> {
  await writer.run('DELETE FROM sealed');
  await writer.run(`INSERT INTO sealed VALUES (${LOG_NAMES.map(log => sealed[log]).join(', ')}, '${sealed.chain}', ${sealed.names})`);
}
