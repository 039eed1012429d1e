/** Where the command line records to: a running service, or the logs themselves where none runs. */
import type { MetricsError } from '../errors.ts';

/** The answer to one input: what became of it. `position` is a token. */
export type Recorded = Readonly<{ executionId: string; duplicate: boolean; position: string }>;

export interface Destination {
  /** In words: a URL or a directory. */
  readonly name: string;
  /** One outcome an input, in order. Rejects where the destination itself fails. */
  record(inputs: readonly unknown[], dryRun: boolean): Promise<(Recorded | MetricsError)[]>;
  close(): Promise<void>;
}
