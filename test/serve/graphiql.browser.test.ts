import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../web/graphiql/examples.ts';
import { type Api, execution, RECORD, startApi } from '../support/api.ts';
import { launchBrowser, screenshot, skipBrowser } from '../support/browser.ts';

const BUILT = join(import.meta.dirname, '../../dist/web/graphiql');
const KEY = 'a-key-of-32-characters-for-tests';

/** The name of the operation, which GraphiQL gives its tab. */
const titleOf = (query: string) => /(?:query|mutation|subscription) (\w+)/.exec(query)?.[1] ?? '';
const [SUBSCRIPTION, ...OTHERS] = EXAMPLES.map(({ query }) => titleOf(query)).reverse();

describe.skipIf(skipBrowser)('GraphiQL in a real browser', () => {
  let browser: Browser;
  let page: Page;
  let api: Api;
  let guarded: Api;
  /** What must stay empty: errors on the console (refusals of the content policy included), uncaught errors, foreign hosts. */
  let troubles: string[];
  let keys: (string | undefined)[];

  beforeAll(async () => {
    if (!existsSync(join(BUILT, 'index.html'))) throw new Error('dist/web/graphiql is not built: run `npm run build`');
    api = await startApi();
    guarded = await startApi({ API_KEY: KEY });
    await guarded.ask(RECORD, { input: execution('guarded-1') }, { authorization: `Bearer ${KEY}` });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await api?.remove();
    await guarded?.remove();
  });

  beforeEach(async () => {
    troubles = [];
    keys = [];
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') troubles.push(`${message.type()}: ${message.text().slice(0, 300)}`);
    });
    page.on('pageerror', error => troubles.push(`uncaught: ${error.message}`));
    page.on('request', request => {
      if (request.method() === 'POST') keys.push(request.headers()['authorization']);
      const own = [api.url, guarded.url].some(url => request.url().startsWith(`${url}/`));
      if (!own && !request.url().startsWith('data:')) troubles.push(`asked ${request.url()}`);
    });
    page.on('requestfailed', request => {
      const reason = request.failure()?.errorText;
      // Going to another page ends what the one before was still loading.
      if (reason !== 'net::ERR_ABORTED') troubles.push(`failed: ${request.url()} ${reason}`);
    });
    page.on('response', async response => {
      if (response.status() >= 400) troubles.push(`${response.status()} ${response.url()} ${await response.text()}`);
    });
  });
  afterEach(async () => {
    await page.close();
    expect(troubles).toEqual([]);
  });

  async function open(url = `${api.url}/graphql`): Promise<void> {
    await page.goto(url);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  }

  async function openTab(name: string): Promise<void> {
    await page.getByRole('tab', { name }).click();
    // GraphiQL reads the operation's name from the editor 100 ms after its text changed; no sign of it shows on the page.
    await page.waitForTimeout(500);
  }

  const answer = () => page.locator('.graphiql-response .view-lines');

  /** Presses the button and waits for the answer to hold a text. */
  async function execute(expected: string): Promise<string> {
    await page.locator('.graphiql-execute-button').click();
    await answer().getByText(expected).first().waitFor();
    await screenshot(page, `graphiql-${expected}`);
    return (await answer().textContent())?.replaceAll('\u00a0', ' ') ?? '';
  }

  async function setHeaders(text: string): Promise<void> {
    await page.getByRole('button', { name: 'Headers', exact: true }).click();
    await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines').click();
    await page.keyboard.insertText(text);
  }

  /** Records under new ids until the page shows one: nothing says that a subscription stands. */
  async function recordUntilShown(service: Api, prefix: string, headers: Record<string, string> = {}): Promise<void> {
    const shown = answer().getByText(`${prefix}-`).first();
    for (let n = 0; n < 50 && !(await shown.isVisible()); n++) {
      await service.ask(RECORD, { input: execution(`${prefix}-${n}`) }, headers);
      await page.waitForTimeout(200);
    }
    await shown.waitFor({ timeout: 1000 });
  }

  test('opens with the examples, and the first runs as it is', async () => {
    await open();
    expect(await page.title()).toBe('orchestrator-metrics');
    // Its icon has a title too.
    const titles = (await page.getByRole('tab').allTextContents()).map(text => text.replace(/ab icon$/, ''));
    expect(titles).toEqual(EXAMPLES.map(({ query }) => titleOf(query)));
    expect(OTHERS.length).toBeGreaterThanOrEqual(6);
    expect(await execute('topPatterns')).toContain('"asOf"');
  });

  test.for(OTHERS)('%s runs as it is, on empty logs, and writes nothing', async name => {
    await open();
    await openTab(name);
    const before = await api.read('journal.log');
    expect(await execute('"data"')).not.toContain('errors');
    expect(await api.read('journal.log')).toBe(before);
  });

  test('the subscription shows what is recorded, until it is stopped', async () => {
    await open();
    await openTab(SUBSCRIPTION ?? '');
    await page.locator('.graphiql-execute-button').click();
    await recordUntilShown(api, 'live');
    await screenshot(page, 'graphiql-subscription');
    await page.locator('.graphiql-execute-button').click();
    await page.waitForTimeout(500);
    await api.ask(RECORD, { input: execution('after-the-end') });
    await page.waitForTimeout(500);
    expect(await answer().textContent()).not.toContain('after-the-end');
  });

  test('a link opens the operation that it carries, and runs nothing', async () => {
    const query = '# Linked\nquery Linked($first: Int! = 3) { recordedExecutions(first: $first) { totalCount } }';
    await open(`${api.url}/graphql?${new URLSearchParams({ query, variables: '{"first":2}' })}`);
    expect((await page.locator('.graphiql-query-editor .view-lines').textContent())?.replaceAll('\u00a0', ' ')).toContain('# Linked');
    await page.getByRole('tab', { name: 'Linked', selected: true }).waitFor();
    expect(await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines').textContent()).toContain('"first"');
    expect((await answer().textContent())?.trim() ?? '').toBe('');
    await page.waitForTimeout(500);
    expect(await execute('recordedExecutions')).toContain('"totalCount"');
    // Also where tabs of an earlier visit are kept.
    await open(`${api.url}/graphql?${new URLSearchParams({ query: 'query Another { __typename }' })}`);
    await page.waitForTimeout(500);
    expect(await execute('"__typename"')).toContain('"Query"');
  });

  test('the headers of their editor go with questions and subscriptions', async () => {
    const withoutKey = /^401|status of 401/;
    await open(`${guarded.url}/graphql`);
    await openTab(SUBSCRIPTION ?? '');
    expect(await execute('4401')).toContain('Bearer <API_KEY>');
    await setHeaders(`{"Authorization": "Bearer ${KEY}"}`);
    await page.locator('.graphiql-execute-button').click();
    await recordUntilShown(guarded, 'key', { authorization: `Bearer ${KEY}` });
    await page.locator('.graphiql-execute-button').click();
    await openTab('BestPatterns');
    await setHeaders(`{"Authorization": "Bearer ${KEY}"}`);
    await execute('p-api');
    expect(keys.at(-1)).toBe(`Bearer ${KEY}`);
    // The schema was asked for before there was a key.
    expect(
      troubles.filter(trouble => !withoutKey.test(trouble.replace(/^error: Failed to load resource: the server responded with a /, ''))),
    ).toEqual([]);
    troubles.length = 0;
  });

  test('shows the documentation of the schema', async () => {
    await open();
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.locator('.graphiql-doc-explorer').getByText('Query', { exact: true }).click();
    await page.getByText('By pattern_id').or(page.getByText('topPatterns')).first().waitFor();
    await screenshot(page, 'graphiql-documentation');
  });
});
