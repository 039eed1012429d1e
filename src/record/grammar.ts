/**
 * The one grammar of each shared log: its columns, what each may hold, and from them the regular expression that decides
 * what is a row. The pattern sources stay within what JavaScript and RE2 read alike.
 */
import { splitLine, unquoted } from './csv.ts';
import { MAX_DURATION_SECONDS } from './duration.ts';
import { parseTimestamp } from './timestamp.ts';

/** A line longer than this is no row: it keeps the memory that one line can claim bounded. Characters. */
export const MAX_LINE_LENGTH = 1 << 20;

/** The most that a row can say; whoever adds to another program's totals stops there. */
export const MAX_COUNT = 999_999_999_999_999;
/** Whole milliseconds, so that the mean of a single use says no more than the total. Microseconds. */
export const MAX_TOTAL_US = BigInt(MAX_COUNT) * 1_000_000n + 999_000n;

type Kind = Readonly<{
  /** What the unquoted text looks like. */
  pattern: string;
  /** In words, for the reason of a rejected line. */
  expected: string;
  /** Text that quotes may carry commas and quotes into. */
  free?: true;
  /** What a pattern cannot say; of the unquoted text. */
  holds?: (text: string) => boolean;
}>;

const PLAIN = '[^",\\x00-\\x08\\x0a-\\x1f]';
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const CONTROL_FREE = /^[^\x00-\x08\x0a-\x1f]*$/;
const QUOTED = '[^"\\x00-\\x08\\x0a-\\x1f]*(?:""[^"\\x00-\\x08\\x0a-\\x1f]*)*';

const timestamp: Kind = {
  pattern: '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,9})?(?:Z|[+-]\\d{2}:\\d{2})',
  expected: 'a timestamp such as 2025-11-07T00:00:00Z',
  holds: text => parseTimestamp(text) !== undefined,
};
const name: Kind = {
  pattern: `${PLAIN}+`,
  expected: 'a name that is not empty and without control characters',
  free: true,
  holds: text => text !== '',
};
const text: Kind = { pattern: `${PLAIN}*`, expected: 'text without control characters', free: true };
const count: Kind = { pattern: '\\d{1,15}', expected: 'a whole number' };
const seconds: Kind = {
  pattern: '\\d{1,15}(?:\\.\\d{1,30})?',
  expected: `seconds from 0 to ${MAX_DURATION_SECONDS}, such as 61.042`,
  holds: value => Number(value) <= MAX_DURATION_SECONDS,
};
const totalSeconds: Kind = { pattern: '\\d{1,15}(?:\\.\\d{1,30})?', expected: 'seconds, such as 334800' };
const success: Kind = { pattern: 'true|false', expected: 'true or false' };

const COLUMNS = {
  durations: { timestamp, workflow_id: name, phase: name, step: name, plugin: name, duration_seconds: seconds, success },
  success_rates: {
    timestamp,
    pattern_id: name,
    pattern_name: name,
    success,
    duration_seconds: seconds,
    plugins_used: count,
    files_created: count,
    notes: text,
  },
  plugin_usage: {
    timestamp,
    plugin_name: name,
    execution_count: count,
    total_duration_seconds: totalSeconds,
    success_count: count,
    failure_count: count,
    avg_duration_seconds: totalSeconds,
    last_used: timestamp,
  },
} as const satisfies Record<string, Record<string, Kind>>;

type SharedLog = keyof typeof COLUMNS;

/** The header of each log, exactly, without its line feed. The first three existed before this project. */
export const HEADERS = {
  journal:
    'timestamp,kind,execution_id,workflow_id,pattern_id,pattern_name,task_description,status,started_at,completed_at,duration_ms,error_message,files_created,notes,steps,attributes,base,chain',
  durations: Object.keys(COLUMNS.durations).join(','),
  success_rates: Object.keys(COLUMNS.success_rates).join(','),
  plugin_usage: Object.keys(COLUMNS.plugin_usage).join(','),
} as const;

/** A value in quotes is the same value; names and text in quotes may also hold commas and doubled quotes. */
function columnPattern(kind: Kind): string {
  return `${kind.pattern}|"(?:${kind.free ? QUOTED : kind.pattern})"`;
}

function rowPattern(columns: Record<string, Kind>): RegExp {
  const fields = Object.values(columns).map(kind => `(${columnPattern(kind)})`);
  return new RegExp(`^${fields.join(',')}$`);
}

const ROWS: Record<SharedLog, RegExp> = {
  durations: rowPattern(COLUMNS.durations),
  success_rates: rowPattern(COLUMNS.success_rates),
  plugin_usage: rowPattern(COLUMNS.plugin_usage),
};

/**
 * The columns of a line in the form of a row of the log, unquoted; undefined where it is none. What a pattern cannot say (a
 * calendar date, the longest duration) is judged where the columns become values.
 */
export function rowColumns(log: SharedLog, line: string): string[] | undefined {
  if (line.length > MAX_LINE_LENGTH) return undefined;
  const columns = ROWS[log].exec(line)?.slice(1);
  return columns && line.includes('"') ? columns.map(unquoted) : columns;
}

/** Why a line is no row of the log, in words for the person who wrote it. */
export function reasonOf(log: SharedLog, line: string): string {
  if (line.length > MAX_LINE_LENGTH) return `longer than ${MAX_LINE_LENGTH} characters`;
  if (line !== '' && line.replaceAll('\0', '') === '') return 'zero bytes: the space was allotted but its content never reached the disk';
  const columns = Object.entries<Kind>(COLUMNS[log]);
  const values = splitLine(line);
  if (!values) return 'the quotes do not fit: a field holds a quote only between quotes, doubled, and they close on the same line';
  if (values.length !== columns.length) {
    const older = log === 'success_rates' && values.length === 3 ? ' (the older shape of success_rates.log)' : '';
    return `${values.length} columns${older} where ${columns.length} are expected: ${HEADERS[log]}`;
  }
  for (const [index, [column, kind]] of columns.entries()) {
    const value = values[index] ?? '';
    if (!fits(kind, value)) return `${column} must be ${kind.expected}; it is ${JSON.stringify(value.slice(0, 60))}`;
  }
  return 'not in the form of a row';
}

function fits(kind: Kind, value: string): boolean {
  const form = kind.free ? CONTROL_FREE : new RegExp(`^(?:${kind.pattern})$`);
  return form.test(value) && kind.holds?.(value) !== false;
}
