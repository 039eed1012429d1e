/** A question ends when its caller goes away; the service goes on for the others. */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, startApi } from '../support/api.ts';

/** At most so many questions run at once. */
const SLOTS = 8;
/** A question runs this long if nothing ends it before; a test that waits for it fails by its own time. */
const QUESTION_TIMEOUT_MS = 60_000;
const PLUGINS = 1500;
const WORKFLOWS = 150;

let api: Api;

/** Workflows of so many plugins that eight questions for their pairs take several seconds. */
beforeAll(async () => {
  api = await startApi({ QUESTION_TIMEOUT_MS: String(QUESTION_TIMEOUT_MS) });
  for (let workflow = 0; workflow < WORKFLOWS; workflow++) {
    const rows = Array.from({ length: PLUGINS }, (_, plugin) => `2026-03-01T00:00:00Z,w-${workflow},plan,1,plugin-${plugin},1,true\n`);
    await api.append('durations.log', rows.join(''));
  }
  await api.ask('{ overview { asOf } }');
});
afterAll(() => api.remove());

const SLOW = JSON.stringify({ query: '{ pluginPairs { pairs { a b executions } } }' });

/** Asks, and answers how to leave without the answer. */
function askAndWait(body: string): { leave: () => Promise<void>; answered: () => boolean } {
  let answered = false;
  const outgoing = request(`${api.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' } }, () => {
    answered = true;
  });
  outgoing.on('error', () => undefined);
  outgoing.end(body);
  return {
    leave: async () => {
      const closed = new Promise(resolve => outgoing.once('close', resolve));
      outgoing.destroy();
      await closed;
    },
    answered: () => answered,
  };
}

const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Milliseconds of processor time that this process, the service in it, takes within half a second. */
async function processorMs(): Promise<number> {
  const before = process.cpuUsage();
  await pause(500);
  return process.cpuUsage(before).user / 1000;
}

test(
  'the questions of callers that have left end, and the others are answered',
  async () => {
    const callers = Array.from({ length: SLOTS }, () => askAndWait(SLOW));
    await pause(2500);
    let answered = false;
    const waiting = api.ask('{ phaseDurations { phases { phase durations { n } } } }').finally(() => {
      answered = true;
    });
    await pause(500);
    expect([answered, ...callers.map(caller => caller.answered())]).not.toContain(true);

    for (const { leave } of callers) await leave();

    // In a slot that has become free.
    expect((await waiting).data.phaseDurations.phases).toEqual([{ phase: 'plan', durations: { n: PLUGINS * WORKFLOWS } }]);
    await expect.poll(processorMs, { timeout: QUESTION_TIMEOUT_MS / 2 }).toBeLessThan(150);
  },
  QUESTION_TIMEOUT_MS,
);

test(
  'callers that leave while they wait for their turn take none',
  async () => {
    const callers = Array.from({ length: SLOTS * 3 }, () => askAndWait(SLOW));
    await pause(2500);
    for (const { leave } of callers) await leave();
    const { data } = await api.ask('{ overview { current { steps } } }');
    expect(data.overview.current.steps).toBe(PLUGINS * WORKFLOWS);
    await expect.poll(processorMs, { timeout: QUESTION_TIMEOUT_MS / 2 }).toBeLessThan(150);
  },
  QUESTION_TIMEOUT_MS,
);
