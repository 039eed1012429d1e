/**
 * The shapes of what is recorded. In flows what a client or a file says; out flow values that the rest of the program can
 * trust, and lines as they stand in the four logs.
 *
 * What always holds: an `Execution` has passed every rule of `RecordExecutionInput`; a row that is written reads back as the
 * same row; one grammar a log decides what is a row, whoever wrote it; nothing here touches a file.
 */
export {
  type Attribute,
  EXECUTION_STATUSES,
  type Execution,
  type ExecutionStatus,
  finishedSteps,
  STEP_STATUSES,
  type Step,
  type StepStatus,
} from './execution.ts';
export type { DurationsRow, JournalRow, PluginUsageRow, RejectedLine, RowOf, SuccessRatesRow } from './rows.ts';
export { formatMilliseconds, formatSeconds, parseTimestamp } from './timestamp.ts';
