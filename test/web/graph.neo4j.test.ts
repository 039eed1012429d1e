/** Pages that ask the graph, with a real Neo4j, and after it has gone. */
import neo4j from 'neo4j-driver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execution, RECORD } from '../support/api.ts';
import { skipBrowser } from '../support/browser.ts';
import { describeWithNeo4j, type OwnNeo4j, startOwnNeo4j } from '../support/neo4j.ts';
import { eventually } from '../support/program.ts';
import { type Dashboard, settled, startDashboard } from './dashboard.ts';

describeWithNeo4j('the graph', () => {
  describe.skipIf(skipBrowser)('in the dashboard', () => {
    let server: OwnNeo4j;
    let dashboard: Dashboard;

    beforeAll(async () => {
      server = await startOwnNeo4j();
      const { uri, username, password } = server;
      dashboard = await startDashboard({
        environment: { GRAPH: 'external', NEO4J_URI: uri, NEO4J_USERNAME: username, NEO4J_PASSWORD: password },
      });
      for (const id of ['one', 'two', 'three']) await dashboard.api.ask(RECORD, { input: execution(id, { patternName: 'Build the API' }) });
      await eventually(
        async () => (await dashboard.api.ask('{ executionsConnection { aggregate { count { nodes } } } }')).data?.executionsConnection,
        connection => connection?.aggregate.count.nodes === 3,
      );
      const driver = neo4j.driver(uri, neo4j.auth.basic(username, password));
      await driver.executeQuery(
        "MATCH (p:Pattern {pattern_id: 'p-api'}) SET p.description = 'Builds an API from a sketch', p.category = 'web'",
      );
      await driver.executeQuery("MATCH (p:Plugin {name: 'lint'}) SET p.marketplace = 'main', p.tags = ['quick', 'strict']");
      await driver.close();
    });
    afterAll(async () => {
      await dashboard?.close();
      await server?.cleanUp();
    });

    test('a pattern has its last executions from the graph, with what others wrote there; a plugin too', async () => {
      const { page } = await dashboard.open('/patterns/p-api?last=all');
      await settled(page);
      await page.getByText('From the graph. Category web. Builds an API from a sketch').waitFor();
      const runs = page.locator('section.card', { hasText: 'Last executions' }).locator('tbody a');
      expect(new Set(await runs.allTextContents())).toEqual(new Set(['one', 'two', 'three']));
      await page.goto(`${dashboard.api.url}/plugins/lint?last=all`);
      await page.getByText('main · quick, strict').waitFor();
    });

    test('without it the pages say so, and show all that the logs know', async () => {
      await server.stop();
      const { page, troubles } = await dashboard.open('/patterns/p-api?last=all');
      await settled(page);
      await page.getByText('From the logs: the graph cannot be asked now').waitFor();
      const runs = page.locator('section.card', { hasText: 'Last executions' }).locator('tbody a');
      expect(new Set(await runs.allTextContents())).toEqual(new Set(['one', 'two', 'three']));
      expect(await page.locator('.tile-value').first().textContent()).toBe('3');
      await page.goto(`${dashboard.api.url}/plugins/lint?last=all`);
      await page.getByText('the graph cannot be asked now').waitFor();
      await page.goto(`${dashboard.api.url}/?last=all`);
      await dashboard.api.ask(RECORD, { input: execution('four') });
      await page.getByText(/graph degraded, \d+ bytes behind/).waitFor();
      expect(troubles).toEqual([]);
    });
  });
});
