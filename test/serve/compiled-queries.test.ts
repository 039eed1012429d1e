/** A query of questions is compiled: it must say the same, to the last character, as graphql-js, which is asked by a directive that changes nothing. */
import { type GraphQLField, type GraphQLOutputType, type GraphQLSchema, getNamedType, isObjectType, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MetricsError } from '../../src/errors.ts';
import { compile, compiledQueries } from '../../src/serve/compiled-queries.ts';
import { questionResolvers } from '../../src/serve/questions.ts';
import { createSchema, NO_GRAPH } from '../../src/serve/schema.ts';
import { type Api, execution, RECORD_ALL, startApi } from '../support/api.ts';

let api: Api;
let schema: GraphQLSchema;

beforeAll(async () => {
  schema = await createSchema({ projections: () => [], graph: NO_GRAPH });
  api = await startApi();
  const inputs = Array.from({ length: 40 }, (_, n) => ({
    ...execution(`e-${n}`),
    patternId: `p ${n % 3} <é>`,
    status: n % 7 === 0 ? 'FAILED' : 'SUCCESS',
    ...(n % 7 === 0 ? { errorMessage: 'a line\nand "another" \u2028 🙂' } : {}),
  }));
  const { data } = await api.ask(RECORD_ALL, { inputs });
  expect(data.recordExecutions.filter((result: { error: unknown }) => result.error)).toEqual([]);
});
afterAll(() => api.remove());

/** All fields below a type. */
function selectionOf(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  return `{ ${Object.values(named.getFields())
    .map(field => `${field.name} ${selectionOf(field.type)}`)
    .join(' ')} }`;
}

function questionOf({ name, args, type }: GraphQLField<unknown, unknown>): string {
  const given: Record<string, string> = { patternId: '"p 1 <é>"', executionId: '"e-3"', input: '{ patternId: "p 1 <é>" }' };
  const passed = args.flatMap(arg =>
    given[arg.name] ? [`${arg.name}: ${given[arg.name]}`] : arg.name === 'filter' ? ['filter: $filter'] : [],
  );
  const takes = args.some(arg => arg.name === 'filter');
  return `query ${takes ? '($filter: MetricFilter)' : ''} { asked: ${name}${passed.length > 0 ? `(${passed.join(', ')})` : ''} ${selectionOf(type)} }`;
}

/** What graphql-js answers a request, and what the compiled query does, twice: parts of lists that it wrote before are not written again. */
async function bothAnswers(query: string, variables: object = {}) {
  const answerOf = async (text: string) => {
    const { status, text: answer, headers } = await api.ask(text, variables);
    return { status, text: answer, type: headers.get('content-type') };
  };
  const left = query.replace(/\}\s*(fragment .*)?$/, ' ...@include(if: true) { __typename @skip(if: true) } } $1');
  expect(compile(schema, parse(left))).toBeNull();
  const before = await answerOf(left);
  const after = await answerOf(query);
  expect(await answerOf(query)).toEqual(query.includes('last') ? expect.anything() : after);
  return { before, after };
}

describe('says the same', () => {
  test('to every question with all its fields', async () => {
    const fields = schema.getQueryType()?.getFields() ?? {};
    for (const name of Object.keys(questionResolvers.Query ?? {})) {
      const query = questionOf(fields[name] as GraphQLField<unknown, unknown>);
      for (const filter of [undefined, null, { success: false }, { patternIds: ['p 1 <é>'], window: { last: 'P3650D' } }]) {
        const { before, after } = await bothAnswers(query, { filter });
        expect(before.text.startsWith('{"data":{"asked":'), before.text).toBe(true);
        // A window that reads the clock moves with it; the rows stay.
        expect(JSON.parse(after.text)).toEqual(filter?.window ? expect.anything() : JSON.parse(before.text));
        if (!filter?.window) expect(after).toEqual(before);
      }
    }
  });

  test.for<[string, object?]>([
    ['{ topPatterns(limit: -1) { asOf } }'],
    ['query ($limit: Int!) { topPatterns(limit: $limit) { asOf } }', {}],
    ['query ($limit: Int!) { topPatterns(limit: $limit) { asOf } }', { limit: 'many' }],
    ['query ($filter: MetricFilter) { overview(filter: $filter) { asOf } }', { filter: { window: { from: 'yesterday' } } }],
    ['query ($filter: MetricFilter) { overview(filter: $filter) { asOf } }', { filter: { windows: {} } }],
    ['{ overview(asOf: "nowhere") { asOf } }'],
    ['{ a: overview(asOf: "nowhere") { asOf } b: overview { asOf } c: recordedExecution(executionId: "e-1") { status } }'],
    ['{ successTrend(timeZone: "Mars/Olympus") { asOf } }'],
    ['{ recordedExecution(executionId: "none") { executionId } }'],
    ['query ($rank: PatternRank) { topPatterns(rankBy: $rank) { asOf } }', { rank: 'BEST' }],
  ])('of what is wrong: %s %o', async ([query, variables = {}]) => {
    const { before, after } = await bothAnswers(query, variables);
    expect(after).toEqual(before);
  });

  test('to several questions at once', async () => {
    const { before, after } = await bothAnswers(
      '{ a: overview { asOf current { steps } } b: reliabilityHeatmap { rows { plugin lower } } c: recordedExecution(executionId: "none") { status } }',
    );
    expect(before.text).toContain('"lower":[0.');
    expect(after).toEqual(before);
  });

  test('of aliases that JavaScript gives a meaning', async () => {
    const query = '{ __proto__: overview { constructor: asOf __proto__: current { toString: executions } } }';
    const { before, after } = await bothAnswers(query);
    expect(before.text).toContain('"__proto__":{"constructor":');
    expect(after).toEqual(before);
    const others = await bothAnswers('{ constructor: overview { toString: asOf hasOwnProperty: current { valueOf: executions } } }');
    expect(others.before.text).toContain('"valueOf":40');
    expect(others.after).toEqual(others.before);
  });

  test('of fragments, aliases and fields that are asked for twice', async () => {
    const { before, after } = await bothAnswers(
      'query Q { o: overview { ...T current { executions } ... on Overview { previous { executions } } } } fragment T on Overview { asOf current { steps executions } __typename }',
    );
    expect(before.text).toContain('"__typename":"Overview"');
    expect(after).toEqual(before);
  });
});

test.for([
  ['a question', '{ overview { asOf } }', true],
  ['one with a directive', '{ overview { asOf @skip(if: false) } }', false],
  ['a question beside what is none', '{ overview { asOf } logStatus { asOf } }', false],
  ['the graph', '{ patterns { name } }', false],
  ['a mutation', 'mutation { rebuildGraph { state } }', false],
  ['one of two operations', 'query A { overview { asOf } } query B { overview { from } }', false],
] as const)('compiled or not: %s: %s', ([, query, compiled]) => {
  expect(compile(schema, parse(query)) !== null).toBe(compiled);
});

test('a question that fails is not asked again by graphql-js, which is told why', async () => {
  const plugin = compiledQueries(schema);
  const listener = await plugin.requestDidStart?.({} as never);
  const cause = new MetricsError('TIMEOUT', 'later');
  for (const [query, told] of [
    ['{ overview { asOf } }', cause],
    ['{ a: overview { asOf } b: overview { from } }', undefined],
  ] as const) {
    const contextValue = { at: () => Promise.reject(cause), failed: { cause: undefined } };
    expect(await listener?.responseForOperation?.({ document: parse(query), request: {}, contextValue } as never)).toBeNull();
    expect(contextValue.failed.cause).toBe(told);
  }
});
