/** The feed on a real log: whoever subscribes whenever, and reads however slowly, is told every execution once and in order. */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRandom } from '../../src/cli/demo-random.ts';
import { formatPosition, Log } from '../../src/log/log.ts';
import { LiveFeed } from '../../src/serve/live-feed.ts';
import { execution } from '../support/api.ts';
import { temporaryDirectory } from '../support/program.ts';
import { silent } from '../support/silent-logger.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let log: Log;
let feed: LiveFeed;
beforeEach(async () => {
  directory = await temporaryDirectory();
  log = await Log.open({ directory: directory.path, logger: silent, clock: Date.now });
  feed = new LiveFeed(log);
});
afterEach(async () => {
  feed.close();
  await log.close();
  await directory.remove();
});

async function record(ids: readonly string[], fields: object = {}): Promise<void> {
  const inputs = ids.map(id => ({ ...execution(id, fields), status: 'success', steps: [] }));
  for (const outcome of await log.record(inputs)) if (outcome instanceof Error) throw outcome;
}

type Events = Awaited<ReturnType<LiveFeed['executions']>>;

async function take(events: Events, count: number, pauseMs: () => number = () => 0): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const { value, done } = await events.next();
    if (done) break;
    ids.push(value.executionId);
    const wait = pauseMs();
    if (wait > 0) await pause(wait);
  }
  return ids;
}

test.for([1, 2, 3])('each subscriber gets all that is recorded after its start, once and in order (seed %i)', async seed => {
  const random = createRandom(seed);
  const recorded: string[] = [];
  const subscribers: { from: number; events: Events }[] = [];
  const readers: Promise<{ from: number; ids: string[] }>[] = [];
  const total = 400;
  const read = async ({ from, events }: { from: number; events: Events }, slowness: number) => {
    const ids = await take(events, total - from, () => (random.chance(slowness) ? 3 : 0));
    await events.return();
    return { from, ids };
  };
  while (recorded.length < total) {
    if (subscribers.length < 12 && random.chance(0.4)) {
      const since = random.chance(0.5) ? formatPosition(log.position) : undefined;
      const from = recorded.length;
      const subscriber = { from, events: await feed.executions({ since }) };
      subscribers.push(subscriber);
      readers.push(read(subscriber, random.next() * 0.5));
    }
    const batch = Array.from(
      { length: Math.min(1 + Math.floor(random.next() * 30), total - recorded.length) },
      (_, n) => `run-${recorded.length + n}`,
    );
    recorded.push(...batch);
    await record(batch);
    // Other programs' rows move the position without an execution.
    if (random.chance(0.3)) {
      await appendFile(join(directory.path, 'durations.log'), '2026-03-01T10:00:00Z,wf-script,review,1,human,900,true\n');
      await log.upToDate();
    }
    if (random.chance(0.5)) await pause(Math.floor(random.next() * 60));
  }
  expect(subscribers.length).toBeGreaterThan(2);
  for (const { from, ids } of await Promise.all(readers)) expect(ids).toEqual(recorded.slice(from));
});

test('a stretch is read once, however many are told of it', async () => {
  const subscribers = await Promise.all(Array.from({ length: 50 }, () => feed.executions({})));
  const reading = vi.spyOn(log, 'read');
  const all = Promise.all(subscribers.map(events => take(events, 100)));
  for (let n = 0; n < 100; n++) await record([`run-${n}`]);
  for (const ids of await all) expect(ids).toHaveLength(100);
  expect(reading.mock.calls.length).toBeLessThanOrEqual(100);
  await Promise.all(subscribers.map(events => events.return()));
});

describe('who is too far behind', () => {
  const long = { notes: 'x'.repeat(60_000) };
  const far = () =>
    Promise.all(
      Array.from({ length: 6 }, (_, batch) =>
        record(
          Array.from({ length: 50 }, (_, n) => `far-${batch}-${n}`),
          long,
        ),
      ),
    );

  test('is told so when it reads on, and others are not', async () => {
    const [slow, quick] = [await feed.executions({}), await feed.executions({})];
    const [, ids] = await Promise.all([far(), take(quick, 300)]);
    expect(new Set(ids).size).toBe(300);
    await expect(take(slow, 300)).rejects.toMatchObject({ code: 'OVERLOADED', retryable: true });
    expect(await slow.next()).toEqual({ value: undefined, done: true });
    await quick.return();
  });

  test('is told so when it begins', async () => {
    const since = formatPosition(log.position);
    await far();
    await expect(feed.executions({ since })).rejects.toMatchObject({ code: 'QUERY_TOO_COMPLEX', field: ['since'] });
  });
});

test('looks for other programs’ rows while somebody watches, and only then', async () => {
  const looking = vi.spyOn(log, 'upToDate');
  await pause(600);
  expect(looking).not.toHaveBeenCalled();
  const positions = feed.advances();
  const first = await positions.next();
  await appendFile(join(directory.path, 'durations.log'), '2026-03-01T10:00:00Z,wf-script,review,1,human,900,true\n');
  const second = await positions.next();
  expect(second.value?.durations).toBeGreaterThan(first.value?.durations ?? 0);
  await positions.return();
  looking.mockClear();
  await pause(600);
  expect(looking).not.toHaveBeenCalled();
});
