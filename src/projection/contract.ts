import type { Position, Stretch } from '../log/log.ts';

/** What a copy of the logs must offer to be driven along them. */
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
