/** Rows as what is said to Neo4j: statements with their parameters, each of a bounded size. */
import type { JournalRow } from '../../record/record.ts';
import type { GraphStore, Writing } from './graph-store.ts';
import { CREATE_EXECUTIONS, FIND_EXECUTIONS, OWN_STEP_PROPERTIES, PLAIN_PROPERTIES, WRITE_EXECUTIONS } from './statements.ts';
import { executionParameters, executionRow } from './stretch-rows.ts';

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
 * Executions with their relationships, in log order. Those that the graph has in some form are written over; it seldom has one, and to
 * create the others costs Neo4j far less.
 */
export async function executionRows(store: GraphStore, rows: readonly PlacedRow[]) {
  const { known, others } = await byWhatIsThere(store, rows);
  return { ...creation(others), executionRows: known.map(executionParameters) };
}

/** The same as statements, each of a bounded size. */
export async function executionWritings(store: GraphStore, rows: readonly PlacedRow[]): Promise<Writing[]> {
  const { known, others } = await byWhatIsThere(store, rows);
  return [
    ...batchesOfSteps(known).map((some): Writing => [WRITE_EXECUTIONS, { rows: some.map(executionParameters) }]),
    ...creations(others),
  ];
}

async function byWhatIsThere(store: GraphStore, rows: readonly PlacedRow[]) {
  const there = await keysThere(store, rows);
  const isThere = ({ execution }: PlacedRow) => there.has(execution.executionId);
  return { known: rows.filter(isThere), others: rows.filter(row => !isThere(row)) };
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
  return batchesOfSteps(rows).map(some => [CREATE_EXECUTIONS, creation(some)]);
}

/**
 * Executions by pattern; steps by plugin, phase and status, of which there are few: so what many rows share is said once. The row of a
 * step ends with the place of its execution.
 */
function creation(rows: readonly PlacedRow[]) {
  const patterns = new Groups<{ pattern_id: string }>();
  const plugins = new Groups<{ name: string; phase: unknown; status: unknown }>();
  for (const [index, placed] of rows.entries()) {
    const { pattern_id, properties, started_at, completed_at, steps } = executionRow(placed);
    patterns.add(pattern_id, { pattern_id }, [...PLAIN_PROPERTIES.map(name => properties[name]), started_at, completed_at]);
    for (const { plugin: name, properties } of steps) {
      const { phase, status } = properties;
      // No name holds a comma.
      plugins.add(`${name},${phase},${status}`, { name, phase, status }, [...OWN_STEP_PROPERTIES.map(key => properties[key]), index]);
    }
  }
  return { patterns: patterns.all, plugins: plugins.all };
}

/** Rows with what they share. */
class Groups<Shared> {
  readonly #byKey = new Map<string, Shared & { rows: unknown[] }>();

  add(key: string, shared: Shared, row: unknown): void {
    const group = this.#byKey.get(key);
    if (group) group.rows.push(row);
    else this.#byKey.set(key, { ...shared, rows: [row] });
  }

  get all(): readonly (Shared & { rows: unknown[] })[] {
    return [...this.#byKey.values()];
  }
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
