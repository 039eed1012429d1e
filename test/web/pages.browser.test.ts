/** The pages of a pattern, a plugin and an execution show what the API answers about them, all of it also while there is no graph. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execution, RECORD } from '../support/api.ts';
import { skipBrowser } from '../support/browser.ts';
import { type Dashboard, figuresOf, rowsOf, settled, startDashboard } from './dashboard.ts';

const END = Date.parse('2026-11-22T12:00:00Z');
const percent = (value: number) => `${Number((100 * value).toFixed(1))}%`;

describe.skipIf(skipBrowser)('pages', () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard({ historyEnd: END });
  });
  afterAll(() => dashboard?.close());

  const ask = async (fields: string) => (await dashboard.api.ask(`{ ${fields} }`)).data;
  const opened = async (path: string): Promise<Page> => {
    const { page } = await dashboard.open(path);
    await settled(page);
    return page;
  };
  const table = (page: Page, caption: string) => page.locator('table', { has: page.locator('caption', { hasText: caption }) }).first();

  test('a pattern: figures, plugins, phases, last runs, promotion, forecast', async () => {
    const page = await opened('/patterns/pat_graphql_api?last=all');
    const filter = '{ patternIds: ["pat_graphql_api"] }';
    const answer = await ask(`
      overview(filter: ${filter}) { current { executions successRate { value } } }
      pluginStats(filter: ${filter}) { plugins { name uses } }
      phaseDurations(filter: ${filter}) { phases { phase durations { n } } }
      recordedExecutions(filter: ${filter}, first: 20) { edges { node { executionId } } }
      promotions(patternIds: ["pat_graphql_api"]) { patterns { status evidence { value total } strictLower } }
      estimateDuration(input: { patternId: "pat_graphql_api" }) { explanation }
      predictSuccess(input: { patternId: "pat_graphql_api" }) { probability }
    `);
    expect(await page.title()).toBe('pat_graphql_api · orchestrator-metrics');
    expect(await page.locator('h1').first().textContent()).toContain('graphql-api');
    expect(await page.locator('.verdict').textContent()).toContain(
      `${percent(answer.overview.current.successRate.value)} of ${answer.overview.current.executions} executions succeeded`,
    );
    expect((await rowsOf(table(page, 'Its plugins'))).map(cells => [cells[0], Number(cells[1])])).toEqual(
      answer.pluginStats.plugins.map(({ name, uses }: { name: string; uses: number }) => [name, uses]),
    );
    expect((await rowsOf(table(page, 'Phase durations'))).map(cells => [cells[0], Number(cells.at(-1))])).toEqual(
      answer.phaseDurations.phases.map(({ phase, durations }: { phase: string; durations: { n: number } }) => [phase, durations.n]),
    );
    expect((await rowsOf(table(page, 'Last executions'))).map(([id]) => id)).toEqual(
      answer.recordedExecutions.edges.map(({ node }: { node: { executionId: string } }) => node.executionId),
    );
    const [promotion] = answer.promotions.patterns;
    const promoted = await page.locator('section', { hasText: 'Promotion' }).last().textContent();
    expect(promoted).toContain(promotion.status.toLowerCase());
    expect(promoted).toContain(`${percent(promotion.strictLower)} to`);
    const forecast = await page.locator('section', { hasText: 'The next run' }).last().textContent();
    expect(forecast).toContain(answer.estimateDuration.explanation);
    expect(forecast).toContain(`${percent(answer.predictSuccess.probability)} likely to succeed`);
    // Without a graph it says so, and what the logs know is there all the same.
    await page.getByText('From the logs: the graph cannot be asked now').waitFor();
  });

  test('a plugin: reliability over time, durations, where it is used, partners', async () => {
    const page = await opened('/plugins/cache-warmer?last=all');
    const answer = await ask(`
      pluginStats(filter: { plugins: ["cache-warmer"] }) { plugins { uses reliability { value total } durations { medianSeconds } } }
      reliabilityHeatmap(filter: { plugins: ["cache-warmer"] }, bucket: WEEK, limit: 1) { columns { start } rows { uses successes } }
      patternStats(filter: { plugins: ["cache-warmer"] }) { patterns { name } }
      pluginPairs(limit: 1000, minExecutions: 1) { pairs { a b executions } }
    `);
    const [plugin] = answer.pluginStats.plugins;
    expect(await page.locator('.tiles').textContent()).toContain(percent(plugin.reliability.value));
    const [row] = answer.reliabilityHeatmap.rows;
    const used = row.uses.flatMap((uses: number, at: number) => (uses > 0 ? [[String(uses), String(row.successes[at])]] : []));
    expect((await figuresOf(page, 'reliability')).map(cells => [cells[3], cells[4]])).toEqual(used);
    expect((await rowsOf(table(page, 'Where it is used'))).map(([name]) => name)).toEqual(
      answer.patternStats.patterns.map(({ name }: { name: string }) => name),
    );
    const partners = await rowsOf(table(page, 'Partners'));
    expect(partners[0]?.slice(0, 1)).toEqual(['db-migrator']);
    expect(partners[0]?.[4]).toBe('worse together');
    const met = answer.pluginPairs.pairs.filter(({ a, b }: { a: string; b: string }) => a === 'cache-warmer' || b === 'cache-warmer');
    expect(new Map(partners.map(cells => [cells[0], Number(cells[1])]))).toEqual(
      new Map(met.map(({ a, b, executions }: { a: string; b: string; executions: number }) => [a === 'cache-warmer' ? b : a, executions])),
    );
  });

  test('an execution: what was asked, how it ended beside its pattern, and its steps on a time line', async () => {
    const page = await opened('/executions/demo_1506');
    const { recordedExecution } = await ask('recordedExecution(executionId: "demo_1506") { taskDescription steps { plugin durationMs } }');
    await page.getByText(/4\d(\.\d)? times the median of its pattern/).waitFor();
    expect(await page.locator('.verdict').textContent()).toContain('succeeded after 4 h');
    expect(await page.locator('dl').textContent()).toContain(recordedExecution.taskDescription);
    const rows = await rowsOf(table(page, 'Steps in time'));
    expect(rows.map(cells => cells[2])).toEqual(recordedExecution.steps.map(({ plugin }: { plugin: string }) => plugin));
    const bars = await page
      .locator('.time-bar rect[fill=currentColor]')
      .evaluateAll(bars => bars.map(bar => ['x', 'width'].map(name => Number(bar.getAttribute(name)))));
    const whole = recordedExecution.steps.reduce((sum: number, { durationMs }: { durationMs: number }) => sum + durationMs, 0);
    let before = 0;
    for (const [place, { durationMs }] of recordedExecution.steps.entries()) {
      expect(bars[place]?.[0]).toBeCloseTo((1000 * before) / whole, 3);
      expect(bars[place]?.[1]).toBeCloseTo((1000 * durationMs) / whole, 3);
      before += durationMs;
    }
  });

  test('an execution whose steps do not say when they began: time by phase', async () => {
    const steps = ['plan', 'code', 'code'].map((phase, step) => ({
      step,
      phase,
      plugin: 'lint',
      durationMs: 1000 * (step + 1),
      status: 'SUCCESS',
    }));
    await dashboard.api.ask(RECORD, { input: execution('untimed', { steps }) });
    const page = await opened('/executions/untimed');
    const rows = await rowsOf(table(page, 'Time by phase'));
    expect(rows.map(cells => cells.slice(0, 3))).toEqual([
      ['plan', '1 step', '1 s'],
      ['code', '2 steps', '5 s'],
    ]);
    expect(await page.locator('.time-bar').count()).toBe(2);
  });

  test('a file of the page that is gone, as after an update, is told, and loading again mends it', async () => {
    const { page } = await dashboard.open('/patterns/pat_rest_api');
    await settled(page);
    await page.route(/execution-page/, route => route.abort());
    await page.locator('section.card', { hasText: 'Last executions' }).locator('tbody a').first().click();
    await page.getByRole('heading', { name: 'This page cannot be shown' }).waitFor();
    await page.unroute(/execution-page/);
    await page.getByRole('button', { name: 'Load it again' }).click();
    await page.getByText('The bars show when each step ran').waitFor();
  });

  test.for([
    ['/patterns/nobody', 'No run of this pattern is recorded'],
    ['/plugins/nobody', 'No step of this plugin is recorded'],
    ['/executions/nobody', 'No execution with this id is recorded'],
  ] as const)('%s says so', async ([path, text]) => {
    const page = await opened(path);
    await page.getByText(text).waitFor();
  });
});
