/** What becomes of an input before anything is written: new, a repetition, or refused. */
import { MetricsError } from '../errors.ts';
import { completeExecution, differences, type Execution, type ExecutionInput } from '../record/record.ts';

/** What is recorded already, as the judge asks for it. */
export interface Recorded {
  findExecution(executionId: string): Promise<Execution | undefined>;
  findByWorkflow(workflowId: string): Promise<Execution | undefined>;
  patternName(patternId: string): string | undefined;
}

/**
 * `new`: to be written. `repeats-recorded`: the same record is durable. `repeats-new`: the same as a new one of this group,
 * whose fate it shares. `undecided`: another record under the id of a new one; to be judged once that one's fate is known, and
 * `error` if it gets in.
 */
export type Verdict =
  | { kind: 'new'; execution: Execution }
  | { kind: 'repeats-recorded' }
  | { kind: 'repeats-new'; execution: Execution }
  | { kind: 'undecided'; error: MetricsError }
  | { kind: 'refused'; error: MetricsError };

/** Judges the inputs of one group in their order. */
export class Judge {
  readonly #recorded: Recorded;
  readonly #byExecution = new Map<string, Execution>();
  readonly #byWorkflow = new Map<string, Execution>();
  readonly #patternNames = new Map<string, string>();

  constructor(recorded: Recorded) {
    this.#recorded = recorded;
  }

  async judge(input: ExecutionInput): Promise<Verdict> {
    const waiting = this.#byExecution.get(input.executionId);
    if (waiting) {
      const fields = differences(input, waiting);
      return fields.length === 0
        ? { kind: 'repeats-new', execution: waiting }
        : { kind: 'undecided', error: conflict(input.executionId, fields) };
    }
    const recorded = await this.#recorded.findExecution(input.executionId);
    if (recorded) {
      const fields = differences(input, recorded);
      return fields.length === 0 ? { kind: 'repeats-recorded' } : { kind: 'refused', error: conflict(input.executionId, fields) };
    }
    const workflowId = input.workflowId ?? input.executionId;
    const other = this.#byWorkflow.get(workflowId) ?? (await this.#recorded.findByWorkflow(workflowId));
    return other ? { kind: 'refused', error: workflowTaken(workflowId, other) } : this.#accept(input);
  }

  #accept(input: ExecutionInput): Verdict {
    const { patternId } = input;
    const latestName = this.#patternNames.get(patternId) ?? this.#recorded.patternName(patternId) ?? patternId;
    const execution = completeExecution(input, latestName);
    this.#byExecution.set(execution.executionId, execution);
    this.#byWorkflow.set(execution.workflowId, execution);
    if (execution.status !== 'cancelled') this.#patternNames.set(patternId, execution.patternName);
    return { kind: 'new', execution };
  }
}

function conflict(executionId: string, fields: string[]): MetricsError {
  const named = fields.slice(0, 10).join(', ');
  const more = fields.length > 10 ? ` and ${fields.length - 10} more` : '';
  return new MetricsError(
    'EXECUTION_CONFLICT',
    `execution "${executionId}" is recorded already and differs in ${named}${more}: records are never changed; give another run another executionId`,
    { field: fields[0]?.split('.') ?? [] },
  );
}

function workflowTaken(workflowId: string, other: Execution): MetricsError {
  return new MetricsError(
    'BAD_USER_INPUT',
    `workflowId "${workflowId}" names the run of execution "${other.executionId}" already: each run has its own`,
    {
      field: ['workflowId'],
    },
  );
}
