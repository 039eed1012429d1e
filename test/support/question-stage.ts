/** The stages behind the questions on a directory: log, table, follower and questions, as the app builds them. */
import { join } from 'node:path';
import { Log } from '../../src/log/log.ts';
import { Follower } from '../../src/projection/projection.ts';
import { Table } from '../../src/projection/table/table.ts';
import { Questions } from '../../src/query/query.ts';
import { silent } from './silent-logger.ts';

export type StageOptions = {
  directory: string;
  stateDirectory?: string;
  clock?: () => number;
  /** Rows of a log that are sealed at once. */
  blockRows?: number;
  timeoutMs?: number;
};

export type Stage = Readonly<{ log: Log; table: Table; follower: Follower; questions: Questions; close(): Promise<void> }>;

export async function openStage(options: StageOptions): Promise<Stage> {
  const { directory, stateDirectory = join(directory, '.state'), clock = Date.now, blockRows, timeoutMs = 10_000 } = options;
  const log = await Log.open({ directory, logger: silent, clock });
  const table = await Table.open({
    path: join(stateDirectory, 'index.duckdb'),
    logger: silent,
    memoryMb: 256,
    ...(blockRows === undefined ? {} : { blockRows }),
  }).catch(async error => {
    await log.close();
    throw error;
  });
  const follower = new Follower(table, log, { maxBytes: 1 << 20, logger: silent, clock });
  follower.start();
  const questions = new Questions({ log, table, follower, clock, timeoutMs });
  return {
    log,
    table,
    follower,
    questions,
    close: async () => {
      await follower.stop();
      await table.close();
      await log.close();
    },
  };
}
