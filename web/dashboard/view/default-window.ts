import type { ExtentQuery, LongerExtentQuery } from '../generated/graphql.ts';
import type { WindowChoice } from './span.ts';

/** Fewer runs than this say too little for a rate. */
export const FEW_RUNS = 30;

/** What most histories are shown by. */
export const MONTH: WindowChoice = { last: 'P30D' };

type Part = ExtentQuery['month'];
const holdsEnough = (part: Part) => (part?.current.executions ?? 0) >= FEW_RUNS;

/** Whether a month back from now says enough, so that nothing longer need be looked at. */
export function monthSuits({ month }: ExtentQuery): boolean {
  return holdsEnough(month);
}

/**
 * The window that suits a history: the shortest of a month, a quarter and a year back from now that holds enough runs. A history that
 * ended before that is shown by the month before its end, and one with few runs as a whole, so that no page opens empty.
 */
export function defaultWindow({ all, month }: ExtentQuery, { quarter, year }: LongerExtentQuery): WindowChoice {
  if (holdsEnough(month)) return MONTH;
  if (holdsEnough(quarter)) return { last: 'P90D' };
  if (holdsEnough(year)) return { last: 'P1Y' };
  if (!all?.to || all.current.executions < FEW_RUNS || (year?.current.executions ?? 0) > 0) return 'all';
  return { last: 'P30D', to: all.to };
}
