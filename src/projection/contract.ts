import type { Position, Stretch } from '../log/log.ts';

/** What a copy of the logs must offer to be driven along them. `Batch` is how it takes their rows. */
export interface Projection<Batch extends Pick<Stretch, 'from' | 'to'> = Stretch> {
  readonly name: string;
  /** Whether the store is ours alone, so that it may be reset where its position is not one of these logs. */
  readonly disposable: boolean;
  /** Where the stored data stands. Reads the store; throws while the store is away. */
  load(): Promise<Position>;
  /**
   * Applies the rows from `batch.from` (where the store must stand) to `batch.to`, and stores `batch.to` with them. `behind`: whether
   * the logs already hold more.
   */
  advance(batch: Batch, behind: boolean): Promise<void>;
  /** Forgets everything stored, so that the next `load` answers the start. */
  reset(): Promise<void>;
}
