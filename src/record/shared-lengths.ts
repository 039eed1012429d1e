/** How many bytes the rows of an execution take in the shared logs, line feeds included: what `shared-rows.ts` writes, without writing it. */

const TIME_LENGTH = '2025-11-07T00:00:00Z'.length;
const [TRUE_LENGTH, FALSE_LENGTH] = ['true'.length, 'false'.length];
/** Commas and the line feed. */
const [DURATIONS_REST, SUCCESS_RATES_REST] = [7, 8];

/** Of a step that ran; `names`: the lengths of workflow_id, phase and plugin together, in bytes. */
export function durationsLength(step: Readonly<{ names: number; step: number; durationMs: number; success: boolean }>): number {
  const numbers = digits(step.step) + durationLength(step.durationMs);
  return TIME_LENGTH + step.names + numbers + outcomeLength(step.success) + DURATIONS_REST;
}

/** Of an execution that counts; `names`: the lengths of pattern_id and pattern_name together, `notes` with its quotes, in bytes. */
export function successRatesLength(
  run: Readonly<{ names: number; success: boolean; durationMs: number; pluginsUsed: number; filesCreated: number; notes: number }>,
): number {
  const numbers = durationLength(run.durationMs) + digits(run.pluginsUsed) + digits(run.filesCreated);
  return TIME_LENGTH + run.names + run.notes + numbers + outcomeLength(run.success) + SUCCESS_RATES_REST;
}

function outcomeLength(success: boolean): number {
  return success ? TRUE_LENGTH : FALSE_LENGTH;
}

/** Of a whole number from 0 on. */
function digits(value: number): number {
  let count = 1;
  for (let rest = value; rest >= 10; rest /= 10) count++;
  return count;
}

/** Of `formatDuration`. */
function durationLength(milliseconds: number): number {
  const rest = milliseconds % 1000;
  const whole = digits(Math.floor(milliseconds / 1000));
  if (rest === 0) return whole;
  return whole + '.123'.length - (rest % 100 === 0 ? 2 : rest % 10 === 0 ? 1 : 0);
}
