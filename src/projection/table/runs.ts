/**
 * Runs (workflow_ids) as whole numbers in the order in which they are met: a run is known by 64 bits of a hash of its id, so that no
 * text is kept. Of ten million runs any two are taken for one with a chance of three in a million.
 */
import { randomInt } from 'node:crypto';

const FIRST_SLOTS = 1024;
const FULLEST = 0.6;
const NONE = -1;

export class Runs {
  /** So that nobody can choose ids that are taken for one; saved, since hashes are. */
  readonly seed: number;
  length = 0;
  /** Two words of the hash of each. */
  #hashes = new Uint32Array(2 * FIRST_SLOTS);
  /** Numbers plus 1 by hash; 0 is empty. Of the runs before `#placed`. */
  #slots = new Uint32Array(FIRST_SLOTS);
  #placed = 0;
  /** The row in the journal of the execution that bears the run, or -1. */
  #executions = new Int32Array(FIRST_SLOTS).fill(NONE);
  /** The run's first row in durations.log, or -1. */
  #firstSteps = new Int32Array(FIRST_SLOTS).fill(NONE);

  constructor(seed = randomInt(2 ** 32)) {
    this.seed = seed;
  }

  /** The number of a run; a new one gets the next. */
  numberOf(workflowId: string): number {
    return this.#add(hashOf(workflowId, this.seed, 0x01000193), hashOf(workflowId, this.seed, 0x5bd1e995));
  }

  /** Takes up runs that were saved, in their order. They get their slots when the next run is looked for. */
  restore(hashes: Uint32Array): void {
    const from = this.length;
    this.length += hashes.length / 2;
    if (2 * this.length > this.#hashes.length) this.#growColumns();
    this.#hashes.set(hashes, 2 * from);
  }

  /** Of the runs from a number on, to be saved. */
  hashesSince(run: number): Uint32Array {
    return this.#hashes.slice(2 * run, 2 * this.length);
  }

  executionOf(run: number): number {
    return this.#executions[run] ?? NONE;
  }

  /** The rows in the journal from one on are of executions that bear these runs. */
  setExecutions(runs: ArrayLike<number>, firstRow: number): void {
    const executions = this.#executions;
    for (let place = 0; place < runs.length; place++) executions[runs[place] ?? 0] = firstRow + place;
  }

  firstStepOf(run: number): number {
    return this.#firstSteps[run] ?? NONE;
  }

  setFirstStep(run: number, row: number): void {
    this.#firstSteps[run] = row;
  }

  #add(high: number, low: number): number {
    if (this.#placed < this.length) this.#place();
    const [hashes, slots] = [this.#hashes, this.#slots];
    const mask = slots.length - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const run = (slots[slot] ?? 0) - 1;
      if (run === NONE) return this.#addAt(slot, high, low);
      if (hashes[2 * run] === high && hashes[2 * run + 1] === low) return run;
    }
  }

  #addAt(slot: number, high: number, low: number): number {
    const run = this.length++;
    if (2 * this.length > this.#hashes.length) this.#growColumns();
    this.#hashes[2 * run] = high;
    this.#hashes[2 * run + 1] = low;
    this.#slots[slot] = run + 1;
    this.#placed = this.length;
    if (this.length > this.#slots.length * FULLEST) this.#place();
    return run;
  }

  #growColumns(): void {
    const size = this.length * 1.5;
    this.#hashes = grown(this.#hashes, new Uint32Array(2 * Math.ceil(size)));
    this.#executions = grown(this.#executions, new Int32Array(Math.ceil(size)).fill(NONE));
    this.#firstSteps = grown(this.#firstSteps, new Int32Array(Math.ceil(size)).fill(NONE));
  }

  /** Gives all runs a slot, with room for more. */
  #place(): void {
    let size = this.#slots.length;
    while (this.length > size * FULLEST) size *= 2;
    const [hashes, slots, mask] = [this.#hashes, new Uint32Array(size), size - 1];
    for (let run = 0; run < this.length; run++) {
      let slot = (hashes[2 * run + 1] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = run + 1;
    }
    this.#slots = slots;
    this.#placed = this.length;
  }
}

function grown<Numbers extends Uint32Array | Int32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

/** FNV-1a over UTF-16 code units, from a seed and with an odd factor, with the finalizer of MurmurHash3. */
function hashOf(text: string, seed: number, factor: number): number {
  let hash = seed;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), factor);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
