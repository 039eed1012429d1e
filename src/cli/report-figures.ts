/** Figures as a person reads them. */
import type { Rate, Totals } from './report-answers.ts';

const NONE = '–';

export function percent(value: number | null): string {
  return value === null ? NONE : `${(value * 100).toFixed(1)} %`;
}

export function interval({ lower, upper }: Rate): string {
  return lower === null || upper === null ? NONE : `${(lower * 100).toFixed(1)} – ${(upper * 100).toFixed(1)} %`;
}

export function number(value: number): string {
  return value.toLocaleString('en');
}

export function count(value: number, thing: string): string {
  return `${number(value)} ${thing}${value === 1 ? '' : 's'}`;
}

/** `0.25 s`, `61.0 s`, `12 min`, `5.2 h`: three digits or so, in the unit that a person would take. */
export function seconds(value: number | null): string {
  if (value === null) return NONE;
  if (value < 10) return `${value.toFixed(2)} s`;
  if (value < 600) return `${value.toFixed(1)} s`;
  return value < 36_000 ? `${(value / 60).toFixed(1)} min` : `${(value / 3600).toFixed(1)} h`;
}

export function secondsInterval(interval: Totals['medianInterval']): string {
  return interval === null ? NONE : `${seconds(interval.lowerSeconds)} – ${seconds(interval.upperSeconds)}`;
}

export function day(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

export function span({ from, to }: { from: string | null; to: string | null }): string {
  return from === null || to === null ? 'no time at all' : `from ${day(from)} to ${day(to)}`;
}
