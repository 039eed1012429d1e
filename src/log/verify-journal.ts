/** The journal read from its beginning: its groups, and whether every row goes on from the one before. */
import { type Base, CHAIN_START, type Execution, HEADERS, type JournalRow, parseJournalLine } from '../record/record.ts';
import { decode, type NoRow } from './decode.ts';
import { IdTable } from './id-table.ts';
import type { LogFile } from './log-file.ts';
import { SHARED_LOGS } from './position.ts';
import { Places, type Report } from './verify-finding.ts';
import { readLines } from './whole-lines.ts';

/** The rows of one commit: they share a base. */
export type Group = Readonly<{ base: Base; executions: Execution[]; start: number }> & {
  end: number;
  /** Whether a damaged line beside or between its rows may have been one of them: what it adds to the totals is not known then. */
  certain: boolean;
};

/** Behind `base`, as long as a whole chain: such a line was whole once, whatever it is now. */
const WHOLE = /,[0-9a-f]{32}.?$|\d+:\d+:\d+.{32,34}$/s;

/** A line behind the last row. `isOver`: a line feed ends it; `wasWhole`: it is as long as a row. */
export type Ending = Readonly<{ start: number; reason: string; workflowId: string; isOver: boolean; wasWhole: boolean }>;

function workflowOf(line: string): string {
  return line.split(',', 4)[3] ?? '';
}

export class JournalCheck {
  readonly #file: LogFile;
  readonly #report: Report;
  readonly #places: Places;
  readonly #executions = new IdTable();
  readonly #workflows = new IdTable();
  #position = 0;
  #chain: string = CHAIN_START;
  /** Lines since the last row that are none: judged by whether the next row goes on from the row before them. */
  #fragments: NoRow[] = [];
  #group: Group | undefined;
  rows = 0;

  constructor(file: LogFile, report: Report) {
    this.#file = file;
    this.#report = report;
    this.#places = new Places(file);
  }

  /** How far it has read. */
  get position(): number {
    return this.#position;
  }

  /** The group whose end has not been seen. */
  get openGroup(): Group | undefined {
    return this.#group;
  }

  /** The groups up to `end` that are over: the last one may go on behind it and stays open. */
  async *groups(end: number): AsyncGenerator<Group> {
    while (this.#position < end) {
      const start = this.#position;
      const bytes = await readLines(this.#file, start, end);
      if (bytes.length === 0) return;
      const { rows, rejected } = decode('journal', bytes, start);
      const fragments = rejected.values();
      let fragment = fragments.next().value;
      for (const row of rows) {
        for (; fragment && fragment.start < row.start; fragment = fragments.next().value) this.#fragments.push(fragment);
        const over = await this.#take(row);
        if (over) yield over;
      }
      for (; fragment; fragment = fragments.next().value) this.#fragments.push(fragment);
      this.#position = start + bytes.length;
    }
  }

  async #take(row: JournalRow): Promise<Group | undefined> {
    const goesOn = await this.#checkChain(row);
    await this.#checkIds(row);
    this.rows++;
    const before = this.#group;
    if (before && SHARED_LOGS.every(log => before.base[log] === row.base[log])) {
      before.executions.push(row.execution);
      before.end = row.end;
      before.certain &&= goesOn;
      return undefined;
    }
    if (before) {
      before.certain &&= goesOn;
      await this.#checkBase(before, row);
    }
    this.#group = { base: row.base, executions: [row.execution], start: row.start, end: row.end, certain: goesOn };
    return before;
  }

  /** Whether the row goes on from the row before it. */
  async #checkChain(row: JournalRow): Promise<boolean> {
    const goesOn = row.chain.slice(0, 16) === this.#chain.slice(-16);
    const fragments = this.#fragments;
    this.#fragments = [];
    this.#chain = row.chain;
    for (const fragment of fragments) await this.#reportFragment(fragment, goesOn ? 'torn' : 'damaged');
    if (goesOn || fragments.length > 0) return goesOn;
    const before = row.start === 0 ? 'the beginning of the history' : 'the row before it';
    this.#report({
      severity: 'error',
      ...(await this.#places.of(row.start)),
      message: `the chain is broken: the row does not go on from ${before}; rows between were removed, or rows were moved`,
    });
    return false;
  }

  async #reportFragment(fragment: NoRow, kind: 'torn' | 'damaged'): Promise<void> {
    const place = await this.#places.of(fragment.start);
    const message =
      kind === 'torn'
        ? `no row, and none is missing: the row after it goes on from the row before it (${fragment.reason})`
        : `a recorded row was changed: ${fragment.reason}, and the row after it goes on from a row that is not there`;
    this.#report({ severity: kind === 'torn' ? 'note' : 'error', ...place, message });
  }

  async #checkIds({ execution, start }: JournalRow): Promise<void> {
    const { executionId, workflowId } = execution;
    for (const [what, id, table] of [
      ['execution', executionId, this.#executions],
      ['workflow', workflowId, this.#workflows],
    ] as const) {
      const first = await this.#rowOf(id, table, what);
      if (first === undefined) continue;
      const at = await new Places(this.#file).of(first.start);
      const place = await this.#places.of(start);
      this.#report({ severity: 'error', ...place, message: `${what} "${id}" is recorded twice: first in ${at.file}:${at.line}` });
    }
    this.#executions.add(executionId, start);
    this.#workflows.add(workflowId, start);
  }

  async #rowOf(id: string, table: IdTable, what: 'execution' | 'workflow'): Promise<{ start: number; base: Base } | undefined> {
    for (const start of table.candidates(id)) {
      const row = parseJournalLine((await this.#file.line(start)) ?? '');
      if (typeof row !== 'string' && row.execution[`${what}Id`] === id) return { start, base: row.base };
    }
    return undefined;
  }

  async #checkBase(before: Group, row: JournalRow): Promise<void> {
    for (const log of SHARED_LOGS) {
      if (row.base[log] >= before.base[log]) continue;
      const place = await this.#places.of(row.start);
      this.#report({ severity: 'error', ...place, message: `its base says that ${log}.log had become shorter: the row was moved` });
    }
  }

  /** Whether a workflow is one of ours whose rows may stand at a position of durations.log. */
  async isOurs(workflowId: string, position: number): Promise<boolean> {
    const row = await this.#rowOf(workflowId, this.#workflows, 'workflow');
    return row !== undefined && position >= row.base.durations;
  }

  /** What follows the last row: lines that are none, and a last one without line feed. To be judged once nothing more is to come. */
  async ending(): Promise<Ending[]> {
    const ending: Ending[] = [];
    for (const { start, reason } of this.#fragments) {
      const line = (await this.#file.line(start)) ?? '';
      ending.push({ start, reason, workflowId: workflowOf(line), isOver: true, wasWhole: WHOLE.test(line) });
    }
    const tail = (await this.#file.read(this.#position, this.#file.end())).toString('utf8');
    if (tail !== '' && !tail.includes('\n')) {
      const row = parseJournalLine(tail);
      const reason = `no line feed ends it${typeof row === 'string' ? `, and it ${row}` : ', which the next start adds'}`;
      const wasWhole = typeof row === 'string' && WHOLE.test(tail);
      ending.push({ start: this.#position, reason, workflowId: workflowOf(tail), isOver: false, wasWhole });
    }
    return ending;
  }

  /** `leftRows`: rows of its workflow stand in durations.log, where they are written only once the journal row is safe. */
  async judge({ start, reason, wasWhole }: Ending, leftRows: boolean): Promise<void> {
    const recorded = wasWhole || leftRows;
    const message = recorded
      ? `a recorded row was changed or cut: ${reason}`
      : `no row, and none is missing: it was cut short while it was written, and no caller was answered (${reason})`;
    this.#report({ severity: recorded ? 'error' : 'note', ...(await this.#places.of(start)), message });
  }

  /** The journal is ours alone, so that its first line is the header and nothing else. */
  async checkHeader(): Promise<void> {
    for (const start of new Set([0, this.#file.liveStart])) {
      const { file, line } = await new Places(this.#file).of(start);
      if (line === 1) this.#report({ severity: 'error', file, line, message: `is not the header ${HEADERS.journal}` });
    }
  }
}
