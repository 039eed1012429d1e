import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkedPage, MAX_PAGE } from '../../src/serve/graph-page.ts';

const cursor = Buffer.from('arrayconnection:49').toString('base64');

test('a page that can be passes, cut to the largest', () => {
  expect(checkedPage({ limit: 0, offset: null })).toEqual({ limit: 0, offset: null });
  expect(checkedPage({ first: 20, after: cursor })).toEqual({ first: 20, after: cursor });
  expect(checkedPage({ first: 10_000, after: null })).toEqual({ first: MAX_PAGE, after: null });
});

test('the largest page is the one that the schema states', () => {
  const schema = readFileSync(new URL('../../schema/graph.graphql', import.meta.url), 'utf8');
  expect([...schema.matchAll(/@limit\(max: (\d+)\)/g)].map(match => Number(match[1]))).toEqual([MAX_PAGE, MAX_PAGE, MAX_PAGE]);
});

test.each([
  [{ limit: -1 }, 'limit'],
  [{ first: -5 }, 'first'],
  [{ offset: -1 }, 'offset'],
  [{ after: '' }, 'after'],
  [{ after: 'arrayconnection:3' }, 'after'],
  [{ after: Buffer.from('arrayconnection:-3').toString('base64') }, 'after'],
])('%j is the mistake of the client', (args, field) => {
  expect(() => checkedPage(args)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', field: [field] }));
});
