/** What a client says of an execution: every rule of `RecordExecutionInput`, one place, for the API, the command line and imports. */
import { MetricsError } from '../errors.ts';
import { type Attribute, EXECUTION_STATUSES, type Execution, STEP_STATUSES, type Step } from './execution.ts';
import {
  type Allowed,
  type Fault,
  listRule,
  objectRule,
  optional,
  Refused,
  type Rule,
  refused,
  statusRule,
  textRule,
  wholeRule,
} from './rules.ts';
import { isPlainName, isStorableText } from './text.ts';
import { formatMilliseconds, parseTimestamp } from './timestamp.ts';

/** Limits on everything a client controls. Characters for names, UTF-8 bytes for text, milliseconds for durations. */
export const LIMITS = {
  nameLength: 256,
  textBytes: 64 * 1024,
  steps: 10_000,
  attributes: 20,
  durationMs: 1e12,
  aheadMs: 24 * 60 * 60 * 1000,
  inputs: 1000,
} as const;

const INT_MAX = 2 ** 31 - 1;

const name = textRule([
  [value => value !== '', 'must not be empty'],
  [value => value.length <= LIMITS.nameLength, `must be at most ${LIMITS.nameLength} characters`],
  [isPlainName, 'must be one line without comma, double quote or control character, and not blank'],
]);

const text = textRule([
  [isStorableText, 'must hold no NUL character and no half of a surrogate pair'],
  [value => Buffer.byteLength(value) <= LIMITS.textBytes, `must be at most ${LIMITS.textBytes} bytes in UTF-8`],
]);

/** Milliseconds since 1970. */
const instant: Rule<number> = value => {
  const milliseconds = typeof value === 'string' ? parseTimestamp(value) : undefined;
  if (milliseconds === undefined) return refused('must be RFC 3339 with a time and a zone, such as 2026-08-01T12:00:00Z');
  return milliseconds >= 0 ? milliseconds : refused('must not lie before 1970');
};

const stepInput = objectRule('a step', {
  step: wholeRule(0, INT_MAX),
  phase: name,
  plugin: name,
  durationMs: wholeRule(0, LIMITS.durationMs),
  status: statusRule(STEP_STATUSES),
  startedAt: optional(instant),
  attempt: optional(wholeRule(1, INT_MAX)),
  pluginVersion: optional(name),
  errorMessage: optional(text),
});

const attributeInput = objectRule('an attribute', { key: name, value: text });

const fieldsOfExecution = objectRule('an execution', {
  executionId: name,
  workflowId: optional(name),
  patternId: name,
  patternName: optional(name),
  taskDescription: text,
  status: statusRule(EXECUTION_STATUSES),
  startedAt: instant,
  completedAt: instant,
  durationMs: optional(wholeRule(0, LIMITS.durationMs)),
  steps: listRule(stepInput, { what: 'a list of steps', max: LIMITS.steps, unit: 'steps' }),
  filesCreated: optional(wholeRule(0, INT_MAX)),
  notes: optional(text),
  errorMessage: optional(text),
  attributes: optional(listRule(attributeInput, { what: 'a list of {key, value}', max: LIMITS.attributes, unit: 'attributes' })),
});

/** What fields say of each other, and of the clock: `now` is milliseconds since 1970. */
function contradictionsIn(input: ExecutionInput, now: number): Fault[] {
  const faults: Fault[] = [];
  if (input.completedAt < input.startedAt) {
    faults.push({ path: ['completedAt'], message: `must not lie before startedAt (${formatMilliseconds(input.startedAt)})` });
  } else if (input.durationMs === undefined && input.completedAt - input.startedAt > LIMITS.durationMs) {
    faults.push({ path: ['durationMs'], message: `must be given: completedAt - startedAt is more than ${LIMITS.durationMs} ms` });
  }
  const keys = input.attributes?.map(({ key }) => key) ?? [];
  const repeated = keys.findIndex((key, index) => keys.indexOf(key) !== index);
  if (repeated !== -1) faults.push({ path: ['attributes', String(repeated), 'key'], message: 'must not repeat a key' });
  if (input.completedAt > now + LIMITS.aheadMs) {
    const message = `must not lie more than a day ahead of this machine's clock, which says ${formatMilliseconds(now)}`;
    faults.push({ path: ['completedAt'], message });
  }
  return faults;
}

/** A validated input: what was given, the rest undefined. An omitted field claims nothing when a record is compared. */
export type ExecutionInput = Allowed<typeof fieldsOfExecution>;
type StepInput = ExecutionInput['steps'][number];

/**
 * Validates one input. Errors: BAD_USER_INPUT with the path of the first value to blame; the message names up to five.
 * `now` is milliseconds since 1970: an execution completed more than a day ahead of it is refused, since a clock is wrong.
 */
export function parseExecutionInput(value: unknown, now: number): ExecutionInput {
  const input = fieldsOfExecution(value);
  if (input instanceof Refused) throw badInput(input.faults);
  const faults = contradictionsIn(input, now);
  if (faults.length > 0) throw badInput(faults);
  return input;
}

/** `parseExecutionInput` for one of many: the error is its outcome. */
export function checkExecutionInput(value: unknown, now: number): ExecutionInput | MetricsError {
  try {
    return parseExecutionInput(value, now);
  } catch (error) {
    if (error instanceof MetricsError) return error;
    throw error;
  }
}

function badInput(faults: readonly Fault[]): MetricsError {
  const named = faults.slice(0, 5).map(({ path, message }) => `${path.join('.') || 'the input'} ${message}`);
  const more = faults.length > 5 ? `; and ${faults.length - 5} more` : '';
  return new MetricsError('BAD_USER_INPUT', `${named.join('; ')}${more}`, { field: [...(faults[0]?.path ?? [])] });
}

/** The execution that an input stands for. `patternName` is the one to use where the input gives none. */
export function completeExecution(input: ExecutionInput, patternName: string): Execution {
  return {
    executionId: input.executionId,
    workflowId: input.workflowId ?? input.executionId,
    patternId: input.patternId,
    patternName: input.patternName ?? patternName,
    taskDescription: input.taskDescription,
    status: input.status,
    startedAt: input.startedAt,
    completedAt: input.completedAt,
    durationMs: input.durationMs ?? input.completedAt - input.startedAt,
    errorMessage: input.errorMessage ?? '',
    filesCreated: input.filesCreated ?? 0,
    notes: input.notes ?? '',
    steps: input.steps.map(completeStep),
    attributes: input.attributes ?? [],
  };
}

function completeStep(input: StepInput): Step {
  return {
    step: input.step,
    phase: input.phase,
    plugin: input.plugin,
    durationMs: input.durationMs,
    status: input.status,
    attempt: input.attempt ?? 1,
    ...(input.startedAt === undefined ? {} : { startedAt: input.startedAt }),
    ...(input.pluginVersion === undefined ? {} : { pluginVersion: input.pluginVersion }),
    ...(input.errorMessage ? { errorMessage: input.errorMessage } : {}),
  };
}

/**
 * The fields in which an input contradicts what is stored under its id, as paths such as `steps.3.durationMs`. Empty: the
 * input says the same, or less.
 */
export function differences(input: ExecutionInput, stored: Execution): string[] {
  const { steps, attributes, ...plain } = input;
  return [
    ...contradictions(plain, stored),
    ...stepDifferences(steps, stored.steps),
    ...(attributes === undefined || sameAttributes(attributes, stored.attributes) ? [] : ['attributes']),
  ];
}

function contradictions<Stored extends object>(given: Partial<Record<keyof Stored, unknown>>, stored: Stored): string[] {
  const keys = Object.keys(given) as (keyof Stored & string)[];
  return keys.filter(key => given[key] !== undefined && given[key] !== (stored[key] ?? ''));
}

function stepDifferences(given: readonly StepInput[], stored: readonly Step[]): string[] {
  if (given.length !== stored.length) return ['steps'];
  return given.flatMap((input, index) => {
    const step = stored[index];
    return step ? contradictions<Step>(input, step).map(key => `steps.${index}.${key}`) : [];
  });
}

function sameAttributes(given: readonly Attribute[], stored: readonly Attribute[]): boolean {
  const values = new Map(stored.map(({ key, value }) => [key, value]));
  return given.length === stored.length && given.every(({ key, value }) => values.get(key) === value);
}
