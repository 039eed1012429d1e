import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import { type FastifyInstance, fastify } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { registerGraphiql } from '../../src/serve/graphiql.ts';
import { launchBrowser, screenshot, skipBrowser } from '../support/browser.ts';

const BUILT = join(import.meta.dirname, '../../dist/web/graphiql');

/** As much of the API as the example tabs ask for. */
const typeDefs = `#graphql
  scalar DateTime
  scalar SafeInt
  scalar LogPosition
  enum ExecutionStatus { SUCCESS FAILED PARTIAL CANCELLED }
  enum StepStatus { SUCCESS FAILED SKIPPED }
  enum PatternStatus { DISCOVERED VALIDATED LEARNED DEPRECATED }
  input StepInput { step: Int! phase: String! plugin: String! durationMs: SafeInt! status: StepStatus! }
  input RecordExecutionInput {
    executionId: ID! patternId: ID! patternName: String taskDescription: String! status: ExecutionStatus!
    startedAt: DateTime! completedAt: DateTime! steps: [StepInput!]!
  }
  type RecordExecutionPayload { executionId: ID! duplicate: Boolean! dryRun: Boolean! position: LogPosition! }
  type Rate { value: Float successes: SafeInt! total: SafeInt! lower: Float upper: Float }
  type Durations { n: SafeInt! meanSeconds: Float medianSeconds: Float p95Seconds: Float }
  type PatternStats { patternId: ID! name: String! successRate: Rate! durations: Durations! status: PatternStatus! }
  type PatternStatsResult { asOf: LogPosition! patterns: [PatternStats!]! }
  type PluginStats { name: String! uses: SafeInt! reliability: Rate! }
  type PluginStatsResult { asOf: LogPosition! plugins: [PluginStats!]! }
  type Query {
    "Patterns, best first."
    topPatterns(limit: Int! = 10): PatternStatsResult
    mostUsedPlugins(limit: Int! = 20): PluginStatsResult
  }
  type Mutation { recordExecution(input: RecordExecutionInput!, dryRun: Boolean! = false): RecordExecutionPayload }
`;

const rate = { value: 0.75, successes: 3, total: 4, lower: 0.3, upper: 0.95 };
const resolvers = {
  Query: {
    topPatterns: () => ({
      asOf: 'here',
      patterns: [
        { patternId: 'tdd', name: 'Tests first', status: 'VALIDATED', successRate: rate, durations: { n: 4, meanSeconds: 61.042 } },
      ],
    }),
    mostUsedPlugins: () => ({ asOf: 'here', plugins: [{ name: 'jwt-auth-plugin', uses: 1247, reliability: rate }] }),
  },
  Mutation: {
    recordExecution: (_: unknown, { input, dryRun }: { input: { executionId: string }; dryRun: boolean }) => ({
      executionId: input.executionId,
      duplicate: false,
      dryRun,
      position: 'as-it-stood',
    }),
  },
};

describe.skipIf(skipBrowser)('GraphiQL in a real browser', () => {
  let app: FastifyInstance;
  let browser: Browser;
  let page: Page;
  let address: string;
  /** What must stay empty: errors on the console (refusals of the content policy included), uncaught errors, foreign hosts. */
  let troubles: string[];
  let keys: (string | undefined)[];

  beforeAll(async () => {
    if (!existsSync(join(BUILT, 'index.html'))) throw new Error('dist/web/graphiql is not built: run `npm run build`');
    app = fastify();
    const apollo = new ApolloServer({ typeDefs, resolvers, introspection: true, plugins: [fastifyApolloDrainPlugin(app)] });
    await apollo.start();
    app.addHook('onRequest', async request => void (request.method === 'POST' && keys.push(request.headers.authorization)));
    await registerGraphiql(app, { directory: BUILT });
    await app.register(fastifyApollo(apollo));
    address = await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
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
      if (!request.url().startsWith(`${address}/`) && !request.url().startsWith('data:')) troubles.push(`asked ${request.url()}`);
    });
    page.on('requestfailed', request => troubles.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
    page.on('response', async response => {
      if (response.status() >= 400) troubles.push(`${response.status()} ${response.url()} ${await response.text()}`);
    });
    await page.goto(`${address}/graphql`);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  });
  afterEach(async () => {
    await page.close();
    expect(troubles).toEqual([]);
  });

  /** Presses the button and waits for the answer to hold a text. */
  async function execute(expected: string): Promise<string> {
    await page.locator('.graphiql-execute-button').click();
    const answer = page.locator('.graphiql-response .view-lines');
    await answer.getByText(expected).first().waitFor();
    await screenshot(page, `graphiql-${expected}`);
    return (await answer.textContent())?.replaceAll('\u00a0', ' ') ?? '';
  }

  test('opens with a question that runs as it is', async () => {
    expect(await page.title()).toBe('orchestrator-metrics');
    expect(await execute('topPatterns')).toContain('"Tests first"');
  });

  test('its second tab records without writing, also as it is', async () => {
    await page.getByRole('tab', { name: 'TryRecording' }).click();
    // GraphiQL reads the operation's name from the editor 100 ms after its text changed; no sign of it shows on the page.
    await page.waitForTimeout(500);
    const answer = await execute('example-1');
    expect(answer).toContain('"dryRun": true');
  });

  test('sends the headers that are set in their editor', async () => {
    await page.getByRole('button', { name: 'Headers', exact: true }).click();
    await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines').click();
    await page.keyboard.insertText('{"Authorization": "Bearer a key"}');
    await execute('topPatterns');
    expect(keys.at(-1)).toBe('Bearer a key');
  });

  test('shows the documentation of the schema', async () => {
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.locator('.graphiql-doc-explorer').getByText('Query', { exact: true }).click();
    await page.getByText('Patterns, best first.').waitFor();
    await screenshot(page, 'graphiql-documentation');
  });
});
