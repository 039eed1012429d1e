/**
 * What four logs hold, read by other means than the program's own (csv-parse, a hash, plain splits), for tests that must not
 * trust it.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { LOG_NAMES, type LogName, type SharedLog } from '../../src/log/log.ts';

/** As the design writes them; the journal's is this program's own. */
const HEADERS: Record<LogName, string> = {
  journal:
    'timestamp,kind,execution_id,workflow_id,pattern_id,pattern_name,task_description,status,started_at,completed_at,duration_ms,error_message,files_created,notes,steps,attributes,base,chain',
  durations: 'timestamp,workflow_id,phase,step,plugin,duration_seconds,success',
  success_rates: 'timestamp,pattern_id,pattern_name,success,duration_seconds,plugins_used,files_created,notes',
  plugin_usage: 'timestamp,plugin_name,execution_count,total_duration_seconds,success_count,failure_count,avg_duration_seconds,last_used',
};

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ,/;
/** Behind the time. Fragments that other programs' rows have ended fit none of these. */
const SHAPES: Record<SharedLog, RegExp> = {
  durations: /^([^,"]+,){4}[\d.]+,(true|false)$/,
  success_rates: /^([^,"]+,){2}(true|false),[\d.]+,\d+,\d+,"([^"]|"")*"$/,
  plugin_usage: /^[^,"]+,\d+,[\d.]+,\d+,\d+,[\d.]+,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
};

export type StoredStep = { step: number; phase: string; plugin: string; durationMs: number; status: string };

/** A whole line, and the position right behind it. */
export type Row = Readonly<{ text: string; end: number }>;

/** An execution as the journal has it, with the rows that it owes, written from the words of the design. */
export type JournalEntry = Readonly<{ executionId: string; end: number; durations: string[]; success: string[]; steps: StoredStep[] }>;

export type LogContents = Readonly<{
  /** What each log holds behind its headers, byte by byte, archives first: a position counts these. */
  data: Record<LogName, Buffer>;
  /** Rows of plugin_usage.log that archiving has carried over into the file that follows. */
  carried: ReadonlySet<Row>;
  journal: JournalEntry[];
  /** The own half of each journal row's chain, by its end. */
  chain: { own: string; end: number }[];
  rows: Record<SharedLog, Row[]>;
  /** Lines that are no rows, a last one without line feed included. */
  fragments: Record<LogName, string[]>;
  /** Headers and links of the chain that do not hold. */
  faults: string[];
}>;

/** The bytes that positions count, archives first; none where there is no file. */
export function dataOf(directory: string, log: LogName): Buffer {
  return Buffer.concat(filesOf(directory, log));
}

/**
 * The data of each file of a log, oldest first: what the seals of the archived years count, and all behind the live header. In a
 * year whose archiving was killed before it was sealed, a log that has been moved counts whole.
 */
function filesOf(directory: string, log: LogName): Buffer[] {
  const archive = join(directory, 'archive');
  const years = existsSync(archive) ? readdirSync(archive).toSorted() : [];
  const live = join(directory, `${log}.log`);
  const archived = years
    .map(year => ({ path: join(archive, year, `${log}.log`), seal: join(archive, year, 'sealed') }))
    .filter(({ path, seal }) => existsSync(seal) || (existsSync(path) && statSync(path).ino !== statSync(live).ino))
    .map(({ path, seal }) => {
      if (!existsSync(seal)) return behindHeader(path, log);
      const { dataStart, length } = (JSON.parse(readFileSync(seal, 'utf8')) as Seal)[log];
      return readFileSync(path).subarray(dataStart, dataStart + length);
    });
  return [...archived, behindHeader(live, log)];
}

type Seal = Record<LogName, { dataStart: number; length: number }>;

function behindHeader(path: string, log: LogName): Buffer {
  if (!existsSync(path)) return Buffer.alloc(0);
  const header = Buffer.from(`${HEADERS[log]}\n`);
  const bytes = readFileSync(path);
  return bytes.subarray(0, header.length).equals(header) ? bytes.subarray(header.length) : bytes;
}

/** Reads all four logs. */
export function readContents(directory: string): LogContents {
  const faults: string[] = [];
  const data = eachLog(log => dataOf(directory, log));
  for (const log of LOG_NAMES) {
    const start = readFileSync(join(directory, `${log}.log`), 'utf8').split('\n', 1)[0];
    if (start !== HEADERS[log]) faults.push(`${log}.log begins with ${JSON.stringify(start)} instead of its header`);
  }
  const lines = eachLog(log => linesOf(data[log]));
  const journal = parted(lines.journal, provesItself);
  const durations = parted(lines.durations, row => isRow('durations', row));
  const success_rates = parted(lines.success_rates, row => isRow('success_rates', row));
  const plugin_usage = parted(lines.plugin_usage, row => isRow('plugin_usage', row));
  for (const [index, { text }] of journal[0].entries()) {
    const before = journal[0][index - 1]?.text.slice(-16) ?? '0'.repeat(16);
    if (text.slice(-32, -16) !== before) faults.push(`row ${index + 1} of journal.log does not go on the chain of the row before`);
  }
  const texts = (rows: readonly Row[]) => rows.map(({ text }) => text);
  return {
    data,
    journal: journal[0].map(entry),
    chain: journal[0].map(({ text, end }) => ({ own: text.slice(-16), end })),
    rows: { durations: durations[0], success_rates: success_rates[0], plugin_usage: plugin_usage[0] },
    carried: carriedOver(plugin_usage[0], filesOf(directory, 'plugin_usage')),
    fragments: {
      journal: texts(journal[1]),
      durations: texts(durations[1]),
      success_rates: texts(success_rates[1]),
      plugin_usage: texts(plugin_usage[1]),
    },
    faults,
  };
}

export function eachLog<Value>(make: (log: LogName) => Value): Record<LogName, Value> {
  return {
    journal: make('journal'),
    durations: make('durations'),
    success_rates: make('success_rates'),
    plugin_usage: make('plugin_usage'),
  };
}

/** Empty lines are nobody's. */
function linesOf(data: Buffer): Row[] {
  const rows: Row[] = [];
  for (let start = 0; start < data.length; ) {
    const feed = data.indexOf(10, start);
    const end = feed === -1 ? data.length : feed;
    // What has no line feed yet is marked by an end that no position has.
    if (end > start) rows.push({ text: data.toString('utf8', start, end), end: feed === -1 ? Number.POSITIVE_INFINITY : end + 1 });
    start = end + 1;
  }
  return rows;
}

/** The rows of a file behind an archive that repeat, once, what the archive says last of a plugin: at its beginning, or where it came late. */
function carriedOver(rows: readonly Row[], files: readonly Buffer[]): Set<Row> {
  const carried = new Set<Row>();
  const latest = new Map<string, string>();
  let start = 0;
  for (const { length } of files) {
    const archived = new Map(latest);
    for (const row of rows.filter(({ end }) => end > start && end <= start + length)) {
      const plugin = row.text.split(',')[1] ?? '';
      if (archived.get(plugin) === row.text) {
        carried.add(row);
        archived.delete(plugin);
      }
      latest.set(plugin, row.text);
    }
    start += length;
  }
  return carried;
}

function isRow(log: SharedLog, { text, end }: Row): boolean {
  return end < Number.POSITIVE_INFINITY && TIME.test(text) && SHAPES[log].test(text.slice(text.indexOf(',') + 1));
}

function provesItself({ text, end }: Row): boolean {
  const chain = text.slice(-32);
  const proof = createHash('sha256').update(chain.slice(0, 16)).update(text.slice(0, -32)).digest('hex').slice(0, 16);
  return end < Number.POSITIVE_INFINITY && proof === chain.slice(16);
}

function entry({ text, end }: Row): JournalEntry {
  const [columns = []] = parse(text) as string[][];
  const [, , executionId = '', workflowId, patternId, patternName, , status, , completedAt = '', durationMs] = columns;
  const [files, notes = '', steps = ''] = columns.slice(12);
  const time = `${completedAt.slice(0, 19)}Z`;
  const ran = (JSON.parse(steps) as StoredStep[]).filter(step => step.status !== 'skipped');
  const plugins = new Set(ran.map(({ plugin }) => plugin)).size;
  const success = [time, patternId, patternName, status === 'success', Number(durationMs) / 1000, plugins, files, `"${oneLine(notes)}"`];
  return {
    executionId,
    end,
    steps: ran,
    durations: ran.map(({ phase, step, plugin, durationMs, status }) =>
      [time, workflowId, phase, step, plugin, durationMs / 1000, status === 'success'].join(','),
    ),
    success: status === 'cancelled' ? [] : [success.join(',')],
  };
}

/** The journal's escapes as the shared logs show them: a line break or control character is one space. */
function oneLine(notes: string): string {
  const blanked = notes.replace(/\\r\\n|\\(?:\\|[nrt]|u[0-9a-f]{4})/g, code => (code === '\\\\' ? '\\' : ' '));
  return blanked.replaceAll('"', '""');
}

function parted(rows: readonly Row[], fits: (row: Row) => boolean): [fitting: Row[], rest: Row[]] {
  const [fitting, rest]: [Row[], Row[]] = [[], []];
  for (const row of rows) (fits(row) ? fitting : rest).push(row);
  return [fitting, rest];
}
