/** Rows of one pattern in log order: the ones that left are before `head`. */
type Queue = { starts: number[]; head: number };

/** Room that ones that left may take before it is given back. */
const SLACK = 1_024;

/**
 * Which executions of each pattern the graph holds: the last of them in the order of journal.log, by the positions where their rows
 * start. A pattern is known once it was learnt, or from its first row on where the rows are pushed from the logs' beginning.
 */
export class Retained {
  readonly #limit: number;
  readonly #queues = new Map<string, Queue>();

  /** `limit`: executions of a pattern that stay, 1 or more. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  knows(patternId: string): boolean {
    return this.#queues.has(patternId);
  }

  /** What the graph holds of a pattern; answers those that are too many, oldest first. */
  learn(patternId: string, starts: readonly number[]): number[] {
    const sorted = [...starts].sort((a, b) => a - b);
    const excess = Math.max(0, sorted.length - this.#limit);
    this.#queues.set(patternId, { starts: sorted.slice(excess), head: 0 });
    return sorted.slice(0, excess);
  }

  /** Adds the next row of a pattern; answers the one that leaves for it. */
  push(patternId: string, start: number): number | undefined {
    const queue = this.#queues.get(patternId) ?? { starts: [], head: 0 };
    this.#queues.set(patternId, queue);
    queue.starts.push(start);
    if (queue.starts.length - queue.head <= this.#limit) return undefined;
    const left = queue.starts[queue.head++];
    if (queue.head >= this.#limit + SLACK) {
      queue.starts.splice(0, queue.head);
      queue.head = 0;
    }
    return left;
  }

  /** The oldest that stays. */
  first(patternId: string): number | undefined {
    const queue = this.#queues.get(patternId);
    return queue?.starts[queue.head];
  }

  /** Knows nothing any more: after a failure nobody can say what the graph holds. */
  forget(): void {
    this.#queues.clear();
  }
}
