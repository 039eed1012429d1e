/** A long history as this program would have written it, made at the speed of the disk: the four logs and nothing derived. */
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { formatPosition, LOG_NAMES, type LogName } from '../../src/log/log.ts';
import { owedBy, owedUsage } from '../../src/log/owed.ts';
import {
  CHAIN_START,
  completeExecution,
  type Execution,
  formatJournalLine,
  formatPluginUsageLine,
  HEADERS,
  type PluginUsageValues,
  parseExecutionInput,
} from '../../src/record/record.ts';
import { say } from './progress.ts';
import { FIRST_MS, type SampleInput, sampleInput } from './sample-executions.ts';

/** Executions that are written, synced and answered together. */
const GROUP = 500;
const SAID_EVERY = 100_000;

type Ends = Record<LogName, number>;

export type HistoryOptions = Readonly<{
  /** Steps of each execution. */
  steps: number;
  /** From the first execution to the last; without it they come one every 16 seconds. */
  spanMs?: number;
  /** Each by its number, instead. */
  inputOf?: (number: number) => SampleInput;
}>;

/**
 * Writes the logs of a folder anew: so many executions, each group with its base, the chain unbroken. Answers the position after each
 * group, as the API gives it.
 */
export async function writeHistory(folder: string, executions: number, options: HistoryOptions): Promise<string[]> {
  const { steps, spanMs } = options;
  const sample = (number: number) => sampleInput('history', number, steps, spanMs && FIRST_MS + Math.floor((number / executions) * spanMs));
  const { inputOf = sample } = options;
  await mkdir(folder, { recursive: true });
  const files = await Promise.all(LOG_NAMES.map(async name => ({ name, handle: await open(join(folder, `${name}.log`), 'wx') })));
  for (const { name, handle } of files) await handle.write(`${HEADERS[name]}\n`);
  const ends: Ends = { journal: 0, durations: 0, success_rates: 0, plugin_usage: 0 };
  const totals = new Map<string, PluginUsageValues>();
  const positions: string[] = [];
  let chain = CHAIN_START;
  for (let first = 0; first < executions; first += GROUP) {
    const group = groupOf(first, Math.min(GROUP, executions - first), inputOf);
    const journal = group.map(execution => {
      const line = formatJournalLine(execution, ends, chain);
      chain = line.slice(-32);
      return line;
    });
    const lines: Record<LogName, string[]> = { journal, ...derivedLines(group, totals) };
    for (const { name, handle } of files) {
      const bytes = Buffer.from(lines[name].map(line => `${line}\n`).join(''));
      await handle.write(bytes);
      ends[name] += bytes.length;
    }
    positions.push(formatPosition({ ...ends, chain: chain.slice(16, 24) }));
    if (first % SAID_EVERY === 0) say(`history: ${first.toLocaleString('en')} of ${executions.toLocaleString('en')} executions`);
  }
  for (const { handle } of files) {
    await handle.sync();
    await handle.close();
  }
  return positions;
}

function groupOf(first: number, size: number, inputOf: (number: number) => SampleInput): Execution[] {
  return Array.from({ length: size }, (_, index) => {
    const input = inputOf(first + index);
    return completeExecution(parseExecutionInput(input, Date.parse(input.completedAt)), input.patternName);
  });
}

/** The rows that a group owes to the shared logs, as the writer makes them; `totals` are brought forward. */
function derivedLines(group: readonly Execution[], totals: Map<string, PluginUsageValues>) {
  const owed = owedBy(group);
  const usage = owedUsage(owed, totals);
  for (const row of usage) totals.set(row.plugin, row);
  return { ...owed, plugin_usage: usage.map(formatPluginUsageLine) };
}
