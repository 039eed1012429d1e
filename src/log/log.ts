export {
  bytesBetween,
  formatPosition,
  LOG_NAMES,
  type LogName,
  type Position,
  parsePosition,
  reaches,
  SHARED_LOGS,
  type SharedLog,
  START,
} from './position.ts';
export type { Stretch } from './stretch.ts';
