/**
 * What a full block holds of each key: rows, and those that succeeded. Where all of a block lies in one stretch of time its counts
 * stand for its rows, so that a question over time looks at the rows of few blocks. Source: G. Moerkotte, "Small Materialized
 * Aggregates: A Light Weight Index Structure for Data Warehousing", VLDB 1998.
 */
import type { Block, Numbers } from './blocks.ts';

/** At each place of the lists a key, its rows, and those that succeeded. */
export type BlockCounts = Readonly<{ keys: ArrayLike<number>; totals: ArrayLike<number>; successes: ArrayLike<number> }>;

/** By key its place among those met, plus 1, while a block is counted. */
let places = new Uint16Array(1024);

export function countsOf(block: Block<'cell'>, keys: Numbers): BlockCounts {
  const { cell } = block.columns;
  const met: number[] = [];
  const [totals, successes] = [new Uint16Array(block.length), new Uint16Array(block.length)];
  for (let row = 0; row < block.length; row++) {
    const key = keys[row] ?? 0;
    if (key >= places.length) places = widened(places, key + 1);
    if (places[key] === 0) places[key] = met.push(key);
    const place = (places[key] ?? 0) - 1;
    totals[place] = (totals[place] ?? 0) + 1;
    successes[place] = (successes[place] ?? 0) + ((cell[row] ?? 0) & 1);
  }
  for (const key of met) places[key] = 0;
  return { keys: Uint32Array.from(met), totals: totals.slice(0, met.length), successes: successes.slice(0, met.length) };
}

function widened(numbers: Uint16Array<ArrayBuffer>, length: number): Uint16Array<ArrayBuffer> {
  const wider = new Uint16Array(2 * length);
  wider.set(numbers);
  return wider;
}
