/** Brings notes of the logs forward by reading them on. */
import { MetricsError } from '../errors.ts';
import type { Base, JournalRow } from '../record/record.ts';
import { allOver } from './all-over.ts';
import { decode } from './decode.ts';
import type { Files } from './files.ts';
import { scanJournal } from './journal-scan.ts';
import type { Notes } from './notes.ts';
import { SHARED_LOGS, type SharedLog } from './position.ts';
import type { Parts } from './read-ahead.ts';
import { decodeSuccessRates } from './success-rates-columns.ts';
import { CHUNK_BYTES, chunks, endOfLines, readLines } from './whole-lines.ts';

/** Of the journal at once: a follower that takes a part of it and a chunk of durations.log each time comes forward in both. */
const JOURNAL_BYTES = 3 * CHUNK_BYTES;

/** The rows at the journal's end that share one base, with the bytes they stand in. */
export type LastGroup = Readonly<{ rows: JournalRow[]; bytes: Buffer }>;

export class Learner {
  readonly #files: Files;
  readonly #notes: Notes;
  readonly #parts: Parts | undefined;

  /** `parts`: takes the columns of what is learned as well, all of it up to where it is complete. */
  constructor(files: Files, notes: Notes, parts?: Parts) {
    this.#files = files;
    this.#notes = notes;
    this.#parts = parts;
  }

  /** How much of the journal is not known, a torn last line included. Bytes. */
  get unread(): number {
    return this.#files.journal.end() - this.#notes.position.journal;
  }

  /**
   * Learns all four logs up to the journal's last group, which is all that can be incomplete, and answers that group. `complete` is called
   * wherever all that is known is complete in all four logs.
   */
  async toLastGroup(complete: () => void): Promise<LastGroup> {
    const { journal } = this.#files;
    const end = await endOfLines(journal, this.#notes.position.journal, journal.end());
    let chunk = JOURNAL_BYTES;
    for (let bytes = await readLines(journal, this.#notes.position.journal, end, chunk); ; ) {
      const start = this.#notes.position.journal;
      const { learned, part, base } = scanJournal(bytes, start);
      const groupStart = part.end - start;
      const isLast = start + bytes.length >= end;
      // One group filled the whole chunk.
      if (groupStart === 0) chunk *= 4;
      // Read on while the other logs are learned.
      const [next = bytes.subarray(groupStart)] = await allOver([
        isLast ? undefined : readLines(journal, start + groupStart, end, chunk),
        base && groupStart > 0 ? this.toBase(base) : undefined,
      ]);
      if (groupStart > 0) {
        this.#notes.learnJournal(learned, bytes.subarray(0, groupStart));
        this.#parts?.journal.push(part);
        complete();
      }
      bytes = next;
      if (isLast) return { rows: decode('journal', bytes, start + groupStart).rows, bytes };
    }
  }

  /** Learns the shared logs to where a group began. STORAGE_FAILED where one is shorter. */
  async toBase(base: Base): Promise<void> {
    this.#checkNotCut(base);
    await allOver(SHARED_LOGS.map(log => this.to(log, base[log])));
  }

  /** Learns the whole lines of a shared log before a position. */
  async to(log: SharedLog, end: number): Promise<void> {
    for await (const { start, bytes } of chunks(this.#files[log], this.#notes.position[log], end)) {
      if (log === 'success_rates') this.#learnSuccessRates(bytes, start);
      else this.#notes.learn(log, bytes);
    }
  }

  #learnSuccessRates(bytes: Buffer, start: number): void {
    const decoded = decodeSuccessRates(bytes, start);
    this.#notes.learnSuccessRates(decoded.rows, bytes);
    this.#parts?.success_rates.push({ ...decoded, start, end: start + bytes.length });
  }

  #checkNotCut(base: Base): void {
    for (const log of SHARED_LOGS) {
      const short = base[log] - this.#files[log].end();
      if (short > 0) {
        throw new MetricsError(
          'STORAGE_FAILED',
          `${this.#files[log].path} is ${short} bytes shorter than journal.log says it was: it was cut or badly copied. ` +
            'Recording does not start. Put the whole file back (a backup, the copy’s source) and start again',
        );
      }
    }
  }
}
