import { setTimeout as pause } from 'node:timers/promises';
import { MetricsError, messageOf } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { GraphDifference } from './graph-finding.ts';
import type { GraphProjection } from './graph-projection.ts';
import type { GraphChecked } from './graph-work.ts';
import type { SupplyState } from './neo4j-supply.ts';

export const GRAPH_TASKS = ['verify', 'rebuild', 'prune'] as const;
export type GraphTask = (typeof GRAPH_TASKS)[number];

/** `done` of `total`: bytes of the logs read, or patterns looked at. `differences` holds the first of `differenceCount`. */
export type GraphTaskStatus = Readonly<{
  task: GraphTask;
  state: 'running' | 'done' | 'failed';
  /** Milliseconds since 1970. */
  since: number;
  seconds: number;
  done: number;
  total: number;
  differenceCount: number;
  differences: readonly GraphDifference[];
  checked: GraphChecked | undefined;
  error: string | undefined;
}>;

export type GraphTasksOptions = Readonly<{
  projection: GraphProjection;
  supply: () => SupplyState;
  logger: Logger;
  clock: () => number;
}>;

/** The status of a task while it changes. */
type Changing = { -readonly [Key in keyof GraphTaskStatus]: GraphTaskStatus[Key] };

const MAX_KEPT = 1_000;
const POLL_MS = 200;

/** The work on the graph as a whole that somebody asks for: one at a time, its state for anybody to read. */
export class GraphTasks {
  readonly #options: GraphTasksOptions;
  readonly #closing = new AbortController();
  #status: Changing | undefined;
  #startedAt = 0;
  #running: Promise<void> | undefined;

  constructor(options: GraphTasksOptions) {
    this.#options = options;
  }

  /** The task that runs, else the last one. */
  get status(): GraphTaskStatus | undefined {
    if (this.#status?.state === 'running') this.#status.seconds = (performance.now() - this.#startedAt) / 1000;
    return this.#status && { ...this.#status };
  }

  /** Begins, and answers the state as it is then. Throws OVERLOADED while another one runs. */
  start(task: GraphTask): GraphTaskStatus {
    if (this.#status?.state === 'running') {
      throw new MetricsError('OVERLOADED', `The graph is busy with ${this.#status.task}: ask again when that is done`);
    }
    this.#startedAt = performance.now();
    const differences: GraphDifference[] = [];
    const status: Changing = {
      ...{ task, state: 'running', since: this.#options.clock(), seconds: 0, done: 0, total: 0 },
      ...{ differenceCount: 0, differences, checked: undefined, error: undefined },
    };
    this.#status = status;
    this.#running = this.#run(status, differences);
    return { ...status };
  }

  async #run(status: Changing, kept: GraphDifference[]): Promise<void> {
    const { logger, projection } = this.#options;
    const { task } = status;
    const report = ({ node, key, message }: GraphDifference) => {
      if (status.differenceCount++ < MAX_KEPT) kept.push({ node, key, message });
    };
    const progress = (done: number, total: number) => Object.assign(status, { done, total });
    let outcome: Pick<GraphTaskStatus, 'state' | 'checked' | 'error'>;
    try {
      await this.#untilUp();
      outcome = { state: 'done', checked: await projection[task](report, progress), error: undefined };
    } catch (error) {
      outcome = { state: 'failed', checked: undefined, error: messageOf(error) };
    }
    Object.assign(status, outcome, { seconds: (performance.now() - this.#startedAt) / 1000 });
    const { state, seconds, differenceCount, error } = status;
    logger.info({ task, state, seconds, differenceCount, error }, 'graph task ended');
  }

  /** While a Neo4j is on its way it is waited for. */
  async #untilUp(): Promise<void> {
    const { supply } = this.#options;
    while (supply().kind === 'starting') await pause(POLL_MS, undefined, { signal: this.#closing.signal });
    const { kind, detail } = supply();
    if (kind === 'off') throw new MetricsError('GRAPH_UNAVAILABLE', detail);
  }

  /** Resolves when the task that runs has ended; the projection is closed to break it off. */
  async close(): Promise<void> {
    this.#closing.abort(new MetricsError('GRAPH_UNAVAILABLE', 'The service was stopped before this was done: call it again'));
    await this.#running;
  }
}
