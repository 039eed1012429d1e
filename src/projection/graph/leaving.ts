import type { Stretch } from '../../log/log.ts';
import type { GraphArchive, PlacedExecution } from './graph-archive.ts';
import type { GraphLogs } from './graph-logs.ts';
import { batchesOf } from './writings.ts';

/** An execution that leaves the graph: its pattern, and where its row starts. */
export type Leaving = Readonly<{ patternId: string; start: number }>;

/** Brings executions, in log order within a pattern, onto the disk before they leave; those of the stretch in hand are not read again. */
export async function archiveLeaving(
  { archive, logs }: Readonly<{ archive: GraphArchive; logs: GraphLogs }>,
  leaving: readonly Leaving[],
  stretch?: Stretch,
): Promise<void> {
  const inStretch = new Map(stretch?.journal.map(row => [row.start, row.execution]));
  for (const some of batchesOf(leaving)) {
    const missing: Leaving[] = [];
    for (const one of some) if (!(await archive.has(one.patternId, one.start))) missing.push(one);
    const placed = missing.map(async ({ start }): Promise<PlacedExecution> => {
      return { start, execution: inStretch.get(start) ?? (await logs.executionAt(start)) };
    });
    await archive.append(await Promise.all(placed));
  }
}
