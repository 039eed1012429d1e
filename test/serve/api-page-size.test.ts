import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningService, startService, temporaryDirectory } from '../support/program.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let service: RunningService;
beforeAll(async () => {
  directory = await temporaryDirectory();
  service = await startService({ METRICS_DIR: directory.path });
});
afterAll(async () => {
  await service.end();
  await directory.remove();
});

/** 1.2 MB of it. */
const large = (executionId: string) => ({
  executionId,
  patternId: 'pat_large',
  taskDescription: 'large',
  status: 'SUCCESS',
  startedAt: '2026-01-01T00:00:00Z',
  completedAt: '2026-01-01T00:00:01Z',
  steps: [],
  attributes: Array.from({ length: 20 }, (_, index) => ({ key: `key${index}`, value: 'x'.repeat(60_000) })),
});

test('a page that would hold more than 32 MB is refused before it is built, and a smaller one answers', async () => {
  for (const batch of [0, 1, 2]) {
    const inputs = Array.from({ length: 10 }, (_, index) => large(`large-${batch}-${index}`));
    const { data } = await service.ask(
      'mutation ($inputs: [RecordExecutionInput!]!) { recordExecutions(inputs: $inputs) { error { message } } }',
      { inputs },
    );
    expect(data.recordExecutions).toEqual(inputs.map(() => ({ error: null })));
  }
  const page = (first: number) =>
    service.ask('query ($first: Int!) { recordedExecutions(first: $first) { totalCount edges { node { executionId } } } }', { first });
  const { data, errors } = await page(1000);
  expect(data).toEqual({ recordedExecutions: null });
  expect(errors).toMatchObject([
    { message: expect.stringContaining('ask for fewer with first'), extensions: { code: 'QUERY_TOO_COMPLEX', field: ['first'] } },
  ]);
  expect((await page(5)).data.recordedExecutions).toMatchObject({ totalCount: 30, edges: { length: 5 } });
});
