/**
 * The executions that have left the graph: `archive/graph/executions.csv` in the metrics directory, a row each, in log order within
 * a pattern. The format is the one that LOAD CSV reads with its own settings (README.md has the statement): RFC 4180, but a backslash
 * between quotes is doubled; a line break in a text is a blank. `steps` holds plugin, step, phase, duration_ms and status of each step, one after the
 * other, parted by commas, which no name contains.
 *
 * What always holds: a row is there once, whatever is killed and however often the graph is built anew; a row is durable before its
 * execution leaves the graph; only a torn last line is ever taken back.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MetricsError, messageOf } from '../../errors.ts';
import { type Execution, formatMilliseconds, quoted, toOneLine } from '../../record/record.ts';

const FILE = join('archive', 'graph', 'executions.csv');
const HEADER =
  'pattern_id,journal_position,execution_id,workflow_id,task_description,status,duration_ms,started_at,completed_at,error_message,steps';

const CHUNK_BYTES = 4 << 20;
const LINE_FEED = 10;
const COMMA = 44;

/** An execution, and where its row starts in journal.log. */
export type PlacedExecution = Readonly<{ start: number; execution: Execution }>;

/** What is known of the file: its handle, and the last row of every pattern by its position. */
type Opened = Readonly<{ handle: FileHandle; last: Map<string, number> }>;

export class GraphArchive {
  readonly #path: string;
  #opened: Promise<Opened> | undefined;
  #failure: MetricsError | undefined;

  /** Opens nothing until it is asked. One process at a time has it: the owner of the directory. */
  constructor(metricsDirectory: string) {
    this.#path = join(metricsDirectory, FILE);
  }

  get path(): string {
    return this.#path;
  }

  /** Whether the execution of a pattern whose row starts there is archived. */
  async has(patternId: string, start: number): Promise<boolean> {
    const { last } = await this.#open();
    return start <= (last.get(patternId) ?? -1);
  }

  /**
   * Appends those that are not there yet, in the order given (log order within a pattern), and syncs them. Throws STORAGE_FAILED; after
   * a failed sync for good, since nobody can say then what the disk holds.
   */
  async append(executions: readonly PlacedExecution[]): Promise<void> {
    const { handle, last } = await this.#open();
    const lines: string[] = [];
    const appended = new Map<string, number>();
    for (const { start, execution } of executions) {
      const { patternId } = execution;
      if (start <= (appended.get(patternId) ?? last.get(patternId) ?? -1)) continue;
      lines.push(`${archiveLine(start, execution)}\n`);
      appended.set(patternId, start);
    }
    if (lines.length === 0) return;
    await this.#write(handle, lines.join(''));
    for (const [patternId, start] of appended) last.set(patternId, start);
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    this.#opened = undefined;
    await opened?.handle.close();
  }

  async #write(handle: FileHandle, text: string): Promise<void> {
    try {
      await handle.appendFile(text);
    } catch (error) {
      // What got in is found, and a torn line taken back, when it is opened again.
      await this.close();
      throw this.#failed(error);
    }
    await handle.datasync().catch(error => {
      this.#failure = this.#failed(error);
      throw this.#failure;
    });
  }

  #open(): Promise<Opened> {
    if (this.#failure) return Promise.reject(this.#failure);
    this.#opened ??= openArchive(this.#path).catch(error => {
      this.#opened = undefined;
      throw this.#failed(error);
    });
    return this.#opened;
  }

  #failed(error: unknown): MetricsError {
    return new MetricsError('STORAGE_FAILED', `${this.#path}: ${messageOf(error)}. Until it can be written nothing leaves the graph`, {
      cause: error,
    });
  }
}

/** The row of an execution. Names stand as they are, since they hold no comma and no quote. */
function archiveLine(start: number, execution: Execution): string {
  const { patternId, executionId, workflowId, taskDescription, status, durationMs, startedAt, completedAt, errorMessage } = execution;
  const steps = execution.steps.map(one => [one.plugin, one.step, one.phase, one.durationMs, one.status].join(','));
  const times = [formatMilliseconds(startedAt), formatMilliseconds(completedAt)];
  return [
    ...[patternId, start, executionId, workflowId, text(taskDescription), status, durationMs],
    ...[...times, text(errorMessage), text(steps.join(','))],
  ].join(',');
}

/** An empty text is nothing, which LOAD CSV reads as null. Between quotes it takes a backslash for an escape. */
function text(value: string): string {
  return value === '' ? '' : quoted(toOneLine(value).replaceAll('\\', '\\\\'));
}

async function openArchive(path: string): Promise<Opened> {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o644);
  try {
    const { last, end } = await readRows(handle);
    if (end < (await handle.stat()).size) await handle.truncate(end);
    if (end === 0) await handle.appendFile(`${HEADER}\n`);
    // A killed process may have left rows that no disk has seen yet, and the folders may be new.
    await handle.sync();
    for (const folder of [dirname(path), dirname(dirname(path)), dirname(dirname(dirname(path)))]) await syncFolder(folder);
    return { handle, last };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The last row of every pattern, and the end of the last whole line; in bytes. */
async function readRows(handle: FileHandle): Promise<{ last: Map<string, number>; end: number }> {
  const last = new Map<string, number>();
  let end = 0;
  let chunk = Buffer.alloc(CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, end);
    const lines = chunk.subarray(0, chunk.subarray(0, bytesRead).lastIndexOf(LINE_FEED) + 1);
    if (lines.length === 0) {
      if (bytesRead < chunk.length) return { last, end };
      chunk = Buffer.alloc(chunk.length * 2);
      continue;
    }
    for (let at = 0; at < lines.length; at = lines.indexOf(LINE_FEED, at) + 1) {
      const first = lines.indexOf(COMMA, at);
      const second = lines.indexOf(COMMA, first + 1);
      const start = Number(lines.toString('latin1', first + 1, second));
      // The header has no number there.
      if (Number.isSafeInteger(start)) last.set(lines.toString('utf8', at, first), start);
    }
    end += lines.length;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  await folder.sync().finally(() => folder.close());
}
