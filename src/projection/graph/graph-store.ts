/** Sessions with the Neo4j of the moment, and what the graph says of itself. */
import type { ManagedTransaction, Session } from 'neo4j-driver';
import { int } from 'neo4j-driver';
import { MetricsError } from '../../errors.ts';
import { formatPosition, type Position, parsePosition, START } from '../../log/log.ts';
import type { Logger } from '../../logger.ts';
import type { GraphConnection } from './connection.ts';
import { whileAnswering } from './deadline.ts';
import { graphError } from './neo4j-error.ts';
import { ADVANCE, LOCK_POSITION, READ_POSITION, STORE_POSITION } from './statements.ts';
import type { ExecutionParameters, PatternParameters, PluginParameters } from './stretch-rows.ts';

export const NAME = 'graph';

/**
 * The version of what is written: nodes, relationships and properties. A graph of an older one is built anew in place.
 * 2: executions carry `journal_position`, the last of each pattern stay.
 */
export const LAYOUT = 2;

/** While a transaction runs, the server is asked this often whether it is there at all. */
const PING_EVERY_MS = 2_000;
/** Nothing that the projection does takes this long; Neo4j itself ends what does, also when we are gone. */
const TRANSACTION_LIMIT_MS = 120_000;

/** What one transaction says to Neo4j: a statement and its parameters. */
export type Writing = readonly [statement: string, parameters: Readonly<Record<string, unknown>>];

/** What the graph says of itself. `logs`: the identity of the logs that it follows; `step`: the last step of its schema. */
export type StoredState = Readonly<{
  position: Position | undefined;
  logs: string | undefined;
  layout: number;
  retention: number | undefined;
  step: number;
}>;

/** The parameters of `ADVANCE` that hold the rows of a part. */
export type PartRows = Readonly<{
  patternRows: readonly PatternParameters[];
  pluginRows: readonly PluginParameters[];
  /** Executions that are created, by pattern, and their steps by plugin. */
  patterns: readonly unknown[];
  plugins: readonly unknown[];
  /** Executions that are there in some form. */
  executionRows: readonly ExecutionParameters[];
  retired: readonly number[];
}>;

/** Every call is given up when Neo4j stops answering, and fails with a `MetricsError`. */
export class GraphStore {
  readonly #connection: () => GraphConnection | undefined;
  readonly #logger: Logger;

  constructor(connection: () => GraphConnection | undefined, logger: Logger) {
    this.#connection = connection;
    this.#logger = logger;
  }

  async inSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const connection = this.#connection();
    if (!connection) throw new MetricsError('GRAPH_UNAVAILABLE', 'Neo4j is not up yet');
    const session = connection.writeSession();
    try {
      return await whileAnswering(work(session), connection.ping, PING_EVERY_MS);
    } catch (error) {
      throw graphError(error);
    } finally {
      // Ends the transaction of an abandoned call. Not awaited: it waits for a connection that may be frozen.
      session.close().catch(error => this.#logger.debug({ error }, 'a session with Neo4j did not end cleanly'));
    }
  }

  inTransaction<T>(work: (transaction: ManagedTransaction) => Promise<T>): Promise<T> {
    return this.inSession(session => session.executeWrite(work, { timeout: TRANSACTION_LIMIT_MS }));
  }

  async rows<Row extends object>(statement: string, parameters: Readonly<Record<string, unknown>>): Promise<Row[]> {
    const { records } = await this.inSession(session =>
      session.executeRead(transaction => transaction.run(statement, parameters), { timeout: TRANSACTION_LIMIT_MS }),
    );
    return records.map(record => record.toObject() as Row);
  }

  state(): Promise<StoredState> {
    return this.inTransaction(readState);
  }

  /**
   * Applies the writings, and what the graph says of itself after them, in one transaction, if the stored position (START where none
   * is) is `from` under its lock. Answers the position that is stored then: another than `from` or `after` where nothing was written.
   * What can be said without an answer is said at once: Neo4j does it in order, and nothing after what fails.
   */
  write(from: Position, writings: readonly Writing[], after?: StoredState): Promise<Position> {
    return this.inTransaction(async transaction => {
      const [, { position = START }] = await Promise.all([transaction.run(LOCK_POSITION, { name: NAME }), readState(transaction)]);
      if (formatPosition(position) !== formatPosition(from)) return position;
      const said = [...writings, ...(after ? [[STORE_POSITION, stateParameters(after)] as const] : [])];
      await Promise.all(said.map(([statement, parameters]) => transaction.run(statement, parameters)));
      return after?.position ?? from;
    });
  }

  /**
   * Brings a part of a stretch into the graph, if the stored position is `from`; answers the position that is stored then, as `write`
   * does. It is one message and one answer, so that Neo4j does not wait for us in between.
   */
  async advance(from: Position, rows: PartRows, after: StoredState): Promise<Position> {
    const place = { start: formatPosition(START), from: formatPosition(from), ...stateParameters(after) };
    const { records } = await this.inSession(session =>
      session.run(ADVANCE, { ...rows, exact: false, ...place }, { timeout: TRANSACTION_LIMIT_MS }),
    );
    const { position = START } = records.length > 0 ? after : await this.state();
    return position;
  }
}

type StateRow = { token: string | null; logs: string | null; layout: number | null; retention: number | null; step: number | null };

async function readState(transaction: ManagedTransaction): Promise<StoredState> {
  const { records } = await transaction.run<StateRow>(READ_POSITION, { name: NAME });
  const { token = null, logs = null, layout = null, retention = null, step = null }: Partial<StateRow> = records[0]?.toObject() ?? {};
  return {
    position: token === null ? undefined : parsePosition(token),
    logs: logs ?? undefined,
    layout: layout ?? 1,
    retention: retention ?? undefined,
    step: step ?? 0,
  };
}

function stateParameters({ position, logs, layout, retention, step }: StoredState) {
  return {
    name: NAME,
    token: position ? formatPosition(position) : null,
    logs: logs ?? null,
    layout: int(layout),
    retention: retention === undefined ? null : int(retention),
    step: int(step),
  };
}
