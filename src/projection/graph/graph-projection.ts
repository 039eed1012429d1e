import { MetricsError } from '../../errors.ts';
import { bytesBetween, formatPosition, type Position, reaches, START, type Stretch, Turns } from '../../log/log.ts';
import type { Logger } from '../../logger.ts';
import type { Projection } from '../projection.ts';
import type { GraphAggregates } from './aggregates.ts';
import type { GraphConnection } from './connection.ts';
import { applySteps, type SchemaStep, schemaSteps } from './constraints.ts';
import type { Progress } from './expected-graph.ts';
import { GraphArchive, type PlacedExecution } from './graph-archive.ts';
import { type GraphLogs, identityOf } from './graph-logs.ts';
import { GraphStore, LAYOUT, NAME, type StoredState, type Writing } from './graph-store.ts';
import { type GraphChecked, type GraphReport, type GraphWork, pruneGraph, rebuildGraph, verifyGraph } from './graph-work.ts';
import { Retained } from './retained.ts';
import { FORGET_POSITION, READ_RETAINED, REMOVE_RETIRED, WRITE_PATTERNS, WRITE_PLUGINS } from './statements.ts';
import { halvesOf } from './stretch-halves.ts';
import { type PatternSeen, patternParameters, pluginParameters, seePatterns, seePlugins } from './stretch-rows.ts';
import { batchesOf, executionWritings } from './writings.ts';

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

/** An execution that leaves the graph: its pattern, and where its row starts. */
type Leaving = Readonly<{ patternId: string; start: number }>;

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
  readonly #retained: Retained;
  readonly #steps: readonly SchemaStep[];
  readonly #turns = new Turns();
  readonly #closing = new AbortController();
  #identity: string | undefined;
  /** Executions that go into one transaction: fewer once a stretch was too much for Neo4j's memory. */
  #largest = Number.POSITIVE_INFINITY;

  constructor(options: GraphProjectionOptions) {
    this.#options = options;
    this.#store = new GraphStore(options.connection, options.logger);
    this.#archive = new GraphArchive(options.metricsDirectory);
    this.#retained = new Retained(options.retention);
    this.#steps = schemaSteps(options.constraints);
  }

  /**
   * Applies constraints and indexes first: a store that was emptied while we ran gets them again. A graph that was written by an older
   * version, or is far behind, is built from the logs before its position is answered.
   */
  load(): Promise<Position> {
    return this.#turns.take(async () => {
      this.#retained.forget();
      await this.#store.inSession(session => applySteps(session, this.#steps));
      const state = await this.#store.state();
      if (state.position !== undefined && state.step < this.#lastStep) {
        this.#options.logger.info({ from: state.step, to: this.#lastStep }, 'constraints and indexes of the graph were brought forward');
      }
      if (state.position === undefined || state.layout < LAYOUT) return this.#build(state.position);
      await this.#checkBelongs(state.position, state);
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

  /** Throws GRAPH_UNAVAILABLE where the graph is not one of these logs, with how and what to do. */
  async #checkBelongs(position: Position, { logs: stored, layout, step }: StoredState): Promise<void> {
    const { logs } = this.#options;
    const refuse = (what: string, cure: string, cause?: unknown) =>
      new MetricsError('GRAPH_UNAVAILABLE', `${what}. ${cure}, or build the graph from these logs: orchestrator-metrics graph rebuild`, {
        cause,
      });
    if (layout > LAYOUT || step > this.#lastStep) {
      const known = `layout ${layout}, step ${step} of its schema; this one knows ${LAYOUT} and ${this.#lastStep}`;
      throw refuse(`A newer version of this program wrote the graph (${known})`, 'Start that version');
    }
    const identity = await this.#identityOfLogs();
    if (stored !== undefined && stored !== identity) {
      throw refuse(
        `The graph belongs to other logs (they begin with ${stored}, these with ${identity ?? 'nothing'})`,
        'Name another database in NEO4J_DATABASE',
      );
    }
    if (!reaches(logs.position, position)) {
      throw refuse(
        `The graph is ahead of the logs: it stands at ${formatPosition(position)}, they end at ${formatPosition(logs.position)}`,
        'These logs are an older copy: put the newer ones back',
      );
    }
    await logs.checkPosition(position).catch(error => {
      throw refuse(
        `The graph follows another history of these logs: ${error.message}`,
        'The logs were changed, or went on from an older copy: put the right ones back',
        error,
      );
    });
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
    return this.#turns.take(() => this.#advance(stretch));
  }

  /** What is too much for one transaction goes in by halves: tried again as it is, it would fail for ever. */
  async #advance(stretch: Stretch): Promise<void> {
    const halves = stretch.journal.length > this.#largest ? halvesOf(stretch) : undefined;
    if (!halves) {
      const tooMuch = await this.#apply(stretch).then(
        () => undefined,
        error => {
          this.#retained.forget();
          if (!isTooMuch(error) || !halvesOf(stretch)) throw error;
          return error;
        },
      );
      // What was too much once, while much else went on, need not be for ever.
      this.#largest *= 1.1;
      if (!tooMuch) return;
      this.#largest = Math.ceil(stretch.journal.length / 2);
      this.#options.logger.warn(
        { executions: this.#largest, reason: tooMuch.message },
        'fewer executions go into one transaction of Neo4j',
      );
      return this.#advance(stretch);
    }
    for (const half of halves) await this.#advance(half);
  }

  async #apply(stretch: Stretch): Promise<void> {
    const { aggregates } = this.#options;
    const patterns = new Map<string, PatternSeen>();
    const plugins = new Set<string>();
    seePatterns(patterns, stretch);
    seePlugins(plugins, stretch);
    const [patternRows, pluginRows] = await Promise.all([
      patternParameters(patterns, aggregates, stretch.to),
      pluginParameters(plugins, aggregates, stretch.to),
    ]);
    const leaving = await this.#leaving(stretch, [...patterns.keys()]);
    await this.#archiveAll(leaving, stretch);

    const left = new Set(leaving.map(({ start }) => start));
    const stay = stretch.journal.filter(({ start }) => !left.has(start));
    const retired = leaving.map(({ start }) => start).filter(start => start < stretch.from.journal);
    // Nodes before relationships, since these look for both their ends.
    const writings: Writing[] = [
      ...batchesOf(patternRows).map(rows => [WRITE_PATTERNS, { rows, exact: false }] as const),
      ...batchesOf(pluginRows).map(rows => [WRITE_PLUGINS, { rows }] as const),
      ...executionWritings(stay),
      ...batchesOf(retired).map(rows => [REMOVE_RETIRED, { rows }] as const),
    ];
    const stored = await this.#store.write(stretch.from, writings, await this.#stateAt(stretch.to));
    if (formatPosition(stored) === formatPosition(stretch.to)) return;
    this.#retained.forget();
    // An earlier try was committed and only its answer was lost, or the graph was built anew meanwhile: nothing is left to do.
    if (reaches(stored, stretch.to)) return;
    throw new MetricsError(
      'GRAPH_UNAVAILABLE',
      `The graph stands at ${formatPosition(stored)}, not at ${formatPosition(stretch.from)}, from where it was to go on: its position must be loaded again`,
    );
  }

  /** Those that the stretch pushes out, of the graph and of itself; in log order within a pattern. */
  async #leaving({ journal, from }: Stretch, patternIds: readonly string[]): Promise<Leaving[]> {
    const leaving: Leaving[] = [];
    const unknown = patternIds.filter(id => !this.#retained.knows(id));
    for (const rows of batchesOf(unknown)) {
      const found = await this.#store.rows<{ id: string; starts: number[] }>(READ_RETAINED, { rows });
      const byId = new Map(found.map(({ id, starts }) => [id, starts]));
      for (const patternId of rows) {
        const held = (byId.get(patternId) ?? []).filter(start => start < from.journal);
        for (const start of this.#retained.learn(patternId, held)) leaving.push({ patternId, start });
      }
    }
    for (const { execution, start } of journal) {
      const left = this.#retained.push(execution.patternId, start);
      if (left !== undefined) leaving.push({ patternId: execution.patternId, start: left });
    }
    return leaving;
  }

  /** On disk before they leave. */
  async #archiveAll(leaving: readonly Leaving[], stretch?: Stretch): Promise<void> {
    const inStretch = new Map(stretch?.journal.map(row => [row.start, row.execution]));
    for (const some of batchesOf(leaving)) {
      const missing: Leaving[] = [];
      for (const one of some) if (!(await this.#archive.has(one.patternId, one.start))) missing.push(one);
      const placed = missing.map(async ({ start }): Promise<PlacedExecution> => {
        return { start, execution: inStretch.get(start) ?? (await this.#options.logs.executionAt(start)) };
      });
      await this.#archive.append(await Promise.all(placed));
    }
  }

  // ---------- Work that is asked for ----------

  /** Compares every node and relationship of ours with the logs as of the graph's position; changes nothing. */
  verify(report: GraphReport, progress: Progress): Promise<GraphChecked> {
    return this.#turns.take(() => verifyGraph(this.#work(report, progress)));
  }

  /** Corrects the graph in place, as of the end of the logs: writes what is missing or wrong, removes what no row speaks of. */
  rebuild(report: GraphReport, progress: Progress): Promise<GraphChecked> {
    return this.#turns.take(async () => {
      this.#retained.forget();
      await this.#store.inSession(session => applySteps(session, this.#steps));
      return rebuildGraph(this.#work(report, progress));
    });
  }

  /** Archives and removes what is older than the last executions of its pattern. */
  prune(report: GraphReport, progress: Progress): Promise<GraphChecked> {
    return this.#turns.take(async () => {
      this.#retained.forget();
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
      archiveAll: leaving => this.#archiveAll(leaving),
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
      this.#retained.forget();
      await this.#store.inTransaction(transaction => transaction.run(FORGET_POSITION, { name: NAME }));
    });
  }

  /** Breaks work off that is under way, between two of its transactions, and closes the archive. */
  async close(): Promise<void> {
    this.#closing.abort(new MetricsError('GRAPH_UNAVAILABLE', 'The service was stopped before this was done: call it again'));
    await this.#turns.take(() => this.#archive.close());
  }
}

/** Neo4j's memory or time was not enough for one transaction. */
function isTooMuch(error: unknown): error is MetricsError {
  return error instanceof MetricsError && (error.code === 'QUERY_TOO_COMPLEX' || error.code === 'TIMEOUT');
}
