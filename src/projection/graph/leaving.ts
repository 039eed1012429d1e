import type { Stretch } from '../../log/log.ts';
import type { GraphArchive } from './graph-archive.ts';
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
    const missing: number[] = [];
    for (const { patternId, start } of some) if (!(await archive.has(patternId, start))) missing.push(start);
    const away = missing.filter(start => !inStretch.has(start));
    const read = (await logs.executionsAt(away)).map((execution, place) => ({ start: away[place] ?? 0, execution }));
    const here = missing.flatMap(start => {
      const execution = inStretch.get(start);
      return execution ? [{ start, execution }] : [];
    });
    // The stretch comes after all that it pushes out.
    await archive.append([...read, ...here]);
  }
}
