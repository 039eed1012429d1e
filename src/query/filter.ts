/** Which rows a question is about: `MetricFilter` as conditions on the tables. */
import { MetricsError } from '../errors.ts';
import type { Sources } from '../projection/table/table.ts';
import { all, type Params } from './sql.ts';
import { resolveWindow, type Window, type WindowInput } from './window.ts';

/** As the API takes it. A list that is given picks its members, so an empty one picks nothing. */
export type FilterInput = Readonly<{
  window?: WindowInput | null | undefined;
  patternIds?: readonly string[] | null | undefined;
  plugins?: readonly string[] | null | undefined;
  phases?: readonly string[] | null | undefined;
  success?: boolean | null | undefined;
}>;

/** A filter with its window resolved and null gone. */
export type Filter = Readonly<{
  window: Window | undefined;
  patternIds: readonly string[] | undefined;
  plugins: readonly string[] | undefined;
  phases: readonly string[] | undefined;
  success: boolean | undefined;
}>;

/** Entries of one list of a filter. */
export const MAX_LIST = 1000;

export function resolveFilter(input: FilterInput | null | undefined, now: () => number): Filter {
  return {
    window: input?.window ? resolveWindow(input.window, now) : undefined,
    patternIds: checkedList(input?.patternIds, ['filter', 'patternIds']),
    plugins: checkedList(input?.plugins, ['filter', 'plugins']),
    phases: checkedList(input?.phases, ['filter', 'phases']),
    success: input?.success ?? undefined,
  };
}

/** A list of the API. BAD_USER_INPUT where it is too long. */
export function checkedList(values: readonly string[] | null | undefined, field: readonly string[]): readonly string[] | undefined {
  if (values && values.length > MAX_LIST)
    throw new MetricsError('BAD_USER_INPUT', `${field.join('.')} must hold at most ${MAX_LIST} entries`, { field: [...field] });
  return values ?? undefined;
}

/** Whether no row is left out; `success` leaves none out. */
export function isEverything({ window, patternIds, plugins, phases }: Filter): boolean {
  return window === undefined && patternIds === undefined && plugins === undefined && phases === undefined;
}

/** Whether the rows of pattern questions are those of journal.log. */
export function throughJournal(filter: Filter): boolean {
  return filter.plugins !== undefined || filter.phases !== undefined;
}

/** The rows of pattern questions: of success_rates.log, or of journal.log where plugins or phases need its link to the steps. */
export function executionRows(filter: Filter, source: Sources, params: Params): string {
  const conditions = [...windowConditions(filter.window), ...isIn('pattern', filter.patternIds, source, params)];
  if (!throughJournal(filter)) return `(SELECT * FROM ${source.success_rates} WHERE ${all(conditions)})`;
  return `(SELECT * FROM ${source.journal} j WHERE ${all([...conditions, `status <> 'cancelled'`, hasStep(filter, source, params)])})`;
}

/** The rows of journal.log under a filter, cancelled executions included; the alias is `j`. */
export function journalRows(filter: Filter, source: Sources, params: Params): string {
  const conditions = [...windowConditions(filter.window), ...isIn('pattern', filter.patternIds, source, params)];
  if (throughJournal(filter)) conditions.push(hasStep(filter, source, params));
  return `(SELECT * FROM ${source.journal} j WHERE ${all(conditions)})`;
}

/** The rows of step questions: of durations.log; patterns are found through journal.log, so others' rows fall out then. */
export function stepRows(filter: Filter, source: Sources, params: Params): string {
  const conditions = [...windowConditions(filter.window), ...stepConditions(filter, source, params)];
  if (filter.patternIds !== undefined)
    conditions.push(
      `EXISTS (SELECT 1 FROM ${source.journal} j WHERE ${OWN_STEP} AND ${params.isNamed('j.pattern', filter.patternIds, source)})`,
    );
  return `(SELECT * FROM ${source.durations} d WHERE ${all(conditions)})`;
}

/** A durations row `d` is that of an execution `j` if it bears its run and stands at or after the execution's base. */
export const OWN_STEP = 'd.run = j.run AND d.start >= j.base_durations';

/** One finished step matches both the plugins and the phases. */
function hasStep(filter: Filter, source: Sources, params: Params): string {
  return `EXISTS (SELECT 1 FROM ${source.durations} d WHERE ${OWN_STEP} AND ${all(stepConditions(filter, source, params))})`;
}

function stepConditions(filter: Filter, source: Sources, params: Params): string[] {
  return [...isIn('plugin', filter.plugins, source, params), ...isIn('phase', filter.phases, source, params)];
}

function isIn(column: string, values: readonly string[] | undefined, source: Sources, params: Params): string[] {
  return values === undefined ? [] : [params.isNamed(column, values, source)];
}

/** Whole numbers stand in the text itself: DuckDB leaves out the blocks without such timestamps only if it knows them when it plans. */
export function windowConditions(window: Window | undefined): string[] {
  const conditions: string[] = [];
  if (window?.from !== undefined) conditions.push(`timestamp >= ${Math.trunc(window.from)}`);
  if (window?.to !== undefined) conditions.push(`timestamp < ${Math.trunc(window.to)}`);
  return conditions;
}
