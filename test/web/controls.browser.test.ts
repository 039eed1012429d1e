/** What is shown is in the address: a link shows the same, and each choice changes the figures as it changes the API's. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { skipBrowser } from '../support/browser.ts';
import { type Dashboard, figuresOf, settled, startDashboard } from './dashboard.ts';

const END = Date.parse('2026-11-22T12:00:00Z');

describe.skipIf(skipBrowser)('controls', () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard({ historyEnd: END });
  });
  afterAll(() => dashboard?.close());

  const executions = (page: Page) => page.locator('.tile-value').first().textContent();
  const expected = async (filter: string) => {
    const { data } = await dashboard.api.ask(`{ overview(filter: ${filter}) { current { executions } } }`);
    return data.overview.current.executions.toLocaleString('en');
  };

  test.for([
    [
      'a window',
      '?from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z',
      '{ window: { from: "2026-10-01T00:00:00Z", to: "2026-11-01T00:00:00Z" } }',
    ],
    ['a week before an instant', '?last=P7D&to=2026-11-08T00:00:00Z', '{ window: { last: "P7D", to: "2026-11-08T00:00:00Z" } }'],
    ['two patterns', '?last=all&pattern=pat_rest_api&pattern=pat_bug_fix', '{ patternIds: ["pat_rest_api", "pat_bug_fix"] }'],
    ['a plugin', '?last=all&plugin=e2e-browser', '{ plugins: ["e2e-browser"] }'],
    ['a plugin in a phase', '?last=all&plugin=schema-validator&phase=test', '{ plugins: ["schema-validator"], phases: ["test"] }'],
    ['a pattern that no run has', '?last=all&pattern=nobody', '{ patternIds: ["nobody"] }'],
  ] as const)('%s, by its link', async ([, address, filter]) => {
    const { page, troubles } = await dashboard.open(`/${address}`);
    await settled(page);
    expect(await executions(page)).toBe(await expected(filter));
    await page.reload();
    await settled(page);
    expect(await executions(page)).toBe(await expected(filter));
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test('presets and filters are chosen, left in the address, kept from page to page, and taken back', async () => {
    const { page } = await dashboard.open('/');
    await settled(page);
    await page.getByRole('button', { name: 'All', exact: true }).first().click();
    await expect.poll(() => executions(page), { timeout: 10_000 }).toBe(await expected('{}'));
    await page.getByRole('button', { name: 'All patterns ▾' }).click();
    await page.getByRole('searchbox', { name: 'Find patterns' }).fill('rest-api');
    await page.getByRole('checkbox', { name: /rest-api/ }).check();
    await page.keyboard.press('Escape');
    await expect.poll(() => executions(page), { timeout: 10_000 }).toBe(await expected('{ patternIds: ["pat_rest_api"] }'));
    expect(new URL(page.url()).search).toBe('?last=all&pattern=pat_rest_api');
    await settled(page);
    const shown = await figuresOf(page, 'trends');
    expect(new Set(shown.map(([name]) => name))).toEqual(new Set(['rest-api']));

    await page
      .locator('#heatmap details a', { hasText: 'schema-validator' })
      .first()
      .or(page.locator('.next a', { hasText: 'schema-validator' }).first())
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: 'schema-validator' }).waitFor();
    expect(new URL(page.url()).search).toBe('?last=all&pattern=pat_rest_api');
    await page.getByRole('link', { name: 'orchestrator-metrics' }).click();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => executions(page), { timeout: 10_000 }).toBe(await expected('{}'));
    await page.goBack();
    await expect.poll(() => executions(page), { timeout: 10_000 }).toBe(await expected('{ patternIds: ["pat_rest_api"] }'));
  });

  test('a window from and to a minute of the time zone that is shown', async () => {
    const { page } = await dashboard.open('/?tz=Asia/Kathmandu');
    await settled(page);
    await page.getByRole('button', { name: /From – to|P30D to/ }).click();
    await page.getByLabel('From', { exact: true }).fill('2026-11-01T00:00');
    await page.getByLabel('To (exclusive)').fill('2026-10-01T00:00');
    await page.getByText('The end must be later than the start.').waitFor();
    await page.getByLabel('To (exclusive)').fill('2026-11-15T00:00');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    // Kathmandu is 5 h 45 min before UTC.
    const window = '{ from: "2026-10-31T18:15:00Z", to: "2026-11-14T18:15:00Z" }';
    await expect.poll(() => executions(page), { timeout: 10_000 }).toBe(await expected(`{ window: ${window} }`));
  });

  test('buckets and a day of 25 hours where clocks are moved', async () => {
    const { page } = await dashboard.open(
      '/patterns/pat_monitoring?from=2026-10-24T00:00:00Z&to=2026-10-27T00:00:00Z&bucket=day&tz=Europe/Berlin',
    );
    await settled(page);
    const rows = await figuresOf(page, 'trends');
    const [sunday] = rows.filter(([, , from]) => from?.includes('25 Oct 2026'));
    expect(sunday?.[2]).toBe('25 Oct 2026 (a day of 25 hours)');
    expect(sunday?.[4]).toBe('25');
    await page.getByLabel('Bucket').selectOption('hour');
    await expect.poll(async () => (await figuresOf(page, 'trends')).length, { timeout: 10_000 }).toBe(25);
  });

  test('the browser’s time zone unless the address names another', async () => {
    const { page } = await dashboard.open('/executions/demo_1506', { timezoneId: 'America/New_York' });
    await settled(page);
    expect(await page.getByLabel('Time zone').inputValue()).toBe('America/New_York');
    const { recordedExecution } = (await dashboard.api.ask('{ recordedExecution(executionId: "demo_1506") { completedAt } }')).data;
    const local = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'America/New_York' });
    expect(await page.locator('dl').textContent()).toContain(local.format(Date.parse(recordedExecution.completedAt)));
  });

  test('a window that is none is explained by the service, and the page stays usable', async () => {
    const { page } = await dashboard.open('/?last=yesterday');
    const alert = page.getByRole('alert').first();
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/BAD_USER_INPUT/);
    expect(await alert.textContent()).toMatch(/last/);
    await page.getByRole('button', { name: 'All', exact: true }).first().click();
    await settled(page);
    expect(await executions(page)).toBe(await expected('{}'));
  });

  test('light and dark: as the system has it, until one chooses, and then for good', async () => {
    const { page } = await dashboard.open('/', { colorScheme: 'dark' });
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    await settled(page);
    expect(await ground()).toBe('rgb(15, 20, 25)');
    await page.getByRole('button', { name: 'Switch to light' }).click();
    expect(await ground()).toBe('rgb(243, 245, 247)');
    await page.reload();
    await settled(page);
    expect(await ground()).toBe('rgb(243, 245, 247)');
  });

  test('no such page', async () => {
    const { page } = await dashboard.open('/patterns/');
    await page.getByRole('heading', { name: 'No such page' }).waitFor();
  });
});
