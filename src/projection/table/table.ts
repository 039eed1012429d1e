/**
 * The table projection: the logs' rows in DuckDB, for the questions. In flow stretches of the logs; out flow the answers of
 * SQL over the rows up to a position.
 *
 * What always holds:
 * - The file holds whole blocks of a log (65,536 rows) and where they end, written in one transaction and never updated.
 * - The rows past the last block are in memory, and are read again from the logs at start. Nothing here is canonical: without
 *   its file, or with one of other logs, the table is built anew.
 * - A question as of a position sees exactly the rows that start before it, whatever is appended or sealed meanwhile.
 */
import { mkdir, rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DuckDBConnection, DuckDBDataChunk, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { MetricsError, messageOf } from '../../errors.ts';
import { LOG_NAMES, type LogName, type Position, reaches, START, type Stretch } from '../../log/log.ts';
import type { Logger } from '../../logger.ts';
import type { Projection } from '../projection.ts';
import { columnsOf, createTable, TABLE_NAMES, type TableName } from './columns.ts';
import { Slots } from './slots.ts';

export type TableOptions = Readonly<{
  /** The database file; its folder is created. */
  path: string;
  logger: Logger;
  /** Whether to leave what the file holds and begin anew. */
  anew?: boolean;
  /** Told when the database has become unusable: the position has to be loaded again. */
  onLost?: () => void;
  /** Of DuckDB, in MB. */
  memoryMb?: number;
  /** Rows of a log that are sealed into the file at once. */
  blockRows?: number;
  /** Without as much free space on its disk nothing is sealed, since DuckDB does not survive a checkpoint that finds none. Bytes. */
  roomBytes?: number;
}>;

/** A row of an answer. Counts and sums of BIGINT and HUGEINT are bigint. */
export type Row = Readonly<Record<string, DuckDBValue>>;

/** Changes whenever the tables do: a file of another version is built anew. */
const VERSION = 2;
const BLOCK_ROWS = 65_536;
const ROOM_BYTES = 64 << 20;
/** Rows handed to DuckDB at once: it blocks the event loop for some 5 ms. */
const CHUNK_ROWS = 2048;
const MAX_QUESTIONS = 8;
const MAX_WAITING = 200;
const INTERRUPT_AGAIN_MS = 100;

export class Table implements Projection {
  readonly name = 'table';
  readonly disposable = true;
  readonly #options: TableOptions;
  readonly #slots = new Slots(MAX_QUESTIONS, MAX_WAITING);
  #instance: DuckDBInstance;
  #writer: DuckDBConnection;
  #idle: DuckDBConnection[] = [];
  /** Ends of what the file holds. */
  #sealed: Position = START;
  /** Ends of what file and memory hold. */
  #position: Position = START;
  /** Rows in memory past the sealed end. */
  #tailRows: Record<LogName, number> = { journal: 0, durations: 0, success_rates: 0, plugin_usage: 0 };
  /** Sealed ends that running questions work with: rows in memory below them must stay. */
  readonly #inUse = new Map<symbol, Position>();
  /** Ends below which memory holds nothing any more. */
  readonly #dropped: Record<LogName, number> = { journal: 0, durations: 0, success_rates: 0, plugin_usage: 0 };
  #torn = false;
  #lost = false;

  private constructor(options: TableOptions, instance: DuckDBInstance, writer: DuckDBConnection) {
    this.#options = options;
    this.#instance = instance;
    this.#writer = writer;
  }

  /** Opens the file, or makes a new one where there is none, it is damaged, it is of another version, or `anew` says so. */
  static async open(options: TableOptions): Promise<Table> {
    await mkdir(dirname(options.path), { recursive: true });
    const { instance, writer } = options.anew ? await newDatabase(options) : await existingDatabase(options);
    const table = new Table(options, instance, writer);
    await table.#readSealed();
    return table;
  }

  /**
   * After an error that DuckDB calls fatal (a checkpoint on a full disk is one) it answers nothing any more until it is opened
   * again. Where it cannot be, its file is removed, which makes room too, and built anew.
   */
  async #reopen(): Promise<void> {
    await this.#slots.drain();
    this.#closeAll();
    const { instance, writer } = await existingDatabase(this.#options);
    [this.#instance, this.#writer, this.#idle] = [instance, writer, []];
    this.#sealed = START;
    this.#tailRows = { journal: 0, durations: 0, success_rates: 0, plugin_usage: 0 };
    this.#torn = false;
    await this.#readSealed();
    this.#lost = false;
  }

  /** Notices that the database is lost; answers the error for whoever met it. */
  #noticed(error: unknown): unknown {
    if (!/^FATAL|database has been invalidated/.test(messageOf(error))) return error;
    if (!this.#lost) {
      this.#options.logger.error({ reason: messageOf(error) }, 'the index has become unusable and is opened again');
      this.#lost = true;
      this.#options.onLost?.();
    }
    return new MetricsError('OVERLOADED', 'the index is being opened again: ask again in a moment', { cause: error });
  }

  async #readSealed(): Promise<void> {
    const [row] = await rowsOf(this.#writer, 'SELECT * FROM sealed');
    if (row) {
      const [journal, durations, success_rates, plugin_usage] = LOG_NAMES.map(log => Number(row[log]));
      this.#sealed = {
        journal: journal ?? 0,
        durations: durations ?? 0,
        success_rates: success_rates ?? 0,
        plugin_usage: plugin_usage ?? 0,
        chain: String(row['chain']),
      };
    }
    this.#position = this.#sealed;
    for (const log of LOG_NAMES) this.#dropped[log] = this.#sealed[log];
  }

  // ---------- The projection ----------

  async load(): Promise<Position> {
    if (this.#lost) await this.#reopen();
    return this.#position;
  }

  async advance(stretch: Stretch): Promise<void> {
    await this.#advance(stretch).catch(error => Promise.reject(this.#noticed(error)));
  }

  async #advance(stretch: Stretch): Promise<void> {
    if (this.#torn) await this.#dropBeyond(this.#position);
    this.#torn = true;
    for (const log of LOG_NAMES) await this.#append(log, stretch[log]);
    await this.#append('rejected', stretch.rejected);
    this.#torn = false;
    for (const log of LOG_NAMES) this.#tailRows[log] += stretch[log].length;
    this.#position = stretch.to;
    await this.#seal();
  }

  async reset(): Promise<void> {
    for (const table of TABLE_NAMES) {
      await this.#writer.run(`DELETE FROM tail.${table}`);
      await this.#writer.run(`DELETE FROM main.${table}`);
    }
    await this.#writer.run('DELETE FROM sealed');
    this.#sealed = START;
    this.#position = START;
    for (const log of LOG_NAMES) this.#dropped[log] = 0;
    this.#tailRows = { journal: 0, durations: 0, success_rates: 0, plugin_usage: 0 };
  }

  async #append<Name extends TableName>(table: Name, rows: Parameters<typeof columnsOf<Name>>[1]): Promise<void> {
    if (rows.length === 0) return;
    const appender = await this.#writer.createAppender(table, 'main', 'tail');
    for (let at = 0; at < rows.length; at += CHUNK_ROWS) {
      const { types, values } = columnsOf(table, rows.slice(at, at + CHUNK_ROWS));
      const chunk = DuckDBDataChunk.create(types, values[0]?.length ?? 0);
      for (const [index, column] of values.entries()) chunk.setColumnValues(index, column);
      appender.appendDataChunk(chunk);
      await new Promise(resolve => setImmediate(resolve));
    }
    appender.closeSync();
  }

  /** After an append that broke off, so that trying again doubles nothing. */
  async #dropBeyond(position: Position): Promise<void> {
    for (const log of LOG_NAMES) {
      await this.#writer.run(`DELETE FROM tail.${log} WHERE start >= ${position[log]}`);
      await this.#writer.run(`DELETE FROM tail.rejected WHERE file = '${log}.log' AND start >= ${position[log]}`);
    }
  }

  /** Moves whole blocks from memory to the file: first written with their ends, then no longer read from memory, then dropped there. */
  async #seal(): Promise<void> {
    const blockRows = this.#options.blockRows ?? BLOCK_ROWS;
    const full = LOG_NAMES.filter(log => this.#tailRows[log] >= blockRows);
    if (full.length > 0 && (await this.#hasRoom())) {
      for (const log of full) await this.#sealLog(log, Math.floor(this.#tailRows[log] / blockRows) * blockRows);
    }
    const oldest = [this.#sealed, ...this.#inUse.values()];
    for (const log of LOG_NAMES) {
      const end = Math.min(...oldest.map(position => position[log]));
      if (end > this.#dropped[log]) await this.#dropBelow(log, end);
    }
  }

  /** Where there is none the rows stay in memory, and are sealed with later ones. */
  async #hasRoom(): Promise<boolean> {
    const { bavail, bsize } = await statfs(dirname(this.#options.path));
    return bavail * bsize >= (this.#options.roomBytes ?? ROOM_BYTES);
  }

  async #sealLog(log: LogName, rows: number): Promise<void> {
    const start = this.#sealed[log];
    const [next] = await rowsOf(
      this.#writer,
      `SELECT start FROM tail.${log} WHERE start >= ${start} ORDER BY start LIMIT 1 OFFSET ${rows}`,
    );
    const end = next ? Number(next['start']) : this.#position[log];
    const sealed = { ...this.#sealed, [log]: end };
    if (log === 'journal') {
      const [last] = await rowsOf(this.#writer, `SELECT chain FROM tail.journal WHERE start < ${end} ORDER BY start DESC LIMIT 1`);
      sealed.chain = String(last?.['chain'] ?? START.chain);
    }
    await this.#writer.run('BEGIN');
    try {
      const stretch = `start >= ${start} AND start < ${end}`;
      await this.#writer.run(`INSERT INTO ${log} SELECT * FROM tail.${log} WHERE ${stretch} ORDER BY start`);
      await this.#writer.run(`INSERT INTO rejected SELECT * FROM tail.rejected WHERE file = '${log}.log' AND ${stretch} ORDER BY start`);
      await this.#writer.run('DELETE FROM sealed');
      await this.#writer.run(`INSERT INTO sealed VALUES (${LOG_NAMES.map(name => sealed[name]).join(', ')}, '${sealed.chain}')`);
      await this.#writer.run('COMMIT');
    } catch (error) {
      await this.#writer.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
    this.#sealed = sealed;
    this.#tailRows[log] -= rows;
  }

  async #dropBelow(log: LogName, end: number): Promise<void> {
    await this.#writer.run(`DELETE FROM tail.${log} WHERE start < ${end}`);
    await this.#writer.run(`DELETE FROM tail.rejected WHERE file = '${log}.log' AND start < ${end}`);
    this.#dropped[log] = end;
  }

  // ---------- Questions ----------

  /**
   * Runs a question over the rows up to `asOf`, which the table must have reached. `sql` is handed the sources of the tables:
   * subqueries that hold just those rows. Values go as parameters, never into the text. OVERLOADED when too many wait, or when
   * its turn takes longer than `timeoutMs` to come; TIMEOUT, and an end of the work in DuckDB, after `timeoutMs` of it or when
   * `signal` is aborted.
   */
  async ask(
    asOf: Position,
    question: (source: Sources) => { sql: string; values?: DuckDBValue[] },
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Row[]> {
    return this.#slots.use(timeoutMs, async () => {
      if (signal?.aborted) throw abandoned();
      if (this.#lost || !reaches(this.#position, asOf))
        throw new MetricsError('OVERLOADED', 'the index is being built: ask again in a moment');
      const connection = this.#idle.pop() ?? (await this.#instance.connect());
      const token = Symbol('question');
      this.#inUse.set(token, this.#sealed);
      try {
        const { sql, values } = question(sourcesOf(this.#sealed, asOf));
        return await inSnapshot(connection, () => withAlarm(connection, { timeoutMs, signal }, () => rowsOf(connection, sql, values)));
      } catch (error) {
        throw this.#noticed(error);
      } finally {
        this.#idle.push(connection);
        this.#inUse.delete(token);
      }
    });
  }

  async close(): Promise<void> {
    await this.#slots.drain();
    this.#closeAll();
  }

  #closeAll(): void {
    for (const connection of this.#idle) connection.closeSync();
    this.#writer.closeSync();
    this.#instance.closeSync();
  }
}

/** For each table a subquery of its rows up to a position. */
export type Sources = Readonly<Record<TableName, string>>;

function sourcesOf(sealed: Position, asOf: Position): Sources {
  const source = (log: LogName) => {
    const end = asOf[log];
    return `(SELECT * FROM main.${log} WHERE start < ${Math.min(end, sealed[log])} UNION ALL SELECT * FROM tail.${log} WHERE start >= ${sealed[log]} AND start < ${end})`;
  };
  const rejected = LOG_NAMES.map(log => {
    const file = `file = '${log}.log'`;
    return `SELECT * FROM main.rejected WHERE ${file} AND start < ${Math.min(asOf[log], sealed[log])} UNION ALL SELECT * FROM tail.rejected WHERE ${file} AND start >= ${sealed[log]} AND start < ${asOf[log]}`;
  });
  return {
    journal: source('journal'),
    durations: source('durations'),
    success_rates: source('success_rates'),
    plugin_usage: source('plugin_usage'),
    rejected: `(${rejected.join(' UNION ALL ')})`,
  };
}

/**
 * A statement is planned and run in one transaction. Left to itself DuckDB plans a statement with values in a transaction of its
 * own, leaves out a condition that holds for all rows of that moment (`start < end`), and then runs it over later rows as well.
 */
async function inSnapshot<Result>(connection: DuckDBConnection, work: () => Promise<Result>): Promise<Result> {
  await connection.run('BEGIN TRANSACTION READ ONLY');
  try {
    return await work();
  } finally {
    await connection.run('ROLLBACK').catch(() => undefined);
  }
}

type Alarm = Readonly<{ timeoutMs: number; signal: AbortSignal | undefined }>;

/**
 * Ends work in DuckDB that takes longer, or that nobody waits for any more, with TIMEOUT. It interrupts again and again: a
 * statement that still waits for a thread does not hear it.
 */
async function withAlarm<Result>(connection: DuckDBConnection, { timeoutMs, signal }: Alarm, work: () => Promise<Result>): Promise<Result> {
  const interrupt = () => {
    connection.interrupt();
    clearTimeout(timer);
    timer = setTimeout(interrupt, INTERRUPT_AGAIN_MS);
  };
  let timer = setTimeout(interrupt, timeoutMs);
  signal?.addEventListener('abort', interrupt);
  try {
    if (signal?.aborted) throw abandoned();
    return await work();
  } catch (error) {
    if (!messageOf(error).startsWith('INTERRUPT')) throw error;
    if (signal?.aborted) throw abandoned();
    throw new MetricsError(
      'TIMEOUT',
      `the question took longer than ${timeoutMs} ms: ask about a shorter window or fewer patterns and plugins`,
      { cause: error },
    );
  } finally {
    signal?.removeEventListener('abort', interrupt);
    clearTimeout(timer);
  }
}

function abandoned(): MetricsError {
  return new MetricsError('TIMEOUT', 'the question was abandoned: its caller went away');
}

async function rowsOf(connection: DuckDBConnection, sql: string, values?: DuckDBValue[]): Promise<Row[]> {
  const reader = await connection.runAndReadAll(sql, values);
  return reader.getRowObjects();
}

type Database = { instance: DuckDBInstance; writer: DuckDBConnection };

/** What the file holds; where it cannot be read, a new one. */
async function existingDatabase(options: TableOptions): Promise<Database> {
  return openDatabase(options).catch(async error => {
    if (messageOf(error).includes('Could not set lock')) throw error;
    options.logger.warn({ reason: messageOf(error) }, 'the index could not be opened and is built anew');
    await removeDatabase(options.path);
    return openDatabase(options);
  });
}

/** Opens what there is first, since another process may hold it. */
async function newDatabase(options: TableOptions): Promise<Database> {
  const { instance, writer } = await existingDatabase(options);
  writer.closeSync();
  instance.closeSync();
  await removeDatabase(options.path);
  return openDatabase(options);
}

async function openDatabase({ path, memoryMb = 512 }: TableOptions): Promise<Database> {
  const instance = await DuckDBInstance.create(path, {
    memory_limit: `${memoryMb}MB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const writer = await instance.connect();
  try {
    await writer.run('CREATE TABLE IF NOT EXISTS version (version INTEGER)');
    const [row] = await rowsOf(writer, 'SELECT version FROM version');
    if (row && row['version'] !== VERSION) throw new Error(`it is of version ${row['version']}, this program’s is ${VERSION}`);
    if (!row) await writer.run(`INSERT INTO version VALUES (${VERSION})`);
    await writer.run(`CREATE TABLE IF NOT EXISTS sealed (${LOG_NAMES.map(log => `${log} BIGINT`).join(', ')}, chain VARCHAR)`);
    await writer.run(`ATTACH ':memory:' AS tail`);
    for (const table of TABLE_NAMES) {
      await writer.run(createTable('main', table));
      await writer.run(createTable('tail', table));
    }
    return { instance, writer };
  } catch (error) {
    writer.closeSync();
    instance.closeSync();
    throw error;
  }
}

async function removeDatabase(path: string): Promise<void> {
  await Promise.all([rm(path, { force: true }), rm(`${path}.wal`, { force: true })]);
}
