/** What can be asked for of a graph as a whole: to verify it, to build it anew in place, to prune it. */
import { int } from 'neo4j-driver';
import { MetricsError } from '../../errors.ts';
import { formatPosition, type Position, START } from '../../log/log.ts';
import type { GraphAggregates } from './aggregates.ts';
import { bytesOfPasses, expectedGraph, type Pass, type Progress } from './expected-graph.ts';
import type { GraphArchive, PlacedExecution } from './graph-archive.ts';
import { type Compared, compareGraph } from './graph-comparison.ts';
import type { Correction, GraphDifference, GraphFinding } from './graph-finding.ts';
import type { GraphLogs } from './graph-logs.ts';
import type { GraphStore, StoredState, Writing } from './graph-store.ts';
import { archiveLeaving } from './leaving.ts';
import { Retained } from './retained.ts';
import {
  PAGE_OF_PATTERNS,
  READ_RETAINED,
  REMOVE_EXECUTIONS,
  REMOVE_PATTERNS,
  REMOVE_PLUGINS,
  REMOVE_RELATIONSHIPS,
  REMOVE_RETIRED,
  WRITE_PATTERNS,
  WRITE_PLUGINS,
} from './statements.ts';
import { batchesOf, executionWritings } from './writings.ts';

/** Told every difference that is found, whether it is corrected or not. */
export type GraphReport = (difference: GraphDifference) => void;

/** `compared`: nodes and steps that the logs say should be there. `archived`: executions that left the graph, on disk by this call. */
export type GraphChecked = Readonly<{ asOf: Position; compared: Compared; differences: number; removed: number }>;

export type GraphWork = Readonly<{
  store: GraphStore;
  logs: GraphLogs;
  aggregates: GraphAggregates;
  archive: GraphArchive;
  retention: number;
  /** What the graph says of itself once it stands at a position. */
  stateAt: (position: Position) => Promise<StoredState>;
  /** Breaks it off, by its reason. */
  signal: AbortSignal;
  report: GraphReport;
  progress: Progress;
}>;

/** Findings corrected in one transaction. */
const CORRECTED = 500;
const PAGE = 1_000;

const nothingYet = (): Compared => ({ patterns: 0, plugins: 0, executions: 0, steps: 0 });

/** Throws GRAPH_UNAVAILABLE without a graph, POSITION_UNKNOWN where it stands at no position of these logs. */
export async function verifyGraph(work: GraphWork): Promise<GraphChecked> {
  const { position: to = START } = await work.store.state();
  await work.logs.checkPosition(to);
  const compared = nothingYet();
  let differences = 0;
  let notArchived = 0;
  const tell = (difference: GraphDifference) => {
    differences++;
    work.report(difference);
  };
  const pass = passTo(work, to);
  const expected = await expectedGraph(pass, work.retention);
  const onRetired = async ({ execution: { patternId }, start }: { execution: { patternId: string }; start: number }) => {
    if (!(await work.archive.has(patternId, start))) notArchived++;
  };
  for await (const { node, key, message } of compareGraph({ ...work, pass, expected, compared, onRetired })) tell({ node, key, message });
  if (notArchived > 0) {
    tell({ node: 'Execution', key: work.archive.path, message: `${notArchived} executions that have left the graph are missing in it` });
  }
  return { asOf: to, compared, differences, removed: 0 };
}

/**
 * Corrects what is found. The position is stored last: broken off anywhere, the graph is followed from where it stood, or built again.
 * Readers see every node that is right all the while.
 */
export async function rebuildGraph(work: GraphWork): Promise<GraphChecked> {
  const { store, logs, archive, retention } = work;
  const { position: from = START } = await store.state();
  const to = logs.position;
  const pass = passTo(work, to);
  const compared = nothingYet();
  const counts = { differences: 0, removed: 0 };
  const expected = await expectedGraph(pass, retention);
  let retired: PlacedExecution[] = [];
  const archiveRetired = async () => {
    await archive.append(retired);
    retired = [];
  };
  const onRetired = async (row: PlacedExecution) => {
    if (retired.push({ start: row.start, execution: row.execution }) >= PAGE) await archiveRetired();
  };
  let findings: GraphFinding[] = [];
  const correct = async () => {
    work.signal.throwIfAborted();
    // What leaves the graph is on disk first.
    await archiveRetired();
    await writeOrFail(store, from, findings);
    findings = [];
  };
  for await (const finding of compareGraph({ ...work, pass, expected, compared, onRetired })) {
    counts.differences++;
    if (finding.correction.kind.startsWith('no') || finding.correction.kind === 'retired') counts.removed++;
    work.report(finding);
    if (findings.push(finding) >= CORRECTED) await correct();
  }
  await correct();
  const stored = await store.write(from, [], await work.stateAt(to));
  if (formatPosition(stored) !== formatPosition(to)) throw movedOn();
  return { asOf: to, compared, ...counts };
}

/** Removes what is older than the last executions of its pattern, a page of patterns at a time. */
export async function pruneGraph(work: GraphWork): Promise<GraphChecked> {
  const { store, logs, retention, signal, progress } = work;
  const state = await store.state();
  const { position = START } = state;
  await logs.checkPosition(position);
  const compared = nothingYet();
  let removed = 0;
  for (let after = ''; ; ) {
    const patterns = await store.rows<{ key: string }>(PAGE_OF_PATTERNS, { after, limit: int(PAGE) });
    const retained = new Retained(retention);
    for (const { key } of patterns) {
      signal.throwIfAborted();
      const found = await store.rows<{ starts: number[] }>(READ_RETAINED, { rows: [key] });
      const starts = found[0]?.starts ?? [];
      const leaving = retained.learn(key, starts).map(start => ({ patternId: key, start }));
      compared.patterns++;
      compared.executions += starts.length;
      for (const some of batchesOf(leaving)) {
        await archiveLeaving(work, some);
        await writeGuarded(store, position, [[REMOVE_RETIRED, { rows: some.map(({ start }) => start) }]]);
      }
      removed += leaving.length;
      progress(compared.patterns, compared.patterns);
    }
    if (patterns.length < PAGE) break;
    after = patterns.at(-1)?.key ?? '';
  }
  if (state.position) await store.write(position, [], await work.stateAt(position));
  return { asOf: position, compared, differences: removed, removed };
}

function passTo({ logs, signal, progress }: GraphWork, to: Position): Pass {
  progress(0, bytesOfPasses(to));
  return { logs, to, signal, progress };
}

async function writeOrFail(store: GraphStore, from: Position, findings: readonly GraphFinding[]): Promise<void> {
  const corrections = findings.map(({ correction }) => correction);
  await writeGuarded(store, from, await writingsOf(store, corrections));
}

async function writeGuarded(store: GraphStore, from: Position, writings: readonly Writing[]): Promise<void> {
  if (writings.length === 0) return;
  if (formatPosition(await store.write(from, writings)) !== formatPosition(from)) throw movedOn();
}

/** Nodes before relationships; what goes after what comes. */
async function writingsOf(store: GraphStore, corrections: readonly Correction[]): Promise<Writing[]> {
  const of = <Kind extends Correction['kind']>(kind: Kind) =>
    corrections.filter((correction): correction is Extract<Correction, { kind: Kind }> => correction.kind === kind);
  const keys = (kind: 'no pattern' | 'no plugin') => corrections.flatMap(one => (one.kind === kind ? [one.key] : []));
  const said = (statement: string, rows: readonly unknown[], more = {}): Writing[] =>
    rows.length === 0 ? [] : [[statement, { rows, ...more }]];
  const executions = of('execution');
  return [
    ...said(
      WRITE_PATTERNS,
      of('pattern').map(({ parameters }) => parameters),
      { exact: true },
    ),
    ...said(
      WRITE_PLUGINS,
      of('plugin').map(({ parameters }) => parameters),
    ),
    ...said(
      REMOVE_RELATIONSHIPS,
      executions.flatMap(({ stale }) => stale),
    ),
    ...(await executionWritings(
      store,
      executions.map(({ row }) => row),
    )),
    ...said(
      REMOVE_RETIRED,
      of('retired').map(({ start }) => start),
    ),
    ...said(
      REMOVE_EXECUTIONS,
      of('no execution').map(({ key, start }) => ({ key, start })),
    ),
    ...said(REMOVE_PATTERNS, keys('no pattern')),
    ...said(REMOVE_PLUGINS, keys('no plugin')),
  ];
}

function movedOn(): MetricsError {
  return new MetricsError('GRAPH_UNAVAILABLE', 'Another program moved the graph on meanwhile: stop the other service, or call this again');
}
