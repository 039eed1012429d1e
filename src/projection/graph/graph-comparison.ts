/**
 * The graph beside the logs as of a position: every node and every relationship of ours. In flow both, side by side in the order of
 * their keys, a page at a time; out flow findings, each with what corrects it, in an order in which they can be corrected.
 */
import { int, isDateTime, isInt } from 'neo4j-driver';

import type { JournalRow } from '../../record/record.ts';
import type { GraphAggregates } from './aggregates.ts';
import { type ExpectedGraph, type Pass, recordedExecutions } from './expected-graph.ts';
import type { GraphStore } from './graph-store.ts';
import { PAGE_OF_EXECUTIONS, PAGE_OF_PATTERNS, PAGE_OF_PLUGINS } from './statements.ts';
import {
  executionParameters,
  type PatternParameters,
  type PluginParameters,
  patternParameters,
  pluginParameters,
  type StepParameters,
} from './stretch-rows.ts';

/** What is not as the logs say: which node, and what of it. */
export type GraphDifference = Readonly<{ node: 'Execution' | 'Pattern' | 'Plugin'; key: string; message: string }>;

export type Correction =
  | Readonly<{ kind: 'pattern'; parameters: PatternParameters }>
  | Readonly<{ kind: 'plugin'; parameters: PluginParameters }>
  /** `stale`: relationships that are wrong, by their element ids. */
  | Readonly<{ kind: 'execution'; row: JournalRow; stale: readonly string[] }>
  | Readonly<{ kind: 'no execution'; key: string; start: number }>
  /** The last of its pattern stay; this one is older. */
  | Readonly<{ kind: 'retired'; start: number }>
  | Readonly<{ kind: 'no pattern' | 'no plugin'; key: string }>;

export type GraphFinding = GraphDifference & Readonly<{ correction: Correction }>;

export type Compared = { patterns: number; plugins: number; executions: number; steps: number };

export type Comparison = Readonly<{
  store: GraphStore;
  pass: Pass;
  expected: ExpectedGraph;
  aggregates: GraphAggregates;
  /** Counted while it goes on: what was found as it should be, and what not. */
  compared: Compared;
  /** Told every execution that is not among the last of its pattern, in log order. */
  onRetired: (row: JournalRow) => Promise<void>;
}>;

const PAGE = 500;

export async function* compareGraph(comparison: Comparison): AsyncGenerator<GraphFinding> {
  const { expected, aggregates, compared, pass } = comparison;
  const patterns = await patternParameters(expected.patterns, aggregates, pass.to);
  const plugins = await pluginParameters(expected.plugins, aggregates, pass.to);
  compared.patterns = patterns.length;
  compared.plugins = plugins.length;
  const unexpected: GraphFinding[] = [];
  yield* compareNodes(comparison, unexpected, {
    node: 'Pattern',
    page: PAGE_OF_PATTERNS,
    rows: new Map(patterns.map(row => [row.pattern_id, row])),
    expect: row => ({ ...row.properties, created_at: row.created_at, last_used: row.last_used }),
    write: parameters => ({ kind: 'pattern', parameters }),
    remove: key => ({ kind: 'no pattern', key }),
  });
  yield* compareNodes(comparison, unexpected, {
    node: 'Plugin',
    page: PAGE_OF_PLUGINS,
    rows: new Map(plugins.map(row => [row.name, row])),
    expect: row => ({ ...row.properties, last_used: row.last_used }),
    write: parameters => ({ kind: 'plugin', parameters }),
    remove: key => ({ kind: 'no plugin', key }),
  });
  yield* compareExecutions(comparison);
  // Last, when no execution of ours leads to them any more.
  yield* unexpected;
}

// ---------- Patterns and plugins ----------

type NodeKind<Row> = Readonly<{
  node: 'Pattern' | 'Plugin';
  page: string;
  rows: ReadonlyMap<string, Row>;
  expect: (row: Row) => object;
  write: (row: Row) => Correction;
  remove: (key: string) => Correction;
}>;

type FoundNode = { key: string; properties: Record<string, unknown>; ours: boolean };

async function* compareNodes<Row>(
  { store, pass }: Comparison,
  unexpected: GraphFinding[],
  { node, page, rows, expect, write, remove }: NodeKind<Row>,
): AsyncGenerator<GraphFinding> {
  const missing = new Map(rows);
  for (let after = ''; ; ) {
    pass.signal.throwIfAborted();
    const found = await store.rows<FoundNode>(page, { after, limit: int(PAGE) });
    for (const { key, properties, ours } of found) {
      const row = rows.get(key);
      missing.delete(key);
      if (row) {
        const differing = differences(expect(row), properties);
        if (differing.length > 0) yield { node, key, message: differing.join('; '), correction: write(row) };
      } else if (ours) {
        unexpected.push({ node, key, message: 'no row of the logs speaks of it', correction: remove(key) });
      }
    }
    if (found.length < PAGE) break;
    after = found.at(-1)?.key ?? '';
  }
  for (const [key, row] of missing) yield { node, key, message: 'it is missing', correction: write(row) };
}

// ---------- Executions ----------

type FoundStep = { id: string; plugin: string | null; properties: Record<string, unknown> };
type FoundExecution = {
  start: number;
  key: string;
  properties: Record<string, unknown>;
  marked: boolean;
  patterns: { id: string; pattern: string | null; plain: boolean }[];
  steps: FoundStep[];
};

async function* foundExecutions({ store, pass }: Comparison): AsyncGenerator<FoundExecution> {
  let seen = new Set<string>();
  for (let after = 0; ; ) {
    pass.signal.throwIfAborted();
    const found = await store.rows<FoundExecution>(PAGE_OF_EXECUTIONS, { after, limit: int(PAGE) });
    yield* found.filter(({ start, key }) => start > after || !seen.has(key));
    if (found.length < PAGE) return;
    after = found.at(-1)?.start ?? after;
    seen = new Set(found.filter(({ start }) => start === after).map(({ key }) => key));
  }
}

/** Both in the order of the journal: each is met once, and none is held. */
async function* compareExecutions(comparison: Comparison): AsyncGenerator<GraphFinding> {
  const { pass, expected, compared, onRetired } = comparison;
  const found = foundExecutions(comparison);
  let next = await found.next();
  const step = async () => {
    const passed = next.value as FoundExecution;
    next = await found.next();
    return passed;
  };
  for await (const row of recordedExecutions(pass)) {
    while (!next.done && next.value.start < row.start) yield unknownExecution(await step());
    const stays = expected.stays(row);
    if (!stays) await onRetired(row);
    let met = false;
    while (!next.done && next.value.start === row.start) {
      const one = await step();
      if (one.key !== row.execution.executionId) yield unknownExecution(one);
      else {
        met = true;
        if (stays || one.marked) yield* compareExecution(row, one);
        else yield retiredExecution(one);
      }
    }
    if (stays && !met) yield { ...executionOf(row), message: 'it is missing', correction: { kind: 'execution', row, stale: [] } };
    if (stays) {
      compared.executions++;
      compared.steps += row.execution.steps.length;
    }
  }
  while (!next.done) yield unknownExecution(await step());
}

const executionOf = ({ execution }: JournalRow) => ({ node: 'Execution' as const, key: execution.executionId });

function unknownExecution({ key, start }: FoundExecution): GraphFinding {
  return {
    node: 'Execution',
    key,
    message: `no row at ${start} of journal.log speaks of it`,
    correction: { kind: 'no execution', key, start },
  };
}

function retiredExecution({ key, start }: FoundExecution): GraphFinding {
  return { node: 'Execution', key, message: 'it is older than those of its pattern that stay', correction: { kind: 'retired', start } };
}

function* compareExecution(row: JournalRow, found: FoundExecution): Generator<GraphFinding> {
  const { properties, started_at, completed_at, steps, pattern_id } = executionParameters(row);
  const differing = differences({ ...properties, started_at, completed_at }, found.properties);
  const stale: string[] = [];
  if (!found.patterns.some(({ pattern }) => pattern === pattern_id)) differing.push(`it does not implement ${pattern_id}`);
  for (const { id, pattern, plain } of found.patterns) {
    if (pattern === pattern_id || !plain) continue;
    differing.push(`it implements ${pattern}`);
    stale.push(id);
  }
  const wrong = compareSteps(steps, found.steps);
  differing.push(...wrong.differing);
  if (differing.length === 0) return;
  yield { ...executionOf(row), message: differing.join('; '), correction: { kind: 'execution', row, stale: [...stale, ...wrong.stale] } };
}

function compareSteps(expected: readonly StepParameters[], found: readonly FoundStep[]): { differing: string[]; stale: string[] } {
  const differing: string[] = [];
  const stale: string[] = [];
  const missing = new Set(expected.keys());
  for (const { id, plugin, properties } of found) {
    const ordinal = Number(plain(properties['ordinal']));
    const step = expected[ordinal];
    if (step?.plugin === plugin && missing.delete(ordinal)) {
      differing.push(...differences(step.properties, properties).map(difference => `step ${ordinal}: ${difference}`));
    } else {
      differing.push(`step ${ordinal} of ${plugin} is not in the log`);
      stale.push(id);
    }
  }
  for (const ordinal of missing) differing.push(`step ${ordinal} of ${expected[ordinal]?.plugin} is missing`);
  return { differing, stale };
}

// ---------- Values ----------

/** How what is found differs from what is expected, a sentence a property; other properties are none of ours. */
function differences(expected: object, found: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const [should, is] = [plain(value, name), plain(found[name], name)];
    return should === is ? [] : [`${name} is ${JSON.stringify(is)}, the logs say ${JSON.stringify(should)}`];
  });
}

/** A value as it is compared: whole numbers as numbers, times as text in UTC, what is not there as null. */
function plain(value: unknown, name = ''): unknown {
  if (value === undefined || value === null) return null;
  if (isInt(value)) return value.toNumber();
  if (isDateTime(value)) return value.toStandardDate().toISOString();
  const isTime = typeof value === 'string' && (name.endsWith('_at') || name === 'last_used');
  return isTime && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : value;
}
