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

  test('takes at most 48 bytes an id, at any size: 96 an execution', () => {
    const table = new IdTable();
    for (let size = 0; size < 400_000; ) {
      for (const end = size + 20_000; size < end; size++) table.add(`execution-${size}`, size * 700);
      expect(table.bytes / table.size).toBeLessThanOrEqual(48);
    }
  });

  test('keeps positions up to the largest whole number', () => {
    const table = new IdTable();
    for (const position of [0, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER - 1]) {
      table.add(`at-${position}`, position);
      expect(table.candidates(`at-${position}`)).toEqual([position]);
    }
  });
});
