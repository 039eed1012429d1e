/** What is asked as of a position is answered again from memory; nothing else is. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, execution, startApi } from '../support/api.ts';

let api: Api;
let asOf: string;

const RECORD = 'mutation ($input: RecordExecutionInput!) { recordExecution(input: $input) { position } }';

beforeAll(async () => {
  api = await startApi();
  ({ position: asOf } = (await api.ask(RECORD, { input: execution('e-1') })).data.recordExecution);
});
afterAll(() => api.remove());

/** The second answer to the same request, and whether it came from memory; both must say the same. */
async function twice(query: string, variables: object = {}) {
  const first = await api.ask(query, variables);
  const again = await api.ask(query, variables);
  expect(first.headers.get('cache-status')).toBeNull();
  expect(again.text).toBe(first.text);
  // Neither by browsers nor by proxies: another one may ask without the key.
  expect([first, again].map(({ headers }) => headers.get('cache-control'))).toEqual(['no-store', 'no-store']);
  return { ...again, hit: again.headers.get('cache-status') === 'answers; hit' };
}

const kept: [string, string][] = [
  ['as of a literal position', '{ overview(asOf: "ASOF") { current { executions } } }'],
  ['several, each as of a position', '{ a: pluginStats(asOf: "ASOF") { asOf } patternStats(asOf: "ASOF") { patterns { name } } }'],
  ['a window that is given', '{ overview(asOf: "ASOF", filter: { window: { last: "P1D", to: "2026-03-02T00:00:00Z" } }) { from } }'],
];

test.for(kept)('kept: %s', async ([, query]) => {
  const { hit, errors } = await twice(query.replaceAll('ASOF', asOf));
  expect(errors).toEqual([]);
  expect(hit).toBe(true);
});

test('kept: as of a position in a variable; another position is another request', async () => {
  const query = 'query ($asOf: LogPosition) { patternStats(asOf: $asOf) { patterns { successRate { total } } } }';
  expect((await twice(query, { asOf })).hit).toBe(true);
  const { position: later } = (await api.ask(RECORD, { input: execution('e-2') })).data.recordExecution;
  expect((await api.ask(query, { asOf: later })).data.patternStats.patterns[0].successRate.total).toBe(2);
  expect((await api.ask(query, { asOf })).data.patternStats.patterns[0].successRate.total).toBe(1);
});

test('kept: what was answered at a position that a variable left open, for when that position is named', async () => {
  const query = 'query ($limit: Int!, $asOf: LogPosition) { topPatterns(limit: $limit, asOf: $asOf) { asOf patterns { name } } }';
  const { data, text } = await api.ask(query, { limit: 3, asOf: null });
  const again = await api.ask(query, { asOf: data.topPatterns.asOf, limit: 3 });
  expect([again.text, again.headers.get('cache-status')]).toEqual([text, 'answers; hit']);
  expect((await api.ask(query, { limit: 3 })).headers.get('cache-status')).toBeNull();
});

const notKept: [string, string][] = [
  ['without a position', '{ overview { asOf current { executions } } }'],
  ['a position in one field of two', '{ overview(asOf: "ASOF") { asOf } patternStats { asOf } }'],
  ['no position in a variable', 'query ($asOf: LogPosition) { overview(asOf: $asOf) { asOf } }'],
  ['what reads the clock', '{ overview(asOf: "ASOF", filter: { window: { last: "P1D" } }) { asOf } }'],
  ['an error', '{ overview(asOf: "ASOF", filter: { window: { last: "tomorrow" } }) { asOf } }'],
  ['a position that these logs do not know', '{ overview(asOf: "999999.0.0.0.00000000") { asOf } }'],
  ['a field that has no position', '{ overview(asOf: "ASOF") { asOf } recordedExecution(executionId: "e-1") { executionId } }'],
];

test.for(notKept)('not kept: %s', async ([, query]) => {
  expect((await twice(query.replaceAll('ASOF', asOf))).hit).toBe(false);
});

test('a kept answer needs the key like any other', async () => {
  const locked = await startApi({ API_KEY: 'a-key-of-enough-characters-for-this' });
  try {
    const key = { authorization: 'Bearer a-key-of-enough-characters-for-this' };
    const { position } = (await locked.ask(RECORD, { input: execution('e-1') }, key)).data.recordExecution;
    const query = `{ overview(asOf: "${position}") { asOf } }`;
    await locked.ask(query, {}, key);
    expect((await locked.ask(query, {}, key)).headers.get('cache-status')).toBe('answers; hit');
    const refused = await locked.ask(query);
    expect([refused.status, refused.headers.get('cache-status')]).toEqual([401, null]);
  } finally {
    await locked.remove();
  }
});
