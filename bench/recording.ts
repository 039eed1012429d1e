/** `recordExecution` and `recordExecutions` over HTTP, durable before the answer, beside the same server with a log that does nothing. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Measured } from './support/load.ts';
import { measure, type Server, startNoOp, startService } from './support/processes.ts';

const ROUNDS = 5;
const SECONDS = 4;
const STEPS = 5;

type Kind = Readonly<{ title: string; connections: number; batch: number }>;

const KINDS: readonly Kind[] = [
  { title: '`recordExecution`, 64 connections', connections: 64, batch: 1 },
  { title: '`recordExecutions` of 500, 4 connections', connections: 4, batch: 500 },
];

type Pair = { service: Measured; noOp: Measured };

/** The two in turn, so that what the machine does meanwhile falls on both. */
async function pairsOf(kind: Kind, service: Server, noOp: Server): Promise<Pair[]> {
  const pairs: Pair[] = [];
  // The first round warms both up.
  for (let round = 0; round <= ROUNDS; round++) {
    const load = { connections: kind.connections, batch: kind.batch, seconds: SECONDS, steps: STEPS, run: `${kind.batch}-${round}` };
    const pair = { service: await measure({ ...load, url: service.url }), noOp: await measure({ ...load, url: noOp.url }) };
    if (round > 0) pairs.push(pair);
  }
  return pairs;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const rate = ({ executions, seconds }: Measured) => executions / seconds;

function row({ title }: Kind, pairs: readonly Pair[]): string {
  const share = median(pairs.map(({ service, noOp }) => rate(service) / rate(noOp)));
  const cells = [
    title,
    Math.round(median(pairs.map(({ service }) => rate(service)))).toLocaleString('en'),
    Math.round(median(pairs.map(({ noOp }) => rate(noOp)))).toLocaleString('en'),
    `${Math.round(share * 100)} %`,
    `${median(pairs.map(({ service }) => service.p99)).toFixed(0)} ms`,
    `${median(pairs.map(({ noOp }) => noOp.p99)).toFixed(0)} ms`,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** The section of docs/benchmarks.md. */
export async function recording(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'orchestrator-metrics-bench-'));
  const service = await startService(directory);
  const noOp = await startNoOp();
  try {
    const rows: string[] = [];
    for (const kind of KINDS) rows.push(row(kind, await pairsOf(kind, service, noOp)));
    return [
      '## Recording over HTTP',
      '',
      `Executions a second, each of ${STEPS} steps, durable in all four logs before the answer, the table following, the graph off; beside the same schema, Apollo and Fastify with a`,
      `log that acknowledges at once and keeps nothing. Medians of ${ROUNDS} rounds of ${SECONDS} s, the two in turn; the client is a process of its own on the same machine.`,
      '',
      '| | service | no-op | share | p99 | p99 of the no-op |',
      '| --- | --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  } finally {
    await service.stop();
    await noOp.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
