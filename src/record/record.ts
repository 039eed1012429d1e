/**
 * The shapes of what is recorded. In flows what a client or a file says; out flow values that the rest of the program can
 * trust, and lines as they stand in the four logs.
 *
 * What always holds: an `Execution` has passed every rule of `RecordExecutionInput`; a row that is written reads back as the
 * same row; one grammar a log decides what is a row, whoever wrote it; durations are whole microseconds, so that sums do not
 * depend on order; nothing here touches a file or the clock.
 */
export { quoted } from './csv.ts';
export {
  EXECUTION_STATUSES,
  type Execution,
  type ExecutionStatus,
  finishedSteps,
  pluginsOf,
  STEP_STATUSES,
  type Step,
  type StepStatus,
} from './execution.ts';
export {
  checkExecutionInput,
  completeExecution,
  differences,
  type ExecutionInput,
  LIMITS,
  parseExecutionInput,
} from './execution-input.ts';
export { HEADERS, MAX_COUNT, MAX_LINE_LENGTH, MAX_TOTAL_US, reasonOf, rowColumns } from './grammar.ts';
export { chainBefore } from './journal-chain.ts';
export { type JournalOutline, OutlineReader } from './journal-outline.ts';
export { type Base, CHAIN_START, formatJournalLine, parseJournalLine, parseJournalLineLazily } from './journal-row.ts';
export type {
  DurationsRow,
  JournalRow,
  JournalRun,
  PluginUsageRow,
  RejectedLine,
  RowOf,
  Run,
  RunStep,
  SuccessRatesRow,
} from './rows.ts';
export { RunReader } from './run-reader.ts';
export {
  type DurationsValues,
  formatDurationsLine,
  formatPluginUsageLine,
  formatSuccessRatesLine,
  type PluginUsageValues,
  parseDurationsLine,
  parsePluginUsageLine,
  parseSuccessRatesLine,
  rowTimestamp,
  type SuccessRatesValues,
} from './shared-rows.ts';
export { isPlainName, toOneLine } from './text.ts';
export { formatMilliseconds, formatSeconds, parseTimestamp } from './timestamp.ts';
