/** The first screen answers its four questions without scrolling, with the API's figures, and tells the demo's stories to someone who does not know them. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { duration, durationInterval } from '../../web/dashboard/figures/format.ts';
import { execution, RECORD_ALL } from '../support/api.ts';
import { screenshot, skipBrowser } from '../support/browser.ts';
import { type Dashboard, rowsOf, settled, startDashboard } from './dashboard.ts';

const END = Date.parse('2026-11-22T12:00:00Z');
const iso = (days: number) => new Date(END + days * 86_400_000).toISOString();
const WINDOW = { from: iso(-30), to: iso(0) };
const ADDRESS = `/?from=${WINDOW.from}&to=${WINDOW.to}`;
const percent = (value: number) => `${Number((100 * value).toFixed(1))}%`;

describe.skipIf(skipBrowser)('the first screen', () => {
  let dashboard: Dashboard;
  let page: Page;
  let troubles: string[];

  beforeAll(async () => {
    dashboard = await startDashboard({ historyEnd: END });
    ({ page, troubles } = await dashboard.open(ADDRESS));
    await settled(page);
  });
  afterAll(() => dashboard?.close());

  /** `$window` stands for the window that the page shows, `$filter` for a filter with it. */
  const ask = async (fields: string) => {
    const window = `{ from: "${WINDOW.from}", to: "${WINDOW.to}" }`;
    const { data } = await dashboard.api.ask(`{ ${fields.replaceAll('$window', window).replaceAll('$filter', `{ window: ${window} }`)} }`);
    return data;
  };

  test('are we all right? executions, rate with interval, and duration, against the window before', async () => {
    const { overview } = await ask(
      'overview(filter: $filter) { current { executions successRate { value lower upper total } durations { medianSeconds } } previous { executions successRate { value total } } }',
    );
    const { current, previous } = overview;
    const [executions, rate] = await page.locator('.health .tile').allTextContents();
    expect(executions).toContain(String(current.executions));
    expect(executions).toContain(`${previous.executions} before`);
    expect(rate).toContain(percent(current.successRate.value));
    expect(rate).toContain(
      `${percent(current.successRate.lower).replace('%', '')}–${percent(current.successRate.upper)} · n ${current.successRate.total}`,
    );
    expect(rate).toContain(`${percent(previous.successRate.value)} of ${previous.successRate.total} before`);
    expect(await page.locator('.verdict').first().textContent()).toContain(
      `${percent(current.successRate.value)} of ${current.executions} executions succeeded`,
    );
  });

  test('whether the medians differ for real: both with their intervals, and what these say of the difference', async () => {
    const { overview } = await ask(
      'overview(filter: $filter) { current { ...Median } previous { ...Median } } } fragment Median on Totals { durations { n medianSeconds } medianInterval { lowerSeconds upperSeconds }',
    );
    const shown = ({ durations, medianInterval }: typeof overview.current) =>
      [duration(durations.medianSeconds), durationInterval(medianInterval)] as const;
    const [[now, interval], [before, intervalBefore]] = [shown(overview.current), shown(overview.previous)];
    const median = (await page.locator('.health .tile').last().textContent()) ?? '';
    expect(median).toContain(`${now}${interval} · n ${overview.current.durations.n}`);
    expect(median).toContain(`${before} before (${intervalBefore}) ≈ can be chance; p95 now `);
    // It can: the intervals overlap by far.
    expect(overview.current.medianInterval.upperSeconds).toBeGreaterThan(overview.previous.medianInterval.lowerSeconds);
    expect(overview.previous.medianInterval.upperSeconds).toBeGreaterThan(overview.current.medianInterval.lowerSeconds);
  });

  test('what changed, and why? at most three cards, the worst first, with n, since when, the suspect and failing runs', async () => {
    const { changes } = await ask(
      'changes(window: $window) { changes { subject kind tier before after causes { plugin version before { total } after { total } } } }',
    );
    const worst = changes.changes.find(({ kind }: { kind: string }) => kind === 'PLUGIN_RELIABILITY');
    const cards = page.locator('.changes > .change-cards .change');
    expect(await cards.count()).toBe(Math.min(3, changes.changes.length));
    const first = (await cards.first().textContent()) ?? '';
    expect(first).toContain('schema-validator');
    expect(first).toContain('confirmed');
    expect(first).toContain(`${percent(worst.before)} n ${worst.causes[0].before.total}`);
    expect(first).toContain(`${percent(worst.after)} n ${worst.causes[0].after.total}`);
    expect(first).toContain('Suspect: schema-validator 2.0.0 (a new version)');
    // Each failing run that is named did fail, by that plugin.
    const named = await cards.first().locator('a[href^="/executions/"]').allTextContents();
    expect(named).toHaveLength(3);
    for (const executionId of named) {
      const { recordedExecution } = (
        await dashboard.api.ask('query($id: ID!) { recordedExecution(executionId: $id) { status steps { plugin } } }', { id: executionId })
      ).data;
      expect(['FAILED', 'PARTIAL']).toContain(recordedExecution.status);
      expect(recordedExecution.steps.map(({ plugin }: { plugin: string }) => plugin)).toContain('schema-validator');
    }
  });

  test('what next? promotions due, problem and slow plugins, the last 20 runs as signs', async () => {
    const { problematicPlugins, slowPlugins, recordedExecutions } = await ask(
      'problematicPlugins(filter: $filter, limit: 3) { plugins { name } } slowPlugins(filter: $filter, limit: 3) { plugins { name } } recordedExecutions(filter: $filter, first: 20) { edges { node { executionId } } }',
    );
    const next = page.locator('.next');
    const listed = async (title: string) => next.locator('.items', { hasText: title }).locator('li a').allTextContents();
    const names = (answer: { plugins: { name: string }[] }) => answer.plugins.map(({ name }) => name);
    expect(await listed('Problem plugins')).toEqual(names(problematicPlugins));
    expect(await listed('Slow plugins')).toEqual(names(slowPlugins));
    expect((await listed('Promotions due')).length).toBeGreaterThan(0);
    const signs = await next.locator('.dots li').evaluateAll(signs => signs.map(sign => sign.getAttribute('data-execution')));
    expect(signs.toReversed()).toEqual(recordedExecutions.edges.map(({ node }: { node: { executionId: string } }) => node.executionId));
  });

  test('can I trust it? as of when, how far behind, and the rows that a script tore', async () => {
    const trust = page.locator('.trust');
    expect(await trust.textContent()).toMatch(/As of .*table live, no lag.*graph off/);
    await trust.getByRole('button', { name: '2 rejected rows' }).click();
    await trust.locator('table').waitFor();
    const rows = await rowsOf(trust.locator('table'));
    expect(rows.map(cells => cells[0])).toEqual(['durations.log', 'success_rates.log']);
    for (const cells of rows) expect(cells[3]?.length).toBeGreaterThan(10);
    await trust.getByRole('button', { name: '2 rejected rows' }).click();
  });

  test('all of it without scrolling on a laptop', async () => {
    await screenshot(page, 'dashboard');
    const box = await page.locator('.first-screen').boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(720);
  });

  test('a flake cured by a retry: its steps fail, the runs around them do not', async () => {
    const { page: all } = await dashboard.open('/?last=all');
    const problem = all.locator('.next li', { hasText: 'e2e-browser' });
    await expect.poll(() => problem.textContent(), { timeout: 10_000 }).toMatch(/of its runs succeed all the same/);
    await all.context().close();
  });

  test('five of five: the highest rate is named, and that it proves little', async () => {
    const { page: all } = await dashboard.open('/?last=all');
    await expect
      .poll(() => all.locator('section', { hasText: 'Top 10 patterns' }).last().textContent(), { timeout: 10_000 })
      .toMatch(/Never failed, but too seldom run to prove it: .*hotfix \(5 of 5: 56.6–100%\)/);
    await all.context().close();
  });

  test('nothing went wrong meanwhile', () => expect(troubles).toEqual([]));
});

describe.skipIf(skipBrowser)('medians of four days', () => {
  let dashboard: Dashboard;
  const day = (n: number) => `2026-03-0${n}T00:00:00.000Z`;

  beforeAll(async () => {
    dashboard = await startDashboard();
    // Of 12 durations those at ranks 3, 6 and 10 are the ends of the interval and the median: 2, 5 and 9 s longer than the shortest.
    const runs = (n: number, seconds: number, count: number) =>
      Array.from({ length: count }, (_, second) =>
        execution(`${n}-${second}`, { startedAt: day(n), completedAt: day(n), durationMs: (seconds + second) * 1000, steps: [] }),
      );
    const inputs = [...runs(1, 100, 12), ...runs(2, 200, 12), ...runs(3, 100, 12), ...runs(4, 100, 5)];
    const { data } = await dashboard.api.ask(RECORD_ALL, { inputs });
    expect(data.recordExecutions.filter(({ error }: { error: unknown }) => error !== null)).toEqual([]);
  });
  afterAll(() => dashboard?.close());

  test.for([
    [1, /^Median duration1 min 45 s1 min 42 s – 1 min 49 s · n 12none before; p95 now 1 min 51 s$/],
    [2, /1 min 45 s before \(1 min 42 s – 1 min 49 s\) ▲ real: 1 min 35 s to 1 min 45 s longer; p95 now 3 min 31 s$/],
    [3, /3 min 25 s before \(3 min 22 s – 3 min 29 s\) ▼ real: 1 min 35 s to 1 min 45 s shorter; p95 now 1 min 51 s$/],
    [4, /^Median duration1 min 42 sn 51 min 45 s before \(1 min 42 s – 1 min 49 s\) too few to judge by; p95 now 1 min 44 s$/],
  ] as const)('day %i against the one before it', async ([n, expected]) => {
    const { page, troubles } = await dashboard.open(`/?from=${day(n)}&to=${day(n + 1)}`);
    await settled(page);
    expect(await page.locator('.health .tile').last().textContent()).toMatch(expected);
    expect(troubles).toEqual([]);
    await page.context().close();
  });
});

describe.skipIf(skipBrowser)('a history that ended years ago', () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard({ historyEnd: Date.parse('2023-05-03T21:17:42Z') });
  });
  afterAll(() => dashboard?.close());

  test('does not open empty: the month before its end is shown', async () => {
    const { page } = await dashboard.open('/');
    await settled(page);
    expect(Number(await page.locator('.tile-value').first().textContent())).toBeGreaterThan(100);
    expect(await page.locator('.verdict').first().textContent()).toMatch(/of \d+ executions succeeded/);
  });
});

describe.skipIf(skipBrowser)('a history that goes on', () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard({ historyEnd: Date.now() - 60_000 });
  });
  afterAll(() => dashboard?.close());

  test('opens with the last month, as it has runs enough', async () => {
    const { page } = await dashboard.open('/');
    await settled(page);
    expect(await page.getByRole('button', { name: '30 d' }).getAttribute('aria-pressed')).toBe('true');
    expect(Number(await page.locator('.tile-value').first().textContent())).toBeGreaterThan(100);
  });
});
