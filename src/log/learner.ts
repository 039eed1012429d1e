/** Brings what is known of the logs forward by reading them on. */
import { MetricsError } from '../errors.ts';
import type { Base, JournalRow } from '../record/record.ts';
import { allOver } from './all-over.ts';
import { decode } from './decode.ts';
import type { Files } from './files.ts';
import { scanJournal } from './journal-scan.ts';
import type { Known } from './known.ts';
import { SHARED_LOGS, type SharedLog } from './position.ts';
import { CHUNK_BYTES, chunks, endOfLines, readLines } from './whole-lines.ts';

/** The rows at the journal's end that share one base, with the bytes they stand in. */
export type LastGroup = Readonly<{ rows: JournalRow[]; bytes: Buffer }>;

export class Learner {
  readonly #files: Files;
  readonly #known: Known;

  constructor(files: Files, known: Known) {
    this.#files = files;
    this.#known = known;
  }

  /** How much of the journal is not known, a torn last line included. Bytes. */
  get unread(): number {
    return this.#files.journal.end() - this.#known.position.journal;
  }

  /**
   * Learns all four logs up to the journal's last group, which is all that can be incomplete, and answers that group. `complete` is called
   * wherever all that is known is complete in all four logs.
   */
  async toLastGroup(complete: () => void): Promise<LastGroup> {
    const { journal } = this.#files;
    const end = await endOfLines(journal, this.#known.position.journal, journal.end());
    let chunk = CHUNK_BYTES;
    for (let bytes = await readLines(journal, this.#known.position.journal, end, chunk); ; ) {
      const start = this.#known.position.journal;
      const { learned, base, groupStart } = scanJournal(bytes, start);
      const isLast = start + bytes.length >= end;
      // One group filled the whole chunk.
      if (groupStart === 0) chunk *= 4;
      // Read on while the other logs are learned.
      const [next = bytes.subarray(groupStart)] = await allOver([
        isLast ? undefined : readLines(journal, start + groupStart, end, chunk),
        base && groupStart > 0 ? this.toBase(base) : undefined,
      ]);
      if (groupStart > 0) {
        this.#known.learnJournal(learned, bytes.subarray(0, groupStart));
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
    for await (const { bytes } of chunks(this.#files[log], this.#known.position[log], end)) this.#known.learn(log, bytes);
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
