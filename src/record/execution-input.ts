/** What a client says of an execution: every rule of `RecordExecutionInput`, one place, for the API, the command line and imports. */
import { z } from 'zod';
import { MetricsError } from '../errors.ts';
import { type Attribute, EXECUTION_STATUSES, type Execution, STEP_STATUSES, type Step } from './execution.ts';
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

const name = z
  .string('must be text')
  .min(1, 'must not be empty')
  .max(LIMITS.nameLength, `must be at most ${LIMITS.nameLength} characters`)
  .refine(isPlainName, 'must be one line without comma, double quote or control character, and not blank');

const text = z
  .string('must be text')
  .refine(isStorableText, 'must hold no NUL character and no half of a surrogate pair')
  .refine(value => Buffer.byteLength(value) <= LIMITS.textBytes, `must be at most ${LIMITS.textBytes} bytes in UTF-8`);

const whole = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.number(message).int(message).min(min, message).max(max, message);
};

const INSTANT = 'must be RFC 3339 with a time and a zone, such as 2026-08-01T12:00:00Z';

const instant = z.string(INSTANT).transform((value, context) => {
  const milliseconds = parseTimestamp(value);
  if (milliseconds !== undefined && milliseconds >= 0) return milliseconds;
  context.addIssue({ code: 'custom', message: milliseconds === undefined ? INSTANT : 'must not lie before 1970' });
  return z.NEVER;
});

/** Upper case as the API has it, lower case as the logs have it. */
function status<const Values extends readonly [string, ...string[]]>(values: Values) {
  const message = `must be one of ${values.map(value => value.toUpperCase()).join(', ')}`;
  return z.preprocess(value => (typeof value === 'string' ? value.toLowerCase() : value), z.enum(values, message));
}

/** Left out, null and undefined are the same. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform(value => value ?? undefined);
}

const stepInput = z.strictObject(
  {
    step: whole(0, INT_MAX),
    phase: name,
    plugin: name,
    durationMs: whole(0, LIMITS.durationMs),
    status: status(STEP_STATUSES),
    startedAt: optional(instant),
    attempt: optional(whole(1, INT_MAX)),
    pluginVersion: optional(name),
    errorMessage: optional(text),
  },
  { error: unknownOr('a step') },
);

const attributeInput = z.strictObject({ key: name, value: text }, { error: unknownOr('an attribute') });

const executionInput = z
  .strictObject(
    {
      executionId: name,
      workflowId: optional(name),
      patternId: name,
      patternName: optional(name),
      taskDescription: text,
      status: status(EXECUTION_STATUSES),
      startedAt: instant,
      completedAt: instant,
      durationMs: optional(whole(0, LIMITS.durationMs)),
      steps: z.array(stepInput, 'must be a list of steps').max(LIMITS.steps, `must be at most ${LIMITS.steps} steps`),
      filesCreated: optional(whole(0, INT_MAX)),
      notes: optional(text),
      errorMessage: optional(text),
      attributes: optional(
        z.array(attributeInput, 'must be a list of {key, value}').max(LIMITS.attributes, `must be at most ${LIMITS.attributes} attributes`),
      ),
    },
    { error: unknownOr('an execution') },
  )
  .superRefine((input, context) => {
    if (input.completedAt < input.startedAt) {
      context.addIssue({
        code: 'custom',
        path: ['completedAt'],
        message: `must not lie before startedAt (${formatMilliseconds(input.startedAt)})`,
      });
    } else if (input.durationMs === undefined && input.completedAt - input.startedAt > LIMITS.durationMs) {
      context.addIssue({
        code: 'custom',
        path: ['durationMs'],
        message: `must be given: completedAt - startedAt is more than ${LIMITS.durationMs} ms`,
      });
    }
    const keys = input.attributes?.map(({ key }) => key) ?? [];
    const repeated = keys.findIndex((key, index) => keys.indexOf(key) !== index);
    if (repeated !== -1) context.addIssue({ code: 'custom', path: ['attributes', repeated, 'key'], message: 'must not repeat a key' });
  });

/** A validated input: what was given, the rest undefined. An omitted field claims nothing when a record is compared. */
export type ExecutionInput = z.output<typeof executionInput>;
type StepInput = ExecutionInput['steps'][number];

/** Zod's own words for a missing value and an unknown field name neither what would be right. */
function unknownOr(what: string) {
  return (issue: { code?: string | undefined; keys?: string[] }) =>
    issue.code === 'unrecognized_keys' ? `has no field ${issue.keys?.map(key => `"${key}"`).join(', ')}` : `must be an object: ${what}`;
}

/**
 * Validates one input. Errors: BAD_USER_INPUT with the path of the first value to blame; the message names up to five.
 * `now` is milliseconds since 1970: an execution completed more than a day ahead of it is refused, since a clock is wrong.
 */
export function parseExecutionInput(value: unknown, now: number): ExecutionInput {
  const result = executionInput.safeParse(value);
  if (!result.success) throw badInput(result.error.issues.map(({ path, message }) => ({ path: path.map(String), message })));
  if (result.data.completedAt > now + LIMITS.aheadMs) {
    throw badInput([
      {
        path: ['completedAt'],
        message: `must not lie more than a day ahead of this machine's clock, which says ${formatMilliseconds(now)}`,
      },
    ]);
  }
  return result.data;
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

type Blame = { path: string[]; message: string };

function badInput(blames: Blame[]): MetricsError {
  const named = blames.slice(0, 5).map(({ path, message }) => `${path.join('.') || 'the input'} ${message}`);
  const more = blames.length > 5 ? `; and ${blames.length - 5} more` : '';
  return new MetricsError('BAD_USER_INPUT', `${named.join('; ')}${more}`, { field: blames[0]?.path ?? [] });
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
