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

/** When the first of all begins. */
export const FIRST_MS = Date.parse('2025-01-01T00:00:00Z');
const EVERY_MS = 15_768;
const PATTERNS = 60;
const PLUGINS = 120;
const PHASES = 5;

/**
 * One every 16 seconds from 2025 on, unless `startedAt` (milliseconds since 1970) is given, so that two million fill a year; one in ten
 * fails, in its last step. Few patterns and plugins are used most, durations are spread over three powers of ten, and each plugin has
 * its own phase and pace.
 */
export function sampleInput(run: string, number: number, steps: number, startedAt = FIRST_MS + number * EVERY_MS): SampleInput {
  const random = randomness(number);
  const status = number % 10 === 9 ? 'FAILED' : 'SUCCESS';
  const pattern = skewed(random(), PATTERNS);
  return {
    executionId: `${run}-${number}`,
    patternId: `pat_${pattern}`,
    patternName: `pattern ${pattern}`,
    taskDescription: 'A task of the usual length, with a few words of what is to be done',
    status,
    startedAt: new Date(startedAt).toISOString(),
    completedAt: new Date(startedAt + Math.round(20_000 * (1 + (pattern % 7)) * 30 ** random())).toISOString(),
    steps: Array.from({ length: steps }, (_, step) => {
      const plugin = skewed(random(), PLUGINS);
      return {
        step: step + 1,
        phase: `phase-${plugin % PHASES}`,
        plugin: `plugin-${plugin}`,
        durationMs: Math.round(200 * (1 + (plugin % 17)) * 100 ** random()),
        status: step === steps - 1 ? status : 'SUCCESS',
      };
    }),
  };
}

/** The first of n are picked most: a third of them take some 70 %. */
function skewed(random: number, n: number): number {
  return Math.floor(n * random ** 3);
}

/** Numbers from 0 to 1 by a linear congruential generator, the same for the same seed. */
function randomness(seed: number): () => number {
  let state = (seed * 2_654_435_761) % 4_294_967_296;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
