/** What it costs to know every id: memory and time of a look-up among ten million. */
import { IdTable } from '../src/log/id-table.ts';
import { count, table } from './support/comparison.ts';
import { say } from './support/progress.ts';

const LOOK_UPS = 1_000_000;
/** About the length of a journal row. */
const ROW_BYTES = 800;

/** The section of docs/benchmarks.md. */
export async function ids(size: number): Promise<string> {
  const known = new IdTable();
  const rows: string[][] = [];
  for (let next = 0; next < size; ) {
    say(`${next} of ${size} ids`);
    for (const end = Math.min(size, next + size / 10); next < end; next++) known.add(`execution-${next}`, next * ROW_BYTES);
    if (next !== size / 10 && next !== size) continue;
    const begun = performance.now();
    for (let look = 0; look < LOOK_UPS; look++) known.candidates(`execution-${(look * 7919) % (2 * size)}`);
    const microseconds = ((performance.now() - begun) / LOOK_UPS) * 1000;
    rows.push([count(next), (known.bytes / next).toFixed(0), microseconds.toFixed(2)]);
  }
  return [
    'The table of ids in memory; half of those looked up are known. An execution has two ids where its workflowId is its own, else one. A hit is confirmed by reading its row in the journal.',
    '',
    table(['ids', 'bytes an id', 'µs a look-up'], rows),
  ].join('\n');
}
