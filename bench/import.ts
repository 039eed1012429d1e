/** `orchestrator-metrics import` of NDJSON into logs that no service holds. */
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { count, median, STEPS, table } from './support/comparison.ts';
import { PROGRAM, serviceEnvironment, withFolder } from './support/processes.ts';
import { profileOf } from './support/profile.ts';
import { say } from './support/progress.ts';
import { sampleInput } from './support/sample-executions.ts';

const ROUNDS = 3;

/** Writes a file of executions, one a line. */
export async function writeNdjson(file: string, run: string, executions: number): Promise<void> {
  const lines = function* () {
    for (let number = 0; number < executions; number++) yield `${JSON.stringify(sampleInput(run, number, STEPS))}\n`;
  };
  await pipeline(Readable.from(lines()), createWriteStream(file));
}

/** Imports a file; answers executions a second, opening aside. */
export async function importRate(file: string, metricsDir: string, nodeOptions: readonly string[] = []): Promise<number> {
  say(`import into ${metricsDir}`);
  const env = { ...process.env, ...serviceEnvironment(metricsDir) };
  const { stdout } = await promisify(execFile)(process.execPath, [...nodeOptions, PROGRAM, 'import', file], { env });
  const { recorded, seconds } = JSON.parse(stdout) as { recorded: number; seconds: number };
  return recorded / seconds;
}

/** The section of docs/benchmarks.md. */
export function importing(executions: number): Promise<string> {
  return withFolder(async folder => {
    const file = join(folder, 'executions.ndjson');
    await writeNdjson(file, 'import', executions);
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) rates.push(await importRate(file, join(folder, `metrics-${round}`)));
    const profiles = join(folder, 'profile');
    await mkdir(profiles);
    await importRate(file, join(folder, 'profiled'), ['--cpu-prof', `--cpu-prof-dir=${profiles}`]);
    return [
      `Executions a second of ${STEPS} steps each, ${count(executions)} from one file into empty logs that no service holds, durable; from the first line read to the logs closed. The median`,
      `of ${ROUNDS} runs, beside the fastest and the slowest.`,
      '',
      table(
        ['', 'median', 'slowest', 'fastest'],
        [['`import`', count(median(rates)), count(Math.min(...rates)), count(Math.max(...rates))]],
      ),
      '',
      `The limit is the one thread that runs JavaScript: ${await profileOf(profiles)}.`,
    ].join('\n');
  });
}
