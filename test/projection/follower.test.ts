import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { MetricsError } from '../../src/errors.ts';
import { type Position, START, type Stretch } from '../../src/log/log.ts';
import { Follower, type LogSource, type Projection } from '../../src/projection/projection.ts';
import { silent } from '../support/silent-logger.ts';

const at = (journal: number): Position => ({ ...START, journal });
const BATCH = 10;

/** A log of bytes without content. */
class FakeLog implements LogSource {
  position = START;
  readonly listeners = new Set<() => void>();
  /** Positions beyond it are of other logs. */
  known = Number.POSITIVE_INFINITY;

  append(bytes: number): void {
    this.position = at(this.position.journal + bytes);
    for (const listener of this.listeners) listener();
  }

  onAdvance(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async read(from: Position, to: Position, maxBytes: number): Promise<Stretch> {
    const end = at(Math.min(to.journal, from.journal + maxBytes));
    return { from, to: end, journal: [], durations: [], success_rates: [], plugin_usage: [], rejected: [] };
  }

  async checkPosition(position: Position): Promise<void> {
    if (position.journal > this.known) throw new MetricsError('POSITION_UNKNOWN', 'of other logs');
  }
}

/** A store that keeps only its position, and fails as often as it is told. */
class FakeProjection implements Projection {
  readonly name = 'fake';
  disposable = true;
  stored = START;
  loadFailures = 0;
  advanceFailures = 0;
  /** When it was asked to advance, and from where. */
  readonly attempts: { at: number; from: number }[] = [];
  resets = 0;
  /** Held back until it is let go. */
  gate: Promise<void> = Promise.resolve();

  async load(): Promise<Position> {
    if (this.loadFailures-- > 0) throw new Error('the store is away');
    return this.stored;
  }

  async advance(stretch: Stretch): Promise<void> {
    expect(stretch.from).toEqual(this.stored);
    this.attempts.push({ at: performance.now(), from: stretch.from.journal });
    await this.gate;
    if (this.advanceFailures-- > 0) throw new Error('the store is full');
    this.stored = stretch.to;
  }

  async reset(): Promise<void> {
    this.resets++;
    this.stored = START;
  }
}

const followers: Follower[] = [];
afterEach(async () => {
  await Promise.all(followers.splice(0).map(follower => follower.stop()));
});

function following(log: FakeLog, projection: FakeProjection, gatherMs = 0): { follower: Follower; warnings: string[] } {
  const warnings: string[] = [];
  const logger = { ...silent, warn: (_: object, message: string) => void warnings.push(message) };
  const follower = new Follower(projection, log, { maxBytes: BATCH, gatherMs, logger, clock: Date.now });
  followers.push(follower);
  follower.start();
  return { follower, warnings };
}

/** Lets what can happen without waiting happen. */
const settle = () => pause(5);

describe('states', () => {
  test('backfill while batches remain, then live, and live again with each record', async () => {
    const log = new FakeLog();
    const projection = new FakeProjection();
    log.append(35);
    let open = () => {};
    projection.gate = new Promise(resolve => {
      open = resolve;
    });
    const { follower } = following(log, projection);
    await settle();
    expect(follower.status()).toMatchObject({ name: 'fake', state: 'backfill', lagBytes: 35, error: undefined });
    open();
    await follower.reached(log.position, 1000);
    await settle();
    expect(follower.status()).toMatchObject({ state: 'live', lagBytes: 0, position: at(35) });
    expect(projection.attempts.map(({ from }) => from)).toEqual([0, 10, 20, 30]);
    log.append(5);
    await follower.reached(at(40), 1000);
    await settle();
    expect(follower.status()).toMatchObject({ state: 'live', lagBytes: 0 });
  });

  test('a store that is away at first: degraded with its reason, then live', async () => {
    const log = new FakeLog();
    const projection = new FakeProjection();
    projection.loadFailures = 2;
    log.append(5);
    const { follower, warnings } = following(log, projection);
    await settle();
    expect(follower.status()).toMatchObject({ state: 'degraded', error: 'the store is away', position: undefined });
    await follower.reached(at(5), 2000);
    await settle();
    expect(follower.status()).toMatchObject({ state: 'live', error: undefined });
    expect(warnings).toEqual(['projection degraded']);
  });

  test('a store that takes no batch: tried again after a growing pause, from where it stands, told once', async () => {
    const log = new FakeLog();
    const projection = new FakeProjection();
    projection.advanceFailures = 3;
    log.append(25);
    const { follower, warnings } = following(log, projection);
    await settle();
    const { since } = follower.status();
    expect(follower.status()).toMatchObject({ state: 'degraded', error: 'the store is full', lagBytes: 25 });
    await pause(250);
    expect(follower.status()).toMatchObject({ state: 'degraded', since });
    await follower.reached(log.position, 3000);
    await settle();
    expect(follower.status().state).toBe('live');
    expect(warnings).toEqual(['projection degraded']);
    expect(projection.attempts.map(({ from }) => from)).toEqual([0, 0, 0, 0, 10, 20]);
    const pauses = projection.attempts.slice(1, 4).map((attempt, index) => attempt.at - (projection.attempts[index]?.at ?? 0));
    for (const [index, expected] of [100, 200, 400].entries()) expect(pauses[index]).toBeGreaterThan(expected - 10);
  });

  test('a store that is ours and belongs to other logs is built anew', async () => {
    const log = new FakeLog();
    const projection = new FakeProjection();
    projection.stored = at(90);
    log.known = 50;
    log.append(15);
    const { follower, warnings } = following(log, projection);
    await follower.reached(at(15), 1000);
    expect(projection.resets).toBe(1);
    expect(warnings).toEqual(['projection of other logs: built anew']);
  });

  test('a store that others use too is not reset: degraded until someone decides', async () => {
    const log = new FakeLog();
    const projection = new FakeProjection();
    projection.disposable = false;
    projection.stored = at(90);
    log.known = 50;
    const { follower } = following(log, projection);
    await settle();
    expect(follower.status()).toMatchObject({ state: 'degraded', error: 'of other logs' });
    expect(projection).toMatchObject({ resets: 0, stored: at(90) });
  });
});

describe('reached', () => {
  test('each waiter is answered at its own position', async () => {
    const log = new FakeLog();
    const projection = new FakeProjection();
    const { follower } = following(log, projection);
    await settle();
    const order: number[] = [];
    const waiting = [30, 10, 20, 10].map(end => follower.reached(at(end), 2000).then(() => order.push(end)));
    await follower.reached(START, 0);
    expect(order).toEqual([]);
    log.append(10);
    await settle();
    expect(order).toEqual([10, 10]);
    log.append(20);
    await Promise.all(waiting);
    expect(order).toEqual([10, 10, 20, 30]);
  });

  test('OVERLOADED with lag and reason once the time is over; others wait on', async () => {
    const log = new FakeLog();
    const projection = new FakeProjection();
    projection.advanceFailures = 2;
    log.append(7);
    const { follower } = following(log, projection);
    const patient = follower.reached(at(7), 2000);
    const error = await follower.reached(at(7), 50).catch(reason => reason);
    expect(error).toBeInstanceOf(MetricsError);
    expect(error).toMatchObject({ code: 'OVERLOADED', retryable: true });
    expect(error.message).toMatch(/7 bytes behind the logs: the store is full/);
    await patient;
  });
});

describe('stop', () => {
  test('ends after the batch in hand, in the middle of a backfill', async () => {
    const log = new FakeLog();
    const projection = new FakeProjection();
    log.append(100);
    let open = () => {};
    projection.gate = new Promise(resolve => {
      open = resolve;
    });
    const { follower } = following(log, projection);
    await settle();
    const stopped = follower.stop();
    open();
    await stopped;
    expect(projection.attempts).toHaveLength(1);
    expect(follower.status()).toMatchObject({ state: 'stopped', position: at(10), lagBytes: 90 });
    log.append(5);
    await settle();
    expect(projection.attempts).toHaveLength(1);
  });

  test('does not wait for the pause of a degraded one', async () => {
    const log = new FakeLog();
    const projection = new FakeProjection();
    projection.loadFailures = 1000;
    const { follower } = following(log, projection);
    await pause(350);
    const before = performance.now();
    await follower.stop();
    expect(performance.now() - before).toBeLessThan(100);
    expect(follower.status().state).toBe('stopped');
  });

  test('listens to the log once, however often it is started, and no longer than it runs', async () => {
    const log = new FakeLog();
    const { follower } = following(log, new FakeProjection());
    follower.start();
    follower.start();
    expect(log.listeners.size).toBe(1);
    await follower.stop();
    expect(log.listeners.size).toBe(0);
  });
});

describe('gathering', () => {
  const LONG_MS = 60_000;

  test('news waits for more of it, but not while somebody waits for the news', async () => {
    const log = new FakeLog();
    const projection = new FakeProjection();
    const { follower } = following(log, projection, LONG_MS);
    await settle();
    for (const bytes of [1, 2, 3]) log.append(bytes);
    await settle();
    expect(follower.status()).toMatchObject({ state: 'live', lagBytes: 6 });
    expect(projection.attempts).toEqual([]);
    await follower.reached(at(6), 1000);
    expect(projection.attempts).toHaveLength(1);
  });

  test('a whole batch is applied without waiting', async () => {
    const log = new FakeLog();
    const projection = new FakeProjection();
    following(log, projection, LONG_MS);
    await settle();
    log.append(BATCH - 1);
    await settle();
    expect(projection.attempts).toEqual([]);
    log.append(1);
    await settle();
    expect(projection.attempts).toHaveLength(1);
  });

  test('news that comes while a batch is applied waits for more as well', async () => {
    const log = new FakeLog();
    const projection = new FakeProjection();
    let open = () => {};
    projection.gate = new Promise(resolve => {
      open = resolve;
    });
    log.append(1);
    const { follower } = following(log, projection, LONG_MS);
    await settle();
    log.append(2);
    open();
    await settle();
    expect(follower.status()).toMatchObject({ state: 'live', position: at(1), lagBytes: 2 });
    expect(projection.attempts).toHaveLength(1);
  });

  test('stopping does not wait for it', async () => {
    const log = new FakeLog();
    const { follower } = following(log, new FakeProjection(), LONG_MS);
    await settle();
    log.append(1);
    await settle();
    await follower.stop();
    expect(follower.status()).toMatchObject({ state: 'stopped', lagBytes: 1 });
  });
});

describe('stepping back', () => {
  const BATCH_MS = 150;

  /** A follower of a store that takes a while for its first batch; it is not started yet. `crowded` is told how many batches there were. */
  function steppingBack(pace: Readonly<{ maxBytes: number; gatherMs?: number }>, crowded: (batches: number) => boolean) {
    const log = new FakeLog();
    const projection = new FakeProjection();
    projection.gate = pause(BATCH_MS);
    const options = { ...pace, crowded: () => crowded(projection.attempts.length), logger: silent, clock: Date.now };
    const follower = new Follower(projection, log, options);
    followers.push(follower);
    return { log, projection, follower };
  }

  /** How often it was looked, from the first batch to the second, the first of which takes a while. The last of `crowdedAt` holds for all later looks. */
  async function looksBetweenBatches(crowdedAt: readonly boolean[], somebodyWaits: boolean): Promise<number> {
    let looks = 0;
    const { log, projection, follower } = steppingBack({ maxBytes: BATCH }, batches => {
      if (batches === 1) looks++;
      return crowdedAt[looks - 1] ?? crowdedAt.at(-1) === true;
    });
    log.append(2 * BATCH);
    follower.start();
    if (somebodyWaits) await follower.reached(log.position, 10_000);
    while (projection.attempts.length < 2) await pause(1);
    return looks;
  }

  /**
   * From the first news after a rest on: how often it was looked until a batch took them (as they begin to gather, when they have, and then
   * while it waits), and how much that batch took. The last of `crowdedAt` holds for all later looks.
   */
  async function rush(crowdedAt: readonly boolean[], somebodyWaits = false): Promise<{ looks: number; taken: number }> {
    let [looks, begun] = [0, false];
    const { log, projection, follower } = steppingBack({ maxBytes: 64, gatherMs: 1 }, batches => {
      if (begun && batches === 1) looks++;
      return begun && (crowdedAt[looks - 1] ?? crowdedAt.at(-1) === true);
    });
    log.append(1);
    follower.start();
    while (follower.status().state !== 'live') await pause(1);
    begun = true;
    log.append(128);
    if (somebodyWaits) await follower.reached(log.position, 10_000);
    while (projection.attempts.length < 3) await pause(1);
    const [, first, second] = projection.attempts;
    return { looks, taken: (second?.from ?? 0) - (first?.from ?? 0) };
  }

  test('a projection waits while others fill the machine, and then goes on by itself', async () => {
    expect(await looksBetweenBatches([true], false)).toBeGreaterThan(5);
  });

  test('it goes on at once where there is room, and where somebody waits for it', async () => {
    expect(await looksBetweenBatches([false], false)).toBe(1);
    expect(await looksBetweenBatches([true], true)).toBe(1);
  });

  test('it goes on once four looks in a row found room', async () => {
    expect(await looksBetweenBatches([true, false, false, false, true, false], false)).toBe(9);
  });

  test('one look covers a batch and the news that gathers after it', async () => {
    let looks = 0;
    const { log, projection, follower } = steppingBack({ maxBytes: BATCH, gatherMs: 1 }, batches => {
      if (batches === 1) looks++;
      return false;
    });
    log.append(1);
    follower.start();
    while (projection.attempts.length < 1) await pause(1);
    log.append(1);
    while (projection.attempts.length < 2) await pause(1);
    expect(looks).toBe(1);
  });

  test('before the first batch of a rush it waits as well, unless somebody waits for it, and takes little then', async () => {
    expect(await rush([false])).toEqual({ looks: 2, taken: 16 });
    expect(await rush([false, true, false])).toEqual({ looks: 6, taken: 2 });
    expect(await rush([true])).toEqual({ looks: expect.toSatisfy(looks => looks > 6), taken: 2 });
    expect(await rush([true], true)).toEqual({ looks: 2, taken: 2 });
  });

  test.for([
    [true, [0, 2, 4]],
    [false, [0, 16, 80]],
  ] as const)(
    'what comes after a rest is looked at while it gathers, and then at each batch: crowded %s, batches from %j on',
    async ([isCrowded, starts]) => {
      const { log, projection, follower } = steppingBack({ maxBytes: 64, gatherMs: 1 }, () => isCrowded);
      follower.start();
      while (follower.status().state !== 'live') await pause(1);
      log.append(128);
      while (projection.attempts.length < starts.length) await pause(1);
      expect(projection.attempts.slice(0, starts.length).map(({ from }) => from)).toEqual(starts);
    },
  );
});
