/**
 * Runs (workflow_ids) as whole numbers in the order in which they are met: a run is known by 64 bits of a hash of its id, so that no
 * text is kept. Of ten million runs any two are taken for one with a chance of three in a million.
 */
import { randomInt } from 'node:crypto';

const CHUNK_BITS = 14;
const CHUNK = 1 << CHUNK_BITS;
const PARTS = 1024;
/** Of a hash's first word: what is left says the part. */
const PART_SHIFT = 22;
const FIRST_SLOTS = 16;
const FULLEST = 0.6;

export class Runs {
  /** So that nobody can choose ids that are taken for one; saved, since hashes are. */
  readonly seed: number;
  length = 0;
  /** The two words of the hash of each. */
  readonly #highs = new Chunks();
  readonly #lows = new Chunks();
  /** Plus 1: the row in the journal of the execution that bears the run. */
  readonly #executions = new Chunks();
  /** Plus 1: the run's first row in durations.log. */
  readonly #firstSteps = new Chunks();
  /**
   * The numbers plus 1 of the runs before `#placed`, by hash; 0 is empty. In parts, each of which grows by itself: to move millions of runs at
   * once would stop the thread for as long.
   */
  readonly #parts = Array.from({ length: PARTS }, () => new Uint32Array(FIRST_SLOTS));
  readonly #used = new Uint32Array(PARTS);
  #placed = 0;

  constructor(seed = randomInt(2 ** 32)) {
    this.seed = seed;
  }

  /** The number of the run whose id stands between two places in a text; a new one gets the next. */
  numberOf(text: string, start = 0, end = text.length): number {
    this.place();
    const [high, low] = hashOf(text, { start, end, seed: this.seed });
    const slots = this.#parts[high >>> PART_SHIFT] as Uint32Array;
    const mask = slots.length - 1;
    for (let slot = low & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const run = (slots[slot] ?? 0) - 1;
      if (this.#lows.at(run) === low && this.#highs.at(run) === high) return run;
    }
    const run = this.length++;
    this.#highs.set(run, high);
    this.#lows.set(run, low);
    this.place();
    return run;
  }

  /** Takes up runs that were saved, in their order. They get their slots when `place` is called, or the next run is looked for. */
  restore(hashes: Uint32Array): void {
    for (let at = 0; at < hashes.length; at += 2) {
      this.#highs.set(this.length, hashes[at] ?? 0);
      this.#lows.set(this.length++, hashes[at + 1] ?? 0);
    }
  }

  /** Of the runs from a number on, to be saved. */
  hashesSince(run: number): Uint32Array {
    const hashes = new Uint32Array(2 * (this.length - run));
    for (let at = 0; run < this.length; run++) {
      hashes[at++] = this.#highs.at(run);
      hashes[at++] = this.#lows.at(run);
    }
    return hashes;
  }

  /** Gives slots to runs that were taken up, to so many or to all; answers whether more are left. */
  place(most = Number.POSITIVE_INFINITY): boolean {
    const [highs, lows, used] = [this.#highs, this.#lows, this.#used];
    const end = Math.min(this.length, this.#placed + most);
    for (let run = this.#placed; run < end; run++) {
      const part = highs.at(run) >>> PART_SHIFT;
      const count = (used[part] ?? 0) + 1;
      used[part] = count;
      let slots = this.#parts[part] as Uint32Array;
      // Hashes spread evenly: of millions that wait for their slots each part gets about as many, and grows once.
      if (count > slots.length * FULLEST) slots = this.#grow(part, Math.max(count, this.length / PARTS));
      insert(slots, lows.at(run), run);
    }
    this.#placed = end;
    return end < this.length;
  }

  executionOf(run: number): number {
    return this.#executions.at(run) - 1;
  }

  /** The rows in the journal from one on are of executions that bear these runs. */
  setExecutions(runs: ArrayLike<number>, firstRow: number): void {
    for (let place = 0; place < runs.length; place++) this.#executions.set(runs[place] ?? 0, firstRow + place + 1);
  }

  firstStepOf(run: number): number {
    return this.#firstSteps.at(run) - 1;
  }

  setFirstStep(run: number, row: number): void {
    this.#firstSteps.set(run, row + 1);
  }

  #grow(part: number, runs: number): Uint32Array {
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(runs / FULLEST)));
    for (const placed of this.#parts[part] as Uint32Array) if (placed !== 0) insert(slots, this.#lows.at(placed - 1), placed - 1);
    this.#parts[part] = slots;
    return slots;
  }
}

function insert(slots: Uint32Array, low: number, run: number): void {
  const mask = slots.length - 1;
  let slot = low & mask;
  while (slots[slot] !== 0) slot = (slot + 1) & mask;
  slots[slot] = run + 1;
}

/** Whole numbers by place, 0 where none was set; growing copies nothing. */
class Chunks {
  readonly #list: Uint32Array[] = [];

  at(place: number): number {
    return this.#list[place >>> CHUNK_BITS]?.[place & (CHUNK - 1)] ?? 0;
  }

  set(place: number, value: number): void {
    const index = place >>> CHUNK_BITS;
    const chunk = this.#list[index] ?? new Uint32Array(CHUNK);
    this.#list[index] = chunk;
    chunk[place & (CHUNK - 1)] = value;
  }
}

/** Twice FNV-1a over the UTF-16 code units between two places, from a seed and with odd factors, each with the finalizer of MurmurHash3. */
function hashOf(text: string, { start, end, seed }: Readonly<{ start: number; end: number; seed: number }>): [high: number, low: number] {
  let [high, low] = [seed, seed];
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x01000193);
    high ^= high >>> 15;
    low = Math.imul(low ^ unit, 0x5bd1e995);
    low ^= low >>> 15;
  }
  return [finalized(high), finalized(low)];
}

function finalized(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
