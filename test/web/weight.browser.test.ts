/** What the dashboard costs a browser, beside a bare page that asks the same and draws one chart with the same library. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { skipBrowser } from '../support/browser.ts';
import { type Dashboard, settled, startDashboard } from './dashboard.ts';

const ASSETS = join(import.meta.dirname, '../../dist/web/dashboard/assets/dashboard');
const LIBRARY = join(import.meta.dirname, '../../web/dashboard/charts/chart-library.ts');
const MAX_SCRIPT_BYTES = 400 * 1024;
/** Pairs of loads; of their ratios in order the one at `LOWER_BOUND` is the lower end of the median's 95 % interval (binomial ranks). */
const ROUNDS = 15;
const LOWER_BOUND = 3;

/** The page's script: it asks as the dashboard does for its first paint, and draws a bar of what it is told. */
const bareScript = (api: string) => `import { init } from ${JSON.stringify(LIBRARY)};
const ask = query => fetch(${JSON.stringify(`${api}/graphql`)}, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) }).then(answer => answer.json());
const [extent, health] = await Promise.all([
  ask('{ all: overview { from to current { executions } } month: overview(filter: { window: { last: "P30D" } }) { current { executions } } }'),
  ask('{ overview(filter: { window: { last: "P30D" } }) { current { executions successRate { value } durations { medianSeconds } } previous { executions } } recordedExecutions(filter: { window: { last: "P30D" } }, first: 30) { edges { node { executionId status } } } }'),
]);
const data = [health.data.overview.current.executions, extent.data.all.current.executions];
const chart = init(document.getElementById('chart'), null, { renderer: 'svg' });
chart.setOption({ animation: false, xAxis: { type: 'category', data: ['month', 'all'] }, yAxis: {}, series: { type: 'bar', data } });`;

type BarePage = Readonly<{ url: string; build(api: string): Promise<void>; close(): Promise<void> }>;

/** A page of one chart, at an origin of its own. */
async function serveBarePage(): Promise<BarePage> {
  const folder = await mkdtemp(join(tmpdir(), 'bare-page-'));
  await mkdir(join(folder, 'page'));
  await writeFile(
    join(folder, 'page/index.html'),
    '<!doctype html><body><div id="chart" style="height:300px"></div><script type="module" src="./page.ts"></script></body>',
  );
  const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };
  const server: Server = createServer(async (request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '');
    const file = await readFile(join(folder, 'built', path)).catch(() => undefined);
    response.writeHead(file ? 200 : 404, { 'content-type': types[extname(path)] ?? 'text/plain' }).end(file);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    build: async api => {
      await writeFile(join(folder, 'page/page.ts'), bareScript(api));
      const { build } = await import('vite');
      await build({
        root: join(folder, 'page'),
        logLevel: 'error',
        build: { outDir: join(folder, 'built'), target: 'esnext', modulePreload: { polyfill: false } },
      });
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

/** Milliseconds from the start of loading until an element is there and painted, in a fresh browser context. */
async function paintedAfter(browser: Browser, url: string, selector: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(`
    const watch = new MutationObserver(() => {
      if (!document.querySelector(${JSON.stringify(selector)})) return;
      watch.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => { document.documentElement.dataset.painted = performance.now(); }));
    });
    watch.observe(document, { childList: true, subtree: true });
  `);
  await page.goto(url);
  await page.locator('html[data-painted]').waitFor({ state: 'attached' });
  const painted = Number(await page.locator('html').getAttribute('data-painted'));
  await context.close();
  return painted;
}

const median = (sorted: number[]) => sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;

describe.skipIf(skipBrowser)('what the dashboard weighs', () => {
  let dashboard: Dashboard;
  let bare: BarePage;
  beforeAll(async () => {
    bare = await serveBarePage();
    dashboard = await startDashboard({ historyEnd: Date.now() - 60_000, environment: { CORS_ORIGINS: bare.url } });
    await bare.build(dashboard.api.url);
  });
  afterAll(async () => {
    await dashboard?.close();
    await bare?.close();
  });

  test('all of its script is at most 400 KB, compressed', async () => {
    const scripts = (await readdir(ASSETS)).filter(name => name.endsWith('.js'));
    const sizes = await Promise.all(scripts.map(async name => gzipSync(await readFile(join(ASSETS, name))).length));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    console.log(`dashboard: ${Math.round(bytes / 1024)} KB of script (gzip)`);
    expect(bytes).toBeLessThanOrEqual(MAX_SCRIPT_BYTES);
  });

  test('GraphiQL is loaded on its own page alone', async () => {
    const { page } = await dashboard.open('/');
    const asked: string[] = [];
    page.on('request', request => asked.push(new URL(request.url()).pathname));
    await page.reload();
    await settled(page);
    expect(asked.filter(path => path.startsWith('/assets/dashboard/')).length).toBeGreaterThan(1);
    expect(asked.filter(path => /graphiql|monaco/i.test(path) && !/icon/.test(path))).toEqual([]);
  });

  test('the first questions are asked while the page’s own script is still on its way', async () => {
    const page = await dashboard.browser.newPage();
    const asked: string[] = [];
    page.on('request', request => {
      if (request.url().endsWith('/graphql') && request.method() === 'POST') asked.push(request.postDataJSON().query);
    });
    await page.route('**/assets/dashboard/dashboard-*.js', async route => {
      await expect.poll(() => asked.map(query => /query (\w+)/.exec(query)?.[1]), { timeout: 10_000 }).toEqual(['Extent', 'Health']);
      await route.continue();
    });
    await page.goto(dashboard.api.url);
    await page.locator('.verdict').waitFor();
    // What was on its way is not asked again.
    expect(asked.filter(query => /query (Extent|Health)/.test(query))).toHaveLength(2);
    await page.close();
  });

  test('fifteen pairs of loads do not show the first screen later than 1.5 times a bare page that asks the same, with the same library', {
    timeout: 120_000,
  }, async () => {
    const rounds: { bare: number; dashboard: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const bareMs = await paintedAfter(dashboard.browser, bare.url, '#chart svg path');
      rounds.push({ bare: bareMs, dashboard: await paintedAfter(dashboard.browser, dashboard.api.url, '.verdict') });
    }
    const of = (figure: (round: (typeof rounds)[number]) => number) => rounds.map(figure).toSorted((a, b) => a - b);
    const ratios = of(round => round.dashboard / round.bare);
    const [lower, ratio] = [ratios[LOWER_BOUND] ?? Number.NaN, median(ratios)];
    console.log(
      `first paint: bare ${median(of(({ bare }) => bare)).toFixed(0)} ms, dashboard ${median(of(({ dashboard }) => dashboard)).toFixed(0)} ms, ratio ${ratio.toFixed(2)}, at least ${lower.toFixed(2)}`,
    );
    // A load is as noisy as its machine: what is shown wrong is a ratio that fifteen pairs of loads exclude.
    expect(lower).toBeLessThanOrEqual(1.5);
  });
});
