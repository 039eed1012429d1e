/** Which rows an address chooses: all that the first questions need to know of it (`data/first-questions.ts`). */
import type { MetricFilter } from '../generated/graphql.ts';
import { type WindowChoice, windowInput } from './span.ts';

export type Choice = Readonly<{
  /** Undefined: what suits the history (`default-window.ts`). */
  window: WindowChoice | undefined;
  patternIds: readonly string[];
  plugins: readonly string[];
  phases: readonly string[];
}>;

/** A window that is wrong the service explains. */
export function readChoice(given: URLSearchParams): Choice {
  return {
    window: readWindow(given),
    patternIds: given.getAll('pattern'),
    plugins: given.getAll('plugin'),
    phases: given.getAll('phase'),
  };
}

function readWindow(given: URLSearchParams): WindowChoice | undefined {
  const [last, from, to] = ['last', 'from', 'to'].map(name => given.get(name) || undefined);
  if (last === 'all') return 'all';
  if (last !== undefined) return { last, ...(to === undefined ? {} : { to }) };
  if (from === undefined && to === undefined) return undefined;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** The names as every question takes them. */
export function namesOf({ patternIds, plugins, phases }: Choice): MetricFilter {
  return {
    ...(patternIds.length > 0 ? { patternIds } : {}),
    ...(plugins.length > 0 ? { plugins } : {}),
    ...(phases.length > 0 ? { phases } : {}),
  };
}

/** The names and the window; `suitable` where none is chosen. */
export function filterOf(choice: Choice, suitable: WindowChoice): MetricFilter {
  const window = windowInput(choice.window ?? suitable);
  const names = namesOf(choice);
  return window ? { ...names, window } : names;
}
