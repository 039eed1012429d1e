/** Executions as an orchestrator sends them, the same for the same number: inputs of the API and lines of NDJSON. */

export type SampleInput = Readonly<{
  executionId: string;
  patternId: string;
  patternName: string;
  taskDescription: string;
  status: 'SUCCESS' | 'FAILED';
  startedAt: string;
  completedAt: string;
  steps: readonly Readonly<{ step: number; phase: string; plugin: string; durationMs: number; status: 'SUCCESS' | 'FAILED' }>[];
}>;

const FIRST_MS = Date.parse('2025-01-01T00:00:00Z');
const PATTERNS = 40;
const PLUGINS = 60;
const PHASES = 5;

/** One every ten seconds from 2025 on; one in ten fails, in its last step. */
export function sampleInput(run: string, number: number, steps: number): SampleInput {
  const startedAt = FIRST_MS + number * 10_000;
  const status = number % 10 === 9 ? 'FAILED' : 'SUCCESS';
  const durationMs = (step: number) => 1000 + ((number * 7919 + step * 104_729) % 60_000);
  return {
    executionId: `${run}-${number}`,
    patternId: `pat_${number % PATTERNS}`,
    patternName: `pattern ${number % PATTERNS}`,
    taskDescription: 'A task of the usual length, with a few words of what is to be done',
    status,
    startedAt: new Date(startedAt).toISOString(),
    completedAt: new Date(startedAt + 300_000).toISOString(),
    steps: Array.from({ length: steps }, (_, step) => ({
      step: step + 1,
      phase: `phase-${step % PHASES}`,
      plugin: `plugin-${(number + step * 7) % PLUGINS}`,
      durationMs: durationMs(step),
      status: step === steps - 1 ? status : 'SUCCESS',
    })),
  };
}
