import { int } from 'neo4j-driver';
import type { JournalRow } from '../../record/record.ts';
import { type ExpectedGraph, type Pass, recordedExecutions } from './expected-graph.ts';
import type { GraphFinding } from './graph-finding.ts';
import type { GraphStore } from './graph-store.ts';
import { differences, plain } from './property-differences.ts';
import { PAGE_OF_EXECUTIONS } from './statements.ts';
import { executionParameters, type StepParameters } from './stretch-rows.ts';

export type ExecutionComparison = Readonly<{
  store: GraphStore;
  pass: Pass;
  expected: ExpectedGraph;
  /** Counted while it goes on: what was found as it should be, and what not. */
  compared: { executions: number; steps: number };
  /** Told every execution that is not among the last of its pattern, in log order. */
  onRetired: (row: JournalRow) => Promise<void>;
}>;

const PAGE = 500;

type FoundStep = { id: string; plugin: string | null; properties: Record<string, unknown> };
type FoundExecution = {
  start: number;
  key: string;
  properties: Record<string, unknown>;
  marked: boolean;
  patterns: { id: string; pattern: string | null; plain: boolean }[];
  steps: FoundStep[];
};

async function* foundExecutions({ store, pass }: ExecutionComparison): AsyncGenerator<FoundExecution> {
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
export async function* compareExecutions(comparison: ExecutionComparison): AsyncGenerator<GraphFinding> {
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
