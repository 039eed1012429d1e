/**
 * What a full block holds of each key: rows, and those that succeeded. Where all of a block lies in one stretch of time its counts
 * stand for its rows, so that a question over time looks at the rows of few blocks. Source: G. Moerkotte, "Small Materialized
 * Aggregates: A Light Weight Index Structure for Data Warehousing", VLDB 1998.
 */
import type { Block, Numbers } from './blocks.ts';

export type BlockCounts = Readonly<{ keys: Uint32Array; totals: Uint16Array; successes: Uint16Array }>;

export function countsOf(block: Block<'cell'>, keys: Numbers): BlockCounts {
  const places = new Map<number, number>();
  const [totals, successes]: [number[], number[]] = [[], []];
  for (let row = 0; row < block.length; row++) {
    const key = keys[row] ?? 0;
    const place = places.get(key) ?? places.size;
    places.set(key, place);
    totals[place] = (totals[place] ?? 0) + 1;
    successes[place] = (successes[place] ?? 0) + ((block.columns.cell[row] ?? 0) & 1);
  }
  return { keys: Uint32Array.from(places.keys()), totals: Uint16Array.from(totals), successes: Uint16Array.from(successes) };
}
