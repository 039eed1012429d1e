import { expect, test } from 'vitest';
import { fulltextQuery } from '../../src/serve/graph-phrase.ts';

test.each([
  ['jwt auth', 'jwt auth'],
  ['  jwt\n\tauth ', 'jwt auth'],
  ['jwt-auth', 'jwt\\-auth'],
  ['a AND b', 'a and b'],
  ['NOT', 'not'],
  ['android ORacle', 'android ORacle'],
  ['name:(x OR "y z")~2^3', 'name\\:\\(x or \\"y z\\"\\)\\~2\\^3'],
  ['a && b || !c', 'a \\&\\& b \\|\\| \\!c'],
  ['/re.*/ [a TO b] {c} \\', '\\/re.\\*\\/ \\[a to b\\] \\{c\\} \\\\'],
  ['', '""'],
  [' \u0000 ', '""'],
])('%j is searched as %j', (phrase, query) => {
  expect(fulltextQuery(phrase)).toBe(query);
});

test('a phrase of more than 500 characters is refused', () => {
  expect(fulltextQuery('x'.repeat(500))).toHaveLength(500);
  expect(() => fulltextQuery('x'.repeat(501))).toThrow(/501 characters/);
});
