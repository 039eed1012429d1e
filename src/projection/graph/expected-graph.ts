import { bytesBetween, type Position, START } from '../../log/log.ts';
import type { JournalRow } from '../../record/record.ts';
import { type GraphLogs, stretches } from './graph-logs.ts';
import { Retained } from './retained.ts';
import { type PatternSeen, seePatterns, seePlugins } from './stretch-rows.ts';

/** What the logs up to a position say that the graph holds. */
export type ExpectedGraph = Readonly<{
  patterns: ReadonlyMap<string, PatternSeen>;
  plugins: ReadonlySet<string>;
  /** Whether an execution is among the last of its pattern. */
  stays: (row: JournalRow) => boolean;
}>;

/** How far a pass over the logs has come; in bytes of them. */
export type Progress = (done: number, total: number) => void;

/** A pass over the logs, and then over the journal again: what the progress of both is measured by. */
export const bytesOfPasses = (to: Position): number => bytesBetween(START, to) + to.journal;

export type Pass = Readonly<{ logs: GraphLogs; to: Position; signal: AbortSignal; progress: Progress }>;

/** Reads all logs once; keeps the names of patterns and plugins, and where the rows of those that stay begin. */
export async function expectedGraph({ logs, to, signal, progress }: Pass, retention: number): Promise<ExpectedGraph> {
  const patterns = new Map<string, PatternSeen>();
  const plugins = new Set<string>();
  const retained = new Retained(retention);
  for await (const stretch of stretches(logs, to, signal)) {
    seePatterns(patterns, stretch);
    seePlugins(plugins, stretch);
    for (const { execution, start } of stretch.journal) retained.push(execution.patternId, start);
    progress(bytesBetween(START, stretch.to), bytesOfPasses(to));
  }
  return { patterns, plugins, stays: ({ execution, start }) => start >= (retained.first(execution.patternId) ?? 0) };
}

/** Every execution up to a position, in log order. */
export async function* recordedExecutions({ logs, to, signal, progress }: Pass): AsyncGenerator<JournalRow> {
  for await (const stretch of stretches(logs, { ...START, journal: to.journal }, signal)) {
    yield* stretch.journal;
    progress(bytesBetween(START, to) + stretch.to.journal, bytesOfPasses(to));
  }
}
