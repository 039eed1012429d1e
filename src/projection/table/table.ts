/**
 * The table projection: the logs' rows in DuckDB, for the questions. In flow stretches of the logs; out flow the answers of
 * SQL over the rows up to a position.
 *
 * What always holds:
 * - The file holds blocks of a log (16,384 rows or more), where they end and the rollups that count them (rollups.ts), written in one
 *   transaction and never updated.
 * - The rows past the last block are in memory, and are read again from the logs at start. Nothing here is canonical: without
 *   its file, or with one of other logs, the table is built anew.
 * - A question as of a position sees exactly the rows that start before it, whatever is appended or sealed meanwhile.
 */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { MetricsError, messageOf } from '../../errors.ts';
import {
  type ColumnStretch,
  type DurationsColumns,
  LOG_NAMES,
  type LogName,
  type Position,
  reaches,
  START,
  type Stretch,
} from '../../log/log.ts';
import type { Projection } from '../projection.ts';
import { chunkOf, durationsChunks, TABLE_NAMES, type TableName } from './columns.ts';
import {
  closeDatabase,
  type Database,
  type DatabaseOptions,
  newDatabase,
  openDatabase,
  type Row,
  readSealed,
  rowsOf,
  writeSealed,
} from './database.ts';
import { Names } from './names.ts';
import { PartList } from './parts.ts';
import { ROLLUP_NAMES } from './rollups.ts';
import { Slots } from './slots.ts';
import { type Sealed, type Sources, sourcesOf } from './sources.ts';

export type { Row } from './database.ts';
export { allPairsOf, mergedPairs, pairsOf, slotOf, totalsOf } from './rollups.ts';
export type { Sources } from './sources.ts';

export type TableOptions = DatabaseOptions &
  Readonly<{
    /** Whether to leave what the file holds and begin anew. */
    anew?: boolean;
    /** Told when the database has become unusable: the position has to be loaded again. */
    onLost?: () => void;
    /** Rows of a log from which on they are sealed into the file. */
    blockRows?: number;
    /** Without as much free space on its disk nothing is sealed, since DuckDB does not survive a checkpoint that finds none. Bytes. */
    roomBytes?: number;
  }>;

const BLOCK_ROWS = 16_384;
/** So many blocks are sealed as one while the logs hold more: each has its own rollups, and pairs look for its runs in all before it. */
const BLOCKS_BEHIND = 32;
const ROOM_BYTES = 64 << 20;
/** Rows handed to DuckDB at once: it blocks the event loop for some 5 ms. */
const CHUNK_ROWS = 2048;
const MAX_QUESTIONS = 8;
const MAX_WAITING = 200;
const INTERRUPT_AGAIN_MS = 100;
const NOTHING = { journal: 0, durations: 0, success_rates: 0, plugin_usage: 0 } as const;

export class Table implements Projection<Stretch | ColumnStretch> {
  readonly name = 'table';
  readonly disposable = true;
  readonly #options: TableOptions;
  readonly #slots = new Slots(MAX_QUESTIONS, MAX_WAITING);
  #instance: DuckDBInstance;
  #writer: DuckDBConnection;
  #idle: DuckDBConnection[] = [];
  /** Ends of what the file holds. */
  #sealed: Sealed = { ...START, names: 0 };
  #parts = new PartList();
  #names = new Names();
  /** Ends of what file and memory hold. */
  #position: Position = START;
  /** Rows in memory past the sealed end. */
  #tailRows: Record<LogName, number> = { ...NOTHING };
  /** Sealed ends that running questions work with: rows in memory below them must stay. */
  readonly #inUse = new Map<symbol, Sealed>();
  /** Ends below which memory holds nothing any more. */
  readonly #dropped: Record<LogName, number> = { ...NOTHING };
  #torn = false;
  #lost = false;

  private constructor(options: TableOptions, { instance, writer }: Database) {
    this.#options = options;
    this.#instance = instance;
    this.#writer = writer;
  }

  /** Opens the file, or makes a new one where there is none, it is damaged, it is of another version, or `anew` says so. */
  static async open(options: TableOptions): Promise<Table> {
    const table = new Table(options, options.anew ? await newDatabase(options) : await openDatabase(options));
    await table.#readFile();
    return table;
  }

  /**
   * After an error that DuckDB calls fatal (a checkpoint on a full disk is one) it answers nothing any more until it is opened
   * again. Where it cannot be, its file is removed, which makes room too, and built anew.
   */
  async #reopen(): Promise<void> {
    await this.#slots.drain();
    this.#closeAll();
    ({ instance: this.#instance, writer: this.#writer } = await openDatabase(this.#options));
    this.#idle = [];
    await this.#readFile();
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

  /** Begins with what the file holds, and nothing in memory. */
  async #readFile(): Promise<void> {
    this.#sealed = await readSealed(this.#writer);
    this.#parts = await PartList.read(this.#writer);
    this.#names = new Names((await rowsOf(this.#writer, 'SELECT name FROM main.names ORDER BY id')).map(({ name }) => String(name)));
    const { names: _, ...position } = this.#sealed;
    this.#position = position;
    this.#tailRows = { ...NOTHING };
    this.#torn = false;
    for (const log of LOG_NAMES) this.#dropped[log] = position[log];
  }

  // ---------- The projection ----------

  async load(): Promise<Position> {
    if (this.#lost) await this.#reopen();
    return this.#position;
  }

  async advance(stretch: Stretch | ColumnStretch, behind = false): Promise<void> {
    await this.#advance(stretch, behind).catch(error => Promise.reject(this.#noticed(error)));
  }

  async #advance(stretch: Stretch | ColumnStretch, behind: boolean): Promise<void> {
    if (this.#torn) await this.#dropBeyond(this.#position);
    this.#torn = true;
    await this.#append('journal', stretch.journal);
    await (isColumns(stretch) ? this.#appendSteps(stretch.durations) : this.#append('durations', stretch.durations));
    await this.#append('success_rates', stretch.success_rates);
    await this.#append('plugin_usage', stretch.plugin_usage);
    await this.#append('rejected', stretch.rejected);
    await this.#append('names', this.#names.fresh());
    this.#names.told();
    this.#torn = false;
    for (const log of LOG_NAMES) this.#tailRows[log] += stretch[log].length;
    this.#position = stretch.to;
    await this.#seal(behind ? BLOCKS_BEHIND : 1);
  }

  async reset(): Promise<void> {
    for (const table of TABLE_NAMES) {
      await this.#writer.run(`DELETE FROM tail.${table}`);
      await this.#writer.run(`DELETE FROM main.${table}`);
    }
    for (const table of [...ROLLUP_NAMES, 'parts', 'sealed']) await this.#writer.run(`DELETE FROM ${table}`);
    await this.#readFile();
  }

  async #append<Name extends TableName>(table: Name, rows: Parameters<typeof chunkOf<Name>>[1]): Promise<void> {
    if (rows.length > 0) await this.#appendChunks(table, rowChunks(table, rows, this.#names));
  }

  async #appendSteps(columns: DurationsColumns): Promise<void> {
    if (columns.length > 0) await this.#appendChunks('durations', durationsChunks(columns, CHUNK_ROWS, this.#names));
  }

  async #appendChunks(table: TableName, chunks: Iterable<DuckDBDataChunk>): Promise<void> {
    const appender = await this.#writer.createAppender(table, 'main', 'tail');
    for (const chunk of chunks) {
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
    await this.#writer.run(`DELETE FROM tail.names WHERE id >= ${this.#names.size - this.#names.fresh().length}`);
  }

  /** Moves blocks from memory to the file: first written with their ends, then no longer read from memory, then dropped there. */
  async #seal(blocks: number): Promise<void> {
    const blockRows = blocks * (this.#options.blockRows ?? BLOCK_ROWS);
    const full = LOG_NAMES.filter(log => this.#tailRows[log] >= blockRows);
    if (full.length > 0 && (await this.#hasRoom())) for (const log of full) await this.#sealLog(log);
    const oldest = [this.#sealed, ...this.#inUse.values()];
    for (const log of LOG_NAMES) {
      const end = Math.min(...oldest.map(sealed => sealed[log]));
      if (end > this.#dropped[log]) await this.#dropBelow(log, end);
    }
    // What was dropped keeps its memory until then.
    if (full.length > 0) await this.#writer.run('CHECKPOINT tail');
  }

  /** Where there is none the rows stay in memory, and are sealed with later ones. */
  async #hasRoom(): Promise<boolean> {
    const { bavail, bsize } = await statfs(dirname(this.#options.path));
    return bavail * bsize >= (this.#options.roomBytes ?? ROOM_BYTES);
  }

  async #sealLog(log: LogName): Promise<void> {
    const chain = log === 'journal' ? this.#position.chain : this.#sealed.chain;
    const sealed: Sealed = { ...this.#sealed, [log]: this.#position[log], chain, names: this.#names.size };
    const stretch = `start >= ${this.#sealed[log]} AND start < ${sealed[log]}`;
    await this.#writer.run('BEGIN');
    let told: () => void;
    try {
      await this.#writer.run(`INSERT INTO ${log} FROM tail.${log} WHERE ${stretch}`);
      await this.#writer.run(`INSERT INTO rejected FROM tail.rejected WHERE file = '${log}.log' AND ${stretch} ORDER BY start`);
      await this.#writer.run(`INSERT INTO names FROM tail.names WHERE id >= ${this.#sealed.names} ORDER BY id`);
      told = await this.#parts.write(this.#writer, log, { from: this.#sealed[log], sealed });
      await writeSealed(this.#writer, sealed);
      await this.#writer.run('COMMIT');
    } catch (error) {
      await this.#writer.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
    told();
    this.#sealed = sealed;
    this.#tailRows[log] = 0;
  }

  /** Names stay in memory as well: they are few, and the next start begins without them. */
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
        const { sql, values } = question(sourcesOf(this.#sealed, this.#parts.byRollup, asOf));
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
    closeDatabase({ instance: this.#instance, writer: this.#writer });
  }
}

function isColumns(stretch: Stretch | ColumnStretch): stretch is ColumnStretch {
  return 'workflowIds' in stretch.durations;
}

function* rowChunks<Name extends TableName>(
  table: Name,
  rows: Parameters<typeof chunkOf<Name>>[1],
  names: Names,
): Generator<DuckDBDataChunk> {
  for (let at = 0; at < rows.length; at += CHUNK_ROWS) yield chunkOf(table, rows.slice(at, at + CHUNK_ROWS), names);
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
