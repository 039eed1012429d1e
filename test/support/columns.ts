/** What columns of a log hold, as rows, so that they can be compared. */
import {
  type ColumnStretch,
  type DurationsColumns,
  type JournalColumns,
  type Position,
  reaches,
  START,
  type Stretch,
  type SuccessRatesColumns,
  type TextList,
} from '../../src/log/log.ts';
import { EXECUTION_STATUSES, type RejectedLine } from '../../src/record/record.ts';

export function textsOf({ joined, length }: TextList): string[] {
  const texts = joined.split('\n');
  if (texts.pop() !== '' || texts.length !== length) throw new Error(`a list of ${length} texts holds ${texts.length}`);
  return texts;
}

export function journalRowsOf(columns: JournalColumns) {
  const workflowIds = textsOf(columns.workflowIds);
  return Array.from({ length: columns.length }, (_, row) => ({
    start: columns.start[row] ?? -1,
    end: (columns.start[row] ?? 0) + (columns.bytes[row] ?? 0),
    workflowId: workflowIds[row],
    patternId: columns.patterns[columns.pattern[row] ?? -1],
    patternName: columns.patterns[columns.title[row] ?? -1],
    status: EXECUTION_STATUSES[columns.status[row] ?? -1],
    completedAt: columns.completedAt[row],
    durationMs: columns.durationMs[row],
    baseDurations: columns.baseDurations[row],
  }));
}

/** Neither steps nor ends, which the columns leave out. */
export function stepRowsOf(columns: DurationsColumns) {
  const workflowIds = textsOf(columns.workflowIds);
  return Array.from({ length: columns.length }, (_, row) => ({
    start: columns.start[row],
    timestamp: columns.timestamp[row],
    workflowId: workflowIds[columns.workflow[row] ?? -1],
    phase: columns.phases[columns.phase[row] ?? -1],
    plugin: columns.plugins[columns.plugin[row] ?? -1],
    durationUs: columns.durationUs[row],
    success: columns.success[row] === 1,
  }));
}

/** Neither counts nor ends, which the columns leave out. */
export function executionRowsOf(columns: SuccessRatesColumns) {
  return Array.from({ length: columns.length }, (_, row) => ({
    start: columns.start[row],
    timestamp: columns.timestamp[row],
    patternId: columns.patterns[columns.pattern[row] ?? -1],
    patternName: columns.patterns[columns.title[row] ?? -1],
    durationUs: columns.durationUs[row],
    success: columns.success[row] === 1,
  }));
}

type Columned = { readColumns: (from: Position, to: Position, maxBytes: number) => Promise<Stretch | ColumnStretch> };

/** All columns as rows, read on from the beginning as a follower reads them; and which columns those were. */
export async function followColumns(log: Columned, end: Position, maxBytes: number) {
  const rows = {
    journal: [] as ReturnType<typeof journalRowsOf>,
    durations: [] as ReturnType<typeof stepRowsOf>,
    success_rates: [] as ReturnType<typeof executionRowsOf>,
    rejected: [] as RejectedLine[],
  };
  const columns = new Set<object>();
  let from = START;
  while (!reaches(from, end)) {
    const read = await log.readColumns(from, end, maxBytes);
    if (!('workflowIds' in read.journal)) throw new Error('these are no columns');
    const { journal, durations, success_rates } = read as ColumnStretch;
    rows.journal.push(...journalRowsOf(journal));
    rows.durations.push(...stepRowsOf(durations));
    rows.success_rates.push(...executionRowsOf(success_rates));
    rows.rejected.push(...read.rejected);
    for (const each of [journal, success_rates]) columns.add(each);
    from = read.to;
  }
  rows.rejected.sort((a, b) => a.file.localeCompare(b.file) || a.start - b.start);
  return { rows, columns, chain: from.chain };
}
