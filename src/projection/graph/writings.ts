/** Rows as what is said to Neo4j: statements with their parameters, each of a bounded size. */
import { int } from 'neo4j-driver';
import type { JournalRow } from '../../record/record.ts';
import type { GraphStore, Writing } from './graph-store.ts';
import { CREATE_EXECUTIONS, FIND_EXECUTIONS, PLAIN_PROPERTIES, STEP_PROPERTIES, WRITE_EXECUTIONS } from './statements.ts';
import { type ExecutionParameters, executionParameters } from './stretch-rows.ts';

/** Rows of one UNWIND, and steps: enough that a round trip does not count, few enough that a message stays below a few megabytes. */
const BATCH_ROWS = 1_000;
const BATCH_STEPS = 5_000;

type PlacedRow = Pick<JournalRow, 'execution' | 'start'>;

export function batchesOf<Row>(rows: readonly Row[]): (readonly Row[])[] {
  const batches: (readonly Row[])[] = [];
  for (let start = 0; start < rows.length; start += BATCH_ROWS) batches.push(rows.slice(start, start + BATCH_ROWS));
  return batches;
}

/**
 * Writes executions, in log order, with their relationships. Those that the graph has in some form are found by their keys and written
 * over; it seldom has one, and to create the others costs Neo4j far less.
 */
export async function executionWritings(store: GraphStore, rows: readonly PlacedRow[]): Promise<Writing[]> {
  const there = await keysThere(store, rows);
  if (there.size === 0) return creations(rows);
  const isThere = ({ execution }: PlacedRow) => there.has(execution.executionId);
  return [
    ...batchesOfSteps(rows.filter(isThere)).map((some): Writing => [WRITE_EXECUTIONS, { rows: some.map(executionParameters) }]),
    ...creations(rows.filter(row => !isThere(row))),
  ];
}

/** The keys that the graph has, or that come twice. */
async function keysThere(store: GraphStore, rows: readonly PlacedRow[]): Promise<Set<string>> {
  const seen = new Set<string>();
  const there = new Set<string>();
  for (const { execution } of rows) (seen.has(execution.executionId) ? there : seen).add(execution.executionId);
  for (const keys of batchesOf([...seen])) {
    for (const { key } of await store.rows<{ key: string }>(FIND_EXECUTIONS, { keys })) there.add(key);
  }
  return there;
}

/** Writes executions of which none is in the graph. */
export function creations(rows: readonly PlacedRow[]): Writing[] {
  return batchesOfSteps(rows).map(some => [CREATE_EXECUTIONS, creation(some.map(executionParameters))]);
}

/** By pattern and by plugin, as the statement wants them. */
function creation(rows: readonly ExecutionParameters[]) {
  const executions = new Map<string, unknown[]>();
  const steps = new Map<string, unknown[]>();
  for (const [index, row] of rows.entries()) {
    const { pattern_id, properties, started_at, completed_at } = row;
    addTo(executions, pattern_id, [...PLAIN_PROPERTIES.map(name => properties[name]), started_at, completed_at]);
    const place = int(index);
    for (const step of row.steps) addTo(steps, step.plugin, [...STEP_PROPERTIES.map(name => step.properties[name]), place]);
  }
  return {
    patterns: [...executions].map(([pattern_id, some]) => ({ pattern_id, executions: some })),
    plugins: [...steps].map(([name, some]) => ({ name, steps: some })),
  };
}

function addTo<Row>(groups: Map<string, Row[]>, key: string, row: Row): void {
  const group = groups.get(key);
  if (group) group.push(row);
  else groups.set(key, [row]);
}

function batchesOfSteps(rows: readonly PlacedRow[]): PlacedRow[][] {
  const batches: PlacedRow[][] = [];
  let steps = 0;
  for (const row of rows) {
    const batch = batches.at(-1);
    steps += row.execution.steps.length;
    if (batch && batch.length < BATCH_ROWS && steps <= BATCH_STEPS) batch.push(row);
    else {
      batches.push([row]);
      steps = row.execution.steps.length;
    }
  }
  return batches;
}
