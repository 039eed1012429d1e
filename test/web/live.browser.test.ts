/** What is recorded shows at once; a connection that drops is told, and comes back; the key is asked for. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, execution, RECORD, startApi } from '../support/api.ts';
import { launchBrowser, skipBrowser } from '../support/browser.ts';
import { temporaryDirectory } from '../support/program.ts';
import { open, settled } from './dashboard.ts';

/** Usual is less than half a second; a machine with other work to do takes longer. */
const SOON = { timeout: 10_000 };

const now = (beforeMs = 0) => new Date(Date.now() - beforeMs).toISOString();
const justNow = (executionId: string, fields: object = {}) =>
  execution(executionId, { startedAt: now(60_000), completedAt: now(), ...fields });

describe.skipIf(skipBrowser)('live', () => {
  let browser: Browser;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let api: Api;

  beforeAll(async () => {
    directory = await temporaryDirectory();
    api = await startApi({}, { directory: directory.path });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
    await directory?.remove();
  });

  test('an empty service says how to record a first execution; it then appears, without a reload, and so does the next', async () => {
    const { page, troubles } = await open(browser, api.url, '/');
    await page.getByRole('heading', { name: 'Nothing is recorded yet' }).waitFor();
    expect(await page.locator('pre').textContent()).toContain('recordExecution');
    await page.locator('.live[data-state=live]').waitFor();

    await api.ask(RECORD, { input: justNow('first') });
    await expect.poll(() => page.locator('.tile-value').first().textContent(), SOON).toBe('1');
    await page.locator('.few .dots li[data-execution=first]').waitFor();
    expect(await page.locator('.few').textContent()).toContain('From 1 run the success rate can be anything from 20.7% to 100%');

    await api.ask(RECORD, { input: justNow('second', { status: 'FAILED', patternName: 'Build the API' }) });
    await expect.poll(() => page.locator('.tile-value').first().textContent(), SOON).toBe('2');
    expect(await page.locator('.live').textContent()).toContain('Build the API failed');
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test('rows that another program appends show too', async () => {
    const { page } = await open(browser, api.url, '/');
    await settled(page);
    const before = Number(await page.locator('.tile-value').first().textContent());
    await api.append('success_rates.log', `${now().slice(0, 19)}Z,by-a-script,By a script,true,12,1,0,""\n`);
    await expect.poll(() => page.locator('.tile-value').first().textContent(), SOON).toBe(String(before + 1));
    expect(await page.locator('.few').textContent()).toContain('1 run of other programs is counted, but not shown');
    await page.context().close();
  });

  test('while the service is away the page says so and keeps what it has; then it comes back, with what was missed', async () => {
    const { page } = await open(browser, api.url, '/');
    await settled(page);
    await page.locator('.live[data-state=live]').waitFor();
    const before = Number(await page.locator('.tile-value').first().textContent());
    const port = new URL(api.url).port;
    await api.close();
    await page.getByText('connection lost, trying again').waitFor();
    expect(await page.locator('.tile-value').first().textContent()).toBe(String(before));

    await api.append('success_rates.log', `${now().slice(0, 19)}Z,meanwhile,Meanwhile,true,12,1,0,""\n`);
    api = await startApi({ PORT: port }, { directory: directory.path });
    await page.locator('.live[data-state=live]').waitFor();
    await expect.poll(() => page.locator('.tile-value').first().textContent(), SOON).toBe(String(before + 1));
    await page.context().close();
  });
});

describe.skipIf(skipBrowser)('a service with a key', () => {
  const KEY = 'a-key-that-only-this-test-has';
  let browser: Browser;
  let api: Api;
  beforeAll(async () => {
    api = await startApi({ API_KEY: KEY });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await api?.remove();
  });

  test('is opened with it: the page asks, refuses a wrong one, keeps it for the tab, and is live', async () => {
    const { page } = await open(browser, api.url, '/');
    const field = page.getByLabel('API key');
    await field.fill('not the key');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('is not the right one').waitFor();
    await field.fill(KEY);
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('heading', { name: 'Nothing is recorded yet' }).waitFor();
    await page.locator('.live[data-state=live]').waitFor();

    await page.reload();
    await page.locator('.live[data-state=live]').waitFor();
    expect(await page.getByLabel('API key').count()).toBe(0);
    expect(page.url()).not.toContain('key');
    expect(await page.evaluate('JSON.stringify({ ...localStorage }) + document.cookie')).not.toContain(KEY);
    await api.ask(RECORD, { input: justNow('keyed') }, { authorization: `Bearer ${KEY}` });
    await expect.poll(() => page.locator('.tile-value').first().textContent(), SOON).toBe('1');

    const { page: other } = await open(browser, api.url, '/');
    await other.getByLabel('API key').waitFor();
  });
});
