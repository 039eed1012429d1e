/** Queries that mean harm: each is refused fast, with a code, in a few words, and the service goes on. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Api, type ApiAnswer, answerOf, execution, RECORD_ALL, startApi } from '../support/api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
  await api.ask(RECORD_ALL, { inputs: [execution('one')] });
});
afterAll(() => api.remove());

afterEach(async () => {
  const { data } = await api.ask('{ logStatus { recordingError } }');
  expect(data.logStatus).toEqual({ recordingError: null });
});

/** Within two seconds and in at most 20 kB, on a machine with other work to do. */
async function refused(query: string, variables: object = {}): Promise<ApiAnswer> {
  const before = performance.now();
  const answer = await api.ask(query, variables);
  expect(performance.now() - before).toBeLessThan(2000);
  expect(answer.status).toBe(400);
  expect(answer.data).toBeUndefined();
  expect(answer.text.length).toBeLessThan(20_000);
  expect(answer.errors).not.toEqual([]);
  for (const { extensions } of answer.errors) expect(extensions).toMatchObject({ code: expect.any(String), retryable: false });
  return answer;
}

const codes = ({ errors }: ApiAnswer) => [...new Set(errors.map(({ extensions }) => extensions.code))];
const times = (n: number, make: (index: number) => string) => Array.from({ length: n }, (_, index) => make(index)).join(' ');

describe('depth', () => {
  const nested = (depth: number) => `{ ${'executions { pattern { '.repeat(depth / 2)} patternId ${'} }'.repeat(depth / 2)} }`;

  test('16 nested fields are too deep, 15 are not', async () => {
    expect(codes(await refused(nested(16)))).toEqual(['QUERY_TOO_COMPLEX']);
    const { errors } = await api.ask(nested(14));
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['GRAPH_UNAVAILABLE']);
  });

  test('nesting hidden in fragments is found', async () => {
    const fragments = times(
      9,
      n => `fragment F${n} on Execution { pattern { executions { ${n === 8 ? 'executionId' : `...F${n + 1}`} } } }`,
    );
    expect(codes(await refused(`{ executions { ... on Execution { ...F0 } } } ${fragments}`))).toEqual(['QUERY_TOO_COMPLEX']);
  });

  test('a thousand nested lists or braces', async () => {
    expect(codes(await refused(`{ a${'{a'.repeat(900)}${'}'.repeat(900)} }`))).not.toEqual([]);
    await refused(`{ overview(filter: { patternIds: ${'['.repeat(900)}${']'.repeat(900)} }) { asOf } }`);
  });

  test('introspection nests no lists in lists, and GraphiQL’s own question passes', async () => {
    await refused(`{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }`);
    const { getIntrospectionQuery } = await import('graphql');
    const { status, errors } = await api.ask(getIntrospectionQuery());
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
  });
});

describe('breadth', () => {
  test('more than 30 root fields, in the operation or in its fragments', async () => {
    const field = (n: number) => `f${n}: logStatus { position }`;
    expect((await api.ask(`{ ${times(30, field)} }`)).errors).toEqual([]);
    expect(codes(await refused(`{ ${times(31, field)} }`))).toEqual(['QUERY_TOO_COMPLEX']);
    expect(codes(await refused(`{ ...Many } fragment Many on Query { ${times(31, field)} }`))).toEqual(['QUERY_TOO_COMPLEX']);
    expect(codes(await refused(`{ ... on Query { ${times(31, field)} } }`))).toEqual(['QUERY_TOO_COMPLEX']);
    expect(codes(await refused(`mutation { ${times(31, n => `m${n}: recordExecutions(inputs: []) { executionId }`)} }`))).toEqual([
      'QUERY_TOO_COMPLEX',
    ]);
  });

  test('more than 100 aliases', async () => {
    const aliases = (n: number) => `{ logStatus { ${times(n, index => `a${index}: position`)} } }`;
    expect((await api.ask(aliases(100))).errors).toEqual([]);
    expect(codes(await refused(aliases(101)))).toEqual(['QUERY_TOO_COMPLEX']);
  });

  test('chained fragments that stand for 2^40 fields', async () => {
    const chain = times(40, n => `fragment F${n} on LogStatus { ...F${n + 1} ...F${n + 1} }`);
    expect(codes(await refused(`{ logStatus { ...F0 } } ${chain} fragment F40 on LogStatus { position }`))).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ]);
  });

  test('fragments in a circle', async () => {
    expect(codes(await refused('{ logStatus { ...A } } fragment A on LogStatus { ...B } fragment B on LogStatus { ...A }'))).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ]);
  });

  test('the same field over and over, and conflicting ones', async () => {
    await refused(`{ ${times(950, () => 'logStatus{position}')} }`);
    await refused(`{ logStatus { ${times(600, n => `a: ${n % 2 ? 'position' : 'accepted'}`)} } }`);
  });
});

describe('size', () => {
  test('more than 2,000 tokens are refused while they are parsed', async () => {
    expect(codes(await refused(`{ logStatus { ${'position '.repeat(2000)} } }`))).toEqual(['GRAPHQL_PARSE_FAILED']);
    expect(codes(await refused(`{ ${'a '.repeat(1_000_000)} }`))).toEqual(['GRAPHQL_PARSE_FAILED']);
  });

  test('a long text of one token', async () => {
    await refused(`{ ${'a'.repeat(1_000_000)} }`.slice(0, 10_000));
    await refused(`{ overview(asOf: "${'x'.repeat(100)}" { asOf } }`);
  });

  test('errors of validation are few, however many there would be', async () => {
    const { errors } = await refused(`{ ${times(900, n => `unknown${n}`)} }`);
    expect(errors.length).toBeLessThanOrEqual(11);
  });

  test('errors of coercion are few, however many there would be', async () => {
    const { errors } = await api.ask(RECORD_ALL, { inputs: Array(1000).fill({}) });
    expect(errors.length).toBeLessThanOrEqual(51);
    for (const { extensions } of errors) expect(extensions).toEqual({ code: 'BAD_USER_INPUT', retryable: false });
  });

  test('deeply nested variables', async () => {
    const depth = 50_000;
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query":"query ($f: MetricFilter) { overview(filter: $f) { asOf } }","variables":{"f":${'{"window":'.repeat(depth)}null${'}'.repeat(depth)}}}`,
    });
    const answer = await answerOf(response);
    expect([200, 400]).toContain(answer.status);
    expect(answer.errors[0]?.extensions).toMatchObject({ code: expect.stringMatching(/BAD_USER_INPUT|BAD_REQUEST/), retryable: false });
  });
});

describe('what is no GraphQL request', () => {
  const post = async (body: string, type = 'application/json') =>
    answerOf(await fetch(`${api.url}/graphql`, { method: 'POST', headers: { 'content-type': type }, body }));

  const bodies: [string, string][] = [
    ['no JSON', '{"query":'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[{"query":"{ __typename }"}]'],
    ['no query', '{}'],
    ['a query that is no text', '{"query":{}}'],
    ['variables that are no object', '{"query":"{ __typename }","variables":[1]}'],
    ['a prototype', '{"query":"{ __typename }","__proto__":{"a":1}}'],
  ];
  test.for(bodies)('%s', async ([, body]) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.errors).toMatchObject([{ message: expect.any(String), extensions: { code: 'BAD_REQUEST', retryable: false } }]);
    expect(answer.text).not.toMatch(/node_modules|\.ts:|at .*\(/);
  });

  test('several operations without a name', async () => {
    const answer = await post(JSON.stringify({ query: 'query A { __typename } query B { __typename }' }));
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE', retryable: false } }] });
  });

  test('a persisted query that nobody gave', async () => {
    const answer = await post(JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }));
    expect(answer.errors).toMatchObject([{ extensions: { code: expect.stringMatching(/^PERSISTED_QUERY/), retryable: false } }]);
  });

  test('another method', async () => {
    expect((await fetch(`${api.url}/graphql`, { method: 'PUT' })).status).toBe(404);
    const get = await answerOf(
      await fetch(`${api.url}/graphql?query=${encodeURIComponent('mutation { recordExecutions(inputs: []) { executionId } }')}`, {
        headers: { 'content-type': 'application/json' },
      }),
    );
    expect(get).toMatchObject({ status: 405, errors: [{ extensions: { code: 'BAD_REQUEST', retryable: false } }] });
  });
});
