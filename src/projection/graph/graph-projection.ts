import { MetricsError } from '../../errors.ts';
import { bytesBetween, type Position, START, type Stretch, Turns } from '../../log/log.ts';
import type { Logger } from '../../logger.ts';
import type { Projection } from '../projection.ts';
import type { GraphAggregates } from './aggregates.ts';
import type { GraphConnection } from './connection.ts';
import { applySteps, type SchemaStep, schemaSteps } from './constraints.ts';
import type { Progress } from './expected-graph.ts';
import { GraphArchive } from './graph-archive.ts';
import type { GraphLogs } from './graph-logs.ts';
import { checkOrigin, identityOf } from './graph-origin.ts';
import { GraphStore, LAYOUT, NAME, type StoredState } from './graph-store.ts';
import { type GraphChecked, type GraphReport, type GraphWork, pruneGraph, rebuildGraph, verifyGraph } from './graph-work.ts';
import { FORGET_POSITION } from './statements.ts';
import { StretchWriter } from './stretch-writer.ts';

/** A graph that is behind by more is built from the logs as a whole: only what stays in it is written then. Bytes of all logs. */
const FOLLOWED_BYTES = 16 << 20;

export type GraphProjectionOptions = Readonly<{
  /** The connection now in use; undefined while there is none yet (an embedded Neo4j is still starting). */
  connection: () => GraphConnection | undefined;
  logs: GraphLogs;
  /** Where `archive/graph` is. */
  metricsDirectory: string;
  /** Executions of a pattern that stay, the last in log order. */
  retention: number;
  aggregates: GraphAggregates;
  /** The text of `schema/constraints.cypher`. */
  constraints: string;
  logger: Logger;
}>;

/**
 * The projection into Neo4j. Its methods throw `MetricsError`: GRAPH_UNAVAILABLE while Neo4j is away, refuses us, has moved on from
 * the stretch's start (call `load` again) or holds the graph of other logs; STORAGE_FAILED where what leaves the graph cannot be
 * archived. A call ends a few seconds after Neo4j stopped answering. One is worked on at a time.
 */
export class GraphProjection implements Projection {
  readonly name = NAME;
  /** Other programs write to the database as well. */
  readonly disposable = false;
  readonly #options: GraphProjectionOptions;
  readonly #store: GraphStore;
  readonly #archive: GraphArchive;
  readonly #writer: StretchWriter;
  readonly #steps: readonly SchemaStep[];
  readonly #turns = new Turns();
  readonly #closing = new AbortController();
  #identity: string | undefined;

  constructor(options: GraphProjectionOptions) {
    this.#options = options;
    this.#store = new GraphStore(options.connection, options.logger);
    this.#archive = new GraphArchive(options.metricsDirectory);
    this.#steps = schemaSteps(options.constraints);
    this.#writer = new StretchWriter({
      ...options,
      store: this.#store,
      archive: this.#archive,
      stateAt: position => this.#stateAt(position),
    });
  }

  /**
   * Applies constraints and indexes first: a store that was emptied while we ran gets them again. A graph that was written by an older
   * version, or is far behind, is built from the logs before its position is answered.
   */
  load(): Promise<Position> {
    return this.#turns.take(async () => {
      this.#writer.forget();
      await this.#store.inSession(session => applySteps(session, this.#steps));
      const state = await this.#store.state();
      if (state.position !== undefined && state.step < this.#lastStep) {
        this.#options.logger.info({ from: state.step, to: this.#lastStep }, 'constraints and indexes of the graph were brought forward');
      }
      if (state.position === undefined || state.layout < LAYOUT) return this.#build(state.position);
      await checkOrigin(this.#options.logs, state, { identity: await this.#identityOfLogs(), step: this.#lastStep });
      if (state.retention !== undefined && state.retention > this.#options.retention) await pruneGraph(this.#work());
      return state.position;
    });
  }

  async #build(older: Position | undefined): Promise<Position> {
    const { logs, logger } = this.#options;
    if (older === undefined && bytesBetween(START, logs.position) <= FOLLOWED_BYTES) return START;
    const why = older === undefined ? 'there is none yet' : 'an older version of this program wrote it';
    logger.info({ reason: why }, 'the graph is built from the logs');
    return (await rebuildGraph(this.#work())).asOf;
  }

  async #stateAt(position: Position): Promise<StoredState> {
    const { retention } = this.#options;
    return { position, logs: await this.#identityOfLogs(), layout: LAYOUT, retention, step: this.#lastStep };
  }

  get #lastStep(): number {
    return this.#steps.at(-1)?.number ?? 0;
  }

  async #identityOfLogs(): Promise<string | undefined> {
    this.#identity ??= await identityOf(this.#options.logs);
    return this.#identity;
  }

  advance(stretch: Stretch): Promise<void> {
    return this.#turns.take(() => this.#writer.write(stretch));
  }

  // ---------- Work that is asked for ----------

  /** Compares every node and relationship of ours with the logs as of the graph's position; changes nothing. */
  verify(report: GraphReport, progress: Progress): Promise<GraphChecked> {
    return this.#turns.take(() => verifyGraph(this.#work(report, progress)));
  }

  /** Corrects the graph in place, as of the end of the logs: writes what is missing or wrong, removes what no row speaks of. */
  rebuild(report: GraphReport, progress: Progress): Promise<GraphChecked> {
    return this.#turns.take(async () => {
      this.#writer.forget();
      await this.#store.inSession(session => applySteps(session, this.#steps));
      return rebuildGraph(this.#work(report, progress));
    });
  }

  /** Archives and removes what is older than the last executions of its pattern. */
  prune(report: GraphReport, progress: Progress): Promise<GraphChecked> {
    return this.#turns.take(async () => {
      this.#writer.forget();
      return pruneGraph(this.#work(report, progress));
    });
  }

  #work(report: GraphReport = () => undefined, progress: Progress = () => undefined): GraphWork {
    const { logs, aggregates, retention } = this.#options;
    return {
      store: this.#store,
      logs,
      aggregates,
      archive: this.#archive,
      retention,
      stateAt: position => this.#stateAt(position),
      signal: this.#closing.signal,
      report,
      progress,
    };
  }

  /** Forgets the position only: what follows writes every node and relationship over in place, by its key. */
  async reset(): Promise<void> {
    await this.#turns.take(async () => {
      this.#writer.forget();
      await this.#store.inTransaction(transaction => transaction.run(FORGET_POSITION, { name: NAME }));
    });
  }

  /** Breaks work off that is under way, between two of its transactions, and closes the archive. */
  async close(): Promise<void> {
    this.#closing.abort(new MetricsError('GRAPH_UNAVAILABLE', 'The service was stopped before this was done: call it again'));
    await this.#turns.take(() => this.#archive.close());
  }
}
