import { setTimeout as pause } from 'node:timers/promises';
import { MetricsError, messageOf } from '../errors.ts';
import { bytesBetween, type Position, reaches, type Stretch } from '../log/log.ts';
import type { Logger } from '../logger.ts';
import type { Projection } from './contract.ts';

/** What a follower needs of the log. */
export interface LogSource<Batch extends Pick<Stretch, 'from' | 'to'> = Stretch> {
  readonly position: Position;
  onAdvance(listener: () => void): () => void;
  read(from: Position, to: Position, maxBytes: number): Promise<Batch>;
  checkPosition(position: Position): Promise<void>;
}

/** The same log, whose rows are read in another way. */
export function readBy<Batch extends Pick<Stretch, 'from' | 'to'>>(
  log: Omit<LogSource, 'read'>,
  read: LogSource<Batch>['read'],
): LogSource<Batch> {
  return {
    get position() {
      return log.position;
    },
    onAdvance: listener => log.onAdvance(listener),
    checkPosition: position => log.checkPosition(position),
    read,
  };
}

/** `backfill`: more than one batch behind. `degraded`: the store fails and is tried again. `stopped`: it will not go on by itself. */
export type ProjectionState = 'off' | 'backfill' | 'live' | 'degraded' | 'stopped';

export type FollowerStatus = Readonly<{
  name: string;
  state: ProjectionState;
  position: Position | undefined;
  /** Bytes of the logs between the projection and their end. */
  lagBytes: number;
  /** When the state began, milliseconds since 1970. */
  since: number;
  error: string | undefined;
}>;

export type FollowerOptions = Readonly<{
  /** Of each log in one batch. */
  maxBytes: number;
  /**
   * How long news may gather before it is applied, unless somebody waits for it or there is a batch of it: a store takes one
   * batch far cheaper than a hundred small ones. Milliseconds; 0 unless said otherwise.
   */
  gatherMs?: number;
  /**
   * Whether thread or machine were full since this was asked last. Where given, the projection steps back: where they were in a batch, or
   * while news gathered, it waits until four looks in a row find room, up to nine times what the last batch took, and then takes little at
   * once; after each batch with room it takes more.
   */
  crowded?: () => boolean;
  logger: Logger;
  clock: () => number;
}>;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** How many times what the last batch took is left to others. */
const STEP_BACK = 9;
/**
 * How long others are looked at each time, and how many looks in a row must find room: those who record pause for some now and
 * then, and fill the machine again in the next. Four short looks tell that from a steady load sooner than two long ones.
 */
const LOOK_MS = 50;
const SURE = 4;
/** The part of `maxBytes` that is taken after others had no room beside a batch, and after a rest. */
const LITTLE = 1 / 32;
const AT_FIRST = 1 / 4;
/** How many times as much is taken after a batch beside which there was room. */
const MORE = 8;

type Waiter = { position: Position; resolve: () => void };

/** Drives one projection along the logs: reads on, applies, waits for more; after a failure it pauses, loads again and goes on. */
export class Follower<Batch extends Pick<Stretch, 'from' | 'to'> = Pick<Stretch, 'from' | 'to'>> {
  readonly #projection: Projection<Batch>;
  readonly #log: LogSource<Batch>;
  readonly #options: FollowerOptions;
  readonly #stopping = new AbortController();
  #waiters: Waiter[] = [];
  #wake: (() => void) | undefined;
  #state: ProjectionState = 'backfill';
  #since: number;
  #error: string | undefined;
  #position: Position | undefined;
  #running: Promise<void> | undefined;
  #reloading = false;
  /** The part of `maxBytes` that the next batch takes. */
  #share = 1;
  /** What the last batch took. */
  #tookMs = 0;
  /** Before the next try: grows until a batch gets in. */
  #pauseMs = FIRST_PAUSE_MS;

  constructor(projection: Projection<Batch>, log: LogSource<Batch>, options: FollowerOptions) {
    this.#projection = projection;
    this.#log = log;
    this.#options = options;
    this.#since = options.clock();
  }

  /** Begins to follow; once it does, a further start changes nothing. */
  start(): void {
    if (this.#running) return;
    const unsubscribe = this.#log.onAdvance(() => this.#wake?.());
    this.#running = this.#run().finally(unsubscribe);
  }

  /** Ends after the batch in hand. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#running;
    this.#become('stopped');
  }

  /** Asks the projection anew where it stands: for a store that has lost some of what it had. */
  reload(): void {
    this.#reloading = true;
    this.#wake?.();
  }

  status(): FollowerStatus {
    const position = this.#position;
    const lagBytes = position ? bytesBetween(position, this.#log.position) : 0;
    return { name: this.#projection.name, state: this.#state, position, lagBytes, since: this.#since, error: this.#error };
  }

  /** Resolves once the projection covers a position, however long that takes; not at all where it is stopped before. */
  whenReached(position: Position): Promise<void> {
    return this.#arrival(position).arrived;
  }

  /** Resolves once the projection covers a position; OVERLOADED after `timeoutMs`. */
  async reached(position: Position, timeoutMs: number): Promise<void> {
    if (this.#position && reaches(this.#position, position)) return;
    const done = new AbortController();
    const { waiter, arrived } = this.#arrival(position);
    const late = pause(timeoutMs, 'late' as const, { signal: done.signal }).catch(() => undefined);
    const result = await Promise.race([arrived, late]);
    done.abort();
    if (result !== 'late') return;
    this.#waiters = this.#waiters.filter(other => other !== waiter);
    const why = this.#error ? `: ${this.#error}` : '';
    throw new MetricsError(
      'OVERLOADED',
      `the ${this.#projection.name} projection is ${this.status().lagBytes} bytes behind the logs${why}; ask again in a moment`,
    );
  }

  #arrival(position: Position): { waiter: Waiter; arrived: Promise<void> } {
    let resolve = () => {};
    const arrived = new Promise<void>(done => {
      resolve = done;
    });
    const waiter = { position, resolve };
    if (this.#position && reaches(this.#position, position)) resolve();
    else this.#waiters.push(waiter);
    this.#wake?.();
    return { waiter, arrived };
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        this.#move(await this.#load());
        await this.#follow();
      } catch (error) {
        this.#degrade(error);
        await pause(this.#pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
        this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  async #load(): Promise<Position> {
    const position = await this.#projection.load();
    try {
      await this.#log.checkPosition(position);
      return position;
    } catch (error) {
      if (!this.#projection.disposable || !(error instanceof MetricsError) || error.code !== 'POSITION_UNKNOWN') throw error;
      this.#options.logger.warn({ projection: this.#projection.name, reason: error.message }, 'projection of other logs: built anew');
      await this.#projection.reset();
      return this.#projection.load();
    }
  }

  async #follow(): Promise<void> {
    // With what there was before the last batch: what came meanwhile is news, and gathers.
    let caughtUp = false;
    while (!this.#stopping.signal.aborted) {
      if (this.#reloading) {
        this.#reloading = false;
        this.#move(await this.#load());
      }
      const from = this.#position;
      const to = this.#log.position;
      const idle = !from || reaches(from, to);
      if (idle || caughtUp) {
        this.#succeed('live');
        await this.#news(from);
        // The time before says nothing of a rush that begins.
        if (idle) this.#options.crowded?.();
        await this.#gatherAndLook();
        caughtUp = false;
        continue;
      }
      const batch = await this.#log.read(from, to, this.#options.maxBytes * this.#share);
      const behind = !reaches(batch.to, to);
      const startedAt = performance.now();
      await this.#projection.advance(batch, behind);
      this.#move(batch.to);
      this.#succeed(behind ? 'backfill' : 'live');
      this.#tookMs = performance.now() - startedAt;
      caughtUp = !behind;
      if (behind) this.#share = (await this.#giveWay()) === 'none' ? LITTLE : Math.min(1, MORE * this.#share);
    }
  }

  /** Resolves when the log has moved past a position, or on stop. */
  async #news(from: Position | undefined): Promise<void> {
    await new Promise<void>(resolve => {
      this.#wake = resolve;
      if (this.#stopping.signal.aborted || this.#reloading || (from && !reaches(from, this.#log.position))) resolve();
    });
    this.#wake = undefined;
  }

  /** Lets news gather for a while. */
  async #gather(): Promise<void> {
    const { gatherMs = 0, maxBytes } = this.#options;
    if (gatherMs === 0) return;
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, gatherMs);
      this.#wake = () => {
        if (!this.#stopping.signal.aborted && !this.#reloading && this.#waiters.length === 0 && this.status().lagBytes < maxBytes) return;
        clearTimeout(timer);
        resolve();
      };
      this.#wake();
    });
    this.#wake = undefined;
  }

  /** While news gathers it shows whether there is room for it: if not, others come first, as after a batch. */
  async #gatherAndLook(): Promise<void> {
    await this.#gather();
    const room = await this.#giveWay();
    if (this.#options.crowded) this.#share = room === 'at once' ? AT_FIRST : LITTLE;
  }

  /** Leaves thread and machine to those who fill them. Answers when there was room for a batch; 'later' also where somebody waits for one. */
  async #giveWay(): Promise<'at once' | 'later' | 'none'> {
    const { crowded } = this.#options;
    if (!crowded?.()) return 'at once';
    let roomy = 0;
    for (const end = performance.now() + STEP_BACK * this.#tookMs; performance.now() < end; ) {
      if (this.#waiters.length > 0) return 'later';
      await pause(LOOK_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      roomy = crowded() ? 0 : roomy + 1;
      if (this.#stopping.signal.aborted || roomy === SURE) return 'later';
    }
    return 'none';
  }

  #move(position: Position): void {
    this.#position = position;
    const arrived = this.#waiters.filter(waiter => reaches(position, waiter.position));
    this.#waiters = this.#waiters.filter(waiter => !reaches(position, waiter.position));
    for (const { resolve } of arrived) resolve();
  }

  /** The store took what there was: only that ends a degraded state, since one that answers may still fail to write. */
  #succeed(state: ProjectionState): void {
    this.#error = undefined;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#become(state);
  }

  #become(state: ProjectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#since = this.#options.clock();
  }

  #degrade(error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#state !== 'degraded')
      this.#options.logger.warn({ projection: this.#projection.name, reason: messageOf(error) }, 'projection degraded');
    this.#error = messageOf(error);
    this.#become('degraded');
  }
}
