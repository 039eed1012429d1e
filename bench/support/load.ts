/** Requests as many clients send them: each connection asks again as soon as it is answered. Runs in a process of its own. */
import { Agent } from 'node:http';
import { post } from './post.ts';
import { quantile } from './quantile.ts';
import { sampleInput } from './sample-executions.ts';

export type Load = Readonly<{ url: string; connections: number; seconds: number; batch: number; steps: number; run: string }>;

/** Latencies in milliseconds. `executions` counts acknowledged ones. */
export type Measured = Readonly<{ executions: number; seconds: number; p50: number; p99: number }>;

const ONE = `mutation ($input: RecordExecutionInput!) { recordExecution(input: $input) { executionId position } }`;
const MANY = `mutation ($inputs: [RecordExecutionInput!]!) { recordExecutions(inputs: $inputs) { payload { executionId } error { message } } }`;

function body({ batch, steps, run }: Load, number: number): string {
  if (batch === 1) return JSON.stringify({ query: ONE, variables: { input: sampleInput(run, number, steps) } });
  const inputs = Array.from({ length: batch }, (_, index) => sampleInput(run, number * batch + index, steps));
  return JSON.stringify({ query: MANY, variables: { inputs } });
}

export async function load(options: Load): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  const latencies: number[] = [];
  const startedAt = performance.now();
  const end = startedAt + options.seconds * 1000;
  let number = 0;
  const client = async () => {
    while (performance.now() < end) {
      const content = body(options, number++);
      const asked = performance.now();
      const answer = await post(agent, options.url, content);
      if (answer.includes('"errors"') || answer.includes('"message"')) throw new Error(String(answer.subarray(0, 500)));
      latencies.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: options.connections }, client));
  agent.destroy();
  const seconds = (performance.now() - startedAt) / 1000;
  return { executions: latencies.length * options.batch, seconds, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}

// As a process: options in, measurement out.
if (process.send) {
  process.once('message', options => {
    load(options as Load).then(
      measured => process.send?.(measured, () => process.exit(0)),
      error => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
