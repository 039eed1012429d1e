/**
 * What the shared logs owe to a group of executions: the rows derived from its journal rows. Pure: from executions and from
 * what a log holds since the group's base to the bytes that are still to be appended.
 */
import {
  type DurationsValues,
  type Execution,
  finishedSteps,
  formatDurationsLine,
  formatPluginUsageLine,
  formatSuccessRatesLine,
  MAX_COUNT,
  MAX_TOTAL_US,
  type PluginUsageValues,
  pluginsOf,
  rowTimestamp,
  type Step,
  type SuccessRatesValues,
} from '../record/record.ts';
import { decode, linesOf } from './decode.ts';
import type { SharedLog } from './position.ts';

/** What a group adds to a plugin's running totals. */
export type UsageDelta = PluginUsageValues;

export type Owed = Readonly<{ durations: string[]; success_rates: string[]; plugin_usage: UsageDelta[] }>;

/** The latest totals of every plugin, as of some point of plugin_usage.log. */
export type Usage = ReadonlyMap<string, PluginUsageValues>;

const LINE_FEED = 10;

export function owedBy(executions: readonly Execution[]): Owed {
  const owed: Owed = { durations: [], success_rates: [], plugin_usage: [] };
  const deltas = new Map<string, UsageDelta>();
  for (const execution of executions) {
    const steps = finishedSteps(execution);
    for (const step of steps) {
      owed.durations.push(formatDurationsLine(execution, step));
      deltas.set(step.plugin, added(deltas.get(step.plugin), shareOf(execution, step)));
    }
    if (countsForPattern(execution)) owed.success_rates.push(formatSuccessRatesLine(execution, pluginsUsed(steps)));
  }
  owed.plugin_usage.push(...deltas.values());
  return owed;
}

/** A cancelled execution says nothing about its pattern. */
function countsForPattern({ status }: Execution): boolean {
  return status !== 'cancelled';
}

function pluginsUsed(steps: readonly Step[]): number {
  return pluginsOf(steps).length;
}

function shareOf(execution: Execution, { plugin, durationMs, status }: Step): UsageDelta {
  const timestamp = rowTimestamp(execution);
  const successes = status === 'success' ? 1 : 0;
  return {
    timestamp,
    plugin,
    uses: 1,
    totalDurationUs: BigInt(durationMs * 1000),
    successes,
    failures: 1 - successes,
    lastUsed: timestamp,
  };
}

/** The rows that the lines of `owedBy` are read as, in their order. */
export function durationsRows(executions: readonly Execution[]): DurationsValues[] {
  return executions.flatMap(execution => {
    const timestamp = rowTimestamp(execution);
    const { workflowId } = execution;
    return finishedSteps(execution).map(({ phase, step, plugin, durationMs, status }) => {
      return { timestamp, workflowId, phase, step: String(step), plugin, durationUs: durationMs * 1000, success: status === 'success' };
    });
  });
}

/** The rows that the lines of `owedBy` are read as, in their order. */
export function successRatesRows(executions: readonly Execution[]): SuccessRatesValues[] {
  return executions.filter(countsForPattern).map(execution => ({
    timestamp: rowTimestamp(execution),
    patternId: execution.patternId,
    patternName: execution.patternName,
    success: execution.status === 'success',
    durationUs: execution.durationMs * 1000,
    pluginsUsed: pluginsUsed(finishedSteps(execution)),
    filesCreated: execution.filesCreated,
  }));
}

/** The totals to be appended where nobody else writes: they go on from `usage`, those of the plugins' last rows. */
export function owedUsage(owed: Owed, usage: Usage): PluginUsageValues[] {
  return owed.plugin_usage.map(delta => continued(usage.get(delta.plugin), delta));
}

/**
 * Totals after a further use. The timestamp is the newest one counted in the group, `lastUsed` the latest ever. They stop at
 * the most that a row can say (another program may have written that): a row that is none would be owed for ever.
 */
function added(before: PluginUsageValues | undefined, delta: UsageDelta): PluginUsageValues {
  if (!before) return delta;
  return {
    timestamp: Math.max(before.timestamp, delta.timestamp),
    plugin: delta.plugin,
    uses: Math.min(MAX_COUNT, before.uses + delta.uses),
    totalDurationUs: least(MAX_TOTAL_US, before.totalDurationUs + delta.totalDurationUs),
    successes: Math.min(MAX_COUNT, before.successes + delta.successes),
    failures: Math.min(MAX_COUNT, before.failures + delta.failures),
    lastUsed: Math.max(before.lastUsed, delta.lastUsed),
  };
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** The running totals that follow on a plugin's last row: they carry the group's own timestamp. */
export function continued(before: PluginUsageValues | undefined, delta: UsageDelta): PluginUsageValues {
  return { ...added(before, delta), timestamp: delta.timestamp };
}

/**
 * The bytes to append to a shared log so that it holds every owed row as a whole line, given `tail`, its bytes since the
 * group's base (where `usage` holds); empty when nothing is missing. Whole lines only count; a fragment that still ends the
 * file and begins a missing row gets its rest.
 */
export function missingBytes(log: SharedLog, owed: Owed, tail: Buffer, usage: Usage): Buffer {
  const whole = tail.subarray(0, tail.lastIndexOf(LINE_FEED) + 1);
  const missing = log === 'plugin_usage' ? missingUsage(owed.plugin_usage, whole, usage) : missingLines(owed[log], whole);
  return continuation(tail.subarray(whole.length), missing);
}

/** Each owed line must be there as often as it is owed: two steps of one run may well read the same. */
function missingLines(owed: readonly string[], whole: Buffer): string[] {
  const there = new Map<string, number>();
  for (const { text } of linesOf(whole)) there.set(text, (there.get(text) ?? 0) + 1);
  return owed.filter(line => {
    const count = there.get(line) ?? 0;
    there.set(line, count - 1);
    return count <= 0;
  });
}

/** Totals are owed as a difference, since another program may append rows of the same plugin at any time. */
function missingUsage(deltas: readonly UsageDelta[], whole: Buffer, usage: Usage): string[] {
  const watches = new Map(deltas.map(delta => [delta.plugin, new UsageWatch(delta, usage.get(delta.plugin))]));
  for (const row of decode('plugin_usage', whole, 0).rows) watches.get(row.plugin)?.see(row);
  return [...watches.values()].flatMap(watch => watch.missing ?? []).map(formatPluginUsageLine);
}

/**
 * Looks for the row that a group owes to one plugin's totals: one that exceeds another's row (or the one before the base) by
 * exactly the group's share and carries the group's timestamp. It counts when it goes on from the latest row of others; one that
 * does not (theirs got in between our look and our write) is followed by one that does, so that neither share is lost. Once
 * others have gone on from ours, their rows hold its share.
 */
class UsageWatch {
  readonly #delta: UsageDelta;
  readonly #others: (PluginUsageValues | undefined)[];
  #seen = false;
  #counts = false;

  constructor(delta: UsageDelta, before: PluginUsageValues | undefined) {
    this.#delta = delta;
    this.#others = [before];
  }

  see(row: PluginUsageValues): void {
    if (this.#others.some(other => isContinuation(row, other, this.#delta))) {
      this.#seen = true;
      this.#counts ||= isContinuation(row, this.#others.at(-1), this.#delta);
    } else {
      this.#others.push(row);
      this.#counts ||= this.#seen;
    }
  }

  /** The totals still to be appended; undefined where none are. */
  get missing(): PluginUsageValues | undefined {
    return this.#counts ? undefined : continued(this.#others.at(-1), this.#delta);
  }
}

/** Whether a row counts on from the plugin's row before it by exactly that, whatever else it says. */
export function isContinuation(row: PluginUsageValues, before: PluginUsageValues | undefined, delta: UsageDelta): boolean {
  const expected = continued(before, delta);
  return (
    row.timestamp === expected.timestamp &&
    row.uses === expected.uses &&
    row.totalDurationUs === expected.totalDurationUs &&
    row.successes === expected.successes &&
    row.failures === expected.failures
  );
}

function continuation(fragment: Buffer, missing: string[]): Buffer {
  if (missing.length === 0) return Buffer.alloc(0);
  if (fragment.length === 0) return linesToBytes(missing);
  const lines = missing.map(line => Buffer.from(`${line}\n`));
  const torn = lines.findIndex(line => line.subarray(0, fragment.length).equals(fragment));
  const [rest] = torn === -1 ? [Buffer.from('\n')] : lines.splice(torn, 1).map(line => line.subarray(fragment.length));
  return Buffer.concat([rest ?? Buffer.alloc(0), ...lines]);
}

export function linesToBytes(lines: readonly string[]): Buffer {
  return lines.length === 0 ? Buffer.alloc(0) : Buffer.from(`${lines.join('\n')}\n`);
}
