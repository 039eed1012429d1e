/**
 * The rows of the logs for who judges runs: those of the journal in short; those of durations.log and success_rates.log, of which nearly
 * all are derived from the journal, when they are asked for; and of plugin_usage.log, which holds running totals, the last of each plugin.
 */
import { type JournalRun, type PluginUsageRow, type RowOf, RunReader } from '../record/record.ts';
import { ByteDictionary } from './byte-dictionary.ts';
import { decode, decodeLazily } from './decode.ts';
import type { RowRange } from './stretch.ts';
import { readUsualLines } from './usual-lines.ts';

const [LINE_FEED, QUOTE, COMMA] = [10, 34, 44];
/** Names that are kept for the rows to come. */
const MAX_NAMES = 10_000;

/** Each takes whole lines, which begin at position `start`; what is no row is left out. */
export class RunRows {
  #names = new ByteDictionary();
  readonly #reader = new RunReader((bytes, start, end) => this.#names.texts[this.#names.placeOf(bytes, start, end)] as string);

  /** Reads what `decodeLazily` reads. */
  journal(bytes: Buffer, start: number): JournalRun[] {
    if (this.#names.texts.length > MAX_NAMES) this.#names = new ByteDictionary();
    const rows: JournalRun[] = [];
    const readLine = (at: number) => {
      const end = bytes.indexOf(LINE_FEED, at) + 1;
      const run = this.#reader.read(bytes, { start: at, end: end - 1, from: start });
      if (run) rows.push(run);
      return run && end;
    };
    readUsualLines({ readLine, add: (row: JournalRun) => rows.push(row) }, bytes, start, (lines, from) =>
      decodeLazily('journal', lines, from),
    );
    return rows;
  }
}

/** The rows of a shared log, decoded when they are asked for. */
export function rowRange<Log extends 'durations' | 'success_rates'>(log: Log, bytes: Buffer, start: number): RowRange<RowOf[Log]> {
  return {
    start,
    end: start + bytes.length,
    between: (from, to) => decode(log, bytes.subarray(from - start, to - start), from).rows,
  };
}

/** The last row of each plugin, read from behind. */
export function latestUsage(bytes: Buffer, start: number): PluginUsageRow[] {
  const found = new Map<string, PluginUsageRow>();
  for (let end = bytes.length; end > 0; ) {
    // A place before the first byte would be counted from the end.
    const at = end === 1 ? 0 : bytes.lastIndexOf(LINE_FEED, end - 2) + 1;
    if (!found.has(pluginIn(bytes, at))) {
      const [row] = decode('plugin_usage', bytes.subarray(at, end), start + at).rows;
      if (row && !found.has(row.plugin)) found.set(row.plugin, row);
    }
    end = at;
  }
  return [...found.values()].reverse();
}

/** What stands in the second column of a line; a name in quotes is no plugin's as it stands. */
function pluginIn(bytes: Buffer, lineStart: number): string {
  const start = bytes.indexOf(COMMA, lineStart) + 1;
  let end = start;
  while (end < bytes.length && bytes[end] !== COMMA && bytes[end] !== LINE_FEED) end++;
  return bytes[start] === QUOTE ? '' : bytes.toString('utf8', start, end);
}
