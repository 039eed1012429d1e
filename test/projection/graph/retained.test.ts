import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Retained } from '../../../src/projection/graph/retained.ts';

test('the last rows of each pattern stay, and each that leaves is answered once, in log order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 60 }),
      fc.nat(60),
      (limit, rows, learntAt) => {
        const retained = new Retained(limit);
        const all: Record<string, number[]> = { a: [], b: [], c: [] };
        const left: Record<string, number[]> = { a: [], b: [], c: [] };
        for (const [start, pattern] of rows.entries()) {
          // As after a restart: what stays is learnt anew, in any order.
          if (start === learntAt) {
            retained.forget();
            for (const [id, starts] of Object.entries(all)) expect(retained.learn(id, starts.slice(-limit).reverse())).toEqual([]);
          }
          const leaving = retained.push(pattern, start);
          all[pattern]?.push(start);
          if (leaving !== undefined) left[pattern]?.push(leaving);
        }
        for (const [id, starts] of Object.entries(all)) {
          expect(left[id]).toEqual(starts.slice(0, -limit));
          expect(retained.first(id)).toBe(starts.slice(-limit)[0]);
        }
      },
    ),
  );
});

test('what is learnt and too much is answered, oldest first', () => {
  const retained = new Retained(2);
  expect(retained.learn('a', [30, 10, 20, 0])).toEqual([0, 10]);
  expect(retained.push('a', 40)).toBe(20);
});

test('it stays small over a long log', () => {
  const retained = new Retained(3);
  for (let start = 0; start < 20_000; start++) expect(retained.push('a', start)).toBe(start < 3 ? undefined : start - 3);
  expect(retained.first('a')).toBe(19_997);
});
