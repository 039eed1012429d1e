import { setImmediate as immediate } from 'node:timers/promises';
import { MetricsError } from '../../errors.ts';
import { formatPosition, type Position, reaches, type Stretch } from '../../log/log.ts';
import type { Logger } from '../../logger.ts';
import type { GraphAggregates } from './aggregates.ts';
import type { GraphArchive } from './graph-archive.ts';
import type { GraphLogs } from './graph-logs.ts';
import type { GraphStore, PartRows, StoredState } from './graph-store.ts';
import { archiveLeaving, type Leaving } from './leaving.ts';
import { Retained } from './retained.ts';
import { READ_RETAINED } from './statements.ts';
import { partsOf } from './stretch-parts.ts';
import { type PatternSeen, patternParameters, pluginParameters, seePatterns, seePlugins } from './stretch-rows.ts';
import { batchesOf, executionRows } from './writings.ts';

/**
 * Executions of one transaction: what it changes is held in Neo4j's memory until then, and more of it is collected by Java many times
 * over; less, and what each costs beside its rows counts.
 */
const EXECUTIONS_AT_ONCE = 400;

export type StretchWriterOptions = Readonly<{
  store: GraphStore;
  archive: GraphArchive;
  logs: GraphLogs;
  aggregates: GraphAggregates;
  retention: number;
  /** What the graph says of itself once it stands at a position. */
  stateAt: (position: Position) => Promise<StoredState>;
  logger: Logger;
}>;

/** A part on its way: its rows, and whether they went in. */
type Said = Readonly<{ prepared: Promise<unknown>; applied: Promise<boolean> }>;

const NOTHING: Said = { prepared: Promise.resolve(), applied: Promise.resolve(true) };

/** Brings stretches into the graph, a transaction for so many executions, and takes out what they push out. */
export class StretchWriter {
  readonly #options: StretchWriterOptions;
  readonly #retained: Retained;
  #atOnce = EXECUTIONS_AT_ONCE;

  constructor(options: StretchWriterOptions) {
    this.#options = options;
    this.#retained = new Retained(options.retention);
  }

  /** What the graph holds of each pattern is asked anew: after a failure, or work on it as a whole, nobody knows. */
  forget(): void {
    this.#retained.forget();
  }

  /**
   * While Neo4j works on one transaction the next is prepared and said, and waits there for the lock of the position. Throws as
   * `GraphProjection` does.
   */
  async write(stretch: Stretch): Promise<void> {
    const parts = partsOf(stretch, this.#atOnce);
    let next = this.#say(parts[0], NOTHING);
    for (const [index, part] of parts.entries()) {
      const said = next;
      next = this.#say(parts[index + 1], said);
      try {
        if (await said.applied) continue;
        await this.#forgetAfter(next.applied);
      } catch (error) {
        await this.#forgetAfter(next.applied);
        if (!isTooMuch(error) || part.journal.length < 2) throw error;
        this.#takeFewer(part, error);
        for (const rest of parts.slice(index)) await this.write(rest);
        return;
      }
      next = this.#say(parts[index + 1], NOTHING);
    }
    // What was too much once, while much else went on, need not be for ever.
    this.#atOnce = Math.min(EXECUTIONS_AT_ONCE, Math.ceil(this.#atOnce * 1.1));
  }

  /** What was prepared builds on what is forgotten, and must not go on learning after it; what was said finds another position, and does nothing. */
  async #forgetAfter(applied: Promise<unknown>): Promise<void> {
    await applied.catch(() => undefined);
    this.forget();
  }

  /** What is too much for one transaction goes in by halves: tried again as it is, it would fail for ever. */
  #takeFewer({ journal }: Stretch, { message: reason }: MetricsError): void {
    this.#atOnce = Math.ceil(journal.length / 2);
    this.#options.logger.warn({ executions: this.#atOnce, reason }, 'fewer executions go into one transaction of Neo4j');
  }

  /** Prepares a part after the one before, and says it to Neo4j. A failure is told to whoever waits for it, which may be later. */
  #say(part: Stretch | undefined, before: Said): Said {
    // What was just said to Neo4j goes out first.
    const prepared = before.prepared.then(() => immediate()).then(() => part && this.#rowsOf(part));
    const applied = prepared.then(rows => (part && rows ? this.#apply(part, rows, before) : true));
    applied.catch(() => undefined);
    return { prepared, applied };
  }

  async #rowsOf(part: Stretch): Promise<PartRows> {
    const { aggregates, store } = this.#options;
    const patterns = new Map<string, PatternSeen>();
    const plugins = new Set<string>();
    seePatterns(patterns, part);
    seePlugins(plugins, part);
    const [patternRows, pluginRows] = await Promise.all([
      patternParameters(patterns, aggregates, part.to),
      pluginParameters(plugins, aggregates, part.to),
    ]);
    const leaving = await this.#leaving(part, [...patterns.keys()]);
    await archiveLeaving(this.#options, leaving, part);

    const left = new Set(leaving.map(({ start }) => start));
    const stay = part.journal.filter(({ start }) => !left.has(start));
    const retired = leaving.map(({ start }) => start).filter(start => start < part.from.journal);
    return { patternRows, pluginRows, ...(await executionRows(store, stay)), retired };
  }

  /** Those that a stretch pushes out, of the graph and of itself; in log order within a pattern. */
  async #leaving({ journal, from }: Stretch, patternIds: readonly string[]): Promise<Leaving[]> {
    const leaving: Leaving[] = [];
    const unknown = patternIds.filter(id => !this.#retained.knows(id));
    for (const rows of batchesOf(unknown)) {
      const found = await this.#options.store.rows<{ id: string; starts: number[] }>(READ_RETAINED, { rows });
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

  /** False where it was there: an earlier try was committed and only its answer was lost, or the graph was built anew meanwhile. */
  async #apply(part: Stretch, rows: PartRows, before: Said): Promise<boolean> {
    const { store, stateAt } = this.#options;
    const state = await stateAt(part.to);
    let stored = await store.advance(part.from, rows, state);
    // Neo4j may begin with this one before it begins with the one before, and find another position.
    if (!reaches(stored, part.to)) {
      await before.applied;
      stored = await store.advance(part.from, rows, state);
    }
    if (formatPosition(stored) === formatPosition(part.to)) return true;
    if (reaches(stored, part.to)) return false;
    throw new MetricsError(
      'GRAPH_UNAVAILABLE',
      `The graph stands at ${formatPosition(stored)}, not at ${formatPosition(part.from)}, from where it was to go on: its position must be loaded again`,
    );
  }
}

/** Neo4j's memory or time was not enough for one transaction. */
function isTooMuch(error: unknown): error is MetricsError {
  return error instanceof MetricsError && (error.code === 'QUERY_TOO_COMPLEX' || error.code === 'TIMEOUT');
}
