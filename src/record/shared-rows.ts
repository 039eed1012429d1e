/** Rows of the three shared logs: from a line to values, and from values to the line that other programs read. */
import { field, quoted } from './csv.ts';
import { durationMicroseconds, formatDuration, formatMean, formatMicroseconds, MAX_DURATION_SECONDS, toMicroseconds } from './duration.ts';
import type { Execution, Step } from './execution.ts';
import { rowColumns } from './grammar.ts';
import type { DurationsRow, PluginUsageRow, SuccessRatesRow } from './rows.ts';
import { toOneLine } from './text.ts';
import { formatSeconds, parseTimestamp } from './timestamp.ts';

/** What a line says, without its place in the log. */
type Unplaced<Row> = Omit<Row, 'start' | 'end'>;

export type DurationsValues = Unplaced<DurationsRow>;
export type SuccessRatesValues = Unplaced<SuccessRatesRow>;
export type PluginUsageValues = Unplaced<PluginUsageRow>;

/** Whole seconds since 1970 of a timestamp column. The fraction is cut: windows and buckets work on seconds. */
function secondsOf(text: string): number | undefined {
  const milliseconds = parseTimestamp(text);
  return milliseconds === undefined ? undefined : Math.floor(milliseconds / 1000);
}

function durationOf(text: string): number | undefined {
  return Number(text) <= MAX_DURATION_SECONDS ? durationMicroseconds(text) : undefined;
}

export function parseDurationsLine(line: string): DurationsValues | undefined {
  const columns = rowColumns('durations', line);
  if (!columns) return undefined;
  const [time = '', workflowId = '', phase = '', step = '', plugin = '', seconds = '', success] = columns;
  const timestamp = secondsOf(time);
  const durationUs = durationOf(seconds);
  if (timestamp === undefined || durationUs === undefined || !workflowId || !phase || !step || !plugin) return undefined;
  return { timestamp, workflowId, phase, step, plugin, durationUs, success: success === 'true' };
}

export function parseSuccessRatesLine(line: string): SuccessRatesValues | undefined {
  const columns = rowColumns('success_rates', line);
  if (!columns) return undefined;
  const [time = '', patternId = '', patternName = '', success, seconds = '', pluginsUsed, filesCreated] = columns;
  const timestamp = secondsOf(time);
  const durationUs = durationOf(seconds);
  if (timestamp === undefined || durationUs === undefined || !patternId || !patternName) return undefined;
  return {
    timestamp,
    patternId,
    patternName,
    success: success === 'true',
    durationUs,
    pluginsUsed: Number(pluginsUsed),
    filesCreated: Number(filesCreated),
  };
}

export function parsePluginUsageLine(line: string): PluginUsageValues | undefined {
  const columns = rowColumns('plugin_usage', line);
  if (!columns) return undefined;
  const [time = '', plugin = '', uses, total = '', successes, failures, , last = ''] = columns;
  const timestamp = secondsOf(time);
  const lastUsed = secondsOf(last);
  if (timestamp === undefined || lastUsed === undefined || !plugin) return undefined;
  return {
    timestamp,
    plugin,
    uses: Number(uses),
    totalDurationUs: toMicroseconds(total),
    successes: Number(successes),
    failures: Number(failures),
    lastUsed,
  };
}

/** The second in which an execution's rows stand: late and imported records land in their day. */
export function rowTimestamp(execution: Pick<Execution, 'completedAt'>): number {
  return Math.floor(execution.completedAt / 1000);
}

/** The line of a step that ran, without its line feed. */
export function formatDurationsLine(execution: Execution, step: Step): string {
  const run = `${formatSeconds(rowTimestamp(execution))},${execution.workflowId}`;
  return `${run},${step.phase},${step.step},${step.plugin},${formatDuration(step.durationMs)},${step.status === 'success'}`;
}

/** The line of an execution that counts for its pattern (a cancelled one says nothing about it and has none). */
export function formatSuccessRatesLine(execution: Execution, pluginsUsed: number): string {
  const pattern = `${formatSeconds(rowTimestamp(execution))},${execution.patternId},${execution.patternName}`;
  const outcome = `${execution.status === 'success'},${formatDuration(execution.durationMs)}`;
  return `${pattern},${outcome},${pluginsUsed},${execution.filesCreated},${quoted(toOneLine(execution.notes))}`;
}

/** The line of a plugin's running totals. The average is what other programs expect to find: total by count, 3 decimals. */
export function formatPluginUsageLine(row: PluginUsageValues): string {
  return [
    formatSeconds(row.timestamp),
    field(row.plugin),
    row.uses,
    formatMicroseconds(row.totalDurationUs),
    row.successes,
    row.failures,
    formatMean(row.totalDurationUs, row.uses),
    formatSeconds(row.lastUsed),
  ].join(',');
}
