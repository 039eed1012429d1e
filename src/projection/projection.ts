/**
 * A projection is a copy of what the logs say in a shape that answers some questions well. In flows a stretch of the logs;
 * out comes nothing: whoever asks reads the projection's own store. What always holds:
 *
 * - A projection stores its position in the same transaction as its data, so that nothing is lost or counted twice.
 * - It is a function of the logs up to its position: thrown away and rebuilt, it is the same.
 * - It never holds back recording. When it fails it is `degraded`, retried with a growing pause, and catches up by itself.
 */
import type { Position, Stretch } from '../log/log.ts';

export { Follower, type FollowerStatus, type LogSource, type ProjectionState } from './follower.ts';

export interface Projection {
  readonly name: string;
  /** Whether the store is ours alone, so that it may be reset where its position is not one of these logs. */
  readonly disposable: boolean;
  /** Where the stored data stands. Reads the store; throws while the store is away. */
  load(): Promise<Position>;
  /** Applies the rows from `stretch.from` (where the store must stand) to `stretch.to`, and stores `stretch.to` with them. */
  advance(stretch: Stretch): Promise<void>;
  /** Forgets everything stored, so that the next `load` answers the start. */
  reset(): Promise<void>;
}
