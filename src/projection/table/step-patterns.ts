/**
 * Of which execution each step is, and of which pattern: worked out where it is first asked for, a block of steps at a time. An execution
 * is in the journal before its steps are written, so that a view as of a published position holds those of all its steps.
 */
import { type Blocks, type Numbers, narrowest, startsOf } from './blocks.ts';
import type { JournalColumn, StepColumn } from './columns.ts';
import type { Runs } from './runs.ts';

/** Of a step that is of no execution: another program's. */
const NO_PATTERN = 0;

export class StepPatterns {
  readonly #steps: Blocks<StepColumn>;
  readonly #journal: Blocks<JournalColumn>;
  readonly #runs: Runs;
  /** By block. */
  readonly #kept = new Map<number, Numbers>();

  constructor(steps: Blocks<StepColumn>, { journal, runs }: { journal: Blocks<JournalColumn>; runs: Runs }) {
    this.#steps = steps;
    this.#journal = journal;
    this.#runs = runs;
  }

  /** The row in the journal of the execution that a row of a block is of; -1 for another program's. */
  executionsOf(place: number): (row: number) => number {
    const [patterns, first] = [this.of(place), place * this.#steps.size];
    return row => (patterns[row] === NO_PATTERN ? -1 : this.#runs.executionOf(this.#steps.at('run', first + row)));
  }

  /** By row of a block the number of the pattern's name plus 1, or NO_PATTERN. */
  of(place: number): Numbers {
    const kept = this.#kept.get(place);
    if (kept) return kept;
    const patterns = narrowest(this.#workOut(place));
    if (this.#isSettled(place)) this.#kept.set(place, patterns);
    return patterns;
  }

  /** A step is of the execution that bears its run where it stands at or after its base. */
  #workOut(place: number): Uint32Array {
    const block = this.#steps.list[place];
    const patterns = new Uint32Array(block?.length ?? 0);
    if (!block) return patterns;
    const { columns, bases } = block;
    const starts = startsOf(block);
    let [latest, execution, base, pattern] = [-1, -1, 0, NO_PATTERN];
    for (let row = 0; row < patterns.length; row++) {
      const own = bases.run + (columns.run[row] ?? 0);
      if (own !== latest) {
        latest = own;
        execution = this.#runs.executionOf(own);
        base = execution < 0 ? 0 : this.#journal.at('baseDurations', execution);
        pattern = execution < 0 ? NO_PATTERN : this.#journal.at('pattern', execution) + 1;
      }
      if (execution >= 0 && (starts[row] ?? 0) >= base) patterns[row] = pattern;
    }
    return patterns;
  }

  /** Whether nothing that comes later changes a full block: a step is of an execution whose base is not behind it, and bases ascend. */
  #isSettled(place: number): boolean {
    const block = this.#steps.list[place];
    const { length } = this.#journal;
    return (
      block !== undefined && block.length === this.#steps.size && length > 0 && this.#journal.at('baseDurations', length - 1) > block.end
    );
  }
}
