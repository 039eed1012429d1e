/** Rows of journal.log in short, as columns: for who counts them by the million and needs no object of each. */
import { type Base, chainBefore, EXECUTION_STATUSES, type JournalOutline, type JournalRow, OutlineReader } from '../record/record.ts';
import { ByteDictionary } from './byte-dictionary.ts';
import { decodeLazily, type NoRow } from './decode.ts';
import { type TextList, textListOf } from './text-list.ts';
import { type LineReader, readUsualLines } from './usual-lines.ts';

/** Columns of the same length. Of the patterns there is the place of each row's text in a list of texts. */
export type JournalColumns = {
  readonly length: number;
  readonly start: Float64Array;
  /** Of the row, its line feed included. */
  readonly bytes: Uint32Array;
  readonly workflowIds: TextList;
  readonly pattern: Uint32Array;
  readonly title: Uint32Array;
  /** Ids and names of patterns. */
  readonly patterns: readonly string[];
  /** The place in EXECUTION_STATUSES. */
  readonly status: Uint8Array;
  /** Milliseconds since 1970. */
  readonly completedAt: Float64Array;
  readonly durationMs: Float64Array;
  /** Where durations.log ended just before the row's group. */
  readonly baseDurations: Float64Array;
  /** Of the last row; undefined without one. */
  readonly chain: string | undefined;
};

/**
 * The rows before the last group, which are the rows at the end that share one base: as columns, and their ids, workflow ids too; then the
 * group's base, undefined where there is no row, and its position.
 */
export type EarlierGroups = Readonly<{
  rows: JournalColumns;
  rejected: NoRow[];
  executionIds: readonly string[];
  workflowIds: readonly string[];
  base: Base | undefined;
  end: number;
}>;

const LINE_FEED = 10;
/** 17 commas, the kind, a status, two times, the base and the chain: a row has no fewer bytes. */
const SHORTEST_LINE = 110;

/** Reads what `decodeLazily` reads, and the same from it: whole lines, which begin at position `start`. */
export function decodeJournalColumns(bytes: Buffer, start: number): { rows: JournalColumns; rejected: NoRow[] } {
  const { reader, rejected } = read(bytes, start);
  return { rows: reader.first(reader.length), rejected };
}

/** The same up to the last group. */
export function decodeEarlierGroups(bytes: Buffer, start: number): EarlierGroups {
  const { reader, rejected } = read(bytes, start);
  const { executionIds, workflowIds, lastGroup = { row: 0, base: undefined, start } } = reader;
  const { row, base, start: end } = lastGroup;
  return { rows: reader.first(row), rejected: rejected.filter(line => line.start < end), executionIds, workflowIds, base, end };
}

function read(bytes: Buffer, start: number): { reader: Reader; rejected: NoRow[] } {
  const reader = new Reader(bytes, start);
  return { reader, rejected: readUsualLines(reader, bytes, start, (lines, from) => decodeLazily('journal', lines, from)) };
}

class Reader implements LineReader<JournalRow> {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #patterns = new ByteDictionary();
  readonly #outlines = new OutlineReader((bytes, start, end) => this.#patterns.placeOf(bytes, start, end));
  readonly executionIds: string[] = [];
  readonly workflowIds: string[] = [];
  /** The rows at the end that share one base: the first of them. */
  lastGroup: Readonly<{ row: number; base: Base; start: number }> | undefined;
  readonly #rows: Omit<JournalColumns, 'length' | 'workflowIds' | 'patterns' | 'chain'>;

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.#start = start;
    const most = Math.ceil(bytes.length / SHORTEST_LINE);
    this.#rows = {
      start: new Float64Array(most),
      bytes: new Uint32Array(most),
      pattern: new Uint32Array(most),
      title: new Uint32Array(most),
      status: new Uint8Array(most),
      completedAt: new Float64Array(most),
      durationMs: new Float64Array(most),
      baseDurations: new Float64Array(most),
    };
  }

  get length(): number {
    return this.executionIds.length;
  }

  /** The columns of the first rows, in memory of their own. */
  first(length: number): JournalColumns {
    const { start, bytes, pattern, title, status, completedAt, durationMs, baseDurations } = this.#rows;
    const end = length === 0 ? 0 : (start[length - 1] ?? 0) + (bytes[length - 1] ?? 0) - 1 - this.#start;
    return {
      length,
      start: start.slice(0, length),
      bytes: bytes.slice(0, length),
      workflowIds: textListOf(this.workflowIds.slice(0, length)),
      pattern: pattern.slice(0, length),
      title: title.slice(0, length),
      patterns: this.#patterns.texts,
      status: status.slice(0, length),
      completedAt: completedAt.slice(0, length),
      durationMs: durationMs.slice(0, length),
      baseDurations: baseDurations.slice(0, length),
      chain: length === 0 ? undefined : chainBefore(this.#bytes, end),
    };
  }

  readLine(at: number): number | undefined {
    const end = this.#bytes.indexOf(LINE_FEED, at) + 1;
    const outline = this.#outlines.read(this.#bytes, at, end - 1);
    if (!outline) return undefined;
    this.#add(outline, { start: this.#start + at, end: this.#start + end });
    return end;
  }

  add(row: JournalRow): void {
    this.#add(this.#outlineOf(row), row);
  }

  #outlineOf({ execution, base }: JournalRow): JournalOutline {
    const { executionId, workflowId, patternId, patternName, status, completedAt, durationMs } = execution;
    return {
      executionId,
      workflowId,
      pattern: this.#patterns.placeOfText(patternId),
      title: this.#patterns.placeOfText(patternName),
      status: EXECUTION_STATUSES.indexOf(status),
      completedAt,
      durationMs,
      base,
    };
  }

  #add(outline: JournalOutline, { start, end }: Pick<JournalRow, 'start' | 'end'>): void {
    const [rows, row] = [this.#rows, this.executionIds.push(outline.executionId) - 1];
    this.workflowIds.push(outline.workflowId);
    rows.start[row] = start;
    rows.bytes[row] = end - start;
    rows.pattern[row] = outline.pattern;
    rows.title[row] = outline.title;
    rows.status[row] = outline.status;
    rows.completedAt[row] = outline.completedAt;
    rows.durationMs[row] = outline.durationMs;
    rows.baseDurations[row] = outline.base.durations;
    if (!isSame(outline.base, this.lastGroup?.base)) this.lastGroup = { row, base: outline.base, start };
  }
}

function isSame(a: Base, b: Base | undefined): boolean {
  return a === b || (a.durations === b?.durations && a.success_rates === b.success_rates && a.plugin_usage === b.plugin_usage);
}
