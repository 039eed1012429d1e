/** Runs counted by the plugins that they used, and by pairs of these. */
import { MetricsError } from '../../errors.ts';
import { type Numbers, narrowest } from './blocks.ts';

const FIRST_SLOTS = 1024;
const FULLEST = 0.5;
/** More take hundreds of megabytes. */
const MAX_PAIRS = 4_000_000;

/** Of a pair: runs with both; of these, where all steps of both succeeded, all of the one with the lower id, all of the other. */
export type Pair = Readonly<{ a: number; b: number; runs: number; successes: number; aSuccesses: number; bSuccesses: number }>;

/** Of a plugin: its runs, and those where all its steps succeeded. */
export type Alone = Readonly<{ runs: number; successes: number }>;

/** What a run used: plugins, each once, and 1 for those whose steps all succeeded. */
export type Used = { plugins: number[]; successes: number[] };

/**
 * Counts in narrow lists: three numbers of each plugin (its id, runs, successes); of each pair its two ids, its runs where a plugin of it
 * failed (`FAILED_WORDS` numbers), and those where both succeeded: mostly so many more that they are wider.
 */
export type PackedPairs = Readonly<{ runs: number; plugins: Numbers; pairs: Numbers; failed: Numbers; succeeded: Numbers }>;

/** Plugins of a run beyond which its pairs are counted when asked, in pieces: they grow with the square, and one run may use thousands. */
export const WIDE = 100;

/**
 * Numbers of a pair: the lower id plus 1 (0 where the slot is free), the higher id, and its runs by outcome: where neither plugin
 * succeeded, the one with the lower id alone, the other alone, both.
 */
const WORDS = 6;
const [NEITHER, A_ALONE, B_ALONE, BOTH] = [2, 3, 4, 5] as const;
/** Numbers of these in which a plugin failed: they stand side by side. */
const FAILED_WORDS = 3;

export class PairCounts {
  runs = 0;
  /** By plugin. */
  #runsOf = new Int32Array(64);
  #successesOf = new Int32Array(64);
  #pairs = 0;
  /** By hash. */
  #slots = new Int32Array(WORDS * FIRST_SLOTS);

  /** Counts a run, or with -1 takes one off that was counted. QUERY_TOO_COMPLEX where there are more pairs than memory should hold. */
  add(used: Used, sign: 1 | -1 = 1): void {
    this.runs += sign;
    for (let place = 0; place < used.plugins.length; place++) this.#addPlugin(used, place, sign);
  }

  /** Counts a run in as many pieces as it has plugins: its pairs grow with their square. */
  *adding(used: Used): Generator<void> {
    this.runs++;
    for (let place = 0; place < used.plugins.length; place++) yield this.#addPlugin(used, place, 1);
  }

  /** A plugin, and its pairs with those that stand before it. */
  #addPlugin({ plugins, successes }: Used, place: number, sign: 1 | -1): void {
    const [plugin, success] = [plugins[place] ?? 0, successes[place] ?? 0];
    this.#addAlone(plugin, sign, sign * success);
    for (let before = 0; before < place; before++) {
      const [other, otherSuccess] = [plugins[before] ?? 0, successes[before] ?? 0];
      const count =
        plugin < other
          ? this.#slotOf(plugin, other) + outcomeOf(success, otherSuccess)
          : this.#slotOf(other, plugin) + outcomeOf(otherSuccess, success);
      this.#slots[count] = (this.#slots[count] ?? 0) + sign;
    }
  }

  alone(plugin: number): Alone {
    return { runs: this.#runsOf[plugin] ?? 0, successes: this.#successesOf[plugin] ?? 0 };
  }

  /** Pairs with at least so many runs, and at least one. */
  *pairs(minRuns: number): Generator<Pair> {
    const slots = this.#slots;
    for (let slot = 0; slot < slots.length; slot += WORDS) {
      const runs = runsAt(slots, slot);
      if (runs === 0 || runs < minRuns) continue;
      const successes = slots[slot + BOTH] ?? 0;
      yield {
        a: (slots[slot] ?? 0) - 1,
        b: slots[slot + 1] ?? 0,
        runs,
        successes,
        aSuccesses: successes + (slots[slot + A_ALONE] ?? 0),
        bSuccesses: successes + (slots[slot + B_ALONE] ?? 0),
      };
    }
  }

  /** How many pairs have runs, or had some that were taken off. */
  get size(): number {
    return this.#pairs;
  }

  /** Of memory. */
  get bytes(): number {
    return this.#slots.byteLength + this.#runsOf.byteLength + this.#successesOf.byteLength;
  }

  /** All of it in little memory, for `addPacked`. */
  packed(): PackedPairs {
    const plugins: number[] = [];
    for (let plugin = 0; plugin < this.#runsOf.length; plugin++) {
      const runs = this.#runsOf[plugin] ?? 0;
      if (runs !== 0) plugins.push(plugin, runs, this.#successesOf[plugin] ?? 0);
    }
    const slots = this.#slots;
    const pairs = new Int32Array(2 * this.#pairs);
    const failed = new Int32Array(FAILED_WORDS * this.#pairs);
    const succeeded = new Int32Array(this.#pairs);
    let count = 0;
    for (let slot = 0; slot < slots.length; slot += WORDS) {
      if (runsAt(slots, slot) === 0) continue;
      pairs[2 * count] = (slots[slot] ?? 0) - 1;
      pairs[2 * count + 1] = slots[slot + 1] ?? 0;
      for (let word = 0; word < FAILED_WORDS; word++) failed[FAILED_WORDS * count + word] = slots[slot + NEITHER + word] ?? 0;
      succeeded[count++] = slots[slot + BOTH] ?? 0;
    }
    return {
      runs: this.runs,
      plugins: narrowest(plugins),
      pairs: narrowest(pairs.subarray(0, 2 * count)),
      failed: narrowest(failed.subarray(0, FAILED_WORDS * count)),
      succeeded: narrowest(succeeded.subarray(0, count)),
    };
  }

  /** QUERY_TOO_COMPLEX as `add`. */
  addPacked({ runs, plugins, pairs, failed, succeeded }: PackedPairs): void {
    this.runs += runs;
    for (let at = 0; at < plugins.length; at += 3) this.#addAlone(plugins[at] ?? 0, plugins[at + 1] ?? 0, plugins[at + 2] ?? 0);
    const numbers = unpacked([pairs, failed, succeeded]);
    const [failures, successes] = [pairs.length, pairs.length + failed.length];
    for (let pair = 0; pair < succeeded.length; pair++) {
      const slot = this.#slotOf(numbers[2 * pair] ?? 0, numbers[2 * pair + 1] ?? 0);
      this.#addTo(slot, numbers, failures + FAILED_WORDS * pair, successes + pair);
    }
  }

  #addAlone(plugin: number, runs: number, successes: number): void {
    if (plugin >= this.#runsOf.length) this.#widen(plugin + 1);
    this.#runsOf[plugin] = (this.#runsOf[plugin] ?? 0) + runs;
    this.#successesOf[plugin] = (this.#successesOf[plugin] ?? 0) + successes;
  }

  /** The pair of a slot of others. */
  #addPair(others: Int32Array, at: number): void {
    this.#addTo(this.#slotOf((others[at] ?? 0) - 1, others[at + 1] ?? 0), others, at + NEITHER, at + BOTH);
  }

  /** Runs of a pair, which stand at two places of a list: where a plugin of it failed, and where both succeeded. */
  #addTo(slot: number, numbers: Int32Array, failed: number, succeeded: number): void {
    const slots = this.#slots;
    for (let word = 0; word < FAILED_WORDS; word++)
      slots[slot + NEITHER + word] = (slots[slot + NEITHER + word] ?? 0) + (numbers[failed + word] ?? 0);
    slots[slot + BOTH] = (slots[slot + BOTH] ?? 0) + (numbers[succeeded] ?? 0);
  }

  /** QUERY_TOO_COMPLEX as `add`. */
  addAll(other: PairCounts): void {
    this.runs += other.runs;
    for (let plugin = 0; plugin < other.#runsOf.length; plugin++)
      this.#addAlone(plugin, other.#runsOf[plugin] ?? 0, other.#successesOf[plugin] ?? 0);
    for (let from = 0; from < other.#slots.length; from += WORDS) if (runsAt(other.#slots, from) !== 0) this.#addPair(other.#slots, from);
  }

  copy(): PairCounts {
    const copy = new PairCounts();
    copy.runs = this.runs;
    copy.#runsOf = this.#runsOf.slice();
    copy.#successesOf = this.#successesOf.slice();
    copy.#pairs = this.#pairs;
    copy.#slots = this.#slots.slice();
    return copy;
  }

  /** Where the numbers of a pair stand. */
  #slotOf(a: number, b: number): number {
    const slots = this.#slots;
    const mask = slots.length / WORDS - 1;
    for (let place = hashOf(a, b) & mask; ; place = (place + 1) & mask) {
      const slot = place * WORDS;
      if (slots[slot] === a + 1 && slots[slot + 1] === b) return slot;
      if (slots[slot] !== 0) continue;
      if (this.#pairs >= (mask + 1) * FULLEST) {
        this.#grow();
        return this.#slotOf(a, b);
      }
      this.#pairs++;
      slots[slot] = a + 1;
      slots[slot + 1] = b;
      return slot;
    }
  }

  #grow(): void {
    if (this.#pairs >= MAX_PAIRS)
      throw new MetricsError(
        'QUERY_TOO_COMPLEX',
        `these are more than ${MAX_PAIRS} pairs of plugins: ask about fewer plugins or patterns`,
        {
          field: ['filter', 'plugins'],
        },
      );
    const old = this.#slots;
    this.#slots = new Int32Array(2 * old.length);
    this.#pairs = 0;
    for (let slot = 0; slot < old.length; slot += WORDS) if (old[slot] !== 0) this.#addPair(old, slot);
  }

  #widen(length: number): void {
    const [runs, successes] = [this.#runsOf, this.#successesOf];
    this.#runsOf = new Int32Array(2 * length);
    this.#successesOf = new Int32Array(2 * length);
    this.#runsOf.set(runs);
    this.#successesOf.set(successes);
  }
}

let unpackedNumbers = new Int32Array(0);

/** The same numbers in one list of one type, so that what reads them is compiled for it alone; gone when the next are unpacked. */
function unpacked(lists: readonly Numbers[]): Int32Array {
  const length = lists.reduce((sum, list) => sum + list.length, 0);
  if (length > unpackedNumbers.length) unpackedNumbers = new Int32Array(2 * length);
  let end = 0;
  for (const list of lists) {
    unpackedNumbers.set(list, end);
    end += list.length;
  }
  return unpackedNumbers;
}

/** The place of a run's count among the numbers of a pair. */
function outcomeOf(aSuccess: number, bSuccess: number): number {
  return NEITHER + aSuccess + 2 * bSuccess;
}

function runsAt(slots: Int32Array, slot: number): number {
  return (slots[slot + NEITHER] ?? 0) + (slots[slot + A_ALONE] ?? 0) + (slots[slot + B_ALONE] ?? 0) + (slots[slot + BOTH] ?? 0);
}

function hashOf(a: number, b: number): number {
  const hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  return (hash ^ (hash >>> 15)) >>> 0;
}
