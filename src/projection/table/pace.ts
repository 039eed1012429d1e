import { setImmediate as turn } from 'node:timers/promises';
import { MetricsError } from '../../errors.ts';

export type PaceOptions = Readonly<{
  timeoutMs: number;
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal | undefined;
}>;

/** A question holds the one thread that also records for about so long at once. */
const SLICE_MS = 4;

/** Lets others have their turn while a question looks through many rows, and ends it where it takes too long or its caller is gone. */
export class Pace {
  readonly #options: PaceOptions;
  readonly #deadline: number;
  #pause = performance.now() + SLICE_MS;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#deadline = performance.now() + options.timeoutMs;
    this.#check();
  }

  /** Visits pieces of work one after the other. Errors: TIMEOUT. */
  async each<Piece>(pieces: Iterable<Piece>, visit: (piece: Piece) => void): Promise<void> {
    for (const piece of pieces) {
      visit(piece);
      if (performance.now() >= this.#pause) await this.#rest();
    }
  }

  async #rest(): Promise<void> {
    await turn();
    this.#check();
    this.#pause = performance.now() + SLICE_MS;
  }

  #check(): void {
    const { timeoutMs, signal } = this.#options;
    if (signal?.aborted) throw new MetricsError('TIMEOUT', 'the question was abandoned: its caller went away');
    if (performance.now() > this.#deadline)
      throw new MetricsError(
        'TIMEOUT',
        `the question took longer than ${timeoutMs} ms: ask about a shorter window or fewer patterns and plugins`,
      );
  }
}
