/**
 * The graph beside the logs as of a position: every node and every relationship of ours. In flow both, side by side in the order of
 * their keys, a page at a time; out flow findings, each with what corrects it, in an order in which they can be corrected.
 */
import { int } from 'neo4j-driver';
import type { GraphAggregates } from './aggregates.ts';
import { compareExecutions, type ExecutionComparison } from './execution-comparison.ts';
import type { Correction, GraphFinding } from './graph-finding.ts';
import { differences } from './property-differences.ts';
import { PAGE_OF_PATTERNS, PAGE_OF_PLUGINS } from './statements.ts';
import { patternParameters, pluginParameters } from './stretch-rows.ts';

export type Compared = { patterns: number; plugins: number; executions: number; steps: number };

export type Comparison = Omit<ExecutionComparison, 'compared'> & Readonly<{ aggregates: GraphAggregates; compared: Compared }>;

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
