import { createReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Config } from '../config.ts';
import { MetricsError } from '../errors.ts';
import type { Recorded } from './destination.ts';
import { openDestination } from './open-destination.ts';

/** Records what a file or standard input holds, and prints what became of each. */
export async function record(file: string, options: { dryRun: boolean; url?: string }, config: Config): Promise<void> {
  const inputs = parseInputs(await text(file === '-' ? process.stdin : createReadStream(file)));
  const destination = await openDestination(config, options.url);
  try {
    const outcomes = await destination.record(inputs, options.dryRun);
    for (const [index, outcome] of outcomes.entries()) print(outcome, { index, dryRun: options.dryRun });
    if (outcomes.some(outcome => outcome instanceof MetricsError)) process.exitCode = 1;
  } finally {
    await destination.close();
  }
}

/** One JSON value, a list of them, or one a line. */
export function parseInputs(content: string): unknown[] {
  const whole = parse(content);
  if (whole !== undefined) return Array.isArray(whole) ? whole : [whole];
  return content
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => {
      const value = parse(line);
      if (value === undefined) throw new MetricsError('BAD_USER_INPUT', `line ${number} is not JSON: ${line.slice(0, 60)}`);
      return value;
    });
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

function print(outcome: Recorded | MetricsError, { index, dryRun }: { index: number; dryRun: boolean }): void {
  if (outcome instanceof MetricsError) {
    const { code, message, retryable, field } = outcome;
    if (process.stdout.isTTY) console.error(`input ${index + 1} refused: ${code}: ${message}`);
    else console.log(JSON.stringify({ input: index + 1, error: { code, message, retryable, field } }));
  } else if (process.stdout.isTTY) {
    console.log(`${outcome.executionId}: ${outcome.duplicate ? 'was recorded already' : dryRun ? 'would be recorded' : 'recorded'}`);
  } else {
    console.log(JSON.stringify({ ...outcome, dryRun }));
  }
}
