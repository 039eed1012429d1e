/** Rows of success_rates.log as columns, as `durations-columns.ts` reads those of durations.log. */
import { MAX_LINE_LENGTH, type SuccessRatesRow } from '../record/record.ts';
import { ByteDictionary } from './byte-dictionary.ts';
import { decode, type NoRow } from './decode.ts';
import { endOfCount, endOfName, endOfQuoted, readDuration, secondsAt, startsWith, TIMESTAMP_LENGTH } from './line-bytes.ts';
import { type LineReader, readUsualLines } from './usual-lines.ts';

/** Columns of the same length. Of the patterns there is the place of each row's text in a list of texts. */
export type SuccessRatesColumns = {
  readonly length: number;
  readonly start: Float64Array;
  /** Seconds since 1970. */
  readonly timestamp: Float64Array;
  readonly pattern: Uint32Array;
  readonly title: Uint32Array;
  /** Ids and names of patterns. */
  readonly patterns: readonly string[];
  readonly durationUs: Float64Array;
  /** 1 or 0. */
  readonly success: Uint8Array;
};

const SHORTEST_LINE = '2025-11-07T00:00:00Z,p,n,true,0,0,0,\n'.length;
const LINE_FEED = 10;
const [TRUE, FALSE] = ['true,', 'false,'].map(text => Buffer.from(text)) as [Buffer, Buffer];

/** Reads what `decode` reads, and the same from it: whole lines, which begin at position `start`. */
export function decodeSuccessRates(bytes: Buffer, start: number): { rows: SuccessRatesColumns; rejected: NoRow[] } {
  const reader = new Reader(bytes, start);
  const rejected = readUsualLines(reader, bytes, start, (lines, from) => decode('success_rates', lines, from));
  return { rows: reader.columns, rejected };
}

class Reader implements LineReader<SuccessRatesRow> {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #patterns = new ByteDictionary();
  readonly #rows: Omit<SuccessRatesColumns, 'length' | 'patterns'>;
  #length = 0;

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.#start = start;
    const most = Math.floor(bytes.length / SHORTEST_LINE);
    this.#rows = {
      start: new Float64Array(most),
      timestamp: new Float64Array(most),
      pattern: new Uint32Array(most),
      title: new Uint32Array(most),
      durationUs: new Float64Array(most),
      success: new Uint8Array(most),
    };
  }

  get columns(): SuccessRatesColumns {
    return { length: this.#length, ...this.#rows, patterns: this.#patterns.texts };
  }

  readLine(lineStart: number): number | undefined {
    const [bytes, rows, row] = [this.#bytes, this.#rows, this.#length];
    const timestamp = secondsAt(bytes, lineStart);
    if (timestamp === undefined) return undefined;
    const idStart = lineStart + TIMESTAMP_LENGTH + 1;
    const idEnd = endOfName(bytes, idStart);
    const nameEnd = idEnd && endOfName(bytes, idEnd + 1);
    if (!nameEnd) return undefined;
    const success = startsWith(bytes, nameEnd + 1, TRUE);
    if (!success && !startsWith(bytes, nameEnd + 1, FALSE)) return undefined;
    const durationEnd = readDuration(bytes, nameEnd + 1 + (success ? TRUE : FALSE).length, rows.durationUs, row);
    const pluginsEnd = durationEnd && endOfCount(bytes, durationEnd + 1);
    const filesEnd = pluginsEnd && endOfCount(bytes, pluginsEnd + 1);
    const notesEnd = filesEnd && endOfQuoted(bytes, filesEnd + 1);
    if (!notesEnd || bytes[notesEnd] !== LINE_FEED || notesEnd - lineStart > MAX_LINE_LENGTH) return undefined;
    rows.start[row] = this.#start + lineStart;
    rows.timestamp[row] = timestamp;
    rows.pattern[row] = this.#patterns.placeOf(bytes, idStart, idEnd);
    rows.title[row] = this.#patterns.placeOf(bytes, idEnd + 1, nameEnd);
    rows.success[row] = success ? 1 : 0;
    this.#length++;
    return notesEnd + 1;
  }

  add({ start, timestamp, patternId, patternName, durationUs, success }: SuccessRatesRow): void {
    const [rows, row] = [this.#rows, this.#length++];
    rows.start[row] = start;
    rows.timestamp[row] = timestamp;
    rows.pattern[row] = this.#patterns.placeOfText(patternId);
    rows.title[row] = this.#patterns.placeOfText(patternName);
    rows.durationUs[row] = durationUs;
    rows.success[row] = success ? 1 : 0;
  }
}
