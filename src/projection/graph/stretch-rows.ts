import { type Integer, int } from 'neo4j-driver';
import type { Stretch } from '../../log/log.ts';
import { type Execution, formatMilliseconds, formatSeconds } from '../../record/record.ts';
import type { GraphAggregates, PatternAggregate, PluginAggregate } from './aggregates.ts';

/** One pattern with a row in a stretch: the earliest second of its rows, and the name that the last of them gives it. */
type PatternSeen = { firstSeconds: number; name: string };

/** Properties as they are stored. Times stand beside them, as ISO 8601 text that Cypher turns into its own DateTime. */
type Properties = Readonly<Record<string, string | number | Integer | null>>;

export type ExecutionParameters = Readonly<{
  execution_id: string;
  pattern_id: string;
  started_at: string;
  completed_at: string;
  properties: Properties;
}>;
export type StepParameters = Readonly<{
  execution_id: string;
  plugin: string;
  ordinal: Integer;
  properties: Properties;
}>;
export type PatternParameters = Readonly<{ pattern_id: string; created_at: string; last_used: string | null; properties: Properties }>;
export type PluginParameters = Readonly<{ name: string; last_used: string | null; properties: Properties }>;

/** Every pattern with a row in the stretch, in any log; a cancelled execution has one in the journal only. */
function patternsOf(stretch: Stretch): Map<string, PatternSeen> {
  const seen = new Map<string, PatternSeen>();
  const see = (patternId: string, name: string, seconds: number) => {
    const firstSeconds = Math.min(seen.get(patternId)?.firstSeconds ?? seconds, seconds);
    seen.set(patternId, { firstSeconds, name });
  };
  for (const row of stretch.success_rates) see(row.patternId, row.patternName, row.timestamp);
  for (const { execution } of stretch.journal) {
    see(execution.patternId, execution.patternName, Math.floor(execution.completedAt / 1000));
  }
  return seen;
}

/** Every plugin with a row in the stretch, in any log; one that was only skipped has a step in the journal only. */
function pluginsOf(stretch: Stretch): Set<string> {
  const names = new Set<string>();
  for (const { execution } of stretch.journal) for (const step of execution.steps) names.add(step.plugin);
  for (const row of stretch.durations) names.add(row.plugin);
  for (const row of stretch.plugin_usage) names.add(row.plugin);
  return names;
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

/** The patterns of a stretch with their figures as of its end. */
export async function patternParameters(stretch: Stretch, aggregates: GraphAggregates): Promise<PatternParameters[]> {
  const seen = patternsOf(stretch);
  const figures = new Map((await aggregates.patterns([...seen.keys()], stretch.to)).map(one => [one.patternId, one]));
  return [...seen].map(([pattern_id, pattern]) => ({
    pattern_id,
    created_at: formatSeconds(pattern.firstSeconds),
    last_used: figures.get(pattern_id)?.lastUsed ?? null,
    properties: patternProperties(pattern, figures.get(pattern_id)),
  }));
}

/** The plugins of a stretch with their figures as of its end. */
export async function pluginParameters(stretch: Stretch, aggregates: GraphAggregates): Promise<PluginParameters[]> {
  const names = [...pluginsOf(stretch)];
  const figures = new Map((await aggregates.plugins(names, stretch.to)).map(one => [one.name, one]));
  return names.map(name => ({ name, last_used: figures.get(name)?.lastUsed ?? null, properties: pluginProperties(figures.get(name)) }));
}

/** An execution as the graph has it. An empty error message is none. Whole numbers become integers: the driver sends others as floats. */
export function executionParameters(execution: Execution): ExecutionParameters {
  return {
    execution_id: execution.executionId,
    pattern_id: execution.patternId,
    started_at: formatMilliseconds(execution.startedAt),
    completed_at: formatMilliseconds(execution.completedAt),
    properties: {
      workflow_id: execution.workflowId,
      task_description: execution.taskDescription,
      status: execution.status,
      duration_ms: int(execution.durationMs),
      error_message: execution.errorMessage === '' ? null : execution.errorMessage,
    },
  };
}

/** The steps of an execution, skipped ones too. `ordinal` tells them apart: a retry or a parallel step may share its number. */
export function stepParameters(execution: Execution): StepParameters[] {
  return execution.steps.map((step, ordinal) => ({
    execution_id: execution.executionId,
    plugin: step.plugin,
    ordinal: int(ordinal),
    properties: { step: int(step.step), phase: step.phase, duration_ms: int(step.durationMs), status: step.status },
  }));
}
