import type { ExtentQuery } from '../generated/graphql.ts';
import type { WindowChoice } from './view.ts';

/** Fewer runs than this say too little for a rate. */
export const FEW_RUNS = 30;

/**
 * The window that suits a history: the shortest of a month, a quarter and a year back from now that holds enough runs. A history that
 * ended before that is shown by the month before its end, and one with few runs as a whole, so that no page opens empty.
 */
export function defaultWindow({ all, month, quarter, year }: ExtentQuery): WindowChoice {
  const holds = (part: ExtentQuery['month']) => (part?.current.executions ?? 0) >= FEW_RUNS;
  if (holds(month)) return { last: 'P30D' };
  if (holds(quarter)) return { last: 'P90D' };
  if (holds(year)) return { last: 'P1Y' };
  if (!all?.to || all.current.executions < FEW_RUNS || (year?.current.executions ?? 0) > 0) return 'all';
  return { last: 'P30D', to: all.to };
}
