/** Runs counted by the plugins that they used, and by pairs of these. */
import { MetricsError } from '../../errors.ts';

/** A pair is told by two ids below this, as one number. */
const IDS = 2 ** 26;
const FIRST_SLOTS = 1024;
const FULLEST = 0.5;
/** More take hundreds of megabytes. */
const MAX_PAIRS = 4_000_000;
const FREE = -1;

/** Of a pair: runs with both; of these, where all steps of both succeeded, all of the one with the lower id, all of the other. */
export type Pair = Readonly<{ a: number; b: number; runs: number; successes: number; aSuccesses: number; bSuccesses: number }>;

/** Of a plugin: its runs, and those where all its steps succeeded. */
export type Alone = Readonly<{ runs: number; successes: number }>;

/** What a run used: plugins, each once, and 1 for those whose steps all succeeded. */
export type Used = { plugins: number[]; successes: number[] };

export class PairCounts {
  runs = 0;
  /** By plugin. */
  #runsOf = new Int32Array(64);
  #successesOf = new Int32Array(64);
  #pairs = 0;
  /** Keys of pairs by hash, and their four counts at the same place. */
  #keys = new Float64Array(FIRST_SLOTS).fill(FREE);
  #counts = new Int32Array(4 * FIRST_SLOTS);

  /** Counts a run, or with -1 takes one off that was counted. QUERY_TOO_COMPLEX where there are more pairs than memory should hold. */
  add({ plugins, successes }: Used, sign: 1 | -1 = 1): void {
    this.runs += sign;
    for (let x = 0; x < plugins.length; x++) {
      const [plugin, success] = [plugins[x] ?? 0, successes[x] ?? 0];
      if (plugin >= this.#runsOf.length) this.#widen(plugin + 1);
      this.#runsOf[plugin] = (this.#runsOf[plugin] ?? 0) + sign;
      this.#successesOf[plugin] = (this.#successesOf[plugin] ?? 0) + sign * success;
      for (let y = 0; y < x; y++) {
        const [other, otherSuccess] = [plugins[y] ?? 0, successes[y] ?? 0];
        if (plugin < other) this.#meet(plugin, other, success, otherSuccess, sign);
        else this.#meet(other, plugin, otherSuccess, success, sign);
      }
    }
  }

  alone(plugin: number): Alone {
    return { runs: this.#runsOf[plugin] ?? 0, successes: this.#successesOf[plugin] ?? 0 };
  }

  /** Pairs with at least so many runs. */
  *pairs(minRuns: number): Generator<Pair> {
    const counts = this.#counts;
    for (let slot = 0; slot < this.#keys.length; slot++) {
      const key = this.#keys[slot] ?? FREE;
      const runs = counts[4 * slot] ?? 0;
      if (key === FREE || runs === 0 || runs < minRuns) continue;
      yield {
        a: Math.floor(key / IDS),
        b: key % IDS,
        runs,
        successes: counts[4 * slot + 1] ?? 0,
        aSuccesses: counts[4 * slot + 2] ?? 0,
        bSuccesses: counts[4 * slot + 3] ?? 0,
      };
    }
  }

  copy(): PairCounts {
    const copy = new PairCounts();
    copy.runs = this.runs;
    copy.#runsOf = this.#runsOf.slice();
    copy.#successesOf = this.#successesOf.slice();
    copy.#pairs = this.#pairs;
    copy.#keys = this.#keys.slice();
    copy.#counts = this.#counts.slice();
    return copy;
  }

  #meet(a: number, b: number, aSuccess: number, bSuccess: number, sign: number): void {
    const at = 4 * this.#slotOf(a * IDS + b);
    const counts = this.#counts;
    counts[at] = (counts[at] ?? 0) + sign;
    counts[at + 1] = (counts[at + 1] ?? 0) + sign * aSuccess * bSuccess;
    counts[at + 2] = (counts[at + 2] ?? 0) + sign * aSuccess;
    counts[at + 3] = (counts[at + 3] ?? 0) + sign * bSuccess;
  }

  #slotOf(key: number): number {
    const keys = this.#keys;
    const mask = keys.length - 1;
    for (let slot = hashOf(key) & mask; ; slot = (slot + 1) & mask) {
      if (keys[slot] === key) return slot;
      if (keys[slot] !== FREE) continue;
      if (this.#pairs >= keys.length * FULLEST) {
        this.#grow();
        return this.#slotOf(key);
      }
      this.#pairs++;
      keys[slot] = key;
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
    const [keys, counts] = [this.#keys, this.#counts];
    this.#keys = new Float64Array(2 * keys.length).fill(FREE);
    this.#counts = new Int32Array(2 * counts.length);
    this.#pairs = 0;
    for (let slot = 0; slot < keys.length; slot++) {
      const key = keys[slot] ?? FREE;
      if (key !== FREE) this.#counts.set(counts.subarray(4 * slot, 4 * slot + 4), 4 * this.#slotOf(key));
    }
  }

  #widen(length: number): void {
    const [runs, successes] = [this.#runsOf, this.#successesOf];
    this.#runsOf = new Int32Array(2 * length);
    this.#successesOf = new Int32Array(2 * length);
    this.#runsOf.set(runs);
    this.#successesOf.set(successes);
  }
}

function hashOf(key: number): number {
  const hash = Math.imul(Math.floor(key / IDS), 0x9e3779b1) ^ Math.imul(key % IDS, 0x85ebca6b);
  return (hash ^ (hash >>> 15)) >>> 0;
}
