/** The figures of a pattern file: their keys, what stands behind them, and when a file says it already. */
import type { PatternFigure } from './figures.ts';

export type FigureKey = 'success_rate' | 'executions' | 'last_used' | 'status' | 'validated';

const KEYS: Readonly<Record<string, FigureKey>> = {
  success_rate: 'success_rate',
  executions: 'executions',
  total_executions: 'executions',
  last_used: 'last_used',
  status: 'status',
  validated: 'validated',
};

export function figureKey(name: string): FigureKey | undefined {
  return Object.hasOwn(KEYS, name) ? KEYS[name] : undefined;
}

/** What is added where a file has it nowhere, and under which name. */
export const REQUIRED: Readonly<Record<'top' | 'metrics', readonly { key: FigureKey; name: string }[]>> = {
  top: [
    { key: 'success_rate', name: 'success_rate' },
    { key: 'executions', name: 'executions' },
    { key: 'last_used', name: 'last_used' },
    { key: 'status', name: 'status' },
  ],
  metrics: [
    { key: 'success_rate', name: 'success_rate' },
    { key: 'executions', name: 'total_executions' },
  ],
};

export type FigureValue = string | number | boolean;

/** Four decimals: a file is read by people. */
const DECIMALS = 4;

export function figureValue(key: FigureKey, figure: PatternFigure): FigureValue {
  switch (key) {
    case 'success_rate':
      return rounded(figure.successRate);
    case 'executions':
      return figure.executions;
    case 'last_used':
      return figure.lastUsed;
    case 'status':
      return figure.status;
    case 'validated':
      return figure.status === 'validated' || figure.status === 'learned';
  }
}

function rounded(rate: number): number {
  return Number(rate.toFixed(DECIMALS));
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;
const WORDS: Readonly<Record<string, boolean>> = { true: true, yes: true, on: true, false: false, no: false, off: false };

/** Whether what a file has means the value, however it is written. A `validated` that is no yes or no (a date, a name) is the author's. */
export function says(key: FigureKey, present: unknown, value: FigureValue): boolean {
  const text = String(present ?? '').trim();
  switch (key) {
    case 'success_rate':
      return isNumber(present) && rounded(Number(present)) === value;
    case 'executions':
      return isNumber(present) && Number(present) === value;
    case 'last_used':
      return text === value || (INSTANT.test(text) && Date.parse(text) === Date.parse(String(value)));
    case 'status':
      return text.toLowerCase() === value;
    case 'validated':
      return text !== '' && (WORDS[text.toLowerCase()] ?? value) === value;
  }
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)));
}
