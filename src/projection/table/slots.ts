import { MetricsError } from '../../errors.ts';

/**
 * At most so many pieces of work at once and a bounded number waiting: they share one thread, and what each gathers is in memory
 * at the same time.
 */
export class Slots {
  readonly #limit: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];
  #busy = 0;

  constructor(limit: number, maxWaiting: number) {
    this.#limit = limit;
    this.#maxWaiting = maxWaiting;
  }

  /** Runs the work in its turn. OVERLOADED at once where too many wait already, and where the turn does not come within `waitMs`. */
  async use<Result>(waitMs: number, work: () => Promise<Result>): Promise<Result> {
    await this.#enter(waitMs);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  async #enter(waitMs: number): Promise<void> {
    if (this.#busy < this.#limit) {
      this.#busy++;
      return;
    }
    if (this.#waiting.length >= this.#maxWaiting) throw overloaded();
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        reject(overloaded());
      }, waitMs);
      this.#waiting.push(turn);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) {
      next();
      return;
    }
    this.#busy--;
    if (this.#busy === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Resolves when nothing runs and nothing waits. */
  async drain(): Promise<void> {
    if (this.#busy > 0) await new Promise<void>(resolve => this.#idle.push(resolve));
  }
}

function overloaded(): MetricsError {
  return new MetricsError('OVERLOADED', 'too many questions are being answered: ask again in a moment');
}
