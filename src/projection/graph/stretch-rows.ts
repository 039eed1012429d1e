import { type Integer, int } from 'neo4j-driver';
import type { Position, Stretch } from '../../log/log.ts';
import { formatMilliseconds, formatSeconds, type JournalRow } from '../../record/record.ts';
import type { GraphAggregates, PatternAggregate, PluginAggregate } from './aggregates.ts';

/** One pattern with a row: the earliest second of its rows, and the name that the last of them gives it. */
export type PatternSeen = { firstSeconds: number; name: string };

/** Properties as they are stored. Times stand beside them, as ISO 8601 text that Cypher turns into its own DateTime. */
export type Properties = Readonly<Record<string, string | number | Integer | null>>;

export type StepParameters = Readonly<{ plugin: string; properties: Properties }>;
export type ExecutionParameters = Readonly<{
  pattern_id: string;
  started_at: string;
  completed_at: string;
  properties: Properties;
  steps: readonly StepParameters[];
}>;
export type PatternParameters = Readonly<{ pattern_id: string; created_at: string; last_used: string | null; properties: Properties }>;
export type PluginParameters = Readonly<{ name: string; last_used: string | null; properties: Properties }>;

/** Adds every pattern with a row in the stretch, in any log; a cancelled execution has one in the journal only. */
export function seePatterns(seen: Map<string, PatternSeen>, stretch: Stretch): void {
  const see = (patternId: string, name: string, seconds: number) => {
    const firstSeconds = Math.min(seen.get(patternId)?.firstSeconds ?? seconds, seconds);
    seen.set(patternId, { firstSeconds, name });
  };
  for (const row of stretch.success_rates) see(row.patternId, row.patternName, row.timestamp);
  for (const { execution } of stretch.journal) {
    see(execution.patternId, execution.patternName, Math.floor(execution.completedAt / 1000));
  }
}

/** Adds every plugin with a row in the stretch, in any log; one that was only skipped has a step in the journal only. */
export function seePlugins(names: Set<string>, stretch: Stretch): void {
  for (const { execution } of stretch.journal) for (const step of execution.steps) names.add(step.plugin);
  for (const row of stretch.durations) names.add(row.plugin);
  for (const row of stretch.plugin_usage) names.add(row.plugin);
}

/** A pattern that only cancelled executions follow is known, and no figure speaks of it. */
function patternProperties(seen: PatternSeen, figures: PatternAggregate | undefined): Properties {
  return {
    name: figures?.name ?? seen.name,
    status: figures?.status ?? 'discovered',
    success_rate: figures?.successRate ?? null,
    executions: int(figures?.executions ?? 0),
  };
}

function pluginProperties(figures: PluginAggregate | undefined): Properties {
  return { success_rate: figures?.reliability ?? null, total_uses: int(figures?.uses ?? 0) };
}

/** Patterns with their figures as of a position. */
export async function patternParameters(
  seen: ReadonlyMap<string, PatternSeen>,
  aggregates: GraphAggregates,
  asOf: Position,
): Promise<PatternParameters[]> {
  const figures = new Map((await aggregates.patterns([...seen.keys()], asOf)).map(one => [one.patternId, one]));
  return [...seen].map(([pattern_id, pattern]) => ({
    pattern_id,
    created_at: formatSeconds(pattern.firstSeconds),
    last_used: figures.get(pattern_id)?.lastUsed ?? null,
    properties: patternProperties(pattern, figures.get(pattern_id)),
  }));
}

/** Plugins with their figures as of a position. */
export async function pluginParameters(
  seen: ReadonlySet<string>,
  aggregates: GraphAggregates,
  asOf: Position,
): Promise<PluginParameters[]> {
  const names = [...seen];
  const figures = new Map((await aggregates.plugins(names, asOf)).map(one => [one.name, one]));
  return names.map(name => ({ name, last_used: figures.get(name)?.lastUsed ?? null, properties: pluginProperties(figures.get(name)) }));
}

/**
 * An execution as the graph has it, with all its steps, skipped ones too. `ordinal` tells these apart: a retry or a parallel step may
 * share its number. An empty error message is none. Whole numbers are JavaScript's, which the driver sends as floats.
 */
export function executionRow({ execution, start }: Pick<JournalRow, 'execution' | 'start'>) {
  return {
    pattern_id: execution.patternId,
    started_at: formatMilliseconds(execution.startedAt),
    completed_at: formatMilliseconds(execution.completedAt),
    properties: {
      execution_id: execution.executionId,
      workflow_id: execution.workflowId,
      task_description: execution.taskDescription,
      status: execution.status,
      duration_ms: execution.durationMs,
      error_message: execution.errorMessage === '' ? null : execution.errorMessage,
      journal_position: start,
    },
    steps: execution.steps.map((step, ordinal) => ({
      plugin: step.plugin,
      properties: { ordinal, step: step.step, phase: step.phase, duration_ms: step.durationMs, status: step.status },
    })),
  };
}

/** The same as parameters whose properties are stored as they are. */
export function executionParameters(row: Pick<JournalRow, 'execution' | 'start'>): ExecutionParameters {
  const { properties, steps, ...rest } = executionRow(row);
  return {
    ...rest,
    properties: withIntegers(properties),
    steps: steps.map(({ plugin, properties }) => ({ plugin, properties: withIntegers(properties) })),
  };
}

function withIntegers(properties: Readonly<Record<string, string | number | null>>): Properties {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, typeof value === 'number' ? int(value) : value]));
}
