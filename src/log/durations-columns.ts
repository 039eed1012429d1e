/**
 * Rows of durations.log as columns: for who takes them by the million and needs no object of each. Lines as this program writes them
 * are read straight from their bytes; every other line is left to `decode`, which has the last word on what is a row.
 */
import { type DurationsRow, MAX_LINE_LENGTH } from '../record/record.ts';
import { ByteDictionary } from './byte-dictionary.ts';
import { decode, type NoRow } from './decode.ts';
import { endOfName, readDuration, sameBytes, secondsAt, startsWith, TIMESTAMP_LENGTH } from './line-bytes.ts';
import { type TextList, TextListBuilder } from './text-list.ts';
import { type LineReader, readUsualLines } from './usual-lines.ts';

/** Columns of the same length. Of a text column there is the place of each row's text in a list of texts. */
export type DurationsColumns = {
  readonly length: number;
  readonly start: Float64Array;
  /** Seconds since 1970. */
  readonly timestamp: Float64Array;
  readonly workflow: Uint32Array;
  readonly phase: Uint32Array;
  readonly plugin: Uint32Array;
  readonly durationUs: Float64Array;
  /** 1 or 0. */
  readonly success: Uint8Array;
  /** One may stand here several times. */
  readonly workflowIds: TextList;
  readonly phases: readonly string[];
  readonly plugins: readonly string[];
};

const SHORTEST_LINE = '2025-11-07T00:00:00Z,w,p,1,g,0,true\n'.length;
const [TRUE, FALSE] = ['true\n', 'false\n'].map(text => Buffer.from(text)) as [Buffer, Buffer];

/** Reads what `decode` reads, and the same from it: whole lines, which begin at position `start`. */
export function decodeDurations(bytes: Buffer, start: number): { rows: DurationsColumns; rejected: NoRow[] } {
  const reader = new Reader(bytes, start);
  const rejected = readUsualLines(reader, bytes, start, (lines, from) => decode('durations', lines, from));
  return { rows: reader.columns, rejected };
}

class Reader implements LineReader<DurationsRow> {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #phases = new ByteDictionary();
  readonly #plugins = new ByteDictionary();
  readonly #workflowIds = new TextListBuilder();
  readonly #rows: Omit<DurationsColumns, 'length' | 'workflowIds' | 'phases' | 'plugins'>;
  #length = 0;
  /** The last timestamp and workflow_id, which the steps of a run share: where their bytes are, commas included, and what they say. */
  #run = { start: 0, end: 0, timestamp: 0, workflow: 0 };

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.#start = start;
    const most = Math.floor(bytes.length / SHORTEST_LINE);
    this.#rows = {
      start: new Float64Array(most),
      timestamp: new Float64Array(most),
      workflow: new Uint32Array(most),
      phase: new Uint32Array(most),
      plugin: new Uint32Array(most),
      durationUs: new Float64Array(most),
      success: new Uint8Array(most),
    };
  }

  get columns(): DurationsColumns {
    const texts = { workflowIds: this.#workflowIds.list, phases: this.#phases.texts, plugins: this.#plugins.texts };
    return { length: this.#length, ...this.#rows, ...texts };
  }

  readLine(lineStart: number): number | undefined {
    const [bytes, rows, row] = [this.#bytes, this.#rows, this.#length];
    const phaseStart = this.#readRun(lineStart);
    if (phaseStart === undefined) return undefined;
    const phaseEnd = endOfName(bytes, phaseStart);
    const stepEnd = phaseEnd && endOfName(bytes, phaseEnd + 1);
    const pluginEnd = stepEnd && endOfName(bytes, stepEnd + 1);
    const durationEnd = pluginEnd && readDuration(bytes, pluginEnd + 1, rows.durationUs, row);
    if (!durationEnd) return undefined;
    const success = startsWith(bytes, durationEnd + 1, TRUE);
    if (!success && !startsWith(bytes, durationEnd + 1, FALSE)) return undefined;
    const end = durationEnd + 1 + (success ? TRUE : FALSE).length;
    if (end - lineStart > MAX_LINE_LENGTH) return undefined;
    rows.phase[row] = this.#phases.placeOf(bytes, phaseStart, phaseEnd);
    rows.plugin[row] = this.#plugins.placeOf(bytes, stepEnd + 1, pluginEnd);
    rows.success[row] = success ? 1 : 0;
    rows.start[row] = this.#start + lineStart;
    this.#length++;
    return end;
  }

  /** Timestamp and workflow_id; answers where the phase begins. */
  #readRun(lineStart: number): number | undefined {
    const { start, end } = this.#run;
    const runEnd =
      end > start && sameBytes(this.#bytes, lineStart, start, end - start) ? lineStart + end - start : this.#readNewRun(lineStart);
    this.#rows.timestamp[this.#length] = this.#run.timestamp;
    this.#rows.workflow[this.#length] = this.#run.workflow;
    return runEnd;
  }

  #readNewRun(lineStart: number): number | undefined {
    const bytes = this.#bytes;
    const timestamp = secondsAt(bytes, lineStart);
    const idStart = lineStart + TIMESTAMP_LENGTH + 1;
    const idEnd = timestamp === undefined ? undefined : endOfName(bytes, idStart);
    if (timestamp === undefined || idEnd === undefined) return undefined;
    const workflow = this.#workflowIds.push(bytes, idStart, idEnd);
    this.#run = { start: lineStart, end: idEnd + 1, timestamp, workflow };
    return idEnd + 1;
  }

  add({ start, timestamp, workflowId, phase, plugin, durationUs, success }: DurationsRow): void {
    const [rows, row] = [this.#rows, this.#length++];
    rows.start[row] = start;
    rows.timestamp[row] = timestamp;
    rows.workflow[row] = this.#workflowIds.pushText(workflowId);
    rows.phase[row] = this.#phases.placeOfText(phase);
    rows.plugin[row] = this.#plugins.placeOfText(plugin);
    rows.durationUs[row] = durationUs;
    rows.success[row] = success ? 1 : 0;
  }
}
