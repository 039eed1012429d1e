/** Rows of `journal.log`: one self-contained line an execution, which proves itself by its chain. */
import { hash } from 'node:crypto';
import { MetricsError } from '../errors.ts';
import { field, quoted, rawFields, unquoted } from './csv.ts';
import { type Attribute, EXECUTION_STATUSES, type Execution, STEP_STATUSES, type Step } from './execution.ts';
import type { JournalRow } from './rows.ts';
import { escapeText, unescapeText } from './text.ts';
import { formatMilliseconds, parseTimestamp } from './timestamp.ts';

/** The second half of the chain of "the row before the first". */
export const CHAIN_START = '0'.repeat(16);

/** The positions of the three shared logs just before the group of a row. */
export type Base = JournalRow['base'];

/** A row without its place: what the line itself says. */
export type JournalValues = Omit<JournalRow, 'start' | 'end'>;

function ownHalf(previousHalf: string, row: string): string {
  return hash('sha256', previousHalf + row).slice(0, 16);
}

/**
 * The line of an execution, without its line feed. `previousChain` is the chain of the journal row before (or
 * `CHAIN_START`); the row's own is its last 32 digits.
 */
export function formatJournalLine(execution: Execution, base: Base, previousChain: string): string {
  const completedAt = formatMilliseconds(execution.completedAt);
  const row = `${[
    completedAt,
    'execution',
    execution.executionId,
    execution.workflowId,
    execution.patternId,
    execution.patternName,
    field(escapeText(execution.taskDescription)),
    execution.status,
    formatMilliseconds(execution.startedAt),
    completedAt,
    execution.durationMs,
    field(escapeText(execution.errorMessage)),
    execution.filesCreated,
    quoted(escapeText(execution.notes)),
    quoted(JSON.stringify(execution.steps.map(storedStep))),
    quoted(JSON.stringify(execution.attributes)),
    `${base.durations}:${base.success_rates}:${base.plugin_usage}`,
  ].join(',')},`;
  const previousHalf = previousChain.slice(-16);
  return `${row}${previousHalf}${ownHalf(previousHalf, row)}`;
}

/** A step as its JSON says it: times as text, defaults left out. */
function storedStep({ step, phase, plugin, durationMs, status, startedAt, attempt, pluginVersion, errorMessage }: Step): object {
  return {
    step,
    phase,
    plugin,
    durationMs,
    status,
    startedAt: startedAt === undefined ? undefined : formatMilliseconds(startedAt),
    attempt: attempt === 1 ? undefined : attempt,
    pluginVersion,
    errorMessage,
  };
}

/** What a journal line says, or why it is no row: a sentence. */
export function parseJournalLine(line: string): JournalValues | string {
  const values = parseJournalLineLazily(line);
  if (typeof values === 'string') return values;
  try {
    return { ...values, execution: { ...values.execution } };
  } catch {
    return UNEXPECTED;
  }
}

/**
 * The same at a third of the time for who asks for neither steps nor attributes: they are most of a line, and are read when they are
 * asked for. The chain has proved that this program wrote them.
 *
 * @throws MetricsError STORAGE_FAILED, on asking, where they cannot be read after all: `parseJournalLine` says that this is no row.
 */
export function parseJournalLineLazily(line: string): JournalValues | string {
  const chain = line.slice(-32);
  if (!/^[0-9a-f]{32}$/.test(chain) || line.at(-33) !== ',')
    return 'does not end in a chain of 32 hexadecimal digits: cut short or not written by this program';
  if (ownHalf(chain.slice(0, 16), line.slice(0, -32)) !== chain.slice(16)) return 'its chain does not fit its bytes: cut short or changed';
  const fields = rawFields(line);
  if (!fields) return 'the quotes do not fit RFC 4180';
  const kind = unquoted(fields[1] ?? '');
  if (kind !== 'execution') return `kind "${kind}" is not known to this version`;
  return values(fields, chain) ?? UNEXPECTED;
}

const UNEXPECTED = 'a column does not hold what this version expects';
const [STEPS, ATTRIBUTES] = [14, 15];

function values(fields: string[], chain: string): JournalValues | undefined {
  const columns = fields.map((field, index) => (index === STEPS || index === ATTRIBUTES ? '' : unquoted(field)));
  const [, , executionId = '', workflowId = '', patternId = '', patternName = '', task = '', status, started = '', completed = ''] =
    columns;
  const [durationMs, error = '', filesCreated, notes = '', , , base = ''] = columns.slice(10);
  const startedAt = parseTimestamp(started);
  const completedAt = parseTimestamp(completed);
  const knownStatus = EXECUTION_STATUSES.find(known => known === status);
  const positions = parseBase(base);
  if (startedAt === undefined || completedAt === undefined || !knownStatus || !positions) return undefined;
  let steps: Step[] | undefined;
  let attributes: Attribute[] | undefined;
  return {
    execution: {
      executionId,
      workflowId,
      patternId,
      patternName,
      taskDescription: unescapeText(task),
      status: knownStatus,
      startedAt,
      completedAt,
      durationMs: Number(durationMs),
      errorMessage: unescapeText(error),
      filesCreated: Number(filesCreated),
      notes: unescapeText(notes),
      get steps() {
        steps ??= asked(executionId, () => (parseJson(fields[STEPS]) as StoredStep[]).map(step));
        return steps;
      },
      get attributes() {
        attributes ??= asked(executionId, () => parseJson(fields[ATTRIBUTES]) as Attribute[]);
        return attributes;
      },
    },
    base: positions,
    chain,
  };
}

function parseJson(field: string | undefined): unknown {
  return JSON.parse(unquoted(field ?? ''));
}

function asked<Value>(executionId: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    const what = `the steps or attributes of execution ${executionId} cannot be read, though their chain is right`;
    throw new MetricsError('STORAGE_FAILED', `journal.log: ${what}. \`verify\` names the line`, { cause: error });
  }
}

/** The positions in the column `base`; undefined where it holds none. */
function parseBase(text: string): Base | undefined {
  const [, durations, success_rates, plugin_usage] = /^(\d+):(\d+):(\d+)$/.exec(text) ?? [];
  if (plugin_usage === undefined) return undefined;
  return { durations: Number(durations), success_rates: Number(success_rates), plugin_usage: Number(plugin_usage) };
}

type StoredStep = Omit<Step, 'startedAt' | 'attempt'> & { startedAt?: string; attempt?: number };

/** The chain has proved that this program wrote the JSON; fields that a later version added are left aside. */
function step(stored: StoredStep): Step {
  const startedAt = stored.startedAt === undefined ? undefined : parseTimestamp(stored.startedAt);
  return {
    step: stored.step,
    phase: stored.phase,
    plugin: stored.plugin,
    durationMs: stored.durationMs,
    status: STEP_STATUSES.find(status => status === stored.status) ?? 'failed',
    attempt: stored.attempt ?? 1,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(stored.pluginVersion === undefined ? {} : { pluginVersion: stored.pluginVersion }),
    ...(stored.errorMessage === undefined ? {} : { errorMessage: stored.errorMessage }),
  };
}
