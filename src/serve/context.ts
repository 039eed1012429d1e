import type { MetricsError } from '../errors.ts';
import type { Log, Position } from '../log/log.ts';
import type { Questions } from '../query/query.ts';
import type { LiveFeed } from './live-feed.ts';

/** What the resolvers of one request share. */
export class RequestContext {
  readonly log: Log;
  readonly questions: Questions;
  readonly live: LiveFeed;
  /**
   * How the request asks: whether each of its questions names its position, or leaves it to one variable (`open`); and whether one has
   * read the clock. An object, since Apollo copies the context.
   */
  readonly asks: { asOfOnly: boolean; open: string | undefined; clock: boolean } = { asOfOnly: false, open: undefined, clock: false };
  /** Why the request's one question failed already: it is not asked again. An object, as above. */
  readonly failed: { cause: MetricsError | undefined } = { cause: undefined };
  #now: Promise<Position> | undefined;

  /** `signal` is aborted when the client goes away: its questions end early. What it records is recorded all the same. */
  constructor(parts: { log: Log; questions: Questions; live: LiveFeed; signal: AbortSignal }) {
    this.log = parts.log;
    this.live = parts.live;
    this.questions = parts.questions.during({
      signal: parts.signal,
      onClock: () => {
        this.asks.clock = true;
      },
    });
  }

  /** The position of a question: the one it names, else one and the same for all fields of the request. */
  readonly at = async (asOf: string | null | undefined): Promise<Position> => {
    if (this.failed.cause) throw this.failed.cause;
    if (asOf != null) return this.questions.at(asOf);
    this.#now ??= this.questions.now();
    return this.#now;
  };
}
