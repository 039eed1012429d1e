import type { ExecutionPageQuery } from '../generated/graphql.ts';

export type Step = NonNullable<ExecutionPageQuery['recordedExecution']>['steps'][number];

/** `left` and `width`: shares of the whole time, from 0 to 1; undefined for a step that does not say when it began. */
export type TimedStep = Step & Readonly<{ left: number | undefined; width: number | undefined }>;

export function hasTimes(steps: readonly Step[]): boolean {
  return steps.some(({ startedAt, status }) => startedAt !== null && status !== 'SKIPPED');
}

/** Steps with their place between the first start and the last end. */
export function timed(steps: readonly Step[]): { rows: TimedStep[]; spanMs: number } {
  const begun = steps.flatMap(({ startedAt, durationMs }) => (startedAt === null ? [] : [{ at: Date.parse(startedAt), durationMs }]));
  const first = begun.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const last = begun.reduce((most, { at, durationMs }) => Math.max(most, at + durationMs), first);
  const spanMs = Math.max(1, last - first);
  const rows = steps.map(step => {
    const ran = step.startedAt !== null && step.status !== 'SKIPPED';
    return {
      ...step,
      left: ran ? (Date.parse(step.startedAt ?? '') - first) / spanMs : undefined,
      width: ran ? step.durationMs / spanMs : undefined,
    };
  });
  return { rows, spanMs };
}

export type PhaseBar = Readonly<{ phase: string; steps: number; durationMs: number; width: number }>;

/** Time by phase, in the order in which the phases come; `width`: its share of the longest. */
export function byPhase(steps: readonly Step[]): PhaseBar[] {
  const phases = new Map<string, { steps: number; durationMs: number }>();
  for (const { phase, durationMs } of steps) {
    const known = phases.get(phase) ?? { steps: 0, durationMs: 0 };
    phases.set(phase, { steps: known.steps + 1, durationMs: known.durationMs + durationMs });
  }
  const longest = Math.max(1, ...[...phases.values()].map(one => one.durationMs));
  return [...phases].map(([phase, one]) => ({ phase, ...one, width: one.durationMs / longest }));
}
