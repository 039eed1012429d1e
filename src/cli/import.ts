import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Config } from '../config.ts';
import { MetricsError } from '../errors.ts';
import type { Destination } from './destination.ts';
import { openDestination } from './open-destination.ts';
import { progressBar } from './progress.ts';

/** Executions sent at once. */
const BATCH = 500;
/** Batches under way: while one is synced the next is read and validated. */
const IN_FLIGHT = 3;
/** Refused lines shown one by one; the rest are counted. */
const MAX_SHOWN = 20;

type Line = { number: number; input: unknown };
type Summary = { recorded: number; duplicates: number; refused: number };

/**
 * Records every line of an NDJSON file, in order. A refused line stops nothing: it is shown with its number. Run again after a
 * failure it goes on where it broke off, since what is recorded already answers as a duplicate.
 */
export async function importFile(file: string, options: { url?: string }, config: Config): Promise<void> {
  const size = statSync(file).size;
  const destination = await openDestination(config, options.url);
  const bar = progressBar('Importing', 'bytes');
  const summary: Summary = { recorded: 0, duplicates: 0, refused: 0 };
  const startedAt = performance.now();
  try {
    const stream = createReadStream(file);
    for await (const _ of batchesOf(stream, batch => importBatch(destination, batch, { file, summary })))
      bar.update(stream.bytesRead, size);
  } finally {
    bar.stop();
    await destination.close();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const total = summary.recorded + summary.duplicates + summary.refused;
  if (process.stdout.isTTY) {
    console.log(
      `${destination.name}: ${summary.recorded} recorded, ${summary.duplicates} there already, ${summary.refused} refused (${Math.round(total / seconds)} a second)`,
    );
  } else {
    console.log(JSON.stringify({ ...summary, seconds: Number(seconds.toFixed(3)), destination: destination.name }));
  }
  if (summary.refused > 0) process.exitCode = 1;
}

/** Reads lines and hands them on in batches, some at once; yields when one is done. */
async function* batchesOf(stream: NodeJS.ReadableStream, handle: (batch: Line[]) => Promise<void>): AsyncGenerator<void> {
  const underWay: Promise<void>[] = [];
  let batch: Line[] = [];
  let number = 0;
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (line.trim() === '') continue;
    batch.push({ number, input: parseLine(line) });
    if (batch.length < BATCH) continue;
    underWay.push(handle(batch));
    batch = [];
    if (underWay.length >= IN_FLIGHT) yield underWay.shift();
  }
  if (batch.length > 0) underWay.push(handle(batch));
  for (const last of underWay) yield last;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return new MetricsError('BAD_USER_INPUT', `the line is not JSON: ${line.slice(0, 60)}`);
  }
}

async function importBatch(destination: Destination, batch: Line[], { file, summary }: { file: string; summary: Summary }): Promise<void> {
  const readable = batch.filter(({ input }) => !(input instanceof MetricsError));
  const outcomes = (
    await destination.record(
      readable.map(({ input }) => input),
      false,
    )
  ).values();
  for (const { number, input } of batch) {
    const outcome = input instanceof MetricsError ? input : outcomes.next().value;
    if (outcome instanceof MetricsError) {
      if (summary.refused++ < MAX_SHOWN) console.error(`${file}:${number}: ${outcome.code}: ${outcome.message}`);
    } else if (outcome?.duplicate) summary.duplicates++;
    else summary.recorded++;
  }
}
