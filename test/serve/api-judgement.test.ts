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

const ESTIMATE = `query ($input: EstimateInput!, $asOf: LogPosition) { estimateDuration(input: $input, asOf: $asOf) {
  asOf p50Seconds p90Seconds basis n explanation calibration { backtested within90 } } }`;
const PREDICT = `query ($input: EstimateInput!, $asOf: LogPosition) { predictSuccess(input: $input, asOf: $asOf) {
  asOf score probability lower upper n basis advice factors { name weight value explanation } calibration { backtested score baseline } } }`;

const steps = [
  { step: 1, phase: 'plan', plugin: 'reader', durationMs: 20_000, status: 'SUCCESS' },
  { step: 2, phase: 'implement', plugin: 'writer', durationMs: 40_000, status: 'SUCCESS' },
];

describe('estimateDuration', () => {
  test('answers from the pattern, from the steps of a new plan, or says why it cannot', async () => {
    await withApi({}, async api => {
      const ask = async (input: object, asOf?: string) => {
        const { data, errors } = await api.ask(ESTIMATE, { input, asOf });
        expect(errors).toEqual([]);
        return data.estimateDuration;
      };
      const none = { p50Seconds: null, p90Seconds: null, basis: 'NONE', n: 0, calibration: null };
      const plan = { patternId: 'new', steps: [{ plugin: 'reader', phase: 'plan' }, { plugin: 'writer' }] };
      expect(await ask({})).toMatchObject({ ...none, explanation: 'Give the pattern of earlier runs, or the steps of the plan.' });
      expect(await ask(plan)).toMatchObject({ ...none, explanation: 'new has no run yet. No step that ran is known yet.' });

      recorded = 0;
      const then = await record(api, runs('p', '+', { steps }));
      const first = await ask({ patternId: 'p' });
      expect(first).toMatchObject({ basis: 'PATTERN', n: 1, calibration: null });
      expect(first.p50Seconds).toBeCloseTo(60, 6);
      expect(first.p90Seconds).toBeGreaterThan(90);

      await record(api, runs('p', '++++++++++', { steps }));
      const later = await ask({ patternId: 'p', steps: plan.steps });
      expect(later).toMatchObject({
        p50Seconds: 60,
        p90Seconds: 60,
        basis: 'PATTERN',
        n: 11,
        calibration: { backtested: 10, within90: 1 },
      });
      const bySteps = await ask(plan);
      expect(bySteps).toMatchObject({ basis: 'STEPS', n: 11, calibration: { within90: 1 } });
      expect(Math.abs(Math.log(bySteps.p50Seconds / 60))).toBeLessThan(0.2);
      expect(await ask({ patternId: 'p' }, then)).toEqual({ ...first, asOf: then });
    });
  });

  test('refuses what cannot be a plan, with the field', async () => {
    await withApi({}, async api => {
      const field = async (input: object) => {
        const { errors } = await api.ask(ESTIMATE, { input });
        expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', retryable: false } }]);
        return errors[0]?.extensions.field;
      };
      expect(await field({ patternId: '' })).toEqual(['input', 'patternId']);
      expect(await field({ steps: [{ plugin: 'a' }, { plugin: '' }] })).toEqual(['input', 'steps', '1', 'plugin']);
      expect(await field({ steps: Array(1001).fill({ plugin: 'a' }) })).toEqual(['input', 'steps']);
      expect(await field({ taskDescription: 'ä'.repeat(33_000) })).toEqual(['input', 'taskDescription']);
    });
  });
});

describe('predictSuccess', () => {
  test('gives the score, what it is worth, and why', async () => {
    await withApi({}, async api => {
      recorded = 0;
      const then = await record(api, runs('rest-api', '+'.repeat(40), { steps }));
      const input = { patternId: 'rest-api', taskDescription: 'Build a REST API' };
      const { data, errors } = await api.ask(PREDICT, { input });
      expect(errors).toEqual([]);
      const found = data.predictSuccess;
      expect(found).toMatchObject({
        score: 1,
        n: 40,
        advice: 'PROCEED',
        basis: '40 runs of rest-api, 2 plugins, calibrated on a replay of 40 runs',
      });
      expect(found.probability).toBeGreaterThan(0.9);
      expect(found.lower).toBeLessThan(found.probability);
      expect(found.upper).toBeGreaterThan(found.probability);
      expect(found.calibration).toMatchObject({ backtested: 40 });
      expect(found.factors.map(({ name, value }: { name: string; value: number }) => [name, value])).toEqual([
        ['pattern', 1],
        ['plugins', 1],
        ['context', 1],
        ['similarity', 1],
      ]);
      const plan = { ...input, steps: [{ plugin: 'reader' }, { plugin: 'unheard of', required: false }] };
      const unsure = (await api.ask(PREDICT, { input: plan })).data.predictSuccess;
      expect(unsure.factors[1].value).toBeCloseTo(2.5 / 3, 12);
      expect(unsure.factors[1].explanation).toContain('unheard of not seen before, counts as 0.5 (optional), reader 100.0 %');
      await record(api, runs('rest-api', '----', { steps }));
      expect((await api.ask(PREDICT, { input, asOf: then })).data.predictSuccess).toEqual({ ...found, asOf: then });
      expect((await api.ask(PREDICT, { input })).data.predictSuccess.score).toBeLessThan(1);
    });
  });
});

const CHANGES = `query ($patternIds: [ID!], $plugins: [String!], $window: Window, $minConfidence: Float! = 0.99, $asOf: LogPosition) {
  changes(patternIds: $patternIds, plugins: $plugins, window: $window, minConfidence: $minConfidence, asOf: $asOf) { asOf changes {
    subject kind tier at before after confidence causes { plugin version share before { value successes total lower upper } after { value successes total lower upper } } } } }`;

describe('changes', () => {
  /** 120 runs that succeed but for each twelfth; then 60 with version 2 of the plugin, which fails every other time. */
  const outcomes = [...Array(120).keys()].map(run => (run % 12 === 5 ? '-' : '+')).join('') + '+-'.repeat(30);
  const deployed = () =>
    runs('p', outcomes).map((run, index) => ({
      ...run,
      steps: [
        { step: 1, phase: 'plan', plugin: 'lint', durationMs: 1000, status: 'SUCCESS' },
        {
          step: 2,
          phase: 'ship',
          plugin: 'deploy',
          durationMs: 2000,
          status: outcomes[index] === '+' ? 'SUCCESS' : 'FAILED',
          pluginVersion: index < 120 ? '1.0' : '2.0',
        },
      ],
    }));

  test('says what shifted, when, how sure, and which plugin and version explain it; again as of then and after a restart', async () => {
    const api = await startApi();
    try {
      recorded = 0;
      const inputs = deployed();
      const before = await record(api, inputs.slice(0, 120));
      expect((await api.ask(CHANGES)).data.changes).toEqual({ asOf: before, changes: [] });
      const then = await record(api, inputs.slice(120));
      const { data, errors } = await api.ask(CHANGES);
      expect(errors).toEqual([]);
      const [pattern, plugin] = data.changes.changes;
      expect(data.changes.changes).toHaveLength(2);
      const levels = { tier: 'CONFIRMED', before: expect.closeTo(11 / 12, 1), after: expect.closeTo(0.5, 1) };
      expect(pattern).toMatchObject({ subject: 'p', kind: 'PATTERN_SUCCESS', ...levels });
      expect(plugin).toMatchObject({ subject: 'deploy', kind: 'PLUGIN_RELIABILITY', ...levels, at: pattern.at });
      expect(Math.abs(Date.parse(pattern.at) - Date.parse('2026-03-01T02:00:00Z'))).toBeLessThan(5 * 60_000);
      expect(pattern.causes).toMatchObject([{ plugin: 'deploy', version: '2.0', share: expect.closeTo(1, 9) }]);
      expect(plugin.causes).toMatchObject([{ plugin: 'deploy', version: '2.0', share: expect.closeTo(1, 1) }]);
      expect(plugin.causes[0].before.total).toBeGreaterThan(100);
      await record(api, runs('other', '+++'));
      expect((await api.ask(CHANGES, { asOf: before })).data.changes).toEqual({ asOf: before, changes: [] });
      expect((await api.ask(CHANGES, { asOf: then })).data.changes).toEqual(data.changes);
      await api.close();
      const again = await startApi({}, { directory: api.directory });
      expect((await again.ask(CHANGES, { asOf: then })).data.changes).toEqual(data.changes);
      await again.close();
    } finally {
      await api.remove();
    }
  });

  test('picks subjects, a window and how sure it must be, and refuses what it cannot', async () => {
    await withApi({}, async api => {
      recorded = 0;
      await record(api, deployed());
      const subjects = async (variables: object) =>
        (await api.ask(CHANGES, variables)).data.changes.changes.map(({ subject }: { subject: string }) => subject);
      expect(await subjects({ patternIds: ['p'] })).toEqual(['p']);
      expect(await subjects({ plugins: ['deploy', 'lint'] })).toEqual(['deploy']);
      expect(await subjects({ window: { from: '2026-03-01T02:30:00Z' } })).toEqual([]);
      expect(await subjects({ window: { to: '2026-03-01T02:30:00Z' } })).toEqual(['p', 'deploy']);
      const { errors } = await api.ask(CHANGES, { minConfidence: 1.5 });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: ['minConfidence'] } }]);
      const wrong = await api.ask(CHANGES, { window: { from: '2026-03-01T02:30:00Z', last: 'P1D' } });
      expect(wrong.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: ['window', 'last'] } }]);
    });
  });
});
