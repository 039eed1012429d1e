import type { Log, Position } from '../log/log.ts';
import type { Questions } from '../query/query.ts';

/** What the resolvers of one request share. */
export class RequestContext {
  readonly log: Log;
  readonly questions: Questions;
  #now: Promise<Position> | undefined;

  /** `signal` is aborted when the client goes away: its questions end early. What it records is recorded all the same. */
  constructor(parts: { log: Log; questions: Questions; signal: AbortSignal }) {
    this.log = parts.log;
    this.questions = parts.questions.until(parts.signal);
  }

  /** The position of a question: the one it names, else one and the same for all fields of the request. */
  readonly at = (asOf: string | null | undefined): Promise<Position> => {
    if (asOf != null) return this.questions.at(asOf);
    this.#now ??= this.questions.now();
    return this.#now;
  };
}
