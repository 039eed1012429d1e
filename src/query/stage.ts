/** The questions over a log with all that stands between them: the table, the judgement, and what keeps both up with the log. */
import { dirname, join } from 'node:path';
import type { Log, Position, RunStretch, Stretch } from '../log/log.ts';
import type { Logger } from '../logger.ts';
import { Follower, type FollowerStatus, type LogSource, readBy } from '../projection/projection.ts';
import { journalFirst, Replay } from '../projection/replay/replay.ts';
import { Table, type TableOptions } from '../projection/table/table.ts';
import { type Judgement, judging, type PromotionPolicy } from './judgement/judgement.ts';
import { Questions } from './questions.ts';

export type StageOptions = Readonly<{
  log: LogSource & Pick<Log, 'ready' | 'readColumns' | 'readRuns' | 'checkPosition' | 'executionsAt' | 'fileAt' | 'find' | 'upToDate'>;
  /** The file of the table, and how it is opened; the judgement is saved beside it. Without one nothing is saved. */
  table: Omit<TableOptions, 'logger' | 'read'>;
  promotionPolicy: PromotionPolicy;
  /** How long what nobody asks about may gather before it is taken up, in milliseconds. */
  gatherMs: number;
  /** Of the journal in one batch of the judgement; tests take small ones. */
  judgedBytes?: number;
  /** These two as for `Questions`. */
  timeoutMs: number;
  shortBytes?: number;
  clock: () => number;
  logger: Logger;
}>;

export type Stage = Readonly<{
  questions: Questions;
  table: Table;
  follower: Follower;
  replay: Replay<Judgement, Stretch | RunStretch>;
  projections: () => FollowerStatus[];
  /** Resolves once questions as of a position are answered at once. */
  reached: (position: Position, timeoutMs: number) => Promise<void>;
  close: () => Promise<void>;
}>;

const TABLE_BATCH_BYTES = 4 << 20;
/** Judging is work of the one thread that also records: some 10 ms at once. */
const JUDGEMENT_BATCH_BYTES = 256 << 10;

export async function openStage(options: StageOptions): Promise<Stage> {
  const { log, gatherMs, logger, clock, promotionPolicy, timeoutMs, shortBytes } = options;
  const read: TableOptions['read'] = (from, to, maxBytes) => log.read(from, to, maxBytes);
  const table = await Table.open({ ...options.table, read, logger });
  const columns = readBy(log, (from, to, bytes) => log.readColumns(from, to, bytes));
  const follower: Follower = new Follower(table, columns, { maxBytes: TABLE_BATCH_BYTES, gatherMs, logger, clock });

  const maxBytes = options.judgedBytes ?? JUDGEMENT_BATCH_BYTES;
  const source = journalFirst(readBy(log, (from, to, bytes) => log.readRuns(from, to, bytes)));
  const { path, anew = false } = options.table;
  const snapshot = path === undefined ? undefined : { path: join(dirname(path), 'judgement'), anew };
  const replay = new Replay({ name: 'judgement', fold: judging, read: source.read, maxBytes, ...(snapshot && { snapshot }), logger });
  const judge = new Follower(replay, source, { maxBytes, gatherMs, logger, clock });

  follower.start();
  // What most questions need comes first: both read all of the logs where nothing was saved.
  log.ready
    .then(() => follower.whenReached(log.position))
    .then(() => judge.start())
    // Whoever waits for the log is told.
    .catch(() => undefined);
  const judgement = { replay, follower: judge };
  return {
    questions: new Questions({
      log,
      table,
      follower,
      judgement,
      promotionPolicy,
      clock,
      timeoutMs,
      ...(shortBytes === undefined ? {} : { shortBytes }),
    }),
    table,
    follower,
    replay,
    projections: () => [follower.status(), judge.status()],
    reached: async (position, ms) => {
      await Promise.all([follower.reached(position, ms), judge.reached(position, ms)]);
    },
    close: async () => {
      await judge.stop();
      await replay.save();
      await follower.stop();
      await table.close();
    },
  };
}
