/** The stages behind the questions on a directory: log, table, follower and questions, as the app builds them. */
import { join } from 'node:path';
import { Log, type Position } from '../../src/log/log.ts';
import { Follower } from '../../src/projection/projection.ts';
import { Replay } from '../../src/projection/replay/replay.ts';
import { Table } from '../../src/projection/table/table.ts';
import { type Judgement, judging, type PromotionPolicy, Questions } from '../../src/query/query.ts';
import { silent } from './silent-logger.ts';

export type StageOptions = {
  directory: string;
  stateDirectory?: string;
  clock?: () => number;
  /** Rows of a log that are sealed at once. */
  blockRows?: number;
  timeoutMs?: number;
  promotionPolicy?: PromotionPolicy;
  /** Of each log in one batch of the judgement. */
  judgedBytes?: number;
};

export type Stage = Readonly<{
  log: Log;
  table: Table;
  follower: Follower;
  replay: Replay<Judgement>;
  questions: Questions;
  close(): Promise<void>;
}>;

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
  const { promotionPolicy = 'default', judgedBytes = 1 << 20 } = options;
  const read = (from: Position, to: Position, maxBytes: number) => log.read(from, to, maxBytes);
  const replay = new Replay({ name: 'judgement', fold: judging, read, maxBytes: judgedBytes });
  const judge = new Follower(replay, log, { maxBytes: judgedBytes, logger: silent, clock });
  judge.start();
  const judgement = { replay, follower: judge };
  const questions = new Questions({ log, table, follower, judgement, promotionPolicy, clock, timeoutMs });
  return {
    log,
    table,
    follower,
    replay,
    questions,
    close: async () => {
      await judge.stop();
      await follower.stop();
      await table.close();
      await log.close();
    },
  };
}
