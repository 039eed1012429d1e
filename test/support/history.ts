/** What a client outside the faulty file system knows: each call, each answer, each position with the figures answered at it. */
import { LOG_NAMES, type LogName, type Position, parsePosition, type Stretch } from '../../src/log/log.ts';
import { dataOf, eachLog } from './log-contents.ts';

/** Figures of a position: executions and successes by pattern, uses by plugin. */
export type Figures = Readonly<{
  patterns: Readonly<Record<string, readonly [executions: number, successes: number]>>;
  plugins: Readonly<Record<string, number>>;
}>;

export type Answered = Readonly<{ token: string; position: Position; figures: Figures | undefined }>;

export class History {
  readonly called = new Set<string>();
  /** With the position that came with the acknowledgement. */
  readonly acknowledged = new Map<string, Answered>();
  /** By token: every position that was ever answered, to a call or a question. */
  readonly answers = new Map<string, Answered>();
  /** Bytes of each log as they once were: all later contents must begin with them. */
  readonly witnessed: Record<LogName, Buffer> = eachLog(() => Buffer.alloc(0));

  /** To be noted before the call is made. */
  call(...executionIds: readonly string[]): void {
    for (const id of executionIds) this.called.add(id);
  }

  /** An execution was acknowledged, new or as a duplicate, with this position's token. */
  acknowledge(executionId: string, token: string): void {
    this.acknowledged.set(executionId, this.answer(token));
  }

  /** A position was answered, maybe with figures as of it. */
  answer(token: string, figures?: Figures): Answered {
    const answered = { token, position: parsePosition(token), figures: figures ?? this.answers.get(token)?.figures };
    this.answers.set(token, answered);
    return answered;
  }

  /** Keeps the bytes below every position answered so far. To be called while the file system is healthy. */
  witness(directory: string): void {
    this.#keep(directory, log => Math.max(0, ...[...this.answers.values()].map(({ position }) => position[log])));
  }

  /** Keeps all bytes, answered for or not: what is written stays, unless the power fails. */
  witnessAll(directory: string): void {
    this.#keep(directory, () => Number.POSITIVE_INFINITY);
  }

  #keep(directory: string, endOf: (log: LogName) => number): void {
    for (const log of LOG_NAMES) {
      const data = dataOf(directory, log);
      const [from, to] = [this.witnessed[log].length, endOf(log)];
      if (to > from) this.witnessed[log] = Buffer.concat([this.witnessed[log], data.subarray(from, to)]);
    }
  }

  /** The history up to now, which later notes do not change: what may be asked of an image of the disk taken after it. */
  copy(): History {
    const copy = new History();
    for (const id of this.called) copy.called.add(id);
    for (const [id, answered] of this.acknowledged) copy.acknowledged.set(id, answered);
    for (const [token, answered] of this.answers) copy.answers.set(token, answered);
    Object.assign(copy.witnessed, this.witnessed);
    return copy;
  }
}

/** The figures of a stretch from the start, as the program's own reader has the rows. */
export function figuresOf({ success_rates, durations, plugin_usage }: Stretch): Figures {
  const patterns: Record<string, [number, number]> = {};
  for (const { patternId, success } of success_rates) {
    patterns[patternId] ??= [0, 0];
    count(patterns[patternId], success);
  }
  const uses: Record<string, number> = {};
  for (const { plugin } of durations) uses[plugin] = (uses[plugin] ?? 0) + 1;
  const totals = Object.fromEntries(plugin_usage.map(row => [row.plugin, row.uses]));
  return { patterns, plugins: mostUses(uses, totals) };
}

export function count(counts: [executions: number, successes: number], success: boolean): void {
  counts[0]++;
  if (success) counts[1]++;
}

/** A plugin's uses are its running total or its rows, whichever says more. */
export function mostUses(rows: Record<string, number>, totals: Record<string, number>): Record<string, number> {
  const plugins = new Set([...Object.keys(rows), ...Object.keys(totals)]);
  return Object.fromEntries([...plugins].map(plugin => [plugin, Math.max(rows[plugin] ?? 0, totals[plugin] ?? 0)]));
}
