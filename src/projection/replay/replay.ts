/**
 * A projection in memory: a state folded from the rows of the logs, which can be had as of any position. In flows stretches of
 * the logs; out flows the state at a position. What the state is and what a row does to it comes in as a fold.
 *
 * What always holds:
 * - The state at a position is the fold of every row up to it, in the logs' order: how the stretches were cut changes nothing.
 * - States of earlier positions are kept, the more the nearer, at most 8: one in between is folded forward from the one before
 *   it, so that the cost of a question follows its distance, not the history.
 * - A state that was handed out stays as it is.
 */
import { MetricsError } from '../../errors.ts';
import { bytesBetween, formatPosition, type Position, reaches, START, type Stretch } from '../../log/log.ts';
import type { Logger } from '../../logger.ts';
import type { LogSource, Projection } from '../projection.ts';
import { readSnapshot, type SnapshotFile, writeSnapshot } from './snapshot.ts';

export { journalFirst } from './journal-first.ts';

export type Fold<State> = Readonly<{
  empty: () => State;
  /** Changes the state by the rows of a stretch. */
  apply: (state: State, stretch: Stretch) => void;
  /** A copy. What the two share, neither changes from now on. */
  fork: (state: State) => State;
  /** Changes whenever the state's shape or what a row does to it changes: a saved state of another version is not taken up. */
  version: number;
  /** Called with each state that was saved by an earlier process, before it is used. */
  restored: (state: State) => void;
  /** Called before a state is handed out: its position was published, so that all logs are there up to it. */
  settle: (state: State) => void;
}>;

export type ReplayOptions<State> = Readonly<{
  name: string;
  fold: Fold<State>;
  /** Reads the logs between two positions, at most about `maxBytes` of the journal. */
  read: LogSource['read'];
  /** Of the journal in one step while a question is answered. */
  maxBytes: number;
  /** Without it every start reads the logs from their beginning. */
  snapshot?: SnapshotFile;
  logger: Logger;
}>;

type Checkpoint<State> = Readonly<{ position: Position; state: State }>;

/** States of earlier positions. */
const KEPT = 8;
/** Bytes of the journal from one of them to the next while it is far behind: each costs a copy of all that changed. */
const KEPT_EVERY = 32 << 20;
/** Answers kept for questions that come in one request, or as of one position. */
const ASKED = 4;
/** Bytes of the journal after which the state is saved while it goes on. */
const SAVE_EVERY = 256 << 20;
/** Of the earlier states every so manieth is saved. */
const SAVED = 3;

export class Replay<State> implements Projection {
  readonly name: string;
  readonly disposable = true;
  readonly #options: ReplayOptions<State>;
  /** By position; the last one is what `advance` works on. */
  #checkpoints: Checkpoint<State>[] = [];
  #current: Checkpoint<State>;
  /** The position of what is in the file, or was there at the start. */
  #saved: Position | undefined;
  readonly #asked = new Map<string, Promise<State>>();

  constructor(options: ReplayOptions<State>) {
    this.name = options.name;
    this.#options = options;
    this.#current = { position: START, state: options.fold.empty() };
  }

  /** Takes up what was saved, the first time. */
  async load(): Promise<Position> {
    const { snapshot, fold } = this.#options;
    if (snapshot && !snapshot.anew && this.#saved === undefined) {
      const saved = (await readSnapshot(snapshot.path, fold.version)) as Checkpoint<State>[] | undefined;
      for (const { state } of saved ?? []) fold.restored(state);
      this.#current = saved?.at(-1) ?? this.#current;
      this.#checkpoints = saved?.slice(0, -1) ?? [];
    }
    this.#saved ??= this.#current.position;
    return this.#current.position;
  }

  /** A stretch that fails half way leaves the state as it was or, far behind, as it was some way before. */
  async advance(stretch: Stretch, behind = false): Promise<void> {
    const { fold } = this.#options;
    const { position, state } = this.#current;
    const kept = this.#checkpoints.at(-1);
    if (behind && position.journal - (kept?.position.journal ?? 0) < KEPT_EVERY) {
      try {
        fold.apply(state, stretch);
      } catch (error) {
        this.#current = kept ? { position: kept.position, state: fold.fork(kept.state) } : { position: START, state: fold.empty() };
        throw error;
      }
      this.#current = { position: stretch.to, state };
    } else {
      const next = fold.fork(state);
      fold.apply(next, stretch);
      this.#checkpoints = thinned([...this.#checkpoints, this.#current]);
      this.#current = { position: stretch.to, state: next };
    }
    if (stretch.to.journal - (this.#saved?.journal ?? 0) >= SAVE_EVERY) await this.#write([this.#current]);
  }

  reset(): Promise<void> {
    this.#checkpoints = [];
    this.#saved = START;
    this.#asked.clear();
    this.#current = { position: START, state: this.#options.fold.empty() };
    return Promise.resolve();
  }

  /** Saves the newest state and a few of the older ones. Nothing depends on it but the time of the next start. */
  async save(): Promise<void> {
    const kept = this.#checkpoints.filter((_, index) => index % SAVED === SAVED - 1);
    await this.#write([...kept, this.#current]);
  }

  /** While it goes on the newest alone: making the bytes holds up everything else. */
  async #write(checkpoints: readonly Checkpoint<State>[]): Promise<void> {
    const { snapshot, fold, logger } = this.#options;
    if (!snapshot || this.#saved === undefined) return;
    this.#saved = this.#current.position;
    await writeSnapshot(snapshot.path, fold.version, checkpoints).catch(error =>
      logger.warn({ projection: this.name, error }, 'its state cannot be saved: the next start reads the logs from the beginning'),
    );
  }

  /** The state as of a position that `advance` has reached; not to be changed. TIMEOUT after `timeoutMs` of folding. */
  async at(asOf: Position, timeoutMs: number): Promise<State> {
    const token = formatPosition(asOf);
    const known = this.#asked.get(token);
    if (known) return known;
    const answer = this.#foldTo(asOf, timeoutMs);
    this.#asked.set(token, answer);
    answer.catch(() => this.#asked.delete(token));
    for (const oldest of this.#asked.keys()) if (this.#asked.size > ASKED) this.#asked.delete(oldest);
    return answer;
  }

  async #foldTo(asOf: Position, timeoutMs: number): Promise<State> {
    const { fold, read, maxBytes } = this.#options;
    const near = [...this.#checkpoints, this.#current].findLast(({ position }) => reaches(asOf, position));
    let position = near?.position ?? START;
    const state = near ? fold.fork(near.state) : fold.empty();
    const deadline = performance.now() + timeoutMs;
    while (!reaches(position, asOf)) {
      if (performance.now() > deadline)
        throw new MetricsError('TIMEOUT', `going back to that position took longer than ${timeoutMs} ms: ask as of a later one`, {
          field: ['asOf'],
        });
      const stretch = await read(position, asOf, maxBytes);
      fold.apply(state, stretch);
      position = stretch.to;
    }
    fold.settle(state);
    return state;
  }
}

/**
 * Without the one that is missed least, once there are too many: the one whose neighbours are nearest to each other, for its distance
 * from the end; beyond a tenth of the history, distance counts no more.
 */
function thinned<State>(checkpoints: Checkpoint<State>[]): Checkpoint<State>[] {
  const end = checkpoints.at(-1)?.position;
  if (!end || checkpoints.length <= KEPT) return checkpoints;
  const far = bytesBetween(START, end) / 10;
  const missed = (index: number) => {
    const [before, { position }, after] = [
      checkpoints[index - 1]?.position ?? START,
      checkpoints[index] as Checkpoint<State>,
      checkpoints[index + 1],
    ];
    return bytesBetween(before, after?.position ?? end) / Math.min(far, bytesBetween(position, end));
  };
  let least = 0;
  for (let index = 1; index < checkpoints.length - 1; index++) if (missed(index) < missed(least)) least = index;
  return checkpoints.toSpliced(least, 1);
}
