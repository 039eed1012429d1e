/**
 * A projection in memory: a state folded from the rows of the logs, which can be had as of any position. In flows stretches of
 * the logs; out flows the state at a position. What the state is and what a row does to it comes in as a fold.
 *
 * What always holds:
 * - The state at a position is the fold of every row up to it, in the logs' order: how the stretches were cut changes nothing.
 * - States of earlier positions are kept, the more the nearer, at most 16: one in between is folded forward from the one before
 *   it, so that the cost of a question follows its distance, not the history.
 * - A state that was handed out stays as it is.
 */
import { MetricsError } from '../../errors.ts';
import { bytesBetween, formatPosition, type Position, reaches, START, type Stretch } from '../../log/log.ts';
import type { LogSource, Projection } from '../projection.ts';

export { journalFirst } from './journal-first.ts';

export type Fold<State> = Readonly<{
  empty: () => State;
  /** Changes the state by the rows of a stretch. */
  apply: (state: State, stretch: Stretch) => void;
  /** A copy. What the two share, neither changes from now on. */
  fork: (state: State) => State;
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
}>;

type Checkpoint<State> = Readonly<{ position: Position; state: State }>;

/** Kept whatever their distance, and beside these. */
const NEWEST = 4;
const OLDER = 12;
/** Answers kept for questions that come in one request, or as of one position. */
const ASKED = 4;

export class Replay<State> implements Projection {
  readonly name: string;
  readonly disposable = true;
  readonly #options: ReplayOptions<State>;
  /** By position; the last one is what `advance` works on. */
  #checkpoints: Checkpoint<State>[] = [];
  #current: Checkpoint<State>;
  readonly #asked = new Map<string, Promise<State>>();

  constructor(options: ReplayOptions<State>) {
    this.name = options.name;
    this.#options = options;
    this.#current = { position: START, state: options.fold.empty() };
  }

  load(): Promise<Position> {
    return Promise.resolve(this.#current.position);
  }

  /** A stretch that fails half way leaves the state as it was. */
  advance(stretch: Stretch): Promise<void> {
    const { fold } = this.#options;
    const state = fold.fork(this.#current.state);
    fold.apply(state, stretch);
    this.#checkpoints = thinned([...this.#checkpoints, this.#current]);
    this.#current = { position: stretch.to, state };
    return Promise.resolve();
  }

  reset(): Promise<void> {
    this.#checkpoints = [];
    this.#asked.clear();
    this.#current = { position: START, state: this.#options.fold.empty() };
    return Promise.resolve();
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

/** Without the one that is missed least, once there are too many: the one whose neighbours are nearest to each other. */
function thinned<State>(checkpoints: Checkpoint<State>[]): Checkpoint<State>[] {
  if (checkpoints.length <= NEWEST + OLDER) return checkpoints;
  const gap = (index: number) => bytesBetween(checkpoints[index - 1]?.position ?? START, checkpoints[index + 1]?.position ?? START);
  let least = 0;
  for (let index = 1; index < OLDER; index++) if (gap(index) < gap(least)) least = index;
  return checkpoints.toSpliced(least, 1);
}
