import { describe, expect, test } from 'vitest';
import { EntryList, IdTable } from '../../src/log/id-table.ts';
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

  test('finds what was added in lists, before, between and after others', () => {
    const table = new IdTable();
    const lists = [0, 1, 3000, 20_000].map((length, list) => {
      const entries = new EntryList();
      for (let n = 0; n < length; n++) entries.add(`list-${list}-${n}`, n * 1000 + list);
      return entries.words();
    });
    table.add('before', 5);
    table.addAll(lists);
    table.addAll([]);
    table.add('list-3-7', 6);
    expect(table.size).toBe(23_003);
    for (let n = 0; n < 3000; n++) expect(table.candidates(`list-2-${n}`)).toEqual([n * 1000 + 2]);
    for (const [id, positions] of Object.entries({ before: [5], 'list-1-0': [1], 'list-3-7': [6, 7003], 'list-3-19999': [19_999_003] }))
      expect(table.candidates(id)).toEqual(positions);
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

  test('takes at most 26 bytes an id, at any size: 52 an execution', () => {
    const table = new IdTable();
    for (let size = 0; size < 400_000; ) {
      for (const end = size + 20_000; size < end; size++) table.add(`execution-${size}`, size * 700);
      expect(table.bytes / table.size).toBeLessThanOrEqual(26);
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
