/**
 * Runs (workflow_ids) as whole numbers in the order in which they are met: a run is known by 64 bits of a hash of its id, so that no
 * text is kept. Of ten million runs any two are taken for one with a chance of three in a million.
 */
import { randomInt } from 'node:crypto';

const CHUNK_BITS = 14;
const CHUNK = 1 << CHUNK_BITS;
/** Runs whose rows share a base: of so few, with up to 31 steps each, the rows are within 65,535 of each other. */
const NEAR_BITS = 11;
const NEAR = 1 << NEAR_BITS;
const PARTS = 1024;
/** Of a hash's first word: what is left says the part. */
const PART_SHIFT = 22;
const FIRST_SLOTS = 16;
const FULLEST = 0.6;

export class Runs {
  /** So that nobody can choose ids that are taken for one; saved, since hashes are. */
  readonly seed: number;
  readonly #hashes = new Hashes();
  /** The row in the journal of the execution that bears the run. */
  readonly #executions = new NearChunks();
  /** The run's first row in durations.log. */
  readonly #firstSteps = new NearChunks();
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

  get length(): number {
    return this.#hashes.length;
  }

  /** The number of the run whose id stands between two places in a text; a new one gets the next. */
  numberOf(text: string, start = 0, end = text.length): number {
    this.place();
    const [high, low] = hashOf(text, { start, end, seed: this.seed });
    const slots = this.#parts[high >>> PART_SHIFT] as Uint32Array;
    const mask = slots.length - 1;
    for (let slot = low & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const run = (slots[slot] ?? 0) - 1;
      if (this.#hashes.low(run) === low && this.#hashes.high(run) === high) return run;
    }
    this.#hashes.add(high, low);
    this.place();
    return this.length - 1;
  }

  /** Takes up runs that were saved, in their order. They get their slots when `place` is called, or the next run is looked for. */
  restore(hashes: Uint32Array): void {
    this.#hashes.append(hashes);
  }

  /** Of the runs from a number on, to be saved. */
  hashesSince(run: number): Uint32Array {
    return this.#hashes.since(run);
  }

  /** Gives slots to runs that were taken up, to so many or to all; answers whether more are left. */
  place(most = Number.POSITIVE_INFINITY): boolean {
    const [hashes, used] = [this.#hashes, this.#used];
    const end = Math.min(this.length, this.#placed + most);
    for (let run = this.#placed; run < end; run++) {
      const part = hashes.high(run) >>> PART_SHIFT;
      const count = (used[part] ?? 0) + 1;
      used[part] = count;
      let slots = this.#parts[part] as Uint32Array;
      // Hashes spread evenly: of millions that wait for their slots each part gets about as many, and grows once.
      if (count > slots.length * FULLEST) slots = this.#grow(part, Math.max(count, this.length / PARTS));
      insert(slots, hashes.low(run), run);
    }
    this.#placed = end;
    return end < this.length;
  }

  executionOf(run: number): number {
    return this.#executions.at(run);
  }

  /** The rows in the journal from one on are of executions that bear these runs. */
  setExecutions(runs: ArrayLike<number>, firstRow: number): void {
    for (let place = 0; place < runs.length; place++) this.#executions.set(runs[place] ?? 0, firstRow + place);
  }

  firstStepOf(run: number): number {
    return this.#firstSteps.at(run);
  }

  setFirstStep(run: number, row: number): void {
    this.#firstSteps.set(run, row);
  }

  #grow(part: number, runs: number): Uint32Array {
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(runs / FULLEST)));
    for (const placed of this.#parts[part] as Uint32Array) if (placed !== 0) insert(slots, this.#hashes.low(placed - 1), placed - 1);
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

/** The two words of each run's hash, side by side; growing copies nothing. */
class Hashes {
  readonly #list: Uint32Array[] = [];
  length = 0;

  high(run: number): number {
    return this.#list[run >>> CHUNK_BITS]?.[2 * (run & (CHUNK - 1))] ?? 0;
  }

  low(run: number): number {
    return this.#list[run >>> CHUNK_BITS]?.[2 * (run & (CHUNK - 1)) + 1] ?? 0;
  }

  add(high: number, low: number): void {
    const chunk = this.#open();
    const place = 2 * (this.length & (CHUNK - 1));
    chunk[place] = high;
    chunk[place + 1] = low;
    this.length++;
  }

  /** Words as `since` answers them. */
  append(words: Uint32Array): void {
    for (let from = 0; from < words.length; ) {
      const chunk = this.#open();
      const place = this.length & (CHUNK - 1);
      const to = Math.min(words.length, from + 2 * (CHUNK - place));
      chunk.set(words.subarray(from, to), 2 * place);
      this.length += (to - from) / 2;
      from = to;
    }
  }

  /** Of the runs from a number on, as a copy. */
  since(run: number): Uint32Array {
    const words = new Uint32Array(2 * (this.length - run));
    for (let next = run; next < this.length; ) {
      const [index, place] = [next >>> CHUNK_BITS, next & (CHUNK - 1)];
      const count = Math.min(CHUNK - place, this.length - next);
      words.set((this.#list[index] as Uint32Array).subarray(2 * place, 2 * (place + count)), 2 * (next - run));
      next += count;
    }
    return words;
  }

  /** The chunk that the next hash goes to. */
  #open(): Uint32Array {
    if (this.length % CHUNK === 0) this.#list.push(new Uint32Array(2 * CHUNK));
    return this.#list.at(-1) as Uint32Array;
  }
}

/** Rows by place, -1 where none was set. Those of places near each other mostly are near each other: two bytes each, of what they are above a base. */
class NearChunks {
  readonly #list: { base: number; numbers: Uint16Array | Uint32Array }[] = [];

  at(place: number): number {
    const chunk = this.#list[place >>> NEAR_BITS];
    const number = chunk?.numbers[place & (NEAR - 1)] ?? 0;
    return chunk && number !== 0 ? chunk.base + number : -1;
  }

  set(place: number, row: number): void {
    const index = place >>> NEAR_BITS;
    let chunk = this.#list[index] ?? { base: row - NEAR, numbers: new Uint16Array(NEAR) };
    if (chunk.numbers instanceof Uint16Array && (row <= chunk.base || row > chunk.base + 0xffff)) {
      const { base } = chunk;
      chunk = { base: -1, numbers: Uint32Array.from(chunk.numbers, number => (number === 0 ? 0 : base + number + 1)) };
    }
    this.#list[index] = chunk;
    chunk.numbers[place & (NEAR - 1)] = row - chunk.base;
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
