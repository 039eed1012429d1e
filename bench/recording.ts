/** `recordExecution` and `recordExecutions` over HTTP, durable before the answer, beside the same server with a log that does nothing. */
import { join } from 'node:path';
import { compare, count, KINDS, type Length, median, profileService, rateOf, STEPS, share, table } from './support/comparison.ts';
import type { Measured } from './support/load.ts';
import { startNoOp, startService, withFolder } from './support/processes.ts';

function row(title: string, service: readonly Measured[], noOp: readonly Measured[]): string[] {
  const p99 = (measured: readonly Measured[]) => `${median(measured.map(({ p99 }) => p99)).toFixed(0)} ms`;
  const rates = [service.map(rateOf), noOp.map(rateOf)] as const;
  return [title, count(median(rates[0])), count(median(rates[1])), share(...rates), p99(service), p99(noOp)];
}

/** The section of docs/benchmarks.md. */
export function recording(length: Length): Promise<string> {
  return withFolder(async folder => {
    const service = await startService(join(folder, 'metrics'));
    const noOp = await startNoOp();
    const rows: string[][] = [];
    try {
      for (const kind of KINDS) {
        const [ofService = [], ofNoOp = []] = await compare(kind, [service, noOp], length);
        rows.push(row(kind.title, ofService, ofNoOp));
      }
    } finally {
      await service.stop();
      await noOp.stop();
    }
    const profiles: string[] = [];
    for (const kind of KINDS) profiles.push(`- ${kind.title}: ${await profileService(kind, folder, length.seconds * 3)}.`);
    return [
      `Executions a second, each of ${STEPS} steps, durable in all four logs before the answer, the table following, the graph off; beside the same schema, Apollo and Fastify with a`,
      `log that acknowledges at once and keeps nothing. Medians of ${length.rounds} rounds of ${length.seconds} s, the two in turn; the client is a process of its own on the same machine.`,
      '',
      table(['', 'service', 'no-op', 'share', 'p99', 'p99 of the no-op'], rows),
      '',
      'The limit is the one thread that runs JavaScript. Where its time goes, from a profile (`node --cpu-prof`), waiting for fsync not counted:',
      '',
      ...profiles,
      '',
      'What was done about it: rows just written go to the table as they are, not read back; a timestamp is formatted once a second and not once a step; all who wait share one',
      'write and one sync of each log; the young generation of the heap (both servers’) holds a group, so that its records are not copied twice.',
    ].join('\n');
  });
}
