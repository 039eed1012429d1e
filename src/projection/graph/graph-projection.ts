import type { ManagedTransaction, Session } from 'neo4j-driver';
import { MetricsError } from '../../errors.ts';
import { formatPosition, type Position, parsePosition, START, type Stretch } from '../../log/log.ts';
import type { Logger } from '../../logger.ts';
import type { Projection } from '../projection.ts';
import type { GraphAggregates } from './aggregates.ts';
import type { GraphConnection } from './connection.ts';
import { applyConstraints } from './constraints.ts';
import { whileAnswering } from './deadline.ts';
import { graphError } from './neo4j-error.ts';
import {
  FORGET_POSITION,
  LOCK_POSITION,
  READ_POSITION,
  STORE_POSITION,
  WRITE_EXECUTIONS,
  WRITE_PATTERNS,
  WRITE_PLUGINS,
  WRITE_STEPS,
} from './statements.ts';
import { executionParameters, patternParameters, pluginParameters, stepParameters } from './stretch-rows.ts';

const NAME = 'graph';
/** Rows of one UNWIND: enough that a round trip does not count, few enough that a message stays below a few megabytes. */
const BATCH_ROWS = 5_000;
/** While a transaction runs, the server is asked this often whether it is there at all. */
const PING_EVERY_MS = 2_000;
/** Nothing that the projection does takes this long; Neo4j itself ends what does, also when we are gone. */
const TRANSACTION_LIMIT_MS = 120_000;

export type GraphProjectionOptions = Readonly<{
  /** The connection now in use; undefined while there is none yet (an embedded Neo4j is still starting). */
  connection: () => GraphConnection | undefined;
  aggregates: GraphAggregates;
  /** The text of `schema/constraints.cypher`. */
  constraints: string;
  logger: Logger;
}>;

/** What one transaction says to Neo4j: a statement and its rows. */
type Writing = readonly [statement: string, rows: readonly unknown[]];

function* batchesOf(rows: readonly unknown[]): Generator<readonly unknown[]> {
  for (let start = 0; start < rows.length; start += BATCH_ROWS) yield rows.slice(start, start + BATCH_ROWS);
}

async function storedToken(transaction: ManagedTransaction): Promise<string | undefined> {
  const { records } = await transaction.run<{ token: string | null }>(READ_POSITION, { name: NAME });
  return records[0]?.get('token') ?? undefined;
}

/** Nodes before relationships, since these look for both their ends. */
async function writingsOf(stretch: Stretch, aggregates: GraphAggregates): Promise<Writing[]> {
  const [patterns, plugins] = await Promise.all([patternParameters(stretch, aggregates), pluginParameters(stretch, aggregates)]);
  const executions = stretch.journal.map(row => row.execution);
  return [
    [WRITE_PATTERNS, patterns],
    [WRITE_PLUGINS, plugins],
    [WRITE_EXECUTIONS, executions.map(executionParameters)],
    [WRITE_STEPS, executions.flatMap(stepParameters)],
  ];
}

/**
 * Applies the writings if the stored position, under its lock, is still `from`. When it is `to` already, an earlier try was
 * committed and only its answer was lost: a stretch has one outcome, so nothing is left to do.
 */
async function writeOnce(transaction: ManagedTransaction, writings: readonly Writing[], from: Position, to: Position): Promise<void> {
  await transaction.run(LOCK_POSITION, { name: NAME });
  const stored = (await storedToken(transaction)) ?? formatPosition(START);
  if (stored === formatPosition(to)) return;
  if (stored !== formatPosition(from)) {
    throw new MetricsError(
      'GRAPH_UNAVAILABLE',
      `The graph stands at ${stored}, not at ${formatPosition(from)}, from where it was to go on: its position must be loaded again`,
    );
  }
  for (const [statement, rows] of writings) {
    for (const batch of batchesOf(rows)) await transaction.run(statement, { rows: batch });
  }
  await transaction.run(STORE_POSITION, { name: NAME, token: formatPosition(to) });
}

/**
 * The projection into Neo4j. Its methods throw `MetricsError`: GRAPH_UNAVAILABLE while Neo4j is away, refuses us or has moved on
 * from the stretch's start (call `load` again), POSITION_UNKNOWN when what is stored is no position. A call ends a few seconds
 * after Neo4j stopped answering. `advance` builds one transaction: bound a stretch by its steps too (about 20,000).
 */
export function createGraphProjection(options: GraphProjectionOptions): Projection {
  const { connection: currentConnection, aggregates, constraints, logger } = options;

  /** A session for `work`, given up when Neo4j stops answering; every error in words of our own. */
  async function inSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const connection = currentConnection();
    if (!connection) throw new MetricsError('GRAPH_UNAVAILABLE', 'Neo4j is not up yet');
    const session = connection.writeSession();
    try {
      return await whileAnswering(work(session), connection.ping, PING_EVERY_MS);
    } catch (error) {
      throw graphError(error);
    } finally {
      // Ends the transaction of an abandoned call. Not awaited: it waits for a connection that may be frozen.
      session.close().catch(error => logger.debug({ error }, 'a session with Neo4j did not end cleanly'));
    }
  }

  const inTransaction = <T>(work: (transaction: ManagedTransaction) => Promise<T>) =>
    inSession(session => session.executeWrite(work, { timeout: TRANSACTION_LIMIT_MS }));

  return {
    name: NAME,
    // Other programs write to the database as well.
    disposable: false,
    /** Applies constraints and indexes first: a store that was emptied while we ran gets them again. */
    load: async () => {
      await inSession(session => applyConstraints(session, constraints));
      const token = await inTransaction(storedToken);
      return token === undefined ? START : parsePosition(token);
    },
    advance: async stretch => {
      const writings = await writingsOf(stretch, aggregates);
      await inTransaction(transaction => writeOnce(transaction, writings, stretch.from, stretch.to));
    },
    /**
     * Forgets the position only. Following the logs from the start writes every node and relationship over in place, by its key:
     * readers miss nothing meanwhile, and what others wrote on the nodes stays.
     */
    reset: async () => {
      await inTransaction(transaction => transaction.run(FORGET_POSITION, { name: NAME }));
    },
  };
}
