/** WCAG 2.2 AA as far as a program can tell, on every page in both themes and on a phone; and everything works by keyboard. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenshot, skipBrowser } from '../support/browser.ts';
import { type Dashboard, settled, startDashboard } from './dashboard.ts';

const END = Date.parse('2026-11-22T12:00:00Z');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe-core finds against WCAG 2.2 AA, as text. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate<AxeResults>(`axe.run(document, { runOnly: ${JSON.stringify(TAGS)} })`);
  return found.violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

describe.skipIf(skipBrowser)('accessibility', () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard({ historyEnd: END });
  });
  afterAll(() => dashboard?.close());

  const PAGES = [
    ['overview', '/?last=all'],
    ['pattern', '/patterns/pat_graphql_api?last=all'],
    ['plugin', '/plugins/schema-validator?last=all'],
    ['execution', '/executions/demo_1506'],
  ] as const;
  const FORMS: Readonly<Record<string, BrowserContextOptions>> = {
    light: { colorScheme: 'light' },
    dark: { colorScheme: 'dark' },
    phone: { viewport: { width: 390, height: 844 } },
  };
  const cases = PAGES.flatMap(([name, path]) => Object.entries(FORMS).map(([form, options]) => ({ name, path, form, options })));

  test.for(cases)('$name, $form', async ({ name, path, form, options }) => {
    const { page, troubles } = await dashboard.open(path, options);
    await settled(page);
    await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
    expect(await violations(page)).toEqual([]);
    await screenshot(page, `dashboard-${name}-${form}`);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test('open panels too', async () => {
    const { page } = await dashboard.open('/');
    await settled(page);
    for (const name of ['From – to ▾', 'All patterns ▾']) {
      await page.getByRole('button', { name }).click();
      await page.locator('.panel').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
    }
    await page.keyboard.press('/');
    await page.keyboard.type('api');
    await page.getByRole('option').first().waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test('every control is reached by Tab, and shows that it is', async () => {
    const { page } = await dashboard.open('/?last=all');
    await settled(page);
    const reached = new Set<string>();
    for (let n = 0; n < 400; n++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate<{ mark: string; outline: string }>(`(() => {
        const element = document.activeElement;
        element.dataset.reached ??= String(Math.random());
        return { mark: element === document.body ? '' : element.dataset.reached, outline: getComputedStyle(element).outlineStyle };
      })()`);
      if (at.mark === '' || reached.has(at.mark)) break;
      expect(at.outline).not.toBe('none');
      reached.add(at.mark);
    }
    const missed = await page.evaluate<
      string[]
    >(`[...document.querySelectorAll('main :is(a, button, select, input, summary, [tabindex="0"])')]
      .filter(element => element.checkVisibility() && !element.disabled && !element.dataset.reached)
      .map(element => element.outerHTML.slice(0, 120))`);
    expect(missed).toEqual([]);
  });

  test('a filter is chosen, a search made and a page left by keyboard alone', async () => {
    const { page } = await dashboard.open('/?last=all');
    await settled(page);
    await page.getByRole('button', { name: 'All plugins ▾' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('searchbox', { name: 'Find plugins' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('e2e');
    await page.getByRole('checkbox', { name: /e2e-browser/ }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await expect.poll(() => page.url()).toContain('plugin=e2e-browser');
    await page.keyboard.press('Escape');
    expect(await page.evaluate<string>('document.activeElement.textContent')).toContain('e2e-browser');

    await page.keyboard.press('/');
    await page.keyboard.type('schema-val');
    await page.getByRole('option', { name: 'schema-validator plugin' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'schema-validator' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'What next?' }).waitFor();
  });
});
