/** What the writer must know of the logs to go on with them: derived, and learned by reading them. */
import type { Checkpoint } from './checkpoints.ts';
import { ENTRY_WORDS, IdTable } from './id-table.ts';
import type { Learned } from './journal-scan.ts';
import { Notes } from './notes.ts';

/** The notes, and where to find each id that is taken. */
export class Known extends Notes {
  /** Execution ids and workflow ids alike: the row says which of the two an id is. */
  readonly #ids = new IdTable();

  /** Where the rows may start whose executionId or workflowId is this one. */
  candidates(id: string): number[] {
    return this.#ids.candidates(id);
  }

  override learnJournal(learned: Learned, bytes: Buffer): void {
    const { entries } = learned;
    for (let at = 0; at < entries.length; at += ENTRY_WORDS) this.#ids.addEntry(entries, at);
    super.learnJournal(learned, bytes);
  }

  override apply(checkpoints: readonly Checkpoint[]): void {
    this.#ids.addAll(checkpoints.map(({ ids }) => ids));
    super.apply(checkpoints);
  }
}
