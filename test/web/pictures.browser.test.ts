/** The four pictures: what they show is what the API answers, in the table, the file and the drawing. */
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenshot, skipBrowser } from '../support/browser.ts';
import { type Dashboard, downloaded, figuresOf, settled, startDashboard } from './dashboard.ts';

const END = Date.parse('2026-11-22T12:00:00Z');
const iso = (days: number) => new Date(END + days * 86_400_000).toISOString();
const WINDOW = { from: iso(-30), to: iso(0) };
const ADDRESS = `/?from=${WINDOW.from}&to=${WINDOW.to}`;

type Rate = { value: number | null; successes: number; total: number; lower: number | null; upper: number | null };

describe.skipIf(skipBrowser)('pictures', () => {
  let dashboard: Dashboard;
  let page: Page;
  let troubles: string[];

  beforeAll(async () => {
    dashboard = await startDashboard({ historyEnd: END });
    ({ page, troubles } = await dashboard.open(ADDRESS));
    await settled(page);
    await page.locator('#pairs svg').waitFor();
  });
  afterAll(() => dashboard?.close());

  const ask = async (fields: string) =>
    (await dashboard.api.ask(`query($filter: MetricFilter) { ${fields} }`, { filter: { window: WINDOW } })).data;
  const csvOf = async (picture: string): Promise<Record<string, string>[]> => {
    const { name, bytes } = await downloaded(page, page.locator(`#${picture}`).getByRole('button', { name: /CSV/ }));
    expect(name).toBe(`${picture}.csv`);
    return parse(bytes, { columns: true });
  };
  const percent = (value: number | null) => (value === null ? '–' : `${Number((100 * value).toFixed(1))}%`);
  const sentence = (picture: string) => page.locator(`#${picture} figcaption`).textContent();

  test('trends: a point a pattern and week, as successTrend answers', async () => {
    const { successTrend } = await ask(
      'successTrend(filter: $filter, bucket: WEEK, limit: 10) { series { patternId name direction points { start rate { value successes total lower upper } } } }',
    );
    const expected = successTrend.series.flatMap((one: { name: string; points: { start: string; rate: Rate }[] }) =>
      one.points.filter(({ rate }) => rate.total > 0).map(({ start, rate }) => [one.name, start, rate]),
    );
    const rows = await csvOf('trends');
    expect(rows.length).toBeGreaterThan(30);
    const told = rows.map(row => [
      row['Pattern'],
      row['From'],
      {
        value: Number(row['Rate']),
        successes: Number(row['Successes']),
        total: Number(row['Runs']),
        lower: Number(row['Lower']),
        upper: Number(row['Upper']),
      },
    ]);
    expect(told).toHaveLength(expected.length);
    expect(told).toEqual(expect.arrayContaining(expected));
    const shown = await figuresOf(page, 'trends');
    expect(shown.map(cells => [cells[0], cells[6]])).toEqual(rows.map(row => [row['Pattern'], percent(Number(row['Rate']))]));
    for (const { name, direction } of successTrend.series) {
      if (direction === 'STEADY') continue;
      expect(await sentence('trends')).toMatch(new RegExp(`${name}.* getting ${direction === 'DEGRADING' ? 'worse' : 'better'}`));
    }
    expect(await page.locator('#trends svg text').allTextContents()).toEqual(
      expect.arrayContaining(successTrend.series.map(({ name }: { name: string }) => name)),
    );
  });

  test('heatmap: a number on each cell, as reliabilityHeatmap answers, the least reliable row on top', async () => {
    const { reliabilityHeatmap } = await ask(
      'reliabilityHeatmap(filter: $filter, bucket: DAY, limit: 25) { pluginCount columns { start } rows { plugin uses successes } }',
    );
    const { rows, columns } = reliabilityHeatmap as {
      rows: { plugin: string; uses: number[]; successes: number[] }[];
      columns: { start: string }[];
    };
    const cells = rows.flatMap(({ plugin, uses, successes }) =>
      uses.flatMap((n, at) => (n > 0 ? [[plugin, columns[at]?.start, String(n), String(successes[at])]] : [])),
    );
    const told = (await csvOf('heatmap')).map(row => [row['Plugin'], row['From'], row['Uses'], row['Successes']]);
    expect(told).toHaveLength(cells.length);
    expect(told).toEqual(expect.arrayContaining(cells));
    // Each cell of the drawing, and the column of all of them, has its number.
    const drawn = (await page.locator('#heatmap svg text').allTextContents()).filter(text => /^\d+$/.test(text)).map(Number);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    const numbers = rows.flatMap(row => [
      Math.round((100 * sum(row.successes)) / sum(row.uses)),
      ...row.uses.flatMap((n, at) => (n > 0 ? [Math.round((100 * (row.successes[at] ?? 0)) / n)] : [])),
    ]);
    expect(drawn.toSorted((a, b) => a - b)).toEqual(numbers.toSorted((a, b) => a - b));
    expect(await sentence('heatmap')).toMatch(/Least reliable: schema-validator/);
    expect(await sentence('heatmap')).toContain(`25 of ${reliabilityHeatmap.pluginCount} plugins`);
  });

  test('heatmap: the plugins without a row are one, with what is left of all steps', async () => {
    const { reliabilityHeatmap } = await ask('reliabilityHeatmap(filter: $filter, bucket: YEAR, limit: 1000) { rows { uses successes } }');
    const others = (reliabilityHeatmap.rows as { uses: number[]; successes: number[] }[]).slice(25);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    const [uses, successes] = [sum(others.flatMap(row => row.uses)), sum(others.flatMap(row => row.successes))];
    expect(others.length).toBeGreaterThan(0);
    const steps = `${percent(successes / uses)} of ${uses.toLocaleString('en')} steps`;
    const texts = await page.locator('#heatmap svg text').allTextContents();
    expect(texts).toEqual(expect.arrayContaining([`${others.length} others`, `${steps} in all`]));
    expect(await sentence('heatmap')).toContain(`of the others ${steps}`);
  });

  test('heatmap: cividis, and red to green when asked for; the address says which', async () => {
    const fills = () => page.locator('#heatmap .chart rect').evaluateAll(cells => cells.map(cell => cell.getAttribute('fill')));
    expect(await fills()).toEqual(expect.arrayContaining(['#fee838']));
    await page.getByRole('button', { name: 'Red to green' }).click();
    await expect.poll(fills).toEqual(expect.arrayContaining(['#006837']));
    expect(page.url()).toContain('colours=red-green');
    await page.goBack();
    await expect.poll(fills).toEqual(expect.arrayContaining(['#fee838']));
  });

  test('heatmap: a cell tells its figures under the pointer, and a click leads to its plugin', async () => {
    const [worst] = await csvOf('heatmap');
    const tooltip = page.locator('#heatmap .chart-tooltip');
    await page.locator('#heatmap svg text').last().hover();
    expect(await tooltip.textContent()).toMatch(/\d+ Nov 2026.* of \d+ \([\d.]+–[\d.]+%\)$/);
    const name = page.locator('#heatmap svg text').first();
    await name.hover();
    expect(await tooltip.textContent()).toMatch(new RegExp(`^${worst?.['Plugin']}all of the window[\\d.]+% of \\d+$`));
    await name.click();
    await page.getByRole('heading', { level: 1, name: worst?.['Plugin'] ?? '' }).waitFor();
    await page.goBack();
    await settled(page);
    await page.locator('#pairs svg').waitFor();
  });

  test('histogram: bins, and outliers with their pattern, as durationHistogram answers', async () => {
    const { durationHistogram } = await ask(
      'durationHistogram(filter: $filter) { bins { fromSeconds toSeconds count } outliers { patternId executionId durationSeconds } }',
    );
    const rows = await csvOf('histogram');
    expect(
      rows.map(row => ({ fromSeconds: Number(row['From (s)']), toSeconds: Number(row['To (s)']), count: Number(row['Executions']) })),
    ).toEqual(durationHistogram.bins);
    const listed = await page
      .locator('#histogram .short tbody tr')
      .evaluateAll(rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent)));
    expect(listed.length).toBeGreaterThan(0);
    expect(listed.map(cells => [cells[1], cells[2]])).toEqual(
      durationHistogram.outliers.map(({ patternId, executionId }: { patternId: string; executionId: string }) => [patternId, executionId]),
    );
    expect(await sentence('histogram')).toContain('pat_docs_page');
  });

  test('pairs: edges as pluginPairs answers, and which do better or worse together', async () => {
    const { pluginPairs } = await ask(
      'pluginPairs(filter: $filter, limit: 200) { pairs { a b executions lift successTogether { value total } successApart { value total } } plugins { name } }',
    );
    const rows = await csvOf('pairs');
    const pairs = pluginPairs.pairs as {
      a: string;
      b: string;
      executions: number;
      lift: number;
      successTogether: Rate;
      successApart: Rate;
    }[];
    expect(rows.map(row => [row['Plugin'], row['With'], Number(row['Executions']), Number(row['Together']), Number(row['Lift'])])).toEqual(
      pairs.map(pair => [pair.a, pair.b, pair.executions, pair.successTogether.value, pair.lift]),
    );
    const text = await sentence('pairs');
    expect(text).toMatch(/Worse together: cache-warmer with db-migrator/);
    expect(text).toMatch(/Better together: contract-tester with openapi-linter/);
    const drawn = await page.locator('#pairs svg text').allTextContents();
    expect(drawn).toEqual(expect.arrayContaining(['db-migrator', 'openapi-linter']));
  });

  test.for(['trends', 'heatmap', 'histogram', 'pairs'])(
    '%s: a PNG of the drawing, a description, and the same question in GraphiQL',
    async picture => {
      const { name, bytes } = await downloaded(page, page.locator(`#${picture}`).getByRole('button', { name: /PNG/ }));
      expect(name).toBe(`${picture}.png`);
      expect([...bytes.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
      const size = await page.locator(`#${picture} .chart`).evaluate(chart => [chart.clientWidth, chart.clientHeight]);
      expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual(size.map(pixels => 2 * pixels));
      // A picture of one colour would be some hundred bytes.
      expect(bytes.length).toBeGreaterThan(5000);
      expect(await page.locator(`#${picture}`).locator('.chart').getAttribute('aria-label')).toBe(await sentence(picture));
      const href =
        (await page
          .locator(`#${picture}`)
          .getByRole('link', { name: /GraphiQL/ })
          .getAttribute('href')) ?? '';
      const { searchParams, pathname } = new URL(href, dashboard.api.url);
      expect(pathname).toBe('/graphql');
      const answer = await dashboard.api.ask(searchParams.get('query') ?? '', JSON.parse(searchParams.get('variables') ?? '{}'));
      expect(answer.errors).toEqual([]);
      expect(Object.values(answer.data)[0]).toHaveProperty('asOf');
    },
  );

  test('the link opens GraphiQL with the question, which runs as it is', async () => {
    const href =
      (await page
        .locator('#trends')
        .getByRole('link', { name: /GraphiQL/ })
        .getAttribute('href')) ?? '';
    const { page: graphiql } = await dashboard.open(href);
    await graphiql.locator('.graphiql-query-editor .view-line').first().waitFor();
    expect(await graphiql.locator('.graphiql-query-editor').textContent()).toContain('SuccessTrends');
    await graphiql.locator('.graphiql-execute-button').click();
    await graphiql.locator('.graphiql-response .view-lines').getByText('successTrend').first().waitFor();
    await graphiql.context().close();
  });

  test('nothing went wrong meanwhile', async () => {
    await page.evaluate('document.querySelector("#heatmap").scrollIntoView()');
    await screenshot(page, 'dashboard-pictures');
    expect(troubles).toEqual([]);
  });
});
