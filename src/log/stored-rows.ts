/** The rows of the four logs by position, read from their files: for the owner, and for whoever only reads. */
import { MetricsError } from '../errors.ts';
import { type Execution, parseJournalLine, type RejectedLine } from '../record/record.ts';
import { type Decoded, decode, decodeLazily, type NoRow } from './decode.ts';
import { decodeDurations } from './durations-columns.ts';
import type { Files } from './files.ts';
import { decodeJournalColumns } from './journal-columns.ts';
import { formatPosition, LOG_NAMES, type LogName, type Position } from './position.ts';
import { type Part, ReadAhead } from './read-ahead.ts';
import { latestUsage, RunRows, rowRange } from './run-rows.ts';
import type { ColumnStretch, RunStretch, Stretch } from './stretch.ts';
import { decodeSuccessRates } from './success-rates-columns.ts';
import { readLines } from './whole-lines.ts';

type Range = Readonly<{ from: Position; to: Position; maxBytes: number }>;

/** From whole lines that begin at a position to rows, in whatever shape, and to the lines that are none. */
type Decoder<Rows> = (bytes: Buffer, start: number) => { rows: Rows; rejected: NoRow[] };

const LINE_FEED = 10;
/** What one read covers: its rows are parsed in a few milliseconds, and others have their turn before the next. */
const NEAR_BYTES = 64 << 10;
/** Few rows are longer. */
const ROW_BYTES = 4096;

export class StoredRows {
  readonly #files: Files;
  readonly #ahead: ReadAhead;
  readonly #runs = new RunRows();

  /** `ahead`: where columns may be already. */
  constructor(files: Files, ahead = new ReadAhead()) {
    this.#files = files;
    this.#ahead = ahead;
  }

  /** The rows from a position on, up to `to` and at most about `maxBytes` of each log, always at whole lines. */
  read(from: Position, to: Position, maxBytes: number): Promise<Stretch> {
    const decoders = {
      journal: decoder('journal'),
      durations: decoder('durations'),
      success_rates: decoder('success_rates'),
      plugin_usage: decoder('plugin_usage'),
    };
    return this.#readBy(decoders, lastChain, { from, to, maxBytes });
  }

  /** As `read`, for who counts: rows as columns, executions in short. */
  readColumns(from: Position, to: Position, maxBytes: number): Promise<ColumnStretch> {
    const decoders = {
      journal: decodeJournalColumns,
      durations: decodeDurations,
      success_rates: decodeSuccessRates,
      plugin_usage: decoder('plugin_usage'),
    };
    const ahead = {
      journal: this.#ahead.take('journal', from.journal, to.journal),
      success_rates: this.#ahead.take('success_rates', from.success_rates, to.success_rates),
    };
    const end = {
      ...to,
      journal: this.#ahead.until('journal', from.journal, to.journal),
      success_rates: this.#ahead.until('success_rates', from.success_rates, to.success_rates),
    };
    return this.#readBy(decoders, ({ chain }) => chain, { from, to: end, maxBytes }, ahead);
  }

  /** As `read`, for who judges runs. */
  readRuns(from: Position, to: Position, maxBytes: number): Promise<RunStretch> {
    const decoders = {
      journal: withoutRejected((bytes, start) => this.#runs.journal(bytes, start)),
      durations: withoutRejected((bytes, start) => rowRange('durations', bytes, start)),
      success_rates: withoutRejected((bytes, start) => rowRange('success_rates', bytes, start)),
      plugin_usage: withoutRejected(latestUsage),
    };
    return this.#readBy(decoders, lastChain, { from, to, maxBytes });
  }

  /** `chainOf`: the chain of the last row. */
  async #readBy<Journal, Durations, SuccessRates, PluginUsage>(
    decoders: {
      journal: Decoder<Journal>;
      durations: Decoder<Durations>;
      success_rates: Decoder<SuccessRates>;
      plugin_usage: Decoder<PluginUsage>;
    },
    chainOf: (rows: Journal) => string | undefined,
    range: Range,
    ahead: { journal?: Part<Journal> | undefined; success_rates?: Part<SuccessRates> | undefined } = {},
  ) {
    const [journal, durations, success_rates, plugin_usage] = await Promise.all([
      this.#readLog('journal', decoders.journal, range, ahead.journal),
      this.#readLog('durations', decoders.durations, range),
      this.#readLog('success_rates', decoders.success_rates, range, ahead.success_rates),
      this.#readLog('plugin_usage', decoders.plugin_usage, range),
    ]);
    return {
      from: range.from,
      to: {
        journal: journal.end,
        durations: durations.end,
        success_rates: success_rates.end,
        plugin_usage: plugin_usage.end,
        chain: chainOf(journal.rows)?.slice(16, 24) ?? range.from.chain,
      },
      journal: journal.rows,
      durations: durations.rows,
      success_rates: success_rates.rows,
      plugin_usage: plugin_usage.rows,
      rejected: [...journal.rejected, ...durations.rejected, ...success_rates.rejected, ...plugin_usage.rejected],
    };
  }

  async #readLog<Rows>(log: LogName, decoded: Decoder<Rows>, range: Range, ahead?: Part<Rows>) {
    const { rows, rejected, end } = ahead ?? (await this.#readPart(log, decoded, range));
    return { rows, rejected: await this.#place(log, rejected), end };
  }

  async #readPart<Rows>(log: LogName, decoded: Decoder<Rows>, { from, to, maxBytes }: Range): Promise<Part<Rows>> {
    const start = from[log];
    const bytes = start < to[log] ? await readLines(this.#files[log], start, to[log], maxBytes) : Buffer.alloc(0);
    return { ...decoded(bytes, start), start, end: start + bytes.length };
  }

  /** Where a person finds the lines: a number stays the same when the file is archived, and `fileAt` names the file. */
  #place(log: LogName, lines: readonly NoRow[]): Promise<RejectedLine[]> {
    return Promise.all(lines.map(async line => ({ ...line, file: `${log}.log`, line: await this.#files[log].lineNumber(line.start) })));
  }

  /** The executions whose journal rows start at positions, in the same order. Rows that stand near each other are read at once. */
  async executionsAt(starts: readonly number[]): Promise<Execution[]> {
    const { journal } = this.#files;
    const found: Execution[] = [];
    for (const near of neighbourhoods(starts)) {
      const bytes = await journal.read(near.from, Math.min(near.to, journal.end()));
      for (const { start, place } of near.rows) {
        const end = bytes.indexOf(LINE_FEED, start - near.from);
        const line = end === -1 ? await journal.line(start) : bytes.toString('utf8', start - near.from, end);
        found[place] = this.#executionIn(line, start);
      }
    }
    return found;
  }

  #executionIn(line: string | undefined, start: number): Execution {
    const row = parseJournalLine(line ?? '');
    if (typeof row === 'string')
      throw new MetricsError('STORAGE_FAILED', `${this.#files.journal.path}: the row at position ${start} ${row}`);
    return row.execution;
  }

  /** The file that holds a position of a log now, within the directory: `durations.log`, or `archive/2025/durations.log`. */
  fileAt(log: LogName, position: number): string {
    return this.#files[log].fileAt(position);
  }

  /** Throws POSITION_UNKNOWN unless the logs up to `end` reach the position, at the end of a line in each, with its chain. */
  async checkPosition(position: Position, end: Position): Promise<void> {
    const reason = await this.#whyUnknown(position, end);
    if (reason)
      throw new MetricsError('POSITION_UNKNOWN', `these logs do not know position ${formatPosition(position)}: ${reason}`, {
        field: ['asOf'],
      });
  }

  async #whyUnknown(position: Position, end: Position): Promise<string | undefined> {
    for (const log of LOG_NAMES) {
      const at = position[log];
      if (at > end[log]) return `it lies beyond ${log}.log; it belongs to other logs or to a later copy of them`;
      if (at > 0 && (await this.#files[log].read(at - 1, at))[0] !== LINE_FEED) return `it lies inside a line of ${log}.log`;
    }
    const chain = await this.chainBefore(position.journal);
    return chain === position.chain ? undefined : 'journal.log holds another history there';
  }

  /** The mark of the last journal row that ends at or before a position. */
  async chainBefore(end: number): Promise<string> {
    for (let length = 65_536, to = end; to > 0; length *= 8) {
      const start = Math.max(0, end - length);
      const { rows } = decode('journal', afterFirstLine(await this.#files.journal.read(start, to), start === 0), start);
      const last = rows.at(-1);
      if (last) return last.chain.slice(16, 24);
      if (start === 0) break;
    }
    return '00000000';
  }
}

/** What one read covers: bytes between two positions, and the rows that start there, by their places in the order asked for. */
type Neighbourhood = { readonly from: number; to: number; readonly rows: { start: number; place: number }[] };

function neighbourhoods(starts: readonly number[]): Neighbourhood[] {
  const found: Neighbourhood[] = [];
  for (const row of starts.map((start, place) => ({ start, place })).sort((a, b) => a.start - b.start)) {
    const last = found.at(-1);
    const near = last && row.start < last.from + NEAR_BYTES ? last : { from: row.start, to: row.start, rows: [] };
    if (near !== last) found.push(near);
    near.to = row.start + ROW_BYTES;
    near.rows.push(row);
  }
  return found;
}

/** A piece read from the middle of a log begins inside a line, unless it begins the log. */
function afterFirstLine(bytes: Buffer, whole: boolean): Buffer {
  return whole ? bytes : bytes.subarray(bytes.indexOf(LINE_FEED) + 1);
}

function decoder<Name extends LogName>(log: Name): Decoder<Decoded<Name>['rows']> {
  return (bytes, start) => decodeLazily(log, bytes, start);
}

function withoutRejected<Rows>(decoded: (bytes: Buffer, start: number) => Rows): Decoder<Rows> {
  return (bytes, start) => ({ rows: decoded(bytes, start), rejected: [] });
}

function lastChain(rows: readonly { chain: string }[]): string | undefined {
  return rows.at(-1)?.chain;
}
