import { createHash, type Hash } from 'node:crypto';
import { CHAIN_START, isPlainName, LIMITS, type PluginUsageRow, type PluginUsageValues } from '../record/record.ts';
import type { Checkpoint } from './checkpoints.ts';
import type { Learned } from './journal-scan.ts';
import { LOG_NAMES, type LogName, type Position, type SharedLog, START } from './position.ts';
import { latestUsage } from './run-rows.ts';
import { decodeSuccessRates, type SuccessRatesColumns } from './success-rates-columns.ts';

/** How much of the logs a checkpoint covers at least, and is learned anew at most when the process was killed. */
const CHECKPOINT_BYTES = 16 << 20;

/** Where what is known ends, and another goes on: the chain of the last row, and the latest `completedAt` so far, as in `Checkpoint`. */
export type ResumePoint = Readonly<{ position: Position; chain: string; newest: number | undefined }>;

/**
 * What reading the logs teaches, in the order in which they stand, as of `position`: each plugin's running totals and each pattern's latest
 * name; and, for the next checkpoint, the ids that are taken.
 */
export class Notes {
  #position: Position;
  #chain: string;
  #newest: number | undefined;
  readonly usage = new Map<string, PluginUsageValues>();
  readonly patternNames = new Map<string, string>();
  #draft: Draft;

  /** Knows nothing of what stands before. */
  constructor({ position, chain, newest }: ResumePoint = { position: START, chain: CHAIN_START, newest: undefined }) {
    this.#position = position;
    this.#chain = chain;
    this.#newest = newest;
    this.#draft = new Draft(position);
  }

  /** What another one needs to go on from here. */
  get resumePoint(): ResumePoint {
    return { position: this.#position, chain: this.#chain, newest: this.#newest };
  }

  get position(): Position {
    return this.#position;
  }

  /** The whole chain of the last journal row. */
  get chain(): string {
    return this.#chain;
  }

  /** The latest `completedAt` of all executions, milliseconds since 1970; undefined without any. */
  get newest(): number | undefined {
    return this.#newest;
  }

  // ---------- Learning: `bytes` are whole lines that start at the known position ----------

  /** `learned`: from the rows that `bytes` hold. */
  learnJournal({ entries, newest, chain }: Learned, bytes: Buffer): void {
    this.#draft.ids.push(entries);
    if (newest !== undefined && !(this.#newest !== undefined && this.#newest > newest)) this.#newest = newest;
    if (chain !== undefined) this.#chain = chain;
    this.#move('journal', bytes);
  }

  learn(log: SharedLog, bytes: Buffer): void {
    if (log === 'success_rates') {
      this.learnSuccessRates(decodeSuccessRates(bytes, this.#position[log]).rows, bytes);
      return;
    }
    if (log === 'plugin_usage') this.#learnUsage(latestUsage(bytes, this.#position[log]));
    this.#move(log, bytes);
  }

  #learnUsage(rows: readonly PluginUsageRow[]): void {
    for (const { start: _start, end: _end, ...values } of rows) {
      this.usage.set(values.plugin, values);
      this.#draft.plugins.add(values.plugin);
    }
  }

  /** `rows`: those that `bytes` hold. Only names that our own rows may hold: another program may quote a comma, and the name is written on plain. */
  learnSuccessRates({ length, pattern, title, patterns }: SuccessRatesColumns, bytes: Buffer): void {
    for (let row = 0; row < length; row++) {
      const [id, name] = [patterns[pattern[row] ?? 0] ?? '', patterns[title[row] ?? 0] ?? ''];
      if (this.patternNames.get(id) === name || !isPlainName(name) || name.length > LIMITS.nameLength) continue;
      this.patternNames.set(id, name);
      this.#draft.patterns.add(id);
    }
    this.#move('success_rates', bytes);
  }

  #move(log: LogName, bytes: Buffer): void {
    this.#draft.add(log, bytes);
    const chain = log === 'journal' && this.#chain.length === 32 ? this.#chain.slice(16, 24) : this.#position.chain;
    this.#position = { ...this.#position, [log]: this.#position[log] + bytes.length, chain };
  }

  // ---------- Checkpoints ----------

  /** How much was learned since the last checkpoint: bytes of the logs. */
  get unsavedBytes(): number {
    return this.#draft.bytes;
  }

  /** Whether that is enough for one. */
  get isCheckpointDue(): boolean {
    return this.unsavedBytes >= CHECKPOINT_BYTES;
  }

  /** What was learned since the last one. Only at a position that is complete in all four logs. */
  takeCheckpoint(): Checkpoint {
    const draft = this.#draft;
    this.#draft = new Draft(this.#position);
    return {
      from: draft.from,
      to: this.#position,
      chain: this.#chain,
      newest: this.#newest,
      digests: draft.digests(),
      usage: [...draft.plugins].flatMap(plugin => this.usage.get(plugin) ?? []),
      patternNames: [...draft.patterns].map(id => [id, this.patternNames.get(id) ?? id] as const),
      ids: joined(draft.ids),
    };
  }

  /** Knows what checkpoints say, each of which goes on where the one before ends, the first where the knowledge does. */
  apply(checkpoints: readonly Checkpoint[]): void {
    for (const { usage, patternNames, chain, newest, to } of checkpoints) {
      for (const totals of usage) this.usage.set(totals.plugin, totals);
      for (const [id, name] of patternNames) this.patternNames.set(id, name);
      this.#chain = chain;
      this.#newest = newest;
      this.#position = to;
    }
    this.#draft = new Draft(this.#position);
  }
}

/** What the next checkpoint will say. */
class Draft {
  readonly from: Position;
  readonly ids: Uint32Array[] = [];
  readonly plugins = new Set<string>();
  readonly patterns = new Set<string>();
  readonly #hashes: Record<LogName, Hash>;
  bytes = 0;

  constructor(from: Position) {
    this.from = from;
    const sha256 = () => createHash('sha256');
    this.#hashes = { journal: sha256(), durations: sha256(), success_rates: sha256(), plugin_usage: sha256() };
  }

  add(log: LogName, bytes: Buffer): void {
    this.#hashes[log].update(bytes);
    this.bytes += bytes.length;
  }

  digests(): Record<LogName, string> {
    const [journal, durations, success_rates, plugin_usage] = LOG_NAMES.map(log => this.#hashes[log].digest('hex'));
    return { journal: journal ?? '', durations: durations ?? '', success_rates: success_rates ?? '', plugin_usage: plugin_usage ?? '' };
  }
}

function joined(lists: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(lists.reduce((length, entries) => length + entries.length, 0));
  let at = 0;
  for (const entries of lists) {
    all.set(entries, at);
    at += entries.length;
  }
  return all;
}
