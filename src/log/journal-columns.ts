/** Rows of journal.log in short, as columns: for who counts them by the million and needs no object of each. */
import { EXECUTION_STATUSES, type JournalOutline, type JournalRow, OutlineReader } from '../record/record.ts';
import { ByteDictionary } from './byte-dictionary.ts';
import { decodeLazily, type NoRow } from './decode.ts';
import { type LineReader, readUsualLines } from './usual-lines.ts';

/** Columns of the same length. Of the patterns there is the place of each row's text in a list of texts. */
export type JournalColumns = {
  readonly length: number;
  readonly start: Float64Array;
  /** Of the row, its line feed included. */
  readonly bytes: Uint32Array;
  readonly workflowIds: readonly string[];
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

const LINE_FEED = 10;
/** 17 commas, the kind, a status, two times, the base and the chain: a row has no fewer bytes. */
const SHORTEST_LINE = 110;

/** Reads what `decodeLazily` reads, and the same from it: whole lines, which begin at position `start`. */
export function decodeJournalColumns(bytes: Buffer, start: number): { rows: JournalColumns; rejected: NoRow[] } {
  const reader = new Reader(bytes, start);
  const rejected = readUsualLines(reader, bytes, start, (lines, from) => decodeLazily('journal', lines, from));
  return { rows: reader.columns, rejected };
}

class Reader implements LineReader<JournalRow> {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #patterns = new ByteDictionary();
  readonly #outlines = new OutlineReader((bytes, start, end) => this.#patterns.placeOf(bytes, start, end));
  readonly #workflowIds: string[] = [];
  readonly #rows: Omit<JournalColumns, 'length' | 'workflowIds' | 'patterns' | 'chain'>;
  #chain: string | undefined;

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

  get columns(): JournalColumns {
    const texts = { workflowIds: this.#workflowIds, patterns: this.#patterns.texts };
    return { length: this.#workflowIds.length, ...this.#rows, ...texts, chain: this.#chain };
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

  #outlineOf({ execution, base, chain }: JournalRow): JournalOutline {
    const { workflowId, patternId, patternName, status, completedAt, durationMs } = execution;
    return {
      workflowId,
      pattern: this.#patterns.placeOfText(patternId),
      title: this.#patterns.placeOfText(patternName),
      status: EXECUTION_STATUSES.indexOf(status),
      completedAt,
      durationMs,
      baseDurations: base.durations,
      chain,
    };
  }

  #add(outline: JournalOutline, { start, end }: Pick<JournalRow, 'start' | 'end'>): void {
    const [rows, row] = [this.#rows, this.#workflowIds.push(outline.workflowId) - 1];
    rows.start[row] = start;
    rows.bytes[row] = end - start;
    rows.pattern[row] = outline.pattern;
    rows.title[row] = outline.title;
    rows.status[row] = outline.status;
    rows.completedAt[row] = outline.completedAt;
    rows.durationMs[row] = outline.durationMs;
    rows.baseDurations[row] = outline.baseDurations;
    this.#chain = outline.chain;
  }
}
