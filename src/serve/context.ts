import type { Log, Position } from '../log/log.ts';
import type { Questions } from '../query/query.ts';

/** What the resolvers of one request share. */
export class RequestContext {
  readonly log: Log;
  readonly questions: Questions;
  /** Of the request: whether each of its questions names its position, and whether one has read the clock. An object, since Apollo copies the context. */
  readonly asks = { asOfOnly: false, clock: false };
  #now: Promise<Position> | undefined;

  /** `signal` is aborted when the client goes away: its questions end early. What it records is recorded all the same. */
  constructor(parts: { log: Log; questions: Questions; signal: AbortSignal }) {
    this.log = parts.log;
    this.questions = parts.questions.during({
      signal: parts.signal,
      onClock: () => {
        this.asks.clock = true;
      },
    });
  }

  /** Whether the same request has the same answer for ever. */
  get isRepeatable(): boolean {
    return this.asks.asOfOnly && !this.asks.clock;
  }

  /** The position of a question: the one it names, else one and the same for all fields of the request. */
  readonly at = (asOf: string | null | undefined): Promise<Position> => {
    if (asOf != null) return this.questions.at(asOf);
    this.#now ??= this.questions.now();
    return this.#now;
  };
}
