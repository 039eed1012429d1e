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
