/** Servers compared under the same load, in turn, so that what the machine does meanwhile falls on all of them. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Measured } from './load.ts';
import { measure, type Server, startService } from './processes.ts';
import { profileOf } from './profile.ts';
import { say } from './progress.ts';

export type Kind = Readonly<{ name: string; title: string; connections: number; batch: number }>;

export const KINDS: readonly Kind[] = [
  { name: 'one', title: '`recordExecution`, 64 connections', connections: 64, batch: 1 },
  { name: 'batch', title: '`recordExecutions` of 500, 4 connections', connections: 4, batch: 500 },
];

export const STEPS = 5;

export type Length = Readonly<{ rounds: number; seconds: number }>;

/** Of each server one measurement a round; a first round, which warms them up, is left out. */
export async function compare(kind: Kind, servers: readonly Server[], { rounds, seconds }: Length): Promise<Measured[][]> {
  const measured: Measured[][] = servers.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, { url }] of servers.entries()) {
      say(`${kind.title}: round ${round} of ${rounds}, server ${index + 1} of ${servers.length}`);
      const run = `${kind.name}-${round}`;
      const result = await measure({ url, connections: kind.connections, batch: kind.batch, seconds, steps: STEPS, run });
      if (round > 0) measured[index]?.push(result);
    }
  }
  return measured;
}

/** Where the service's time goes under a load, measured aside since a profile costs time itself. */
export async function profileService(kind: Kind, folder: string, seconds: number): Promise<string> {
  say(`${kind.title}: profile`);
  const profiles = join(folder, `profile-${kind.name}`);
  await mkdir(profiles);
  const service = await startService(join(folder, `profiled-${kind.name}`), ['--cpu-prof', `--cpu-prof-dir=${profiles}`]);
  await measure({ url: service.url, connections: kind.connections, batch: kind.batch, seconds, steps: STEPS, run: 'profile' });
  await service.stop();
  return profileOf(profiles);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** The median of what is measured in each round of the one beside the same round of the other. */
export function share(ones: readonly number[], others: readonly number[]): string {
  return `${Math.round(median(ones.map((one, round) => one / (others[round] ?? 1))) * 100)} %`;
}

export const rateOf = ({ executions, seconds }: Measured): number => executions / seconds;

export function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
