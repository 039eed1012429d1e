import { MetricsError } from '../errors.ts';
import { LIMITS } from '../record/record.ts';

/** A run to come, as the API takes it. `required` is true unless it says otherwise. */
export type PlanInput = Readonly<{
  patternId?: string | null | undefined;
  steps?: readonly Readonly<{ plugin: string; phase?: string | null | undefined; required?: boolean | undefined }>[] | null | undefined;
  taskDescription?: string | null | undefined;
}>;

/** The same, checked, with null gone. */
export type Plan = Readonly<{
  patternId: string | undefined;
  steps: readonly Readonly<{ plugin: string; phase: string | undefined; required: boolean }>[];
  taskDescription: string;
}>;

const MAX_STEPS = 1000;

/** Errors: BAD_USER_INPUT with the field. */
export function planOf({ patternId, steps, taskDescription }: PlanInput): Plan {
  if (steps && steps.length > MAX_STEPS) throw bad(['steps'], `must hold at most ${MAX_STEPS} steps; it holds ${steps.length}`);
  if (taskDescription && Buffer.byteLength(taskDescription) > LIMITS.textBytes)
    throw bad(['taskDescription'], `must be at most ${LIMITS.textBytes} bytes in UTF-8`);
  checkName(patternId, ['patternId']);
  for (const [index, { plugin, phase }] of (steps ?? []).entries()) {
    checkName(plugin, ['steps', String(index), 'plugin']);
    checkName(phase, ['steps', String(index), 'phase']);
  }
  return {
    patternId: patternId ?? undefined,
    steps: (steps ?? []).map(({ plugin, phase, required = true }) => ({ plugin, phase: phase ?? undefined, required })),
    taskDescription: taskDescription ?? '',
  };
}

function checkName(name: string | null | undefined, path: string[]): void {
  if (name === '') throw bad(path, 'must not be empty');
  if (name && /[\n\r]/.test(name)) throw bad(path, 'must be one line');
}

function bad(path: string[], message: string): MetricsError {
  return new MetricsError('BAD_USER_INPUT', `${path.join('.')} ${message}`, { field: ['input', ...path] });
}
