import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Position, reaches, START, type Stretch } from '../../../src/log/log.ts';
import type { Logger } from '../../../src/logger.ts';
import {
  type GraphAddress,
  type GraphAggregates,
  type GraphConnection,
  type GraphLogs,
  GraphProjection,
  type GraphProjectionOptions,
  graphConnection,
} from '../../../src/projection/graph/graph.ts';
import type { DurationsRow, Execution, JournalRow, PluginUsageRow, Step, SuccessRatesRow } from '../../../src/record/record.ts';
import { testNeo4j } from '../../support/neo4j.ts';

export const CONSTRAINTS = readFileSync(new URL('../../../schema/constraints.cypher', import.meta.url), 'utf8');
export const T0 = Date.parse('2026-03-01T10:00:00.250Z');

export const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => silent };

/** Rows of the logs as they follow each other, each with the byte position it would end at: what a stretch is cut out of. */
export class FakeLogs implements GraphLogs {
  readonly #mark: string;
  readonly journal: JournalRow[] = [];
  readonly durations: DurationsRow[] = [];
  readonly success_rates: SuccessRatesRow[] = [];
  readonly plugin_usage: PluginUsageRow[] = [];
  /** The position after each record, in order; the first is the start. */
  readonly positions: Position[] = [START];

  /** `mark`: 8 hexadecimal digits that tell these logs from others. */
  constructor(mark = 'abcdef00') {
    this.#mark = mark;
  }

  get position(): Position {
    return this.end;
  }

  async read(from: Position, to: Position): Promise<Stretch> {
    return this.stretch(from, to);
  }

  async executionsAt(starts: readonly number[]): Promise<Execution[]> {
    return starts.map(start => {
      const row = this.journal.find(one => one.start === start);
      if (!row) throw new Error(`no row at ${start}`);
      return row.execution;
    });
  }

  async checkPosition(position: Position): Promise<void> {
    if (!reaches(this.end, position) || this.#chainAt(position.journal) !== position.chain) throw new Error('another history');
  }

  #chainAt(end: number): string {
    return this.journal.findLast(row => row.end <= end)?.chain.slice(16, 24) ?? START.chain;
  }

  get end(): Position {
    return this.positions.at(-1) ?? START;
  }

  #publish() {
    const end = (rows: readonly { end: number }[]) => rows.at(-1)?.end ?? 0;
    const { journal, durations, success_rates, plugin_usage } = this;
    this.positions.push({
      journal: end(journal),
      durations: end(durations),
      success_rates: end(success_rates),
      plugin_usage: end(plugin_usage),
      chain: this.#chainAt(end(journal)),
    });
  }

  /** An execution of ours, with its derived rows. */
  record(execution: Execution): this {
    const base = this.end;
    const place = (rows: readonly { end: number }[]) => ({ start: rows.at(-1)?.end ?? 0, end: (rows.at(-1)?.end ?? 0) + 100 });
    const ownHalf = `${(this.journal.length + 1).toString(16).padStart(8, '0')}${this.#mark}`;
    this.journal.push({ ...place(this.journal), execution, base, chain: ownHalf.padStart(32, '0') });
    const timestamp = Math.floor(execution.completedAt / 1000);
    for (const step of execution.steps.filter(step => step.status !== 'skipped')) {
      this.durations.push({
        ...place(this.durations),
        timestamp,
        workflowId: execution.workflowId,
        phase: step.phase,
        step: String(step.step),
        plugin: step.plugin,
        durationUs: step.durationMs * 1000,
        success: step.status === 'success',
      });
    }
    if (execution.status !== 'cancelled')
      this.#pushOutcome(execution.patternId, execution.patternName, timestamp, execution.status === 'success');
    this.#publish();
    return this;
  }

  #pushOutcome(patternId: string, patternName: string, timestamp: number, success: boolean) {
    const start = this.success_rates.at(-1)?.end ?? 0;
    const rest = { durationUs: 1_000_000, pluginsUsed: 1, filesCreated: 0 };
    this.success_rates.push({ start, end: start + 80, timestamp, patternId, patternName, success, ...rest });
  }

  /** A row of another program in success_rates.log. */
  foreignOutcome(patternId: string, patternName: string, seconds: number, success: boolean): this {
    this.#pushOutcome(patternId, patternName, seconds, success);
    this.#publish();
    return this;
  }

  /** A row of another program in plugin_usage.log. */
  foreignUsage(plugin: string, uses: number, successes: number, lastUsed: number): this {
    const start = this.plugin_usage.at(-1)?.end ?? 0;
    this.plugin_usage.push({
      start,
      end: start + 90,
      timestamp: lastUsed,
      plugin,
      uses,
      totalDurationUs: 0n,
      successes,
      failures: uses - successes,
      lastUsed,
    });
    this.#publish();
    return this;
  }

  /** What lies between two of the positions. */
  stretch(from: Position = START, to: Position = this.end): Stretch {
    const between = <R extends { end: number }>(rows: readonly R[], log: 'journal' | 'durations' | 'success_rates' | 'plugin_usage') =>
      rows.filter(row => row.end > from[log] && row.end <= to[log]);
    return {
      from,
      to,
      journal: between(this.journal, 'journal'),
      durations: between(this.durations, 'durations'),
      success_rates: between(this.success_rates, 'success_rates'),
      plugin_usage: between(this.plugin_usage, 'plugin_usage'),
      rejected: [],
    };
  }

  /** The figures as of a position, by counting rows: what the questions will answer. */
  get aggregates(): GraphAggregates {
    const iso = (seconds: readonly number[]) => (seconds.length === 0 ? null : new Date(Math.max(...seconds) * 1000).toISOString());
    return {
      patterns: async (ids, asOf) =>
        ids.flatMap(patternId => {
          const rows = this.success_rates.filter(row => row.end <= asOf.success_rates && row.patternId === patternId);
          const last = rows.at(-1);
          if (!last) return [];
          return {
            patternId,
            name: last.patternName,
            status: rows.length >= 2 ? 'validated' : 'discovered',
            successRate: rows.filter(row => row.success).length / rows.length,
            executions: rows.length,
            lastUsed: iso(rows.map(row => row.timestamp)),
          };
        }),
      plugins: async (names, asOf) =>
        names.flatMap(name => {
          const steps = this.durations.filter(row => row.end <= asOf.durations && row.plugin === name);
          const usage = this.plugin_usage.filter(row => row.end <= asOf.plugin_usage && row.plugin === name).at(-1);
          if (usage && usage.uses >= steps.length) {
            return { name, reliability: usage.successes / usage.uses, uses: usage.uses, lastUsed: iso([usage.lastUsed]) };
          }
          if (steps.length === 0) return [];
          const reliability = steps.filter(row => row.success).length / steps.length;
          return { name, reliability, uses: steps.length, lastUsed: iso(steps.map(row => row.timestamp)) };
        }),
    };
  }
}

export function step(plugin: string, more: Partial<Step> = {}): Step {
  return { step: 1, phase: 'build', plugin, durationMs: 1200, status: 'success', attempt: 1, ...more };
}

/** The n-th execution, a minute after the one before. */
export function execution(n: number, more: Partial<Execution> = {}): Execution {
  const startedAt = T0 + n * 60_000;
  return {
    executionId: `exec-${n}`,
    workflowId: `wf-${n}`,
    patternId: 'rest-api',
    patternName: 'REST API',
    taskDescription: `task ${n}`,
    status: 'success',
    startedAt,
    completedAt: startedAt + 5_000,
    durationMs: 5_000,
    errorMessage: '',
    filesCreated: 0,
    notes: '',
    steps: [step('planner', { step: 1, phase: 'plan' }), step('coder', { step: 2 }), step('tester', { step: 3, phase: 'test' })],
    attributes: [],
    ...more,
  };
}

/** A graph to play with: emptied, and closed by the test. */
export type TestGraph = Readonly<{
  connection: GraphConnection;
  /** `metricsDirectory` where `archive/graph` goes: one of this graph's own unless given. */
  projection(logs: FakeLogs, options?: Partial<GraphProjectionOptions>): GraphProjection;
  /** Removed with everything in it when the graph is closed. */
  metricsDirectory: string;
  run(cypher: string, parameters?: Record<string, unknown>): Promise<Record<string, unknown>[]>;
  /** Closes every projection to it as well. */
  empty(): Promise<void>;
  /** Every node and relationship with all it carries, as sorted lines; the stored position is one of the nodes. */
  dump(): Promise<string[]>;
  close(): Promise<void>;
}>;

export function openTestGraph({ uri, username, password, database }: GraphAddress = testNeo4j()): TestGraph {
  const connection = graphConnection({ uri, username, password, database });
  const metricsDirectory = mkdtempSync(join(tmpdir(), 'graph-of-test-'));
  const projections: GraphProjection[] = [];
  const closeProjections = () => Promise.all(projections.splice(0).map(projection => projection.close()));
  const run = async (cypher: string, parameters: Record<string, unknown> = {}) => {
    const session = connection.writeSession();
    try {
      return (await session.run(cypher, parameters)).records.map(record => record.toObject());
    } finally {
      await session.close();
    }
  };
  const dump = async () => {
    const nodes = await run('MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties');
    const ties =
      await run(`MATCH (a)-[r]->(b) RETURN coalesce(a.execution_id, a.name) AS from, type(r) AS type, properties(r) AS properties,
      coalesce(b.execution_id, b.pattern_id, b.name) AS to`);
    return [...nodes, ...ties].map(row => JSON.stringify(sorted(row))).sort();
  };
  return {
    connection,
    projection: (logs, options = {}) => {
      const projection = new GraphProjection({ ...projectionOptions(logs, metricsDirectory), connection: () => connection, ...options });
      projections.push(projection);
      return projection;
    },
    metricsDirectory,
    run,
    empty: async () => {
      await closeProjections();
      await run('MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS');
      rmSync(join(metricsDirectory, 'archive'), { recursive: true, force: true });
    },
    dump,
    close: async () => {
      await closeProjections();
      await connection.close();
      rmSync(metricsDirectory, { recursive: true, force: true });
    },
  };
}

/** All that a projection needs but a connection. */
export function projectionOptions(logs: FakeLogs, metricsDirectory: string): Omit<GraphProjectionOptions, 'connection'> {
  return { logs, aggregates: logs.aggregates, constraints: CONSTRAINTS, metricsDirectory, retention: 1_000, logger: silent };
}

/** The same value with sorted keys and driver values as text, so that equal graphs print equally. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  if (value.constructor !== Object) return `${value.constructor.name} ${String(value)}`;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
