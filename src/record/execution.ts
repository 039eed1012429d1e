/** How an execution ended; stored lower case everywhere (logs, graph, table). */
export const EXECUTION_STATUSES = ['success', 'failed', 'partial', 'cancelled'] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

/** How a step ended. A skipped step did not run: it has no row in the shared logs and counts nowhere. */
export const STEP_STATUSES = ['success', 'failed', 'skipped'] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

/** A step as it is stored in `journal.log`. Times are milliseconds since 1970 UTC, durations milliseconds. */
export type Step = Readonly<{
  step: number;
  phase: string;
  plugin: string;
  durationMs: number;
  status: StepStatus;
  startedAt?: number;
  /** 1 for the first try. */
  attempt: number;
  pluginVersion?: string;
  errorMessage?: string;
}>;

/** One run of a workflow, complete, as it is stored. Times are milliseconds since 1970 UTC, durations milliseconds. */
export type Execution = Readonly<{
  executionId: string;
  workflowId: string;
  patternId: string;
  patternName: string;
  taskDescription: string;
  status: ExecutionStatus;
  startedAt: number;
  completedAt: number;
  durationMs: number;
  /** Empty where there was none. */
  errorMessage: string;
  filesCreated: number;
  notes: string;
  steps: readonly Step[];
  attributes: readonly Attribute[];
}>;

export type Attribute = Readonly<{ key: string; value: string }>;

/** The steps that ran: those that have a row in `durations.log`. */
export function finishedSteps<Ran extends Pick<Step, 'status'>>({ steps }: { readonly steps: readonly Ran[] }): readonly Ran[] {
  return steps.every(ran) ? steps : steps.filter(ran);
}

function ran({ status }: Pick<Step, 'status'>): boolean {
  return status !== 'skipped';
}

/** More steps than that are told apart faster by a set. */
const FEW = 16;

/** The plugins of steps, each once, in the order in which they come up. */
export function pluginsOf(steps: readonly Pick<Step, 'plugin'>[]): readonly string[] {
  if (steps.length > FEW) return [...new Set(steps.map(({ plugin }) => plugin))];
  const plugins: string[] = [];
  for (const { plugin } of steps) if (!plugins.includes(plugin)) plugins.push(plugin);
  return plugins;
}
