/** Numbers that look random and are the same for the same seed. */
export type Random = Readonly<{
  /** From 0 inclusive to 1 exclusive. */
  next(): number;
  /** Whether something of this probability happens. */
  chance(probability: number): boolean;
  /** A factor around 1: e to the power of a normal deviate with standard deviation `spread`. */
  factor(spread: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}>;

/** The generator mulberry32: 32 bits of state, good enough for stories. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    chance: probability => next() < probability,
    // Box and Muller's transform.
    factor: spread => Math.exp(spread * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
    pick: items => items[Math.floor(next() * items.length)] ?? items[0],
  };
}
