/** The clock of tests that record: no test depends on the day on which it runs. */
export const NOW = Date.parse('2026-11-01T12:00:00Z');

let executions = 0;

/** A step as a client gives it, valid unless `fields` make it otherwise. */
export function stepInput(fields: Record<string, unknown> = {}) {
  return { step: 1, phase: 'implement', plugin: 'express-api-scaffold', durationMs: 1500, status: 'SUCCESS', ...fields };
}

/** An execution as a client gives it, valid unless `fields` make it otherwise, each under an id of its own. */
export function executionInput(fields: Record<string, unknown> = {}) {
  executions++;
  return {
    executionId: `execution-${executions}`,
    patternId: 'rest-api',
    taskDescription: 'Build a REST API',
    status: 'SUCCESS',
    startedAt: '2025-11-07T10:00:00Z',
    completedAt: '2025-11-07T10:00:05.250Z',
    steps: [stepInput()],
    ...fields,
  };
}

const STATUSES = ['SUCCESS', 'SUCCESS', 'FAILED', 'PARTIAL', 'CANCELLED'];
const STEP_STATUSES = ['SUCCESS', 'SUCCESS', 'FAILED', 'SKIPPED'];

/** The execution `<prefix>-<number>`, always the same one: of every status, with no step to nine, some of which read alike. */
export function variedExecution(prefix: string, number: number) {
  const executionId = `${prefix}-${number}`;
  const steps = Array.from({ length: (number * 7) % 10 }, (_, index) =>
    stepInput({
      step: index >> 1,
      plugin: `plugin-${(number + (index >> 1)) % 5}`,
      durationMs: ((number * 37) % 500) * 10 + (index >> 1),
      status: STEP_STATUSES[(number + (index >> 1)) % STEP_STATUSES.length],
    }),
  );
  const notes = `notes of "${executionId}",\nsecond line`;
  return executionInput({ executionId, patternId: `pattern-${number % 3}`, status: STATUSES[number % STATUSES.length], steps, notes });
}
