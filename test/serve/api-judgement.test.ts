/** What history says of patterns and plans, over HTTP. */
import { describe, expect, test } from 'vitest';
import { type Api, startApi } from '../support/api.ts';

const RECORD =
  'mutation ($inputs: [RecordExecutionInput!]!) { recordExecutions(inputs: $inputs) { payload { position } error { message } } }';

let recorded = 0;
/** Runs of a pattern, one a minute. */
function runs(patternId: string, outcomes: string, fields: object = {}) {
  return [...outcomes].map(outcome => {
    const at = new Date(Date.parse('2026-03-01T00:00:00Z') + recorded * 60_000).toISOString();
    return {
      executionId: `run-${recorded++}`,
      patternId,
      taskDescription: 'Build a REST API',
      status: outcome === '+' ? 'SUCCESS' : 'FAILED',
      startedAt: at,
      completedAt: at,
      durationMs: 60_000,
      steps: [],
      ...fields,
    };
  });
}

async function record(api: Api, inputs: readonly object[]): Promise<string> {
  const { data } = await api.ask(RECORD, { inputs });
  return data.recordExecutions.at(-1).payload.position;
}

async function withApi(environment: Record<string, string>, work: (api: Api) => Promise<void>): Promise<void> {
  const api = await startApi(environment);
  try {
    await work(api);
  } finally {
    await api.remove();
  }
}

const PROMOTIONS = `query ($ids: [ID!], $asOf: LogPosition) { promotions(patternIds: $ids, asOf: $asOf) { asOf inForce patterns {
  patternId name status byDefault byStrict evidence { value successes total lower upper } confidence strictLower strictUpper executionsToNext changedAt } } }`;

describe('promotions', () => {
  test('says where patterns stand by both policies, since when, and what is missing', async () => {
    await withApi({}, async api => {
      recorded = 0;
      const then = await record(api, runs('p', '++++'));
      await record(api, [...runs('p', '+'), ...runs('q', '---+-', { patternName: 'the other' })]);
      const { data, errors } = await api.ask(PROMOTIONS);
      expect(errors).toEqual([]);
      expect(data.promotions.inForce).toBe('DEFAULT');
      const [p, q] = data.promotions.patterns;
      expect(p).toMatchObject({
        patternId: 'p',
        status: 'VALIDATED',
        byDefault: 'VALIDATED',
        byStrict: 'DISCOVERED',
        executionsToNext: 15,
      });
      expect(p).toMatchObject({ evidence: { value: 1, successes: 5, total: 5 }, changedAt: '2026-03-01T00:04:00.000Z', strictUpper: 1 });
      expect(p.confidence).toBe(p.evidence.lower);
      expect(q).toMatchObject({ patternId: 'q', name: 'the other', status: 'DEPRECATED', changedAt: '2026-03-01T00:09:00.000Z' });
      expect(q.executionsToNext).toBe(5);
      const before = await api.ask(PROMOTIONS, { asOf: then });
      expect(before.data.promotions).toMatchObject({
        asOf: then,
        patterns: [{ status: 'DISCOVERED', executionsToNext: 1, changedAt: null }],
      });
      expect((await api.ask(PROMOTIONS, { ids: ['q', 'nobody', 'q'] })).data.promotions.patterns).toEqual([q]);
      expect((await api.ask(PROMOTIONS, { ids: [] })).data.promotions.patterns).toEqual([]);
    });
  });

  test('PROMOTION_POLICY names the one in force, which patternStats follows', async () => {
    await withApi({ PROMOTION_POLICY: 'STRICT' }, async api => {
      await record(api, runs('p', '+'.repeat(30)));
      const { data } =
        await api.ask(`{ promotions { inForce patterns { status byDefault confidence strictLower executionsToNext changedAt } }
        patternStats { patterns { status } } }`);
      expect(data.promotions).toMatchObject({
        inForce: 'STRICT',
        patterns: [{ status: 'DISCOVERED', byDefault: 'LEARNED', executionsToNext: 1, changedAt: null }],
      });
      const [pattern] = data.promotions.patterns;
      expect(pattern.confidence).toBe(pattern.strictLower);
      expect(data.patternStats.patterns).toEqual([{ status: 'DISCOVERED' }]);
    });
  });

  test('takes at most 1,000 ids', async () => {
    await withApi({}, async api => {
      const { errors } = await api.ask(PROMOTIONS, { ids: Array.from({ length: 1001 }, (_, index) => `p-${index}`) });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: ['patternIds'] } }]);
    });
  });
});
