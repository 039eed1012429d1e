/**
 * The rows of the four logs as values. Times are seconds (shared logs) or milliseconds (journal) since 1970 UTC; durations
 * whole microseconds, so that sums do not depend on order. `start` and `end` are positions: bytes of data since the
 * beginning of that log, `end` just past the line feed.
 */
import type { Execution, Step } from './execution.ts';

type Placed = Readonly<{ start: number; end: number }>;

export type JournalRow = Placed &
  Readonly<{ execution: Execution; base: Readonly<{ durations: number; success_rates: number; plugin_usage: number }>; chain: string }>;

/** Of a step what a run is judged by. */
export type RunStep = Pick<Step, 'step' | 'phase' | 'plugin' | 'durationMs' | 'status' | 'pluginVersion'>;

/** Of an execution what it is judged by. */
export type Run = Pick<
  Execution,
  'workflowId' | 'patternId' | 'patternName' | 'taskDescription' | 'status' | 'completedAt' | 'durationMs'
> &
  Readonly<{ steps: readonly RunStep[] }>;

/** Of a journal row what a run is judged by. `owed`, where it is known: how many bytes of the shared logs are derived from it, line feeds included. */
export type JournalRun = Pick<JournalRow, 'start' | 'end' | 'base' | 'chain'> &
  Readonly<{ execution: Run; owed?: Readonly<{ durations: number; success_rates: number }> }>;

export type DurationsRow = Placed &
  Readonly<{ timestamp: number; workflowId: string; phase: string; step: string; plugin: string; durationUs: number; success: boolean }>;

export type SuccessRatesRow = Placed &
  Readonly<{
    timestamp: number;
    patternId: string;
    patternName: string;
    success: boolean;
    durationUs: number;
    pluginsUsed: number;
    filesCreated: number;
  }>;

export type PluginUsageRow = Placed &
  Readonly<{
    timestamp: number;
    plugin: string;
    uses: number;
    totalDurationUs: bigint;
    successes: number;
    failures: number;
    lastUsed: number;
  }>;

export type RowOf = { journal: JournalRow; durations: DurationsRow; success_rates: SuccessRatesRow; plugin_usage: PluginUsageRow };

/** A line that is no row: it stays in its log, is listed, and stops nothing. */
export type RejectedLine = Placed & Readonly<{ file: string; line: number; text: string; reason: string }>;
