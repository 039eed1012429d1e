/** What programs wrote to archived files that they had kept open. It does not count there; listed, so that nothing is lost. */
import { LOG_NAMES, type LogName } from './position.ts';
import { archivedFile, sealedYears } from './sealed.ts';
import { readAt, Segment } from './segment.ts';

export type Leftover = Readonly<{
  year: number;
  log: LogName;
  /** Within the metrics directory, such as `archive/2025/durations.log`. */
  file: string;
  /** The number of its first line in the file. */
  line: number;
  /** All that the file holds past what its seal counts; a last line may lack its line feed, being still written. */
  bytes: Buffer;
}>;

/**
 * The leftovers of all archived years, oldest first. Reads only; may be done beside the owner. Rows of plugin_usage.log among them
 * are totals of their time: what was appended since counts, unless it says less.
 */
export async function leftovers(directory: string): Promise<Leftover[]> {
  const found: Leftover[] = [];
  for (const { year, logs } of sealedYears(directory)) {
    for (const log of LOG_NAMES) {
      const file = archivedFile(year, log);
      const segment = await Segment.archived({ log, directory, file, start: 0 }, logs[log]);
      try {
        const start = logs[log].dataStart + logs[log].length;
        const bytes = await readAt(segment.handle, start, segment.bytes() - start);
        if (bytes.length > 0) found.push({ year, log, file, line: await segment.lineNumber(segment.end()), bytes });
      } finally {
        await segment.handle.close();
      }
    }
  }
  return found;
}
