/**
 * The one writer of the logs. Everything that waits forms one group; one group at a time. The queue is bounded, and every caller
 * is answered: once the group is durable in all its logs, or with why it is not.
 */
import { MetricsError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Execution, ExecutionInput } from '../record/record.ts';
import type { ArchiveOutcome, Archiver } from './archiver.ts';
import { Judge, type Verdict } from './judge.ts';
import type { Ledger } from './ledger.ts';
import { storageError } from './log-file.ts';
import type { Position } from './position.ts';
import { Turns } from './turns.ts';

/** The answer to one recorded input. */
export type Acknowledgement = Readonly<{ executionId: string; duplicate: boolean; position: Position }>;

export type Outcome = Acknowledgement | MetricsError;

type Waiting = { input: ExecutionInput; bytes: number; resolve: (outcome: Outcome) => void };

/** Bounds in bytes, roughly: they keep memory and the time of a group small, whatever clients send. */
const MAX_WAITING_BYTES = 128 << 20;
const MAX_GROUP_BYTES = 8 << 20;
const RESUME_AFTER_MS = 1000;

/** About what an input takes in the four logs. */
function bytesOf({ taskDescription, notes, errorMessage, steps, attributes }: ExecutionInput): number {
  const texts = [
    taskDescription,
    notes,
    errorMessage,
    ...(attributes ?? []).map(({ value }) => value),
    ...steps.map(step => step.errorMessage),
  ];
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 500 + steps.length * 250);
}

export class Writer {
  readonly #ledger: Ledger;
  readonly #archiver: Archiver;
  readonly #logger: Logger;
  readonly #turns = new Turns();
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #pumped: Promise<void> | undefined;
  #closing = false;
  #resuming: NodeJS.Timeout | undefined;
  #nextFollow: Promise<Position> | undefined;

  constructor(ledger: Ledger, archiver: Archiver, logger: Logger) {
    this.#ledger = ledger;
    this.#archiver = archiver;
    this.#logger = logger;
  }

  /**
   * Completes what an earlier process left incomplete. Without room for that, what is complete can be read, and recording begins
   * once there is some.
   */
  begin(): Promise<void> {
    return this.#turns.take(async () => {
      try {
        await this.#ledger.settle();
      } catch (error) {
        if (this.#troubled(error).code !== 'STORAGE_FULL') throw error;
        await this.#ledger.showComplete();
      }
    });
  }

  /** Records one input. Answers once it is durable in all its logs. */
  record(input: ExecutionInput): Promise<Outcome> {
    if (this.#closing)
      return Promise.resolve(
        new MetricsError('OVERLOADED', 'the service is stopping: call again with the same executionId once it is back'),
      );
    const bytes = bytesOf(input);
    if (this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      return Promise.resolve(
        new MetricsError('OVERLOADED', 'too many records are waiting to be written: call again with the same executionId in a moment'),
      );
    }
    return new Promise(resolve => {
      this.#waiting.push({ input, bytes, resolve });
      this.#waitingBytes += bytes;
      this.#pumped ??= this.#pump();
    });
  }

  /** Judges inputs in order as `record` would, and writes nothing. */
  rehearse(inputs: readonly ExecutionInput[]): Promise<Outcome[]> {
    return this.#turns.take(async () => {
      const { trouble } = this.#ledger;
      if (trouble) return inputs.map(() => trouble);
      const judge = new Judge(this.#ledger);
      const outcomes: Outcome[] = [];
      for (const input of inputs) outcomes.push(await this.#rehearsed(judge, input));
      return outcomes;
    });
  }

  async #rehearsed(judge: Judge, input: ExecutionInput): Promise<Outcome> {
    const verdict = await judge.judge(input);
    if (verdict.kind === 'refused' || verdict.kind === 'undecided') return verdict.error;
    return { executionId: input.executionId, duplicate: verdict.kind !== 'new', position: this.#ledger.position };
  }

  /** The position once it covers every whole line that other programs had appended when this was called. */
  async upToDate(): Promise<Position> {
    if (!this.#ledger.hasNews) return this.#ledger.position;
    this.#nextFollow ??= this.#turns.take(async () => {
      this.#nextFollow = undefined;
      // Questions go on while recording is in trouble: they are answered as of what is complete and synced.
      await this.#ledger.catchUp().catch(error => this.#logger.warn({ error }, 'the logs could not be read on'));
      return this.#ledger.position;
    });
    return this.#nextFollow;
  }

  /** Archives the year of the live logs if it is over; between two groups. */
  archive(): Promise<ArchiveOutcome> {
    return this.#turns.take(async () => {
      try {
        await this.#makeReady();
        const outcome = await this.#archiver.archive();
        await this.#ledger.makeReady();
        return outcome;
      } catch (error) {
        throw this.#troubled(error);
      }
    });
  }

  /** Commits what waits, then refuses everything. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#resuming);
    await this.#pumped;
    await this.#turns.idle();
  }

  // ---------- Groups ----------

  async #pump(): Promise<void> {
    // One turn of the event loop: requests that arrive together share a group.
    await new Promise(resolve => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#turns.take(() => this.#commit(this.#takeGroup()));
    this.#pumped = undefined;
  }

  #takeGroup(): Waiting[] {
    let total = 0;
    let count = 0;
    for (const { bytes } of this.#waiting) {
      if (count > 0 && total + bytes > MAX_GROUP_BYTES) break;
      total += bytes;
      count++;
    }
    this.#waitingBytes -= total;
    return this.#waiting.splice(0, count);
  }

  /** Answers every caller of the group, whatever happens, but those who wait for the fate of another's record. */
  async #commit(group: Waiting[]): Promise<void> {
    let callers = group;
    try {
      await this.#makeReady();
      const { executions, sharers } = await this.#judge(group);
      callers = sharers.map(({ waiting }) => waiting);
      if (executions.length > 0) await this.#write(executions);
      for (const { waiting, duplicate } of sharers) {
        waiting.resolve({ executionId: waiting.input.executionId, duplicate, position: this.#ledger.position });
      }
    } catch (error) {
      const trouble = this.#troubled(error);
      for (const { resolve } of callers) resolve(trouble);
    }
  }

  async #makeReady(): Promise<void> {
    await this.#archiver.resume();
    await this.#ledger.makeReady();
  }

  async #write(executions: Execution[]): Promise<void> {
    if (await this.#archiver.turnYear(executions)) await this.#ledger.makeReady();
    await this.#ledger.write(executions);
  }

  /** Answers what needs no writing; `sharers` are the callers who share the group's fate. */
  async #judge(group: Waiting[]): Promise<{ executions: Execution[]; sharers: { waiting: Waiting; duplicate: boolean }[] }> {
    const judge = new Judge(this.#ledger);
    const executions: Execution[] = [];
    const sharers: { waiting: Waiting; duplicate: boolean }[] = [];
    const undecided: Waiting[] = [];
    for (const waiting of group) {
      const verdict = await judge
        .judge(waiting.input)
        .catch((error): Verdict => ({ kind: 'refused', error: storageError('journal.log', error) }));
      if (verdict.kind === 'refused') waiting.resolve(verdict.error);
      else if (verdict.kind === 'repeats-recorded')
        waiting.resolve({ executionId: waiting.input.executionId, duplicate: true, position: this.#ledger.position });
      else if (verdict.kind === 'undecided') undecided.push(waiting);
      else sharers.push({ waiting, duplicate: verdict.kind === 'repeats-new' });
      if (verdict.kind === 'new') executions.push(verdict.execution);
    }
    this.#waiting.unshift(...undecided);
    this.#waitingBytes += undecided.reduce((sum, { bytes }) => sum + bytes, 0);
    return { executions, sharers };
  }

  #troubled(error: unknown): MetricsError {
    const trouble = this.#ledger.fail(error);
    this.#logger.error({ error: trouble }, 'recording failed');
    if (this.#ledger.canResume) this.#resumeLater();
    return trouble;
  }

  /** Recording resumes by itself once there is room again, also where nobody calls because it is known not to work. */
  #resumeLater(): void {
    if (this.#closing) return;
    clearTimeout(this.#resuming);
    this.#resuming = setTimeout(() => {
      void this.#turns.take(() => (this.#ledger.canResume ? this.#makeReady() : Promise.resolve())).catch(() => this.#resumeLater());
    }, RESUME_AFTER_MS).unref();
  }
}
