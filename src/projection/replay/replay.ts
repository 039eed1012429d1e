/**
 * A projection in memory: a state folded from the rows of the logs, which can be had as of any position. In flows stretches of
 * the logs; out flows the state at a position. What the state is and what a row does to it comes in as a fold.
 *
 * What always holds:
 * - The state at a position is the fold of every row up to it, in the logs' order: how the stretches were cut changes nothing.
 * - States of earlier positions are kept, a few close behind in memory and others all along the history in files: one in between is
 *   folded forward from the one before it, so that the cost of a question follows its distance, not the history.
 * - A state that was handed out stays as it is.
 */
import { MetricsError } from '../../errors.ts';
import { bytesBetween, formatPosition, type Position, reaches, START, type Stretch } from '../../log/log.ts';
import type { Logger } from '../../logger.ts';
import type { LogSource, Projection } from '../projection.ts';
import { EarlierStates } from './earlier-states.ts';
import { inTurns } from './in-turns.ts';
import { readSnapshot, type Snapshot, type SnapshotFile, writeSnapshot } from './snapshot.ts';

export { journalFirst } from './journal-first.ts';

export type Fold<State, Batch = Stretch> = Readonly<{
  empty: () => State;
  /** Changes the state by the rows of a stretch. */
  apply: (state: State, stretch: Batch) => void;
  /** A copy. What the two share, neither changes from now on. */
  fork: (state: State) => State;
  /** Changes whenever the state's shape or what a row does to it changes: a saved state of another version is not taken up. */
  version: number;
  /** The state as plain values, each small enough to be made bytes of at once. */
  pieces: (state: State) => Iterable<unknown>;
  /** Takes up a piece into a state that was empty before the first of them. */
  takeUp: (state: State, piece: unknown) => void;
  /** Called before a state is handed out: its position was published, so that all logs are there up to it. */
  settle: (state: State) => void;
}>;

type Batched = Pick<Stretch, 'from' | 'to'>;

export type ReplayOptions<State, Batch extends Batched = Stretch> = Readonly<{
  name: string;
  fold: Fold<State, Batch>;
  /** Reads the logs between two positions, at most about `maxBytes` of the journal. */
  read: LogSource<Batch>['read'];
  /** Of the journal in one step while a question is answered. */
  maxBytes: number;
  /** Without it every start reads the logs from their beginning, and so does a question as of a position further behind. */
  snapshot?: SnapshotFile;
  /** Bytes of the journal from one state in a file to the next; tests take few. */
  savedEvery?: number;
  logger: Logger;
}>;

type Checkpoint<State> = Readonly<{ position: Position; state: State }>;

/** States close behind, in memory: each costs a copy of all that has changed since. */
const NEAR = 5;
/** Bytes of the journal from one of them to the next, at least: some milliseconds of folding. */
const NEAR_EVERY = 256 << 10;
/** Bytes of the journal from one state in a file to the next: half a second of folding or so. */
const SAVED_EVERY = 24 << 20;
/** Answers kept for questions that come in one request, or as of one position. */
const ASKED = 2;

export class Replay<State, Batch extends Batched = Stretch> implements Projection<Batch> {
  readonly name: string;
  readonly disposable = true;
  readonly #options: ReplayOptions<State, Batch>;
  /** By position. */
  #near: readonly Checkpoint<State>[] = [];
  /** What `advance` works on, in place. */
  #current: Checkpoint<State>;
  /** Undefined before `load`. */
  #earlier: EarlierStates | undefined;
  readonly #asked = new Map<string, Promise<State>>();
  /** Undefined while no earlier state is being written. */
  #writing: Promise<void> | undefined;

  constructor(options: ReplayOptions<State, Batch>) {
    this.name = options.name;
    this.#options = options;
    this.#current = this.#start();
  }

  /** Takes up what was saved, the first time. */
  async load(): Promise<Position> {
    const { snapshot, fold } = this.#options;
    if (snapshot && !this.#earlier) {
      const earlier = new EarlierStates(`${snapshot.path}-earlier`, fold.version);
      if (snapshot.anew) await earlier.clear();
      await earlier.open();
      const saved = snapshot.anew ? undefined : await readSnapshot(snapshot.path, fold.version);
      const newest = await newestOf(earlier, saved);
      if (newest) this.#current = await this.#takenUp(newest);
      this.#earlier = earlier;
    }
    return this.#current.position;
  }

  /** A stretch that fails half way leaves the state as it was some way before. */
  async advance(stretch: Batch, behind = false): Promise<void> {
    const { fold } = this.#options;
    const { position, state } = this.#current;
    const kept = this.#near.at(-1)?.position ?? START;
    if (!behind && bytesBetween(kept, position) >= NEAR_EVERY)
      this.#near = thinned([...this.#near, { position, state: fold.fork(state) }], position);
    try {
      fold.apply(state, stretch);
    } catch (error) {
      this.#current = this.#start();
      this.#current = await this.#lastBefore(position);
      throw error;
    }
    this.#current = { position: stretch.to, state };
    this.#keep();
    // Nobody waits for what is far behind, and states some way apart are worth the time.
    if (behind) await this.#writing;
  }

  async reset(): Promise<void> {
    await this.#writing;
    this.#near = [];
    this.#asked.clear();
    this.#current = this.#start();
    await this.#earlier?.clear();
  }

  /** Saves the newest state. Nothing depends on it but the time of the next start. */
  async save(): Promise<void> {
    const { snapshot, fold } = this.#options;
    await this.#writing;
    if (snapshot && this.#earlier) await this.#write(saved => writeSnapshot(snapshot.path, fold.version, saved));
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
    const deadline = performance.now() + timeoutMs;
    let { position, state } = await this.#lastBefore(asOf);
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

  /** The last state that is known up to a position, to be changed by whoever asked. */
  async #lastBefore(position: Position): Promise<Checkpoint<State>> {
    const near = [...this.#near, this.#current].findLast(known => reaches(position, known.position));
    const saved = this.#earlier?.last(position);
    if (near && reaches(near.position, saved ?? START)) return { position: near.position, state: this.#options.fold.fork(near.state) };
    if (!saved) return this.#start();
    const read = await this.#earlier?.read(saved);
    return read ? this.#takenUp(read) : this.#lastBefore(position);
  }

  #start(): Checkpoint<State> {
    return { position: START, state: this.#options.fold.empty() };
  }

  async #takenUp({ position, pieces }: Snapshot): Promise<Checkpoint<State>> {
    const { fold } = this.#options;
    const state = fold.empty();
    await inTurns(pieces, piece => fold.takeUp(state, piece));
    return { position, state };
  }

  /** Saves a state of its own now and then, while questions and the fold go on. */
  #keep(): void {
    const [earlier, { savedEvery = SAVED_EVERY }] = [this.#earlier, this.#options];
    if (!earlier || this.#writing || this.#current.position.journal - (earlier.last()?.journal ?? 0) < savedEvery) return;
    this.#writing = this.#write(saved => earlier.add(saved)).finally(() => {
      this.#writing = undefined;
    });
  }

  async #write(write: (saved: Snapshot) => Promise<void>): Promise<void> {
    const [{ fold, logger }, { position, state }] = [this.#options, this.#current];
    await write({ position, pieces: fold.pieces(fold.fork(state)) }).catch(error =>
      logger.warn({ projection: this.name, error }, 'its state cannot be saved: the next start reads the logs from further back'),
    );
  }
}

/** After a process that was killed, the newest state was saved with the earlier ones. */
async function newestOf(earlier: EarlierStates, saved: Snapshot | undefined): Promise<Snapshot | undefined> {
  const last = earlier.last();
  if (!last || (saved && reaches(saved.position, last))) return saved;
  return (await earlier.read(last)) ?? newestOf(earlier, saved);
}

/** Without the one that is missed least, once there are too many: the one whose neighbours are nearest to each other, for its distance from the end. */
function thinned<State>(near: readonly Checkpoint<State>[], end: Position): readonly Checkpoint<State>[] {
  if (near.length <= NEAR) return near;
  const missed = (index: number) => {
    const [before, { position }, after] = [
      near[index - 1]?.position ?? START,
      near[index] as Checkpoint<State>,
      near[index + 1]?.position ?? end,
    ];
    return bytesBetween(before, after) / bytesBetween(position, end);
  };
  let least = 0;
  for (let index = 1; index < near.length - 1; index++) if (missed(index) < missed(least)) least = index;
  return near.toSpliced(least, 1);
}
