/** The dashboard as the service serves it, in a real Chromium, with what went wrong in it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { type Api, startApi } from '../support/api.ts';
import { launchBrowser } from '../support/browser.ts';
import { eventually, temporaryDirectory } from '../support/program.ts';
import { recordHistory } from '../support/recorded-history.ts';

const BUILT = join(import.meta.dirname, '../../dist/web/dashboard/index.html');

export type Dashboard = Readonly<{
  api: Api;
  browser: Browser;
  /** Opens an address in a browser of its own. `troubles` must stay empty: errors on the console, refusals of the content policy, foreign hosts. */
  open(path: string, options?: BrowserContextOptions): Promise<{ page: Page; troubles: string[] }>;
  close(): Promise<void>;
}>;

export type DashboardOptions = Readonly<{
  /** The demo's history, ending then (milliseconds since 1970). */
  historyEnd?: number;
  environment?: Record<string, string>;
}>;

/** Starts the service without a graph, on the demo's history or on nothing, and a browser. */
export async function startDashboard({ historyEnd, environment }: DashboardOptions = {}): Promise<Dashboard> {
  if (!existsSync(BUILT)) throw new Error('dist/web/dashboard is not built: run `npm run build`');
  const directory = await temporaryDirectory();
  if (historyEnd !== undefined) await recordHistory(directory.path, { end: historyEnd });
  const api = await startApi(environment, { directory: directory.path });
  const browser = await launchBrowser();
  return {
    api,
    browser,
    open: (path, options) => open(browser, api.url, path, options),
    close: async () => {
      await browser.close();
      await api.close();
      await directory.remove();
    },
  };
}

/** Opens a page of a service in a context of its own, on a laptop's screen in UTC unless `options` say otherwise. */
export async function open(browser: Browser, url: string, path: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, timezoneId: 'UTC', ...options });
  const page = await context.newPage();
  const troubles = watch(page, url);
  await page.goto(url + path);
  return { page, troubles };
}

function watch(page: Page, url: string): string[] {
  const troubles: string[] = [];
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(`${message.type()}: ${message.text().slice(0, 300)}`);
  });
  page.on('pageerror', error => troubles.push(`uncaught: ${error.message}`));
  page.on('dialog', dialog => troubles.push(`a dialog: ${dialog.message()}`));
  page.on('request', request => {
    const own = request.url().startsWith(`${url}/`) || /^(data|blob):/.test(request.url());
    if (!own) troubles.push(`asked ${request.url()}`);
  });
  return troubles;
}

/** Waits until everything that the page asked for is shown. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main .card').first().waitFor();
  await eventually(
    () => page.locator('.waiting, [aria-busy=true]').count(),
    waiting => waiting === 0,
  );
}

/** The rows of a table as text, header left out; all of them, however many pages it has. */
export async function rowsOf(table: Locator): Promise<string[][]> {
  const more = table.locator('xpath=ancestor-or-self::*[contains(@class, "table-scroll")]').getByRole('button', { name: /^Show/ });
  while ((await more.count()) > 0) await more.click();
  return table
    .locator('tbody tr')
    .evaluateAll(rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent ?? '')));
}

/** The figures of a picture as its table shows them. */
export async function figuresOf(page: Page, picture: string): Promise<string[][]> {
  const details = page.locator(`#${picture} details.figures`);
  if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
  await details.locator('table').waitFor();
  return rowsOf(details.locator('table'));
}

/** The file behind a button, as text. */
export async function downloaded(page: Page, button: Locator): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return { name: download.suggestedFilename(), bytes: Buffer.concat(chunks) };
}
