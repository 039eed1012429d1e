import { type Position, START, type Stretch } from '../../log/log.ts';
import type { Execution } from '../../record/record.ts';

/** What the graph reads of the logs beside the stretches that it is given. */
export interface GraphLogs {
  readonly position: Position;
  /** The rows from a position on, up to `to` and at most about `maxBytes` of each log. */
  read(from: Position, to: Position, maxBytes: number): Promise<Stretch>;
  /** The executions whose journal rows start at positions, in the same order. */
  executionsAt(starts: readonly number[]): Promise<Execution[]>;
  /** Throws POSITION_UNKNOWN with the reason. */
  checkPosition(position: Position): Promise<void>;
}

const STRETCH_BYTES = 4 << 20;

/** All rows up to a position, a stretch at a time. Ends early, by its error, when the signal says so. */
export async function* stretches(logs: GraphLogs, to: Position, signal: AbortSignal): AsyncGenerator<Stretch> {
  for (let from = START; !isEnd(from, to); ) {
    signal.throwIfAborted();
    const stretch = await logs.read(from, to, STRETCH_BYTES);
    yield stretch;
    from = stretch.to;
  }
}

function isEnd(at: Position, to: Position): boolean {
  return (
    at.journal >= to.journal && at.durations >= to.durations && at.success_rates >= to.success_rates && at.plugin_usage >= to.plugin_usage
  );
}
