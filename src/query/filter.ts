/** Which rows a question is about: `MetricFilter` as rows of the table. */
import { MetricsError } from '../errors.ts';
import {
  type ExecutionColumn,
  type JournalColumn,
  keepMembers,
  keepWhere,
  type Order,
  type Picked,
  type Pieces,
  type StepColumn,
  statusNumber,
  type View,
} from '../projection/table/table.ts';
import { gathered } from './gathered.ts';
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

/** Whether rows are left out by their time alone; `success` leaves none out. */
export function picksByTimeAlone({ patternIds, plugins, phases }: Filter): boolean {
  return patternIds === undefined && plugins === undefined && phases === undefined;
}

/** Whether the rows of pattern questions are those of journal.log. */
export function throughJournal(filter: Filter): boolean {
  return filter.plugins !== undefined || filter.phases !== undefined;
}

/** The rows of pattern questions: of success_rates.log, or of journal.log where plugins or phases need its link to the steps. */
export async function executionRows(view: View, filter: Filter): Promise<Pieces<ExecutionColumn>> {
  if (!throughJournal(filter)) return narrowed(view.rowsIn('success_rates', filter.window), among(view, 'pattern', filter.patternIds));
  const cancelled = statusNumber('cancelled');
  return narrowed(await journalRows(view, filter), picked => {
    const { status } = picked.block.columns;
    keepWhere(picked, row => status[row] !== cancelled);
  });
}

/** The rows of journal.log under a filter, cancelled executions included. */
export async function journalRows(view: View, filter: Filter, order?: Order): Promise<Pieces<JournalColumn>> {
  const rows = narrowed(view.rowsIn('journal', filter.window, order), among(view, 'pattern', filter.patternIds));
  if (!throughJournal(filter)) return rows;
  const withStep = await executionsWithStep(view, filter);
  return narrowed(rows, picked => keepWhere(picked, row => hasBit(withStep, picked.first + row)));
}

/** The rows of step questions: of durations.log; patterns are found through journal.log, so others' rows fall out then. */
export function stepRows(view: View, filter: Filter): Pieces<StepColumn> {
  const rows = matchingSteps(view, filter, view.rowsIn('durations', filter.window));
  if (filter.patternIds === undefined) return rows;
  const patterns = membersOf(view, filter.patternIds);
  return narrowed(rows, picked => view.keepOfPatterns(picked, patterns));
}

/** A bit by row of the journal: 1 where one finished step of the execution matches both the plugins and the phases. */
function executionsWithStep(view: View, filter: Filter): Promise<Uint8Array> {
  const bytes = Math.ceil(view.count('journal') / 8);
  return gathered<Uint8Array>(view, {
    name: `executions with ${numbersText(view, filter.plugins)} in ${numbersText(view, filter.phases)}`,
    copy: (found = new Uint8Array()) => {
      const copy = new Uint8Array(bytes);
      // A view that held more executions may have found it: of those none has a step among these.
      copy.set(found.subarray(0, bytes));
      return copy;
    },
    add: (found, steps) =>
      view.each(matchingSteps(view, filter, steps), picked => {
        const executionOf = view.executionsOf(picked);
        for (let index = 0; index < picked.length; index++) {
          const execution = executionOf(picked.rows[index] ?? 0);
          if (execution >= 0) setBit(found, execution);
        }
      }),
    bytes: ({ length }) => length,
  });
}

/** The same for the same names, as far as any row bears them. */
function numbersText(view: View, names: readonly string[] | undefined): string {
  return names === undefined ? 'any' : [...view.numbersOf(names)].sort((a, b) => a - b).join(' ');
}

function setBit(bits: Uint8Array, place: number): void {
  bits[place >> 3] = (bits[place >> 3] ?? 0) | (1 << (place & 7));
}

function hasBit(bits: Uint8Array, place: number): boolean {
  return ((bits[place >> 3] ?? 0) & (1 << (place & 7))) !== 0;
}

function matchingSteps(view: View, { plugins, phases }: Filter, rows: Pieces<StepColumn>): Pieces<StepColumn> {
  return narrowed(narrowed(rows, among(view, 'plugin', plugins)), among(view, 'phase', phases));
}

type Narrow<Column extends string> = ((picked: Picked<Column>) => void) | undefined;

/** Keeps the rows of some names. */
function among<Column extends string>(view: View, column: Column, names: readonly string[] | undefined): Narrow<Column> {
  if (names === undefined) return undefined;
  const members = membersOf(view, names);
  return picked => keepMembers(picked, picked.block.columns[column], members);
}

/** 1 at the number of each name. */
function membersOf(view: View, names: readonly string[]): Uint8Array {
  const members = new Uint8Array(view.nameCount);
  for (const number of view.numbersOf(names)) members[number] = 1;
  return members;
}

/** Pieces are handed on also where nothing is left of them: whoever goes through them rests in between. */
function narrowed<Column extends string>(pieces: Pieces<Column>, narrow: Narrow<NoInfer<Column>>): Pieces<Column> {
  if (!narrow) return pieces;
  return {
    *[Symbol.iterator]() {
      for (const picked of pieces) {
        narrow(picked);
        yield picked;
      }
    },
  };
}
