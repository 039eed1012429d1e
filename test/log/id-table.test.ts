import { describe, expect, test } from 'vitest';
import { IdTable } from '../../src/log/id-table.ts';
import { fc } from '../support/properties.ts';

describe('IdTable', () => {
  test('finds every one of many ids, however often it has grown', () => {
    const table = new IdTable();
    const ids = Array.from({ length: 20_000 }, (_, index) => `execution-${index}`);
    for (const [position, id] of ids.entries()) table.add(id, position * 100);
    expect(table.size).toBe(ids.length);
    for (const [position, id] of ids.entries()) expect(table.candidates(id)).toEqual([position * 100]);
    for (const id of ids.slice(0, 1000)) expect(table.candidates(`${id}x`)).toEqual([]);
  });

  test('answers all positions of an id, oldest first', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.maxSafeNat(), { maxLength: 20 }), fc.string(), (positions, id) => {
        const table = new IdTable();
        for (const position of positions) table.add(id, position);
        expect(table.candidates(id)).toEqual(positions.toSorted((a, b) => a - b));
      }),
    );
  });
});
