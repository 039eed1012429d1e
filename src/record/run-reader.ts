/**
 * What a run is judged by, read from the bytes of its journal row at a fraction of the time that the row takes: of each step its names,
 * duration, status and version, and nothing of errors and attributes. Rows as this program writes them are read here; every other one is
 * left to `parseJournalLine`, which has the last word.
 */
import { quoted, unquoted } from './csv.ts';
import { EXECUTION_STATUSES, finishedSteps, pluginsOf, STEP_STATUSES } from './execution.ts';
import { CHAIN_LENGTH, chainBefore, isProven } from './journal-chain.ts';
import { LineCursor, type NameOf } from './line-cursor.ts';
import type { JournalRun, RunStep } from './rows.ts';
import { durationsLength, successRatesLength } from './shared-lengths.ts';
import { toOneLine, unescapeText } from './text.ts';

const literal = (text: string) => Buffer.from(text);
const COMMA = literal(',');
const KIND = literal('execution,');
const OUTCOMES = EXECUTION_STATUSES.map(status => ({ status, bytes: literal(`${status},`) }));
/** The JSON of steps in a quoted field: each quote of it stands twice. */
const [FIRST_STEP, NEXT_STEP, LAST_STEP, NO_STEPS] = [literal('"[{""step"":'), literal(',{""step"":'), literal(']",'), literal('"[]",')];
const [PHASE, PLUGIN, STEP_END] = [literal(',""phase"":""'), literal(',""plugin"":""'), literal('}')];
const [DURATION, STATUS] = [literal(',""durationMs"":'), literal(',""status"":""')];
const STEP_OUTCOMES = STEP_STATUSES.map(status => ({ status, bytes: literal(`${status}""`) }));
const [STARTED, ATTEMPT] = [literal(',""startedAt"":""'), literal(',""attempt"":')];
const [VERSION, ERROR] = [literal(',""pluginVersion"":""'), literal(',""errorMessage"":""')];

export class RunReader {
  readonly #cursor: LineCursor<string>;

  constructor(nameOf: NameOf<string>) {
    this.#cursor = new LineCursor(nameOf, '');
  }

  /**
   * The line from `start` to its line feed at `end` in `bytes`, which are UTF-8 and begin at position `from`; undefined where
   * `parseJournalLine` has to say whether it is a row.
   */
  read(bytes: Buffer, { start, end, from }: { start: number; end: number; from: number }): JournalRun | undefined {
    if (!isProven(bytes, start, end)) return undefined;
    const cursor = this.#cursor;
    cursor.begin(bytes, start, end - CHAIN_LENGTH);
    cursor.skipPlain();
    cursor.skip(KIND);
    cursor.skipPlain();
    const { execution, owed } = this.#readRun();
    const base = cursor.readBase();
    if (cursor.lost || cursor.at !== end - CHAIN_LENGTH) return undefined;
    return { start: from + start, end: from + end + 1, execution, owed, base, chain: chainBefore(bytes, end) };
  }

  /** The columns from workflow_id to attributes. */
  #readRun(): Required<Pick<JournalRun, 'execution' | 'owed'>> {
    const cursor = this.#cursor;
    const idStart = cursor.at;
    const workflowId = cursor.readPlain();
    const patternStart = cursor.at;
    const [patternId, patternName] = [cursor.readName(), cursor.readName()];
    const taskStart = cursor.at;
    const taskDescription = plainText(cursor.readField());
    const status = this.#readOneOf(OUTCOMES);
    cursor.readTime();
    const completedAt = cursor.readTime();
    const durationMs = this.#readCount();
    cursor.skipField();
    const filesCreated = this.#readCount();
    const notes = notesLength(cursor.readField());
    const owed = { durations: 0, success_rates: 0 };
    const steps = this.#readSteps(patternStart - idStart - 1, owed);
    cursor.skipField();
    if (status !== 'cancelled') {
      const [names, pluginsUsed] = [taskStart - patternStart - 2, pluginsOf(finishedSteps({ steps })).length];
      owed.success_rates = successRatesLength({ names, success: status === 'success', durationMs, pluginsUsed, filesCreated, notes });
    }
    return { execution: { workflowId, patternId, patternName, taskDescription, status, completedAt, durationMs, steps }, owed };
  }

  #readCount(): number {
    const count = this.#cursor.readNumber();
    this.#cursor.skip(COMMA);
    return count;
  }

  #readOneOf<Status extends string>(known: readonly Readonly<{ status: Status; bytes: Buffer }>[]): Status {
    for (const { status, bytes } of known) if (this.#cursor.tries(bytes)) return status;
    this.#cursor.lost = true;
    return (known[0] as { status: Status }).status;
  }

  /** `owed` is brought forward by each step that ran, of a workflow whose id is so long. */
  #readSteps(workflowId: number, owed: { durations: number }): RunStep[] {
    const cursor = this.#cursor;
    const steps: RunStep[] = [];
    if (cursor.tries(NO_STEPS)) return steps;
    cursor.skip(FIRST_STEP);
    while (!cursor.lost) {
      const found = this.#readStep(workflowId, owed);
      steps.push(found);
      if (cursor.tries(LAST_STEP)) break;
      cursor.skip(NEXT_STEP);
    }
    return steps;
  }

  #readStep(workflowId: number, owed: { durations: number }): RunStep {
    const cursor = this.#cursor;
    const step = cursor.readNumber();
    cursor.skip(PHASE);
    const phaseStart = cursor.at;
    const phase = cursor.readJsonName();
    const between = cursor.at;
    cursor.skip(PLUGIN);
    const plugin = cursor.readJsonName();
    const names = workflowId + cursor.at - phaseStart - PLUGIN.length - 2 * TEXT_END;
    if (between === phaseStart + TEXT_END || cursor.at === between + PLUGIN.length + TEXT_END) cursor.lost = true;
    cursor.skip(DURATION);
    const durationMs = cursor.readNumber();
    cursor.skip(STATUS);
    const status = this.#readOneOf(STEP_OUTCOMES);
    if (status !== 'skipped') owed.durations += durationsLength({ names, step, durationMs, success: status === 'success' });
    return this.#withVersion({ step, phase, plugin, durationMs, status });
  }

  /** What a step may have behind its status. */
  #withVersion(step: RunStep): RunStep {
    const cursor = this.#cursor;
    if (cursor.tries(STEP_END)) return step;
    if (cursor.tries(STARTED)) cursor.skipJsonText();
    if (cursor.tries(ATTEMPT)) cursor.readNumber();
    const pluginVersion = cursor.tries(VERSION) ? cursor.readJsonName() : undefined;
    if (cursor.tries(ERROR)) cursor.skipJsonText();
    cursor.skip(STEP_END);
    return pluginVersion === undefined ? step : { ...step, pluginVersion };
  }
}

/** Two quotes. */
const TEXT_END = 2;

/** The text of a field as it stands in a line. */
function plainText(field: string): string {
  const text = field.startsWith('"') && !field.includes('""') ? field.slice(1, -1) : unquoted(field);
  return text.includes('\\') ? unescapeText(text) : text;
}

/** How many bytes success_rates.log takes for the notes that stand in a line of the journal. */
function notesLength(field: string): number {
  return field === '""' ? field.length : Buffer.byteLength(field.includes('\\') ? quoted(toOneLine(plainText(field))) : field);
}
