/** Executions recorded at a fixed rate, one a request, whether or not the earlier ones are answered. Runs in a process of its own. */
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Measured } from './load.ts';
import { post } from './post.ts';
import { quantile } from './quantile.ts';
import { sampleInput } from './sample-executions.ts';

/** `perSecond` executions, the first of which starts at `startsAt`, milliseconds since 1970. */
export type SteadyLoad = Readonly<{ url: string; perSecond: number; steps: number; run: string; startsAt: number }>;

/** With fewer the client would be the limit: at 1,000 a second these hold it up only where answers take more than 64 ms. */
const CONNECTIONS = 64;
const TICK_MS = 5;
const RECORD = 'mutation ($input: RecordExecutionInput!) { recordExecution(input: $input) { executionId position } }';

/** Records until it is told to stop; then every answer is waited for. */
async function recordSteadily({ url, perSecond, steps, run, startsAt }: SteadyLoad, stopped: () => boolean): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const latencies: number[] = [];
  const recorded: Promise<void>[] = [];
  const record = async (number: number) => {
    const input = sampleInput(run, number, steps, startsAt + Math.floor((number * 1000) / perSecond));
    const content = JSON.stringify({ query: RECORD, variables: { input } });
    const asked = performance.now();
    const answer = await post(agent, url, content);
    if (answer.includes('"errors"')) throw new Error(String(answer.subarray(0, 500)));
    latencies.push(performance.now() - asked);
  };
  const startedAt = performance.now();
  while (!stopped()) {
    const due = ((performance.now() - startedAt) / 1000) * perSecond;
    while (recorded.length < due) recorded.push(record(recorded.length));
    await pause(TICK_MS);
  }
  await Promise.all(recorded);
  agent.destroy();
  const seconds = (performance.now() - startedAt) / 1000;
  return { executions: latencies.length, seconds, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}

// Options in; a second message ends it; measurement out.
let told = false;
// Whoever started it has ended.
process.once('disconnect', () => process.exit(1));
process.once('message', options => {
  process.once('message', () => {
    told = true;
  });
  recordSteadily(options as SteadyLoad, () => told).then(
    measured => process.send?.(measured, () => process.exit(0)),
    error => {
      console.error(error);
      process.exit(1);
    },
  );
});
