/** The stages behind the questions on a directory: log, table, follower and questions, as the app builds them. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Log } from '../../src/log/log.ts';
import { openStage as openQuestions, type PromotionPolicy, type Stage as QuestionStage } from '../../src/query/query.ts';
import { temporaryDirectory } from './program.ts';
import { silent } from './silent-logger.ts';

export type StageOptions = {
  directory: string;
  stateDirectory?: string;
  clock?: () => number;
  /** Rows of a log that are sealed at once. */
  blockRows?: number;
  timeoutMs?: number;
  /** Up to how many bytes of logs percentiles are exact. */
  shortBytes?: number;
  promotionPolicy?: PromotionPolicy;
  /** Of each log in one batch of the judgement. */
  judgedBytes?: number;
};

export type Stage = Omit<QuestionStage, 'projections' | 'reached'> & Readonly<{ log: Log }>;

export async function openStage(options: StageOptions): Promise<Stage> {
  const { directory, stateDirectory = join(directory, '.state'), clock = Date.now, blockRows, judgedBytes = 1 << 20 } = options;
  const log = await Log.open({ directory, logger: silent, clock });
  const stage = await openQuestions({
    log,
    table: { path: join(stateDirectory, 'index'), ...(blockRows === undefined ? {} : { blockRows }) },
    promotionPolicy: options.promotionPolicy ?? 'default',
    gatherMs: 0,
    judgedBytes,
    timeoutMs: options.timeoutMs ?? 10_000,
    ...(options.shortBytes === undefined ? {} : { shortBytes: options.shortBytes }),
    clock,
    logger: silent,
  }).catch(async error => {
    await log.close();
    throw error;
  });
  return {
    ...stage,
    log,
    close: async () => {
      await stage.close();
      await log.close();
    },
  };
}

/** A stage on a directory of its own, both gone once the test has finished. */
export async function ownStage(options: Omit<StageOptions, 'directory'>): Promise<Stage & Readonly<{ directory: string }>> {
  const { path: directory, remove } = await temporaryDirectory();
  const stage = await openStage({ ...options, directory });
  onTestFinished(async () => {
    await stage.close();
    await remove();
  });
  return { ...stage, directory };
}
