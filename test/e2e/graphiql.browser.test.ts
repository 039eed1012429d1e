import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, screenshot, skipBrowser } from '../support/browser.ts';
import { type RunningService, runProgram, startService, temporaryDirectory } from '../support/program.ts';

const SAMPLES = fileURLToPath(new URL('../golden/samples/', import.meta.url));

describe.skipIf(skipBrowser)('GraphiQL of the running service', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let service: RunningService;
  let browser: Browser;

  beforeAll(async () => {
    directory = await temporaryDirectory(join(SAMPLES, 'metrics'));
    service = await startService({ METRICS_DIR: directory.path });
    await runProgram(['import', join(SAMPLES, 'executions.ndjson')], { environment: { METRICS_DIR: directory.path } });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.end();
    await directory?.remove();
  });

  test('shows the figures that the API answers, and records nothing by its example', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const complaints: string[] = [];
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${service.url}/graphql`);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    await page.locator('.graphiql-execute-button').click();
    const answer = page.locator('.graphiql-response .view-lines');
    await answer.getByText('pat_helloworld').first().waitFor();
    await screenshot(page, 'graphiql');
    const { data } = await service.ask('{ topPatterns(limit: 5) { asOf } }');
    expect(await answer.textContent()).toContain(data.topPatterns.asOf);

    await page.getByRole('tab', { name: 'TryRecording' }).click();
    await page.waitForTimeout(500);
    await page.locator('.graphiql-execute-button').click();
    await answer.getByText('example-1').first().waitFor();
    expect((await service.ask('{ recordedExecution(executionId: "example-1") { executionId } }')).data.recordedExecution).toBeNull();
    expect(complaints).toEqual([]);
  });
});
