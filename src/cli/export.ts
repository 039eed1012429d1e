import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Config } from '../config.ts';
import { MetricsError } from '../errors.ts';
import { LogReader, type SharedLog } from '../log/log.ts';
import { type Execution, formatMilliseconds, HEADERS, rowColumns } from '../record/record.ts';
import { progressBar } from './progress.ts';
import { BYTE_ORDER_MARK, spreadsheetCell } from './spreadsheet.ts';

export type ExportName = 'executions' | SharedLog;

export type ExportOptions = Readonly<{ output?: string; force: boolean; forSpreadsheet: boolean }>;

/** What an export has written, and left out: rows, lines that are none, cells that a spreadsheet could not hold. */
type Tally = { rows: number; rejected: number; cut: number };
type Sink = Readonly<{ tally: Tally; progress: (done: number, total: number) => void }>;

/** Writes one log as text, to a file or to standard output, from the logs alone: also beside a running service. */
export async function exportLog(what: ExportName, options: ExportOptions, config: Config): Promise<void> {
  const output = options.output === undefined ? undefined : resolve(options.output);
  if (output !== undefined && !options.force && existsSync(output)) throw alreadyThere(output);
  const reader = await LogReader.open(config.metricsDir);
  const bar = output === undefined ? undefined : progressBar('Exporting', 'bytes');
  const tally: Tally = { rows: 0, rejected: 0, cut: 0 };
  try {
    const text = textOf(what, reader, {
      forSpreadsheet: options.forSpreadsheet,
      tally,
      progress: (done, total) => bar?.update(done, total),
    });
    if (output === undefined) await toStandardOutput(text);
    else await toFile(output, text, options.force);
  } finally {
    bar?.stop();
    await reader.close();
  }
  tell(what, tally, output);
}

function textOf(what: ExportName, reader: LogReader, sink: Sink & { forSpreadsheet: boolean }): AsyncGenerator<string> {
  if (what !== 'executions') return sharedLog(what, reader, sink);
  return sink.forSpreadsheet ? executionsAsCsv(reader, sink) : executionsAsNdjson(reader, sink);
}

// ---------- Executions ----------

async function* executions(reader: LogReader, { tally, progress }: Sink, format: (execution: Execution) => string): AsyncGenerator<string> {
  for await (const { lines, rejected, end } of reader.read('journal')) {
    tally.rows += lines.length;
    tally.rejected += rejected;
    // By the piece: the text of a whole chunk may be too long for a string.
    for (const { row } of lines) yield format(row.execution);
    progress(end, reader.bytes('journal'));
  }
}

/** One `RecordExecutionInput` a line, as `import` takes it. */
function executionsAsNdjson(reader: LogReader, sink: Sink): AsyncGenerator<string> {
  return executions(reader, sink, execution => `${JSON.stringify(inputOf(execution))}\n`);
}

function inputOf({ status, startedAt, completedAt, steps, ...execution }: Execution): object {
  return {
    ...execution,
    status: status.toUpperCase(),
    startedAt: formatMilliseconds(startedAt),
    completedAt: formatMilliseconds(completedAt),
    steps: steps.map(step => ({
      ...step,
      status: step.status.toUpperCase(),
      startedAt: step.startedAt === undefined ? undefined : formatMilliseconds(step.startedAt),
    })),
  };
}

/** The columns of journal.log that say something of the execution. */
const EXECUTION_COLUMNS = HEADERS.journal.split(',').slice(2, -2);

async function* executionsAsCsv(reader: LogReader, sink: Sink): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + lineOf(EXECUTION_COLUMNS, sink.tally);
  yield* executions(reader, sink, execution => lineOf(columnsOf(execution), sink.tally));
}

function columnsOf(execution: Execution): string[] {
  const { executionId, workflowId, patternId, patternName, taskDescription, status, startedAt, completedAt } = execution;
  const { durationMs, errorMessage, filesCreated, notes, steps, attributes } = execution;
  const times = [formatMilliseconds(startedAt), formatMilliseconds(completedAt), String(durationMs)];
  const lists = [JSON.stringify(steps), JSON.stringify(attributes)];
  return [
    executionId,
    workflowId,
    patternId,
    patternName,
    taskDescription,
    status,
    ...times,
    errorMessage,
    String(filesCreated),
    notes,
    ...lists,
  ];
}

// ---------- The shared logs ----------

/** Every row of a shared log as it stands there; lines that are no rows are left out. */
async function* sharedLog(log: SharedLog, reader: LogReader, sink: Sink & { forSpreadsheet: boolean }): AsyncGenerator<string> {
  const { tally, progress, forSpreadsheet } = sink;
  yield forSpreadsheet ? BYTE_ORDER_MARK + lineOf(HEADERS[log].split(','), tally) : `${HEADERS[log]}\n`;
  for await (const { lines, rejected, end } of reader.read(log)) {
    tally.rows += lines.length;
    tally.rejected += rejected;
    for (const { text } of lines) yield forSpreadsheet ? lineOf(rowColumns(log, text) ?? [], tally) : `${text}\n`;
    progress(end, reader.bytes(log));
  }
}

function lineOf(columns: readonly string[], tally: Tally): string {
  const cells = columns.map(spreadsheetCell);
  tally.cut += cells.filter(({ cut }) => cut).length;
  return `${cells.map(({ text }) => text).join(',')}\r\n`;
}

// ---------- Where it goes ----------

async function toStandardOutput(text: AsyncGenerator<string>): Promise<void> {
  await pipeline(Readable.from(inPieces(text), { objectMode: false }), process.stdout, { end: false }).catch(error => {
    // `| head` has seen enough.
    if (error.code !== 'EPIPE') throw error;
  });
}

/** Written aside and put in place whole, so that nobody ever sees half an export. */
async function toFile(output: string, text: AsyncGenerator<string>, force: boolean): Promise<void> {
  const aside = `${output}.${randomUUID()}.part`;
  const handle = await open(aside, 'wx', 0o644);
  try {
    await pipeline(Readable.from(inPieces(text), { objectMode: false }), handle.createWriteStream({ flush: true }));
    if (force) await rename(aside, output);
    else await link(aside, output).catch(error => Promise.reject(error.code === 'EEXIST' ? alreadyThere(output) : error));
  } finally {
    await handle.close().catch(() => undefined);
    await rm(aside, { force: true });
  }
}

const PIECE_LENGTH = 1 << 16;

/** A write for many rows: one for each would be what takes the time. */
async function* inPieces(text: AsyncGenerator<string>): AsyncGenerator<string> {
  let piece = '';
  for await (const part of text) {
    piece += part;
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function alreadyThere(output: string): MetricsError {
  return new MetricsError('BAD_USER_INPUT', `${output} is there already: name another file, or give --force to replace it`);
}

/** On standard error, since standard output may be the export. */
function tell(what: ExportName, { rows, rejected, cut }: Tally, output: string | undefined): void {
  if (output !== undefined || process.stderr.isTTY)
    console.error(`${rows} rows of ${what} exported${output === undefined ? '' : ` to ${output}`}`);
  if (rejected > 0) console.error(`${rejected} lines that are no rows were left out: orchestrator-metrics verify lists them`);
  if (cut > 0)
    console.error(
      `${cut} cells were cut to the 32,767 characters that a spreadsheet holds: export without --for-spreadsheet has all of them`,
    );
}
